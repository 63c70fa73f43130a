//! The quality card: what a model costs and how good its samples are, as an aligned table or as JSON.

use std::fmt;

use flowlet::{Model, ModelError};
use serde::Serialize;

use super::roles::{ColumnRoles, taken};
use crate::text::grouped;
use flowlet_trainer::evaluate::Evaluation;
use flowlet_trainer::metrics::Scores;

/// What a training or an evaluation ends with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Card {
    /// What the model costs a device.
    pub sizes: Sizes,
    /// What its columns were taken for.
    pub columns: Vec<ColumnRoles>,
    /// One row a metric.
    pub metrics: Vec<Metric>,
    /// Root mean square distance of a value between the float and the int8 sample from the same
    /// noise, in standard deviations.
    pub trajectory_error: Option<f64>,
}

/// What a model costs a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// Numbers in a sample.
    pub dim: usize,
    /// Classes it can be asked for; 0 without labels.
    pub classes: usize,
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Bytes of the file, all of it in flash.
    pub file_bytes: usize,
    /// Solver steps a sample.
    pub steps: usize,
    /// Multiply-accumulates a sample, all steps together.
    pub macs_per_sample: usize,
}

/// What a metric says of the float model, of the quantised one, and of real rows in their place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// What it measures.
    pub name: &'static str,
    /// The float model, where it is at hand.
    pub float: Option<f64>,
    /// The quantised model, run as a device runs it.
    pub int8: f64,
    /// Real rows in place of generated ones.
    pub floor: f64,
}

/// The rows of a card, from the scores of the float model (where it is at hand), the quantised one, and real rows.
///
/// Label metrics are left out where there are no labels.
#[must_use]
pub fn metrics(float: Option<&Scores>, int8: &Scores, floor: &Scores) -> Vec<Metric> {
    type Score = fn(&Scores) -> Option<f64>;
    let kinds: [(_, Score); 10] = [
        ("sliced Wasserstein-2", |scores| Some(scores.sliced_w2)),
        ("2-Wasserstein, exact", |scores| Some(scores.exact_w2)),
        ("energy distance", |scores| Some(scores.energy)),
        ("kernel discrepancy", |scores| Some(scores.mmd)),
        ("Kolmogorov–Smirnov", |scores| Some(scores.mean_ks)),
        ("KS, worst column", |scores| Some(scores.worst_ks)),
        ("correlation error", |scores| Some(scores.correlation_error)),
        ("label accuracy", |scores| scores.label_accuracy),
        ("train on synthetic", |scores| scores.synthetic_accuracy),
        ("nearest training row", |scores| {
            Some(scores.nearest_training)
        }),
    ];
    let row = |(name, of): (&'static str, Score)| {
        Some(Metric {
            name,
            float: float.and_then(of),
            int8: of(int8)?,
            floor: of(floor)?,
        })
    };
    kinds.into_iter().filter_map(row).collect()
}

impl Card {
    /// The card of the model file `bytes` and what its samples scored.
    ///
    /// # Errors
    /// If the runtime refuses the file.
    pub fn new(bytes: &[u8], evaluation: &Evaluation) -> Result<Self, ModelError> {
        let model = Model::parse(bytes)?;
        let steps = usize::from(evaluation.steps);
        let sizes = Sizes {
            dim: model.dim(),
            classes: model.classes().into(),
            hidden: model.hidden().map(|layer| layer.width.into()).collect(),
            file_bytes: bytes.len(),
            steps,
            macs_per_sample: steps * model.multiply_accumulates() as usize,
        };
        let metrics = metrics(
            evaluation.float.as_ref(),
            &evaluation.int8,
            &evaluation.floor,
        );
        Ok(Self {
            sizes,
            columns: taken(&model),
            metrics,
            trajectory_error: evaluation.trajectory_error,
        })
    }
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            classes => format!("{classes} classes, "),
        };
        writeln!(
            f,
            "{dim} values a sample, {classes}hidden layers {}, {steps} steps",
            hidden.join(",")
        )?;
        writeln!(
            f,
            "{} bytes of flash, {} multiply-accumulates a sample",
            grouped(*file_bytes),
            grouped(*macs_per_sample)
        )?;
        let taken: Vec<String> = self.columns.iter().map(ColumnRoles::to_string).collect();
        writeln!(f, "{}", taken.join("; "))?;
        let width = self
            .metrics
            .iter()
            .map(|metric| metric.name.chars().count())
            .max()
            .unwrap_or(0);
        writeln!(
            f,
            "\n{:width$}  {:>8}  {:>8}  {:>8}",
            "", "float", "int8", "real"
        )?;
        for Metric {
            name,
            float,
            int8,
            floor,
        } in &self.metrics
        {
            let float = float.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
            writeln!(f, "{name:width$}  {float:>8}  {int8:>8.4}  {floor:>8.4}")?;
        }
        if let Some(error) = self.trajectory_error {
            writeln!(
                f,
                "\nint8 samples end {error:.4} standard deviations from the float ones (root mean square)"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Card, ColumnRoles, Sizes, metrics};
    use flowlet_trainer::metrics::Scores;

    const INT8: Scores = Scores {
        sliced_w2: 0.123_44,
        exact_w2: 2.6,
        energy: 0.05,
        mmd: 0.01,
        mean_ks: 0.02,
        worst_ks: 0.07,
        correlation_error: 0.03,
        label_accuracy: Some(0.98),
        synthetic_accuracy: Some(0.95),
        nearest_training: 3.25,
    };

    fn card(label: Option<f64>, float: bool) -> Card {
        let scores = |of: Scores| Scores {
            label_accuracy: label,
            synthetic_accuracy: label,
            ..of
        };
        let float = float
            .then_some(Scores {
                energy: 12.0,
                ..INT8
            })
            .map(scores);
        let sizes = Sizes {
            dim: 64,
            classes: 10,
            hidden: vec![64, 128],
            file_bytes: 21_004,
            steps: 8,
            macs_per_sample: 1_310_720,
        };
        let taken = |columns: &str, taken_for: &str| ColumnRoles {
            columns: columns.to_owned(),
            taken_for: taken_for.to_owned(),
        };
        Card {
            sizes,
            columns: vec![
                taken("p00 to p77", "an image of 8 × 8"),
                taken("label", "10 classes"),
            ],
            metrics: metrics(
                float.as_ref(),
                &scores(INT8),
                &scores(Scores {
                    energy: 0.04,
                    ..INT8
                }),
            ),
            trajectory_error: float.map(|_| 0.0087),
        }
    }

    #[test]
    fn columns_line_up() {
        let expected = "\
64 values a sample, 10 classes, hidden layers 64,128, 8 steps
21 004 bytes of flash, 1 310 720 multiply-accumulates a sample
p00 to p77: an image of 8 × 8; label: 10 classes

                         float      int8      real
sliced Wasserstein-2    0.1234    0.1234    0.1234
2-Wasserstein, exact    2.6000    2.6000    2.6000
energy distance        12.0000    0.0500    0.0400
kernel discrepancy      0.0100    0.0100    0.0100
Kolmogorov–Smirnov      0.0200    0.0200    0.0200
KS, worst column        0.0700    0.0700    0.0700
correlation error       0.0300    0.0300    0.0300
label accuracy          0.9800    0.9800    0.9800
train on synthetic      0.9800    0.9800    0.9800
nearest training row    3.2500    3.2500    3.2500

int8 samples end 0.0087 standard deviations from the float ones (root mean square)
";
        assert_eq!(card(Some(0.98), true).to_string(), expected);
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        let drawn = card(None, false).to_string();
        assert!(
            !drawn.contains("accuracy") && !drawn.contains("synthetic"),
            "{drawn}"
        );
        assert!(
            drawn.contains("energy distance              –    0.0500    0.0400"),
            "{drawn}"
        );
    }

    #[test]
    fn json_has_the_same_numbers() {
        let json = serde_json::to_value(card(None, false)).expect("JSON");
        assert_eq!(json["sizes"]["file_bytes"], 21_004);
        assert_eq!(json["metrics"][2]["name"], "energy distance");
        assert_eq!(json["metrics"][2]["float"], serde_json::Value::Null);
        assert_eq!(json["metrics"][2]["floor"], 0.04);
    }
}
