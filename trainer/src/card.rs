//! The quality card: what a model costs and how good its samples are.

mod metric;

use std::fmt;

use flowlet::{Model, ModelError};
use serde::Serialize;

use crate::column_roles::{ColumnRoles, roles};
use crate::evaluate::{Baseline, Evaluation, Protocol};
use crate::findings::{self, Finding};
use crate::provenance::Provenance;
use crate::text::{counted, grouped};

pub use metric::{Metric, metrics};

/// Quality and cost of a model. `Display` is an aligned table, `Serialize` gives JSON.
///
/// ```
/// # use flowlet_trainer::{Table, Trainer};
/// # let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
/// # let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
/// let card = trained.evaluate()?;
/// println!("{card}");
/// assert_eq!(card.sizes.file_bytes, trained.bytes().len());
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Card {
    /// What the samples and the training are found to be, the gravest first.
    pub findings: Vec<Finding>,
    /// Cost of the model on a device.
    pub sizes: Sizes,
    /// Roles of the columns.
    pub columns: Vec<ColumnRoles>,
    /// What the model was trained on, if it is known.
    pub training: Option<Provenance>,
    /// How the metrics were measured.
    pub protocol: Protocol,
    /// One entry per metric.
    pub metrics: Vec<Metric>,
    /// Simple generators in the bytes of the model's network.
    pub baselines: Baselines,
    /// Root mean square distance between float and int8 samples of the same noise, standard
    /// deviations.
    pub trajectory_error: Option<f64>,
}

/// Simple generators that the model is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Baselines {
    /// Bytes of the model's network, without names and columns. Baselines are fitted to them.
    pub network_bytes: usize,
    /// One Gaussian per class.
    pub gaussian: BaselineCard,
    /// Training rows with noise.
    pub table: BaselineCard,
}

/// What a baseline stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BaselineCard {
    /// What it stores.
    pub description: String,
    /// Bytes that it needs, without names and columns.
    pub bytes: usize,
    /// Whether its samples are better than those of the int8 model, as of
    /// [`Baseline::is_better_than`].
    pub is_better: bool,
}

/// Cost of a model on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// Values per sample.
    pub dim: usize,
    /// Number of classes; 0 without labels.
    pub classes: usize,
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Bytes of the file, all of it in flash.
    pub file_bytes: usize,
    /// Solver steps per sample.
    pub steps: usize,
    /// Multiply-accumulates per sample, all steps together.
    pub macs_per_sample: usize,
}

impl Card {
    /// Creates the card of a model file. If a baseline is better than the model, this becomes a
    /// finding too.
    ///
    /// # Errors
    /// [`ModelError`] if the bytes are not a model.
    pub fn new(
        bytes: &[u8],
        evaluation: &Evaluation,
        mut findings: Vec<Finding>,
    ) -> Result<Self, ModelError> {
        let model = Model::parse(bytes)?;
        findings.extend(findings::baseline(evaluation));
        findings::sort(&mut findings);
        let steps = usize::from(evaluation.steps);
        let latent = model.latent();
        let of_latent = latent.map_or(0, |of| of.multiply_accumulates());
        let sizes = Sizes {
            dim: model.dim(),
            classes: model.classes().into(),
            hidden: model.hidden().map(|layer| layer.width.into()).collect(),
            file_bytes: bytes.len(),
            steps,
            macs_per_sample: steps * model.multiply_accumulates() as usize + of_latent,
        };
        Ok(Self {
            findings,
            sizes,
            columns: roles(&model),
            training: model.card().parse().ok(),
            protocol: evaluation.protocol.clone(),
            metrics: metrics(evaluation),
            baselines: Baselines::of(evaluation),
            trajectory_error: evaluation.trajectory_error,
        })
    }
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        if !self.findings.is_empty() {
            writeln!(f)?;
        }
        let Sizes {
            dim,
            classes,
            hidden,
            file_bytes,
            steps,
            macs_per_sample,
        } = &self.sizes;
        let hidden: Vec<String> = hidden.iter().map(usize::to_string).collect();
        let classes = match classes {
            0 => String::new(),
            &classes => counted(classes, "class", "classes") + ", ",
        };
        writeln!(
            f,
            "{} per sample, {classes}hidden layers {}, {}",
            counted(*dim, "value", "values"),
            hidden.join(","),
            counted(*steps, "step", "steps")
        )?;
        writeln!(
            f,
            "{} bytes of flash, {} multiply-accumulates per sample",
            grouped(*file_bytes),
            grouped(*macs_per_sample)
        )?;
        let roles: Vec<String> = self.columns.iter().map(ColumnRoles::to_string).collect();
        writeln!(f, "{}", roles.join("; "))?;
        writeln!(f, "{}", self.protocol)?;
        let labels = self
            .metrics
            .iter()
            .map(|metric| metric.label.chars().count());
        let width = labels.max().unwrap_or(0);
        let heads = ["float", "int8", "Gaussian", "table", "real"];
        writeln!(
            f,
            "\n{:width$}{}",
            "",
            heads.map(|head| format!("  {head:>8}")).concat()
        )?;
        for metric in &self.metrics {
            write!(f, "{:width$}", metric.label)?;
            for value in metric.values() {
                let value = value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
                write!(f, "  {value:>8}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "\n{}", self.baselines)?;
        match self.trajectory_error {
            Some(error) => writeln!(
                f,
                "int8 samples differ from float samples by {error:.4} standard deviations (root mean square)"
            ),
            None => writeln!(
                f,
                "no float samples: the model has conditions, or the run folder lacks its network"
            ),
        }
    }
}

impl Baselines {
    fn of(evaluation: &Evaluation) -> Self {
        let baseline = |of: &Baseline| BaselineCard {
            description: of.description.clone(),
            bytes: of.bytes,
            is_better: of.is_better_than(&evaluation.int8, evaluation.network_bytes),
        };
        Self {
            network_bytes: evaluation.network_bytes,
            gaussian: baseline(&evaluation.gaussian),
            table: baseline(&evaluation.table),
        }
    }
}

impl fmt::Display for Baselines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let baseline =
            |of: &BaselineCard| format!("{}, {} bytes", of.description, grouped(of.bytes));
        write!(
            f,
            "Gaussian: {}\ntable: {}\nthe network of the model: {} bytes",
            baseline(&self.gaussian),
            baseline(&self.table),
            grouped(self.network_bytes)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Baselines, Card, ColumnRoles, Sizes, metrics};
    use crate::evaluate::{Baseline, Evaluation, Protocol, TestRows};
    use crate::findings::{Finding, FindingKind, Severity};
    use crate::metrics::Scores;

    const INT8: Scores = Scores {
        sliced_w2: 0.123_44,
        exact_w2: 2.6,
        energy: 0.05,
        mmd: 0.01,
        c2st: Some(0.55),
        coverage: Some(0.96),
        mean_ks: 0.02,
        worst_ks: 0.07,
        correlation_error: 0.03,
        label_accuracy: Some(0.98),
        tstr: Some(0.95),
        nearest_training: 3.25,
        roughness: Some(1.25),
        spectrum_error: None,
    };

    fn card(label: Option<f64>, float: bool) -> Card {
        let scores = |of: Scores| Scores {
            label_accuracy: label,
            tstr: label,
            ..of
        };
        let baseline = |description: &str, energy| Baseline {
            description: description.to_owned(),
            bytes: 19_000,
            scores: scores(Scores { energy, ..INT8 }),
        };
        let evaluation = Evaluation {
            steps: 8,
            protocol: Protocol {
                test: TestRows::Validation,
                rows: 1292,
                count: 1292,
                draws: 3,
                data: None,
            },
            float: float.then_some(scores(Scores {
                energy: 12.0,
                ..INT8
            })),
            int8: scores(INT8),
            gaussian: baseline("one Gaussian", 0.09),
            table: baseline("300 of 900 rows", 0.03),
            real_baseline: scores(Scores {
                energy: 0.04,
                ..INT8
            }),
            network_bytes: 19_500,
            trajectory_error: float.then_some(0.0087),
        };
        let sizes = Sizes {
            dim: 64,
            classes: 10,
            hidden: vec![64, 128],
            file_bytes: 21_004,
            steps: 8,
            macs_per_sample: 1_310_720,
        };
        let role = |columns: &[&str], role: &str| ColumnRoles {
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            role: role.to_owned(),
            is_span: columns.len() > 1,
        };
        Card {
            findings: Vec::new(),
            sizes,
            columns: vec![
                role(&["p00", "p77"], "an image of 8 × 8"),
                role(&["label"], "10 classes"),
            ],
            training: None,
            protocol: evaluation.protocol.clone(),
            metrics: metrics(&evaluation),
            baselines: Baselines::of(&evaluation),
            trajectory_error: evaluation.trajectory_error,
        }
    }

    #[test]
    fn columns_line_up() {
        let expected = "\
64 values per sample, 10 classes, hidden layers 64,128, 8 steps
21 004 bytes of flash, 1 310 720 multiply-accumulates per sample
p00 to p77: an image of 8 × 8; label: 10 classes
judged on 1 292 validation rows
1 292 samples against 1 292 real rows, mean of 3 draws

                         float      int8  Gaussian     table      real
sliced W2               0.1234    0.1234    0.1234    0.1234    0.1234
W2                      2.6000    2.6000    2.6000    2.6000    2.6000
energy distance        12.0000    0.0500    0.0900    0.0300    0.0400
MMD                     0.0100    0.0100    0.0100    0.0100    0.0100
C2ST                    0.5500    0.5500    0.5500    0.5500    0.5500
coverage                0.9600    0.9600    0.9600    0.9600    0.9600
KS, mean                0.0200    0.0200    0.0200    0.0200    0.0200
KS, worst column        0.0700    0.0700    0.0700    0.0700    0.0700
correlation error       0.0300    0.0300    0.0300    0.0300    0.0300
label accuracy          0.9800    0.9800    0.9800    0.9800    0.9800
TSTR                    0.9800    0.9800    0.9800    0.9800    0.9800
nearest training row    3.2500    3.2500    3.2500    3.2500    3.2500
roughness               1.2500    1.2500    1.2500    1.2500    1.2500

Gaussian: one Gaussian, 19 000 bytes
table: 300 of 900 rows, 19 000 bytes
the network of the model: 19 500 bytes
int8 samples differ from float samples by 0.0087 standard deviations (root mean square)
";
        assert_eq!(card(Some(0.98), true).to_string(), expected);
    }

    #[test]
    fn findings_come_first() {
        let finding =
            |kind, severity, message: &str| Finding::new(kind, severity, Vec::new(), message);
        let mut card = card(None, true);
        card.findings = vec![
            finding(FindingKind::Range, Severity::Problem, "x is below 0."),
            finding(FindingKind::WorstColumn, Severity::Info, "Worst column: x."),
        ];
        let expected = "\
problem: x is below 0.
  Advice: set limits of the column, and train longer.
Worst column: x.

64 values per sample";
        assert!(card.to_string().starts_with(expected), "{card}");
    }

    #[test]
    fn unknown_values_are_left_out() {
        let drawn = card(None, false).to_string();
        assert!(
            !drawn.contains("accuracy") && !drawn.contains("TSTR"),
            "{drawn}"
        );
        assert!(
            drawn
                .contains("energy distance              –    0.0500    0.0900    0.0300    0.0400"),
            "{drawn}"
        );
    }
}
