//! Values so far from all others that they may be errors.
//!
//! They would set the scale of their column, if it had no curve. Income, rain and other columns
//! with long tails have no gap before their largest values.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::{Range, RangeInclusive};

use ndarray::Array2;

use crate::data::error::{Place, RowPlace};
use crate::data::note::{Note, NoteKind};
use crate::data::read::rows::{Row, place};
use crate::data::scaling::MAX_STANDARDISED;
use crate::data::series::{parts, series};

/// An outlier is this many times farther from the median than every other value.
const GAP: f64 = 10.0;
/// Outliers make the scale this many times larger.
const RUIN: f64 = 4.0;
/// Least number of rows among which a value is an outlier.
const MIN_ROWS: usize = 20;
/// Largest share of the values that are outliers, and bounds of their largest number.
const MAX_SHARE: f64 = 0.005;
const MAX_COUNT: RangeInclusive<usize> = 3..=1000;
/// Number of equal outliers that are a code for a missing value, which another note names.
const CODE_COUNT: usize = 3;
/// Values that the median is taken of.
const MEDIAN_OF: usize = 1 << 16;
/// Most columns that are named.
const MAX_NOTES: usize = 3;

/// A column as it is in the table.
struct Values<'a> {
    values: &'a Array2<f64>,
    /// Positions of the columns that share a scale.
    members: Vec<usize>,
}

/// The farthest outlier of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Outlier {
    row: usize,
    column: usize,
    /// Number of outliers.
    count: usize,
    /// Smallest and largest of the other values.
    others: (f64, f64),
}

/// Returns a note about the outliers of each column. `rows` are those of the table.
pub(crate) fn notes(
    file: &str,
    rows: &[Row],
    (columns, categories): (&[String], &[Range<usize>]),
    values: &Array2<f64>,
    is_windowed: bool,
) -> Vec<Note> {
    let mut groups: Vec<Vec<usize>> = series(columns, categories)
        .into_iter()
        .map(|series| series.columns)
        .collect();
    let in_group = |column: &usize| {
        let of_names = categories.iter().any(|range| range.contains(column));
        of_names || groups.iter().any(|group| group.contains(column))
    };
    let alone: Vec<usize> = (0..columns.len())
        .filter(|column| !in_group(column))
        .collect();
    groups.extend(alone.into_iter().map(|column| vec![column]));
    groups.sort_unstable();
    let groups = groups.into_iter();
    let mut found: Vec<Outlier> = groups
        .filter_map(|members| Values { values, members }.outlier())
        .collect();
    let more = found.len().saturating_sub(MAX_NOTES);
    found.truncate(MAX_NOTES);
    let last = found.len().saturating_sub(1);
    let note = |(at, outlier): (usize, &Outlier)| {
        let more = if at == last { more } else { 0 };
        let name = &columns[outlier.column];
        let place = place(file, &rows[outlier.row], name);
        // The value's own moment, if no line of the window was left out.
        let (_, moment) = parts(name);
        let moment = moment.parse().ok().filter(|_| is_windowed);
        let at = |row: &RowPlace| match row {
            RowPlace::Line(line) => RowPlace::Line(line + moment.unwrap_or(0)),
            RowPlace::Row(row) => RowPlace::Row(row + moment.unwrap_or(0)),
            other => other.clone(),
        };
        let place = Place {
            row: place.row.as_ref().map(at),
            ..place
        };
        let value = values[[outlier.row, outlier.column]];
        Note::new(NoteKind::Outlier, place, outlier.message(value, more))
    };
    found.iter().enumerate().map(note).collect()
}

impl Outlier {
    fn message(&self, value: f64, more: usize) -> String {
        let (low, high) = self.others;
        let others = match self.count {
            1 => String::new(),
            2 => ", and so is another value".to_owned(),
            count => format!(", and so are {} other values", count - 1),
        };
        let columns = match more {
            0 => String::new(),
            1 => "; another column has outliers too".to_owned(),
            more => format!("; {more} more columns have outliers too"),
        };
        let limit = match value > high {
            true => format!("max = {high}"),
            false => format!("min = {low}"),
        };
        format!(
            "{value} is far from the others, which are from {low} to {high}{others}; if it \
             is an error, correct it, remove its row, or set {limit} in a schema{columns}"
        )
    }
}

impl Values<'_> {
    fn len(&self) -> usize {
        self.values.nrows() * self.members.len()
    }

    /// Returns each value with its row and column.
    fn iter(&self) -> impl Iterator<Item = (f64, usize, usize)> {
        let rows = self.values.outer_iter().enumerate();
        rows.flat_map(|(row, values)| {
            let value = move |&column: &usize| (values[column], row, column);
            self.members.iter().map(value)
        })
    }

    fn median(&self) -> f64 {
        let every = self.len().div_ceil(MEDIAN_OF);
        let values = self.iter().map(|(value, ..)| value).step_by(every);
        let mut values: Vec<f64> = values.collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable_by(middle, f64::total_cmp).1
    }

    /// Returns the distances of the farthest values, from the farthest on, with row and column.
    fn farthest(&self, median: f64, count: usize) -> Vec<(f64, usize, usize)> {
        let mut kept = BinaryHeap::with_capacity(count + 1);
        for (value, row, column) in self.iter() {
            // The bits of numbers that are not negative ascend as they do.
            let distance = ((value - median).abs() + 0.0).to_bits();
            if kept.len() < count {
                kept.push(Reverse((distance, row, column)));
            } else if kept.peek().is_some_and(|least| distance > least.0.0) {
                kept.pop();
                kept.push(Reverse((distance, row, column)));
            }
        }
        let far = kept.into_sorted_vec().into_iter();
        far.map(|Reverse((distance, row, column))| (f64::from_bits(distance), row, column))
            .collect()
    }

    fn outlier(&self) -> Option<Outlier> {
        if self.values.nrows() < MIN_ROWS {
            return None;
        }
        let median = self.median();
        let most = (MAX_SHARE * self.len() as f64) as usize;
        let most = most.clamp(*MAX_COUNT.start(), *MAX_COUNT.end());
        let far = self.farthest(median, most + 1);
        let is_gap = |&count: &usize| {
            let (outside, inside) = (far[count - 1].0, far[count].0);
            inside > 0.0 && outside >= GAP * inside
        };
        let count = (1..far.len()).rev().find(is_gap)?;
        let inside = far[count].0;
        let (mut squares, mut others) = (0.0, (f64::INFINITY, f64::NEG_INFINITY));
        for (value, ..) in self.iter() {
            if (value - median).abs() <= inside {
                squares += (value - median).powi(2);
                others = (others.0.min(value), others.1.max(value));
            }
        }
        let scale = |squares: f64, count: usize, largest: f64| {
            (squares / count as f64)
                .sqrt()
                .max(largest / MAX_STANDARDISED)
        };
        let of_others = scale(squares, self.len() - count, inside);
        let of_outliers: f64 = far[..count].iter().map(|far| far.0.powi(2)).sum();
        let of_all = scale(squares + of_outliers, self.len(), far[0].0);
        let value = |at: usize| self.values[[far[at].1, far[at].2]];
        let is_code = count >= CODE_COUNT && (1..count).all(|at| value(at) == value(0));
        (of_all >= RUIN * of_others && !is_code).then_some(Outlier {
            row: far[0].1,
            column: far[0].2,
            count,
            others,
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::{Outlier, Values};
    use crate::quantile::quantile;

    /// Finds outliers in the quantiles of a distribution, and in more values after them.
    fn found(rows: usize, of_rank: impl Fn(f64) -> f64, more: &[f64]) -> Option<Outlier> {
        let quantiles = (0..rows).map(|row| of_rank((row as f64 + 0.5) / rows as f64));
        let all: Vec<f64> = quantiles.chain(more.iter().copied()).collect();
        let values = Array2::from_shape_vec((all.len(), 1), all).expect("one column");
        let members = vec![0];
        let values = &values;
        Values { values, members }.outlier()
    }

    #[test]
    fn values_that_ruin_a_column_are_found() {
        let rows = |more: &[f64]| found(2000, quantile, more).map(|of| (of.row, of.count));
        assert_eq!(rows(&[1e6]), Some((2000, 1)));
        assert_eq!(rows(&[50.0, -1e6, 3000.0]), Some((2001, 3)));
        assert_eq!(rows(&[40.0]), Some((2000, 1)));
        assert_eq!(found(60, quantile, &[1e4]).map(|of| of.row), Some(60));
        assert_eq!(
            found(60, quantile, &[1e4, 3e4, -2e4]).map(|of| of.count),
            Some(3)
        );
        let slip = found(500, |rank| 1013.0 + 7.0 * quantile(rank), &[10_132.0]);
        assert_eq!(slip.map(|of| of.others.0.round()), Some(991.0));
    }

    #[test]
    fn long_tails_and_rare_events_have_no_outliers() {
        for rows in [50, 300, 2000, 20_000] {
            let none = |of_rank: &dyn Fn(f64) -> f64| {
                assert_eq!(found(rows, of_rank, &[]), None, "{rows} rows");
            };
            none(&quantile);
            for deviation in [0.5, 1.0, 2.0, 3.0] {
                none(&|rank| (deviation * quantile(rank)).exp());
            }
            none(&|rank| (-(1.0 - rank).ln() - 1.0).max(0.0));
            none(&|rank| 1.0 / (1.0 - rank));
            none(&|rank| (std::f64::consts::PI * (rank - 0.5)).tan());
            none(&|rank| f64::from(rank > 0.99));
            none(&|rank| f64::from(rank > 0.99) * rank * 1e3);
            none(&|rank| if rank > 0.9 { 1000.0 + rank } else { rank });
        }
        assert_eq!(found(2000, |_| 5.0, &[1e6]), None, "a constant");
        assert_eq!(found(2000, quantile, &[20.0]), None);
        assert_eq!(found(2000, quantile, &[-999.0; 3]), None, "a code");
    }
}
