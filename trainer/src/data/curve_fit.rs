//! Fits curves: finds far and recurring values of a column, and places knots.

use super::curve::{Curve, MIN_DISTANCE};
use crate::quantile::quantile;

/// Width of a plateau. Its values are learnt at its middle.
const PLATEAU: f64 = 1.0;
/// Magnitude of x, in standard deviations, up to which a curve without far values is straight.
const REACH: f64 = 12.0;
/// Most knots of each half of a curve with far values. Between two knots the curve is straight, so
/// rows crowd at the lower one if values rise exponentially. Wide gaps in the bulk would hence move
/// samples across knots.
const MAX_HALF: f64 = 11.0;
/// Values are far if the farthest is this many times farther from the median than the 5 % or 95 %
/// quantile, and this many times farther than in an exponential distribution. They are far too if
/// half of all values are within this part of a standard deviation. There are at least so many
/// rows.
const FAR: f64 = 4.0;
const EXPONENTIAL: f64 = 1.3;
const DENSE: f64 = 0.1;
const MIN_ROWS: usize = 20;
/// Least share and number of the rows with a recurring value, how often it occurs compared with the
/// mean of the other values and of its neighbours, and the number of neighbours on each side.
const MIN_SHARE: f64 = 0.02;
const MIN_COUNT: usize = 6;
const MIN_TIMES: f64 = 5.0;
const NEIGHBOURS: usize = 4;
/// Most recurring values of a column.
const MAX_RECURRING: usize = 3;

/// Why a column has a curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reasons {
    /// Values lie far from the bulk.
    pub is_far: bool,
    /// Values that recur inside the range, ascending.
    pub recurring: Vec<f64>,
}

/// A value of a column, the number of rows below it, and of those with it.
#[derive(Clone, Copy, Debug)]
struct Run {
    value: f64,
    below: usize,
    count: usize,
}

/// The values of a column, ascending.
pub(super) struct Column {
    runs: Vec<Run>,
    rows: usize,
    /// Whether values pile up at the smallest and at the largest one.
    piles: [bool; 2],
}

impl Column {
    /// Sorts the values of a column. `piles` tells whether they pile up at `limits`.
    ///
    /// # Panics
    /// If there is no value.
    pub fn new(mut values: Vec<f64>, limits: [f64; 2], piles: [bool; 2]) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let mut below = 0;
        let run = |equal: &[f64]| {
            let run = Run {
                value: equal[0],
                below,
                count: equal.len(),
            };
            below += equal.len();
            run
        };
        let runs: Vec<Run> = values.chunk_by(|a, b| a == b).map(run).collect();
        let ends = [runs[0].value, runs[runs.len() - 1].value];
        let is_pile = |at: usize| piles[at] && ends[at] == limits[at];
        Self {
            rows: values.len(),
            piles: [0, 1].map(is_pile),
            runs,
        }
    }

    /// Returns the runs that are no piles.
    fn inside(&self) -> &[Run] {
        let (first, last) = (usize::from(self.piles[0]), usize::from(self.piles[1]));
        let end = self.runs.len().saturating_sub(last).max(first);
        &self.runs[first.min(end)..end]
    }

    /// Returns why the column should have a curve. Integers recur anyway.
    pub fn reasons(&self, is_integer: bool) -> Reasons {
        let recurring = match is_integer {
            true => Vec::new(),
            false => self.recurring(),
        };
        Reasons {
            is_far: self.is_far(&recurring),
            recurring,
        }
    }

    /// Returns whether some of the values inside, without the recurring ones, are far away.
    fn is_far(&self, recurring: &[f64]) -> bool {
        let inside = self
            .inside()
            .iter()
            .filter(|run| !recurring.contains(&run.value));
        let values: Vec<f64> = inside
            .flat_map(|run| std::iter::repeat_n(run.value, run.count))
            .collect();
        if values.len() < MIN_ROWS {
            return false;
        }
        let last = (values.len() - 1) as f64;
        let at = |share: f64| values[(share * last).round() as usize];
        let from_median = |share: f64| (at(share) - at(0.5)).abs();
        // The farthest of n exponential values is about log₁₀(n) times farther than the quantile.
        let least = FAR.max(EXPONENTIAL * (values.len() as f64).log10());
        let is_far = [0.0, 1.0].into_iter().zip([0.05, 0.95]);
        let mut is_far = is_far.map(|(end, usual)| from_median(end) > least * from_median(usual));
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|value| (value - mean).powi(2));
        let stddev = (squares.sum::<f64>() / values.len() as f64).sqrt();
        is_far.any(|far| far) || from_median(0.0).min(from_median(1.0)) < DENSE * stddev
    }

    fn recurring(&self) -> Vec<f64> {
        let inside = self.inside();
        let rows: usize = inside.iter().map(|run| run.count).sum();
        let stands_out = |&(at, run): &(usize, &Run)| {
            let near = at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(inside.len());
            let others = near.len() - 1;
            let near: usize = inside[near].iter().map(|run| run.count).sum();
            let count = run.count as f64;
            let all = (rows - run.count) as f64 / (inside.len() - 1).max(1) as f64;
            let near = (near - run.count) as f64 / others.max(1) as f64;
            run.count >= MIN_COUNT
                && count >= MIN_SHARE * self.rows as f64
                && others > 0
                && count >= MIN_TIMES * all.max(near)
        };
        let mut found: Vec<Run> = inside
            .iter()
            .enumerate()
            .filter(stands_out)
            .map(|of| *of.1)
            .collect();
        found.sort_by_key(|run| std::cmp::Reverse(run.count));
        found.truncate(MAX_RECURRING);
        let mut values: Vec<f64> = found.iter().map(|run| run.value).collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    }

    /// Fits a curve. `mean` and `scale` are those of the column, for a curve without far values.
    pub fn curve(&self, reasons: &Reasons, mean: f64, scale: f64) -> Curve {
        let plateaus = self.plateaus(&reasons.recurring);
        let kept = match reasons.is_far {
            true => self.spread(),
            false => Vec::new(),
        };
        let end = |share: f64| {
            if share <= 0.0 {
                -REACH
            } else if share >= 1.0 {
                REACH
            } else {
                quantile(share)
            }
        };
        let of_rank = |rank: f64| end(rank / self.rows as f64);
        let of_value = |value: f64| (value - mean) / scale;
        let ends = |run: &Run| match reasons.is_far {
            true => (
                of_rank(run.below as f64),
                of_rank((run.below + run.count) as f64),
            ),
            false => (of_value(run.value), of_value(run.value)),
        };
        let last = self.runs.len() - 1;
        let mut knots: Vec<(f64, f64)> = Vec::new();
        let mut shift = 0.0;
        if !reasons.is_far && !self.piles[0] {
            knots.push((-REACH, mean - REACH * scale));
        }
        for (at, run) in self.runs.iter().enumerate() {
            if plateaus.contains(&at) {
                let (start, end) = match ends(run) {
                    (_, end) if at == 0 => (end - PLATEAU, end),
                    (start, _) if at == last => (start, start + PLATEAU),
                    ends => ends,
                };
                knots.push((start + shift, run.value));
                shift += (PLATEAU - (end - start)).max(0.0);
                knots.push((end + shift, run.value));
            } else if kept.contains(&at) {
                let middle = run.below as f64 + run.count as f64 / 2.0;
                knots.push((of_rank(middle) + shift, run.value));
            }
        }
        if !reasons.is_far && !self.piles[1] {
            knots.push((REACH + shift, mean + REACH * scale));
        }
        let mut distinct: Vec<(f64, f64)> = Vec::new();
        for knot in knots {
            if distinct
                .last()
                .is_none_or(|last| knot.0 >= last.0 + MIN_DISTANCE)
            {
                distinct.push(knot);
            }
        }
        let curve = Curve::new(distinct);
        let weighted = self
            .runs
            .iter()
            .map(|run| run.count as f64 * curve.standardised(run.value));
        curve.adjusted(weighted.sum::<f64>() / self.rows as f64, 1.0)
    }

    /// Returns the positions of the runs that get a plateau.
    fn plateaus(&self, recurring: &[f64]) -> Vec<usize> {
        let last = self.runs.len() - 1;
        let is_plateau = |&at: &usize| {
            let is_pile = (at == 0 && self.piles[0]) || (at == last && self.piles[1]);
            is_pile || recurring.contains(&self.runs[at].value)
        };
        (0..self.runs.len()).filter(is_plateau).collect()
    }

    /// Returns the positions of runs whose ranks are evenly spaced in standard deviations.
    fn spread(&self) -> Vec<usize> {
        let x = |rank: usize| quantile((rank as f64 + 0.5) / self.rows as f64);
        let step = -x(0) / MAX_HALF;
        let middle = self.rows / 2;
        let mut ranks = vec![middle];
        let mut next = x(0);
        for rank in 0..middle {
            if x(rank) >= next {
                ranks.extend([rank, self.rows - 1 - rank]);
                next = x(rank) + step;
            }
        }
        let of_rank = |rank: usize| {
            self.runs
                .partition_point(|run| run.below + run.count <= rank)
        };
        let mut kept: Vec<usize> = ranks.into_iter().map(of_rank).collect();
        kept.sort_unstable();
        kept.dedup();
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, Curve, Reasons};
    use crate::quantile::quantile;

    const FREE: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

    /// Returns values of evenly spaced ranks.
    fn values(rows: usize, of_rank: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..rows)
            .map(|row| of_rank((row as f64 + 0.5) / rows as f64))
            .collect()
    }

    fn free(values: Vec<f64>) -> Column {
        Column::new(values, FREE, [false; 2])
    }

    /// Returns the curve, and x of each value.
    fn fitted(column: &Column, values: &[f64]) -> (Curve, Vec<f64>) {
        let reasons = column.reasons(false);
        let curve = column.curve(&reasons, 0.0, 1.0);
        let x: Vec<f64> = values
            .iter()
            .map(|&value| curve.standardised(value))
            .collect();
        let back = x.iter().map(|&x| curve.value(x));
        for (found, value) in back.zip(values) {
            assert!(
                (found - value).abs() <= 1e-9 * value.abs().max(1.0),
                "{found} {value}"
            );
        }
        (curve, x)
    }

    #[test]
    fn ordinary_columns_need_no_curve() {
        for rows in [50, 2000, 100_000] {
            let exponential = |rank: f64| -(1.0 - rank).ln();
            let rounded = |rank: f64| (5.0 * quantile(rank)).round() / 10.0;
            for values in [
                values(rows, quantile),
                values(rows, exponential),
                values(rows, rounded),
            ] {
                assert_eq!(
                    free(values).reasons(false),
                    Reasons::default(),
                    "{rows} rows"
                );
            }
        }
    }

    #[test]
    fn far_values_become_standard_normal() {
        let income = values(2000, |rank| (8.0 + 1.2 * quantile(rank)).exp());
        let mut outlier = values(2000, quantile);
        outlier[1000] = 1e6;
        let mut low = values(2000, quantile);
        low[7] = -1e6;
        let decades = values(2000, |rank| 10f64.powf(4.0 * rank));
        for values in [income, outlier, low, decades] {
            let column = free(values.clone());
            assert!(column.reasons(false).is_far);
            let (curve, x) = fitted(&column, &values);
            assert!(curve.is_far() && curve.recurring().is_empty());
            assert!((10..=32).contains(&curve.knots().len()), "{curve:?}");
            let variance = x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
            assert!((variance - 1.0).abs() < 0.1, "{variance}");
            let ends = x.iter().fold((0.0_f64, 0.0_f64), |ends, &x| {
                (ends.0.min(x), ends.1.max(x))
            });
            assert!(ends.0 > -4.0 && ends.1 < 4.0, "{ends:?}");
        }
        let million = free((0..100_000).map(|row| f64::from(row).powi(5)).collect());
        let curve = million.curve(&million.reasons(false), 0.0, 1.0);
        assert!(curve.knots().len() <= 32);
    }

    #[test]
    fn a_recurring_value_has_a_plateau() {
        let mut rows = values(1000, quantile);
        for row in (0..1000).step_by(10) {
            rows[row] = 0.25;
        }
        let column = free(rows.clone());
        let reasons = column.reasons(false);
        assert_eq!(
            reasons,
            Reasons {
                is_far: false,
                recurring: vec![0.25]
            }
        );
        assert_eq!(column.reasons(true), Reasons::default(), "integers");
        let (curve, _) = fitted(&column, &rows);
        assert_eq!(curve.knots().len(), 4);
        let (low, high) = (curve.lower(0.25), curve.upper(0.25));
        assert!((high - low - 1.0).abs() < 1e-9);
        assert!(!curve.is_far() && !curve.recurs(0.26));
        assert_eq!(curve.recurring(), [0.25]);
        assert_eq!(curve.standardised(0.25), low.midpoint(high));
        let mut narrow = curve.clone();
        narrow.narrow(|value, middle| {
            if value == 0.25 {
                middle - low - 0.3
            } else {
                0.0
            }
        });
        assert!((narrow.upper(0.25) - narrow.lower(0.25) - 0.4).abs() < 1e-9);
        // Straight elsewhere, without a limit.
        assert!((curve.value(low - 1.0) + 0.75).abs() < 1e-9);
        assert!((curve.value(high + 5.0) - 5.25).abs() < 1e-9);
    }

    #[test]
    fn piles_and_recurring_values_of_far_ones_keep_their_places() {
        let mut rows = values(1000, |rank| (2.0 * quantile(rank)).exp().max(0.5));
        for row in (600..1000).step_by(5) {
            rows[row] = 10.0;
        }
        let column = Column::new(rows.clone(), [0.5, f64::INFINITY], [true, false]);
        let reasons = column.reasons(false);
        assert_eq!(
            reasons,
            Reasons {
                is_far: true,
                recurring: vec![10.0]
            }
        );
        let (curve, x) = fitted(&column, &rows);
        assert_eq!(curve.knots()[0].1, 0.5);
        let edge = curve.upper(0.5);
        let pile = rows.iter().zip(&x).filter(|(value, _)| **value == 0.5);
        assert!(
            pile.map(|(_, x)| x)
                .all(|x| (x - (edge - 0.5)).abs() < 1e-9)
        );
        assert!(curve.upper(10.0) - curve.lower(10.0) >= 1.0 - 1e-9);
        let line = curve.adjusted(0.5, 2.0);
        assert_eq!(line.value(0.3), curve.value(1.1));
    }
}
