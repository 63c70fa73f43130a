//! The quality card: what a model costs and how good its samples are, as an aligned table or as JSON.

use std::fmt;

use serde::Serialize;

use crate::metrics::Scores;

/// What a training or an evaluation ends with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Card {
    /// What the model costs a device.
    pub sizes: Sizes,
    /// One row a metric.
    pub metrics: Vec<Metric>,
}

/// What a model costs a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// Numbers in a sample.
    pub dim: usize,
    /// Classes it can be asked for; 0 without labels.
    pub classes: usize,
    /// Weights and biases of the network.
    pub parameters: usize,
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
    let kinds: [(_, Score); 5] = [
        ("sliced Wasserstein-2", |scores| Some(scores.sliced_w2)),
        ("energy distance", |scores| Some(scores.energy)),
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

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes {
            dim,
            classes,
            parameters,
            file_bytes,
            steps,
            macs_per_sample,
        } = self.sizes;
        writeln!(f, "{dim} values a sample, {classes} classes, {steps} steps")?;
        writeln!(
            f,
            "{} parameters, {} bytes of flash, {} multiply-accumulates a sample",
            grouped(parameters),
            grouped(file_bytes),
            grouped(macs_per_sample)
        )?;
        let width = self
            .metrics
            .iter()
            .map(|metric| metric.name.len())
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
        Ok(())
    }
}

/// Digits in threes, as in 17 408.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Card, Sizes, grouped, metrics};
    use crate::metrics::Scores;

    const INT8: Scores = Scores {
        sliced_w2: 0.123_44,
        energy: 0.05,
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
            parameters: 17_408,
            file_bytes: 21_004,
            steps: 8,
            macs_per_sample: 1_310_720,
        };
        Card {
            sizes,
            metrics: metrics(
                float.as_ref(),
                &scores(INT8),
                &scores(Scores {
                    energy: 0.04,
                    ..INT8
                }),
            ),
        }
    }

    #[test]
    fn columns_line_up() {
        let expected = "\
64 values a sample, 10 classes, 8 steps
17 408 parameters, 21 004 bytes of flash, 1 310 720 multiply-accumulates a sample

                         float      int8      real
sliced Wasserstein-2    0.1234    0.1234    0.1234
energy distance        12.0000    0.0500    0.0400
label accuracy          0.9800    0.9800    0.9800
train on synthetic      0.9800    0.9800    0.9800
nearest training row    3.2500    3.2500    3.2500
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
        assert_eq!(json["metrics"][1]["name"], "energy distance");
        assert_eq!(json["metrics"][1]["float"], serde_json::Value::Null);
        assert_eq!(json["metrics"][1]["floor"], 0.04);
    }

    #[test]
    fn digits_are_grouped_in_threes() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1 000", "1 234 567"]
        );
    }
}
