//! Each column by itself and with the others: where a model goes wrong, in words.

use ndarray::ArrayView1;

use super::Comparison;
use flowlet_trainer::metrics::marginals::{correlation_errors, kolmogorov_smirnov};

/// What was found of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Kolmogorov–Smirnov statistic of generated against real rows.
    pub ks: f64,
    /// The same of one half of the real rows against the other.
    pub ks_real: f64,
    /// Mean of real and of generated rows, physical units.
    pub mean: [f64; 2],
    /// Standard deviation of real and of generated rows, physical units.
    pub deviation: [f64; 2],
    /// Root mean square error of its correlations with the other columns.
    pub correlation: f64,
    /// Whether it says of each row if it is of a category: its mean is a share.
    pub share: bool,
    /// What is wrong; empty where nothing is.
    pub flags: Vec<String>,
}

/// A statistic beyond this much more than chance is a shape that a person sees.
const SHAPE: f64 = 0.1;
/// Shift of the mean in standard deviations, change of the deviation, and error of correlations that matter.
const SHIFT: f64 = 0.2;
const SPREAD: f64 = 0.2;
const CORRELATION: f64 = 0.15;

/// Every column, in the order of the model.
#[must_use]
pub fn columns(comparison: &Comparison<'_>) -> Vec<Column> {
    let (real, generated) = (&comparison.real, &comparison.generated);
    let reference = &comparison.reference;
    let ks = kolmogorov_smirnov(generated.standardised(), real.standardised());
    let ks_real = kolmogorov_smirnov(reference.train().values(), reference.held_out().values());
    let correlation = correlation_errors(generated.standardised(), real.standardised());
    let chance = chance(real.values.nrows(), generated.values.nrows());
    let numbers = comparison.numbers();
    let column = |place: usize| {
        let [a, b] = [real, generated].map(|rows| moments(rows.values.column(place)));
        let mut column = Column {
            name: comparison.columns[place].clone(),
            ks: ks[place],
            ks_real: ks_real[place],
            mean: [a.0, b.0],
            deviation: [a.1, b.1],
            correlation: correlation[place],
            share: !numbers.contains(&place),
            flags: Vec::new(),
        };
        column.flags = flags(&column, chance);
        column
    };
    (0..comparison.columns.len()).map(column).collect()
}

/// The statistic that one of a hundred pairs of samples of one distribution exceeds (Smirnov 1948).
fn chance(a: usize, b: usize) -> f64 {
    let (a, b) = (a as f64, b as f64);
    1.63 * ((a + b) / (a * b)).sqrt()
}

fn flags(column: &Column, chance: f64) -> Vec<String> {
    let [real, generated] = column.deviation;
    if column.share {
        return share_flags(column);
    }
    let mut flags = Vec::new();
    if column.ks > chance + SHAPE {
        flags.push("shape off".to_owned());
    }
    if real == 0.0 {
        if generated > 0.0 {
            flags.push("should be constant".to_owned());
        }
        return flags;
    }
    let shift = (column.mean[1] - column.mean[0]) / real;
    if shift.abs() > SHIFT {
        let way = if shift > 0.0 { "max" } else { "min" };
        flags.push(format!("mean too {way} by {:.2} sd", shift.abs()));
    }
    let spread = generated / real;
    if (spread - 1.0).abs() > SPREAD {
        let way = if spread > 1.0 { "wide" } else { "narrow" };
        flags.push(format!("too {way}: {spread:.2} of the real sd"));
    }
    if column.correlation > CORRELATION {
        flags.push("correlations off".to_owned());
    }
    flags
}

/// A category's share says all of its distribution.
fn share_flags(column: &Column) -> Vec<String> {
    let [real, generated] = column.mean.map(|mean| 100.0 * mean);
    let mut flags = Vec::new();
    if (column.mean[1] - column.mean[0]).abs() > SHIFT * column.deviation[0] {
        let way = if generated > real { "often" } else { "rarely" };
        flags.push(format!(
            "too {way}: {generated:.1} % of rows, not {real:.1} %"
        ));
    }
    if column.correlation > CORRELATION {
        flags.push("correlations off".to_owned());
    }
    flags
}

fn moments(values: ArrayView1<'_, f32>) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let squares = values
        .iter()
        .map(|&value| (f64::from(value) - mean).powi(2));
    // A constant column's deviation is rounding alone.
    let constant = values.iter().all(|value| *value == values[0]);
    let deviation = if constant {
        0.0
    } else {
        (squares.sum::<f64>() / count).sqrt()
    };
    (mean, deviation)
}

/// The places of columns, the worst first; those that are flagged come before all others.
#[must_use]
pub fn worst_first(columns: &[Column]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    let fine = |place: usize| columns[place].flags.is_empty();
    order.sort_by(|&a, &b| {
        let by_distance = columns[b].ks.total_cmp(&columns[a].ks);
        fine(a).cmp(&fine(b)).then(by_distance)
    });
    order
}

#[cfg(test)]
mod tests {
    use super::{Column, flags, worst_first};

    const FINE: Column = Column {
        name: String::new(),
        ks: 0.05,
        ks_real: 0.04,
        mean: [3.0, 3.1],
        deviation: [2.0, 1.9],
        correlation: 0.05,
        share: false,
        flags: Vec::new(),
    };

    #[test]
    fn flagged_columns_come_first() {
        let column = |ks, flags: &[&str]| Column {
            ks,
            flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
            ..FINE
        };
        let all = [
            column(0.02, &["correlations off"]),
            column(0.09, &[]),
            column(0.1, &[]),
            column(0.3, &["shape off"]),
        ];
        assert_eq!(worst_first(&all), [3, 0, 2, 1]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(flags(&FINE, 0.05).is_empty());
        let shape = Column { ks: 0.2, ..FINE };
        assert_eq!(flags(&shape, 0.05), ["shape off"]);
        let all = Column {
            mean: [3.0, 2.0],
            deviation: [2.0, 3.0],
            correlation: 0.3,
            ..FINE
        };
        assert_eq!(
            flags(&all, 0.05),
            [
                "mean too min by 0.50 sd",
                "too wide: 1.50 of the real sd",
                "correlations off"
            ]
        );
        let constant = Column {
            deviation: [0.0, 0.1],
            ..FINE
        };
        assert_eq!(flags(&constant, 0.05), ["should be constant"]);
        let share = Column {
            mean: [0.05, 0.001],
            deviation: [0.218, 0.03],
            share: true,
            ..FINE
        };
        assert_eq!(
            flags(&share, 0.05),
            ["too rarely: 0.1 % of rows, not 5.0 %"]
        );
    }
}
