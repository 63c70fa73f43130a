//! Checks of each column, and what they find.

use ndarray::{ArrayView1, s};

use super::Comparison;
use flowlet_trainer::metrics::marginals::{correlation_errors, kolmogorov_smirnov};

/// Statistics of a column, and what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnCheck {
    /// Name of the column.
    pub name: String,
    /// Kolmogorov–Smirnov statistic of generated and real rows, equally many of both.
    pub ks: f64,
    /// The same of real rows in the place of generated ones.
    pub ks_real: f64,
    /// Mean of real and of generated rows, physical units.
    pub mean: [f64; 2],
    /// Standard deviation of real and of generated rows, physical units.
    pub stddev: [f64; 2],
    /// Root mean square error of the correlations with the other columns.
    pub correlation: f64,
    /// The column is a category, so its mean is a share of rows.
    pub share: bool,
    /// Faults; empty if there are none.
    pub flags: Vec<String>,
}

/// Greatest Kolmogorov–Smirnov statistic beyond chance that a column may have without a flag.
const MAX_KS: f64 = 0.1;
/// Greatest shift of the mean (standard deviations), relative change of the standard deviation, and
/// correlation error, all beyond chance.
const MAX_SHIFT: f64 = 0.2;
const MAX_CHANGE: f64 = 0.2;
const MAX_CORRELATION_ERROR: f64 = 0.15;

/// Differences that one of a hundred pairs of samples of one distribution exceeds.
#[derive(Clone, Copy, Debug)]
struct Chance {
    /// Kolmogorov–Smirnov statistic.
    ks: f64,
    /// Shift of the mean in standard deviations, relative change of the standard deviation, and
    /// correlation error, about.
    moments: f64,
}

/// Checks every column, in the order of the model.
#[must_use]
pub fn columns(comparison: &Comparison<'_>) -> Vec<ColumnCheck> {
    let (real, generated) = (&comparison.real, &comparison.generated);
    let [ks, ks_real] = statistics(comparison);
    let correlation = correlation_errors(generated.standardised(), real.standardised());
    let chance = Chance {
        ks: chance(comparison.reference.protocol().count),
        moments: 2.6 * (1.0 / real.values.nrows() as f64).sqrt(),
    };
    let numbers = comparison.numbers();
    let column = |place: usize| {
        let [a, b] = [real, generated].map(|rows| moments(rows.values.column(place)));
        let mut column = ColumnCheck {
            name: comparison.columns[place].clone(),
            ks: ks[place],
            ks_real: ks_real[place],
            mean: [a.0, b.0],
            stddev: [a.1, b.1],
            correlation: correlation[place],
            share: !numbers.contains(&place),
            flags: Vec::new(),
        };
        column.flags = flags(&column, chance);
        column
    };
    (0..comparison.columns.len()).map(column).collect()
}

/// Returns the Kolmogorov–Smirnov statistics of generated rows, and of real rows in their place:
/// means over the draws of the reference.
fn statistics(comparison: &Comparison<'_>) -> [Vec<f64>; 2] {
    let (draws, generated) = (
        comparison.reference.draws(),
        comparison.generated.standardised(),
    );
    let mut sums = [0, 1].map(|_| vec![0.0; comparison.columns.len()]);
    for (draw, number) in draws.iter().zip(0..) {
        let test = draw.test().values();
        let first = (number * test.nrows()).min(generated.nrows() - test.nrows());
        let samples = generated.slice(s![first..first + test.nrows(), ..]);
        for (sums, rows) in sums.iter_mut().zip([samples, draw.real().values()]) {
            let found = kolmogorov_smirnov(rows, test);
            for (sum, found) in sums.iter_mut().zip(found) {
                *sum += found / draws.len() as f64;
            }
        }
    }
    sums
}

/// Returns the statistic that one of a hundred pairs of samples of one distribution exceeds, with
/// `count` rows in both (Smirnov 1948).
fn chance(count: usize) -> f64 {
    1.63 * (2.0 / count as f64).sqrt()
}

fn flags(column: &ColumnCheck, chance: Chance) -> Vec<String> {
    let [real, generated] = column.stddev;
    if column.share {
        return share_flags(column, chance);
    }
    let mut flags = Vec::new();
    if column.ks > chance.ks + MAX_KS {
        flags.push("shape differs".to_owned());
    }
    if real == 0.0 {
        if generated > 0.0 {
            flags.push("should be constant".to_owned());
        }
        return flags;
    }
    let shift = (column.mean[1] - column.mean[0]) / real;
    if shift.abs() > MAX_SHIFT + chance.moments {
        let way = if shift > 0.0 { "high" } else { "low" };
        flags.push(format!("mean too {way} by {:.2} sd", shift.abs()));
    }
    let ratio = generated / real;
    if (ratio - 1.0).abs() > MAX_CHANGE + chance.moments {
        let way = if ratio > 1.0 { "wide" } else { "narrow" };
        flags.push(format!("too {way}: {ratio:.2} of the real sd"));
    }
    if column.correlation > MAX_CORRELATION_ERROR + chance.moments {
        flags.push("correlations differ".to_owned());
    }
    flags
}

/// Flags a category, whose share is all of its distribution.
fn share_flags(column: &ColumnCheck, chance: Chance) -> Vec<String> {
    let [real, generated] = column.mean.map(|mean| 100.0 * mean);
    let mut flags = Vec::new();
    if (column.mean[1] - column.mean[0]).abs() > (MAX_SHIFT + chance.moments) * column.stddev[0] {
        let way = if generated > real { "often" } else { "rarely" };
        flags.push(format!(
            "too {way}: {generated:.1} % of rows, not {real:.1} %"
        ));
    }
    if column.correlation > MAX_CORRELATION_ERROR + chance.moments {
        flags.push("correlations differ".to_owned());
    }
    flags
}

fn moments(values: ArrayView1<'_, f64>) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.sum() / count;
    let squares = values.iter().map(|&value| (value - mean).powi(2));
    // The standard deviation of a constant column would be a rounding error.
    let constant = values.iter().all(|value| *value == values[0]);
    let stddev = if constant {
        0.0
    } else {
        (squares.sum::<f64>() / count).sqrt()
    };
    (mean, stddev)
}

/// Returns the indices of columns: flagged columns first, then by falling Kolmogorov–Smirnov
/// statistic.
#[must_use]
pub fn worst_first(columns: &[ColumnCheck]) -> Vec<usize> {
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
    use super::{Chance, ColumnCheck, flags, worst_first};

    const FINE: ColumnCheck = ColumnCheck {
        name: String::new(),
        ks: 0.05,
        ks_real: 0.04,
        mean: [3.0, 3.1],
        stddev: [2.0, 1.9],
        correlation: 0.05,
        share: false,
        flags: Vec::new(),
    };

    const CHANCE: Chance = Chance {
        ks: 0.05,
        moments: 0.02,
    };

    #[test]
    fn flagged_columns_come_first() {
        let column = |ks, flags: &[&str]| ColumnCheck {
            ks,
            flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
            ..FINE
        };
        let all = [
            column(0.02, &["correlations differ"]),
            column(0.09, &[]),
            column(0.1, &[]),
            column(0.3, &["shape differs"]),
        ];
        assert_eq!(worst_first(&all), [3, 0, 2, 1]);
    }

    #[test]
    fn each_fault_has_its_flag() {
        assert!(flags(&FINE, CHANCE).is_empty());
        let shape = ColumnCheck { ks: 0.2, ..FINE };
        assert_eq!(flags(&shape, CHANCE), ["shape differs"]);
        let all = ColumnCheck {
            mean: [3.0, 2.0],
            stddev: [2.0, 3.0],
            correlation: 0.3,
            ..FINE
        };
        assert_eq!(
            flags(&all, CHANCE),
            [
                "mean too low by 0.50 sd",
                "too wide: 1.50 of the real sd",
                "correlations differ"
            ]
        );
        let constant = ColumnCheck {
            stddev: [0.0, 0.1],
            ..FINE
        };
        assert_eq!(flags(&constant, CHANCE), ["should be constant"]);
        let share = ColumnCheck {
            mean: [0.05, 0.001],
            stddev: [0.218, 0.03],
            share: true,
            ..FINE
        };
        assert_eq!(
            flags(&share, CHANCE),
            ["too rarely: 0.1 % of rows, not 5.0 %"]
        );
    }
}
