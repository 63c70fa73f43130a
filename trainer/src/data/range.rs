//! The values that a column takes: integers or reals, and limits.
//!
//! A velocity network makes smooth densities. The device rounds and limits what it decodes. So it
//! reproduces counts, and columns that pile up at a limit (rain is 0 on half of the days). In
//! training, rows at a limit of a column of reals are moved beyond it. They are like the hidden
//! part of a censored Gaussian (Tobin, *Estimation of relationships for limited dependent
//! variables*, Econometrica 26, 1958). Limiting then moves exactly their share back.

use std::fmt;

use ndarray::{Array2, ArrayView1, ArrayView2};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;
use serde::{Deserialize, Serialize};

use crate::quantile::quantile;

/// Mixed into the seed, so that no other use of the seed has the same draws.
const SEED: u64 = 0x646f_6d61_696e_0000;

/// Share of the rows at an end from which the end is a limit.
const PILE_SHARE: f64 = 0.01;

/// Largest magnitude up to which f32 has all integers.
const MAX_INTEGER: f64 = 16_777_216.0;

/// Values that a column takes, in physical units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueRange {
    /// Only integers.
    pub integer: bool,
    /// Smallest value; −∞ without a limit.
    pub min: f64,
    /// Largest value, at least `min`; ∞ without a limit.
    pub max: f64,
}

impl ValueRange {
    /// Any value.
    pub const REAL: Self = Self {
        integer: false,
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
    };

    /// Range of the value of a category.
    pub const ONE_HOT: Self = Self {
        integer: true,
        min: 0.0,
        max: 1.0,
    };

    /// Infers the range of a column. Integers are limited to those in the data. Reals are limited
    /// at an end at which at least one row in a hundred lies.
    ///
    /// # Panics
    /// If there is no value.
    #[must_use]
    pub fn of(column: ArrayView1<'_, f64>) -> Self {
        let integer = column
            .iter()
            .all(|value| value.fract() == 0.0 && value.abs() <= MAX_INTEGER);
        let ends = [f64::min, f64::max].map(|end| column.iter().copied().reduce(end));
        let [min, max] = ends.map(|end| end.expect("a column has values"));
        let limit = |end: f64| {
            let there = column.iter().filter(|&&value| value == end).count();
            // A single row is never a pile.
            let piled = there > 1 && there as f64 >= PILE_SHARE * column.len() as f64;
            (integer || piled).then_some(end)
        };
        Self {
            integer,
            min: limit(min).unwrap_or(f64::NEG_INFINITY),
            max: limit(max).unwrap_or(f64::INFINITY),
        }
    }

    /// Infers the range of every column.
    #[must_use]
    pub fn of_each(values: ArrayView2<'_, f64>) -> Vec<Self> {
        values.columns().into_iter().map(Self::of).collect()
    }

    /// Returns the nearest value of the range.
    #[must_use]
    pub fn nearest(self, value: f64) -> f64 {
        let value = if self.integer {
            (value + 0.5).floor()
        } else {
            value
        };
        value.clamp(self.min, self.max)
    }
}

impl fmt::Display for ValueRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.integer { "integer" } else { "real" })?;
        match (self.min.is_finite(), self.max.is_finite()) {
            (true, true) => write!(f, ", {} to {}", self.min, self.max),
            (true, false) => write!(f, ", from {}", self.min),
            (false, true) => write!(f, ", to {}", self.max),
            (false, false) => Ok(()),
        }
    }
}

/// Moves values at a limit of a column of reals beyond the limit. Physical units, `rows × columns`.
///
/// # Panics
/// If there is not one range per column.
#[must_use]
pub fn move_beyond_limits(
    mut values: Array2<f64>,
    ranges: &[ValueRange],
    seed: u64,
) -> Array2<f64> {
    assert_eq!(values.ncols(), ranges.len(), "a range for every column");
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed ^ SEED);
    for (mut column, range) in values.columns_mut().into_iter().zip(ranges) {
        for (end, sign) in [(range.min, 1.0), (range.max, -1.0)] {
            if range.integer || !end.is_finite() {
                continue;
            }
            let Some(tail) = Tail::of(column.view(), end, sign) else {
                continue;
            };
            column.mapv_inplace(|value| match (value - end) * sign <= 0.0 {
                true => end + sign * tail.beyond(rng.random()),
                false => value,
            });
        }
    }
    values
}

/// The hidden part of a Gaussian that is cut off at a limit.
struct Tail {
    /// Share of the rows at the limit.
    share: f64,
    /// Position of the limit, in standard deviations from the mean.
    at: f64,
    /// Standard deviation, physical units.
    stddev: f64,
}

impl Tail {
    /// Fits the Gaussian that has the same share of rows beyond the limit, and the same median of
    /// the other rows. `None` if no row, or every row, is at the limit.
    fn of(column: ArrayView1<'_, f64>, end: f64, sign: f64) -> Option<Self> {
        let inside = column.iter().map(|&value| (value - end) * sign);
        let mut inside: Vec<f64> = inside.filter(|&distance| distance > 0.0).collect();
        let share = 1.0 - inside.len() as f64 / column.len() as f64;
        if inside.is_empty() || share == 0.0 {
            return None;
        }
        inside.sort_unstable_by(f64::total_cmp);
        let median = inside[inside.len() / 2];
        let at = quantile(share);
        Some(Self {
            share,
            at,
            stddev: median / (quantile((1.0 + share) / 2.0) - at),
        })
    }

    /// Draws a value beyond the limit, relative to it, ≤ 0. `uniform` is 0..1.
    fn beyond(&self, uniform: f64) -> f64 {
        // Leaves out the last hundredth of the tail, which is far out.
        let rank = self.share * uniform.max(0.01);
        (self.stddev * (quantile(rank) - self.at)).min(0.0)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, array};

    use super::{ValueRange, move_beyond_limits};
    use crate::quantile::quantile;

    #[test]
    fn counts_lie_within_those_seen() {
        let range = ValueRange::of(array![3.0, 9.0, 4.0].view());
        let integer = ValueRange {
            integer: true,
            min: 3.0,
            max: 9.0,
        };
        assert_eq!(range, integer);
        assert_eq!(
            [-7.0, 3.4, 3.5, 99.0].map(|value| range.nearest(value)),
            [3.0, 3.0, 4.0, 9.0]
        );
    }

    #[test]
    fn reals_are_limited_where_they_pile_up() {
        let column =
            |zeros: usize| Array1::from_shape_fn(200, |row| row.saturating_sub(zeros) as f64 * 0.5);
        let limited = ValueRange {
            min: 0.0,
            ..ValueRange::REAL
        };
        assert_eq!(ValueRange::of(column(1).view()), limited, "two of 200");
        assert_eq!(
            ValueRange::of(column(0).view()),
            ValueRange::REAL,
            "one of 200"
        );
        assert_eq!(limited.nearest(-0.25), 0.0);
        assert_eq!(limited.nearest(0.25), 0.25);
    }

    #[test]
    fn moved_values_come_back_and_look_gaussian() {
        // Half of a Gaussian, censored at 0.
        let values = Array2::from_shape_fn((2000, 1), |(row, _)| {
            (3.0 * quantile((row as f64 + 0.5) / 2000.0)).max(0.0)
        });
        let ranges = ValueRange::of_each(values.view());
        let out = move_beyond_limits(values.clone(), &ranges, 5);
        let back = out.mapv(|value| ranges[0].nearest(value));
        assert_eq!(back, values);
        let stddev = out.mapv(|value| value * value).mean().expect("rows").sqrt();
        assert!((stddev - 3.0).abs() < 0.1, "{stddev}");
    }

    #[test]
    fn integer_and_constant_columns_are_not_moved() {
        let values = Array2::from_shape_fn((50, 2), |(row, column)| match column {
            0 => (row / 25) as f64,
            _ => 0.5,
        });
        let ranges = ValueRange::of_each(values.view());
        assert_eq!((ranges[1].min, ranges[1].max), (0.5, 0.5));
        assert_eq!(move_beyond_limits(values.clone(), &ranges, 0), values);
    }
}
