//! The values that a column takes: integers or reals, and limits.
//!
//! A velocity network makes smooth densities. The device rounds and limits what it decodes. So it
//! reproduces counts, and columns that pile up at a limit (rain is 0 on half of the days).

use std::fmt;

use ndarray::{ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::Table;
use super::series::series;

/// Least share of the rows, and least number of rows, at an end that is a limit.
const PILE_SHARE: f64 = 0.01;
const PILE_ROWS: usize = 6;
/// Number of values next to an end that show how the number of rows falls towards it.
const NEIGHBOURS: usize = 4;
/// Rows that must be missing beyond an end.
const MISSING_ROWS: f64 = 3.0;

/// Largest magnitude up to which f64 has all integers.
const MAX_INTEGER: f64 = 9_007_199_254_740_992.0;

/// Most decimal places that values can have in common.
pub(super) const MAX_DECIMALS: u8 = 9;

/// Values that a column takes, in physical units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueRange {
    /// Only integers.
    pub integer: bool,
    /// Decimal places that all values have in common, at most 9: each value is a multiple of
    /// 10^−decimals. `None` for integers, and for values with more places.
    pub decimals: Option<u8>,
    /// Smallest value; −∞ without a limit.
    pub min: f64,
    /// Largest value, at least `min`; ∞ without a limit.
    pub max: f64,
}

impl ValueRange {
    /// Any value.
    pub const REAL: Self = Self {
        integer: false,
        decimals: None,
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
    };

    /// Range of the value of a category.
    pub const ONE_HOT: Self = Self {
        integer: true,
        decimals: None,
        min: 0.0,
        max: 1.0,
    };

    /// Infers the range of a column. Integers are limited to those in the data. Reals are limited
    /// at an end if the rows at it show that there would be values beyond it.
    ///
    /// # Panics
    /// If there is no value.
    #[must_use]
    pub fn of(column: ArrayView1<'_, f64>) -> Self {
        let integer = column
            .iter()
            .all(|value| value.fract() == 0.0 && value.abs() <= MAX_INTEGER);
        let decimals = decimals(column).filter(|_| !integer);
        let mut ascending = column.to_vec();
        ascending.sort_unstable_by(f64::total_cmp);
        let (min, max) = (ascending[0], ascending[ascending.len() - 1]);
        let mut limit = |end: f64, none: f64| {
            let piled = integer || is_pile(&ascending, decimals.is_some());
            ascending.reverse();
            if piled { end } else { none }
        };
        Self {
            integer,
            decimals,
            min: limit(min, f64::NEG_INFINITY),
            max: limit(max, f64::INFINITY),
        }
    }

    /// Infers the range of every column of a table. The columns of a series have the same decimal
    /// places. If one of them has a limit that no value of the series is beyond, all have it.
    #[must_use]
    pub fn of_table(table: &Table) -> Vec<Self> {
        let mut ranges = Self::of_each(table.values.view());
        for one in series(&table.columns, &table.categories) {
            let mut members = one.columns.clone();
            members.retain(|&column| !ranges[column].integer);
            let decimals = members.iter().map(|&column| ranges[column].decimals);
            let common: Option<Vec<u8>> = decimals.collect();
            let common = common.and_then(|all| all.into_iter().max());
            let values = one.columns.iter().flat_map(|&at| table.values.column(at));
            let least = values.clone().copied().fold(f64::INFINITY, f64::min);
            let largest = values.copied().fold(f64::NEG_INFINITY, f64::max);
            let low = members.iter().any(|&column| ranges[column].min == least);
            let high = members.iter().any(|&column| ranges[column].max == largest);
            for column in members {
                let range = &mut ranges[column];
                range.decimals = common;
                range.min = if low { least } else { range.min };
                range.max = if high { largest } else { range.max };
            }
        }
        ranges
    }

    /// Infers the range of every column.
    #[must_use]
    pub fn of_each(values: ArrayView2<'_, f64>) -> Vec<Self> {
        values.columns().into_iter().map(Self::of).collect()
    }

    /// Returns the nearest value of the range.
    #[must_use]
    pub fn nearest(self, value: f64) -> f64 {
        self.rounded(value).clamp(self.min, self.max)
    }

    /// Returns the distance between neighbouring values, 0 if there is none.
    pub(crate) fn step(self) -> f64 {
        match self.decimals {
            _ if self.integer => 1.0,
            Some(decimals) => 10f64.powi(-i32::from(decimals)),
            None => 0.0,
        }
    }

    /// Rounds to an integer, or to the decimal places. A half is rounded up.
    fn rounded(self, value: f64) -> f64 {
        match self.decimals {
            _ if self.integer => (value + 0.5).floor(),
            Some(decimals) => {
                let steps = 10f64.powi(decimals.into());
                (value * steps + 0.5).floor() / steps
            }
            None => value,
        }
    }

    /// Returns the text of a value: all digits of an integer, and all decimal places. Other numbers
    /// have as many digits as are needed to read the same f32 back.
    ///
    /// ```
    /// use flowlet_trainer::data::range::ValueRange;
    ///
    /// let price = ValueRange { decimals: Some(2), ..ValueRange::REAL };
    /// assert_eq!(price.text(12.3), "12.30");
    /// assert_eq!(ValueRange::REAL.text(12.3), "12.3");
    /// ```
    #[must_use]
    pub fn text(self, value: f64) -> String {
        // Has no sign if it is 0.
        let value = value + 0.0;
        match self.decimals {
            _ if self.integer => value.to_string(),
            Some(decimals) if value.is_finite() => {
                format!("{:.*}", usize::from(decimals), self.rounded(value) + 0.0)
            }
            _ => (value as f32).to_string(),
        }
    }
}

impl fmt::Display for ValueRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.integer { "integer" } else { "real" })?;
        match self.decimals {
            Some(1) => f.write_str(", 1 decimal")?,
            Some(decimals) => write!(f, ", {decimals} decimals")?,
            None => {}
        }
        let [min, max] = [self.min, self.max].map(|end| self.text(end));
        match (self.min.is_finite(), self.max.is_finite()) {
            (true, true) => write!(f, ", {min} to {max}"),
            (true, false) => write!(f, ", from {min}"),
            (false, true) => write!(f, ", to {max}"),
            (false, false) => Ok(()),
        }
    }
}

/// Returns whether the rows with the first of the sorted values are evidence of a limit.
///
/// The number of rows falls from one value to the next in the tail of a distribution, at least as
/// fast as from the neighbours of the end to the end. If a tail would have had several rows beyond
/// the end, there is a limit. Without `decimals`, values do not recur by rounding, so the end must
/// recur more often than its neighbours.
pub(super) fn is_pile(sorted: &[f64], decimals: bool) -> bool {
    let mut runs = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len);
    let (end, all) = (runs.next().unwrap_or(0), sorted.len());
    let neighbours: Vec<usize> = runs.take(NEIGHBOURS).collect();
    if neighbours.is_empty() {
        // A constant.
        return end > 1;
    }
    let usual = neighbours.iter().sum::<usize>() as f64 / neighbours.len() as f64;
    let rows = end as f64;
    if end < PILE_ROWS || rows < PILE_SHARE * all as f64 || (!decimals && rows < 2.0 * usual) {
        return false;
    }
    let falls = (rows / usual).min(0.8);
    // Two standard deviations fewer than were found, and the sum of all that would follow.
    let beyond = (rows - 2.0 * rows.sqrt()) * falls / (1.0 - falls);
    beyond >= MISSING_ROWS
}

/// Returns the decimal places that all values have in common, if they are at most
/// [`MAX_DECIMALS`].
fn decimals(column: ArrayView1<'_, f64>) -> Option<u8> {
    let mut common = 0;
    for &value in column {
        common = (common..=MAX_DECIMALS).find(|&decimals| is_multiple(value, decimals))?;
    }
    Some(common)
}

/// Returns whether a value is the f64 nearest to a number with this many decimal places.
pub(crate) fn is_multiple(value: f64, decimals: u8) -> bool {
    let steps = 10f64.powi(decimals.into());
    let digits = (value * steps).round();
    // Both numbers are exact, so the quotient is the nearest one.
    digits.abs() <= MAX_INTEGER && digits / steps == value
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, array};

    use super::{Table, ValueRange};
    use crate::quantile::quantile;

    #[test]
    fn counts_lie_within_those_seen() {
        let range = ValueRange::of(array![3.0, 9.0, 4.0].view());
        let integer = ValueRange {
            integer: true,
            decimals: None,
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
            decimals: Some(1),
            min: 0.0,
            ..ValueRange::REAL
        };
        assert_eq!(ValueRange::of(column(5).view()), limited, "six of 200");
        let free = ValueRange {
            decimals: Some(1),
            ..ValueRange::REAL
        };
        assert_eq!(ValueRange::of(column(1).view()), free, "two of 200");
        assert_eq!(limited.nearest(-0.25), 0.0);
        assert_eq!(limited.nearest(0.25), 0.3);
    }

    /// Values `quantile(rank)` of rows at evenly spaced ranks.
    fn column(rows: usize, of_rank: impl Fn(f64) -> f64) -> Array1<f64> {
        Array1::from_shape_fn(rows, |row| of_rank((row as f64 + 0.5) / rows as f64))
    }

    #[test]
    fn the_tail_of_rounded_values_is_no_limit() {
        let limits = |column: &Array1<f64>| {
            let range = ValueRange::of(column.view());
            [range.min.is_finite(), range.max.is_finite()]
        };
        for rows in [60, 150, 1000, 5000] {
            for steps in [10.0, 4.0, 2.0] {
                let normal = column(rows, |rank| (quantile(rank) * steps).round() / steps);
                assert_eq!(
                    limits(&normal),
                    [false, false],
                    "{rows} rows, {steps} steps"
                );
            }
            // Waiting times begin at 0, which few of many values show.
            let waiting = column(rows, |rank| (-(1.0 - rank).ln() * 2.0).round() / 2.0);
            assert_eq!(limits(&waiting), [true, false], "{rows} rows");
            let rain = column(rows, |rank| (6.0 * quantile(rank)).round().max(0.0) / 10.0);
            assert_eq!(limits(&rain), [true, false], "{rows} rows");
        }
        let mut ties = column(60, quantile);
        ties[58] = ties[59];
        assert_eq!(limits(&ties), [false, false], "two of sixty");
        let saturated = column(1000, |rank| quantile(rank).min(1.7));
        assert_eq!(limits(&saturated), [false, true]);
        let repeated = column(1000, |rank| {
            quantile((rank * 100.0).floor() / 100.0 + 0.005)
        });
        assert_eq!(limits(&repeated), [false, false], "every row ten times");
    }

    #[test]
    fn decimals_are_those_of_all_values() {
        let of = |values: &[f64]| ValueRange::of(Array1::from(values.to_vec()).view()).decimals;
        assert_eq!(of(&[12.3, 4.25, -7.0]), Some(2));
        assert_eq!(of(&[51.500_012_3, -122.419_415_5]), Some(7));
        assert_eq!(of(&[0.5, 1e-9]), Some(9));
        for values in [[0.5, 0.1 + 0.2], [0.5, 1e-10], [0.5, 1e20], [3.0, 4.0]] {
            assert_eq!(of(&values), None, "{values:?}");
        }
    }

    #[test]
    fn values_are_written_with_the_digits_they_have() {
        let price = ValueRange {
            decimals: Some(2),
            ..ValueRange::REAL
        };
        assert_eq!(
            [12.3, -0.001, 7.0].map(|value| price.text(value)),
            ["12.30", "0.00", "7.00"]
        );
        assert_eq!(price.nearest(-0.385), -0.38);
        let serial = ValueRange::of(array![1_709_251_211.0, -9.0].view());
        assert_eq!(serial.text(1_709_251_211.0), "1709251211");
        assert_eq!(serial.to_string(), "integer, -9 to 1709251211");
        assert_eq!(ValueRange::REAL.text(0.1 + 0.2), "0.3");
        let limited = ValueRange { min: 0.0, ..price };
        assert_eq!(limited.to_string(), "real, 2 decimals, from 0.00");
    }

    #[test]
    fn the_columns_of_a_series_have_the_same_decimals() {
        let names = (0..9).map(|at| format!("t{at}")).chain(["x".to_owned()]);
        let table = Table {
            columns: names.collect(),
            values: Array2::from_shape_fn((3, 10), |(row, column)| match column {
                0 => 2.0,
                1 => 0.25,
                9 => 0.125,
                _ => row as f64 + 0.5,
            }),
            ..Table::default()
        };
        let ranges = ValueRange::of_table(&table);
        let decimals: Vec<_> = ranges.iter().map(|range| range.decimals).collect();
        assert_eq!(decimals[..3], [None, Some(2), Some(2)]);
        assert_eq!(decimals[8..], [Some(2), Some(3)]);
    }

    #[test]
    fn the_columns_of_a_series_have_the_same_limits() {
        let names = (0..9).map(|at| format!("t{at}")).chain(["x".to_owned()]);
        let light = |column: usize| {
            let table = Table {
                columns: names.clone().collect(),
                values: Array2::from_shape_fn((200, 10), |(row, at)| match at {
                    0 => 0.0,
                    9 => 0.5 + row as f64,
                    _ if at == column => (row as f64 - 50.5).max(0.0),
                    _ => 0.25 + row as f64,
                }),
                ..Table::default()
            };
            ValueRange::of_table(&table)
        };
        let ranges = light(3);
        let low: Vec<f64> = ranges.iter().map(|range| range.min).collect();
        assert_eq!(low[..9], [0.0; 9], "of the series");
        assert_eq!(low[9], f64::NEG_INFINITY, "of another column");
        assert!(ranges[1].max.is_infinite(), "no limit");
        assert!(light(10)[1].min.is_infinite(), "no column has a pile");
    }
}
