//! Known values that are out of range: beyond what the training rows can have had.

use std::fmt;

use flowlet::{ColumnKind, Model};
use ndarray::ArrayView2;

use crate::data::scaling::MAX_STANDARDISED;
use crate::device_columns::range;
use crate::generate::{KnownColumn, known_columns};

/// Share of a value by which it may miss a limit, because of rounding.
const TOLERANCE: f64 = 1e-6;

/// A known value that is out of range. `Display` tells what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfRange {
    /// Row, counted from 1.
    pub row: usize,
    /// Name of the column.
    pub column: String,
    /// The value.
    pub value: f64,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, value, .. } = self;
        let value = match value.abs() {
            ..1e15 => value.to_string(),
            _ => format!("{value:e}"),
        };
        write!(
            f,
            "column `{column}`: {value} is out of range; the model has not learned such values"
        )
    }
}

/// Returns the known values that are out of range, row by row. `values` are those of
/// [`Partial`](super::Partial).
///
/// # Panics
/// If rows have fewer values than the model.
#[must_use]
pub fn out_of_range(model: &Model<'_>, values: ArrayView2<'_, f64>) -> Vec<OutOfRange> {
    let columns = known_columns(model);
    let limits: Vec<(&KnownColumn, [f64; 2])> = columns
        .iter()
        .filter_map(|column| Some((column, limits(model, column)?)))
        .collect();
    let mut found = Vec::new();
    for (row, values) in values.outer_iter().enumerate() {
        for (column, [low, high]) in &limits {
            let value = values[column.values.start];
            let near = TOLERANCE * value.abs();
            if value < low - near || value > high + near {
                found.push(OutOfRange {
                    row: row + 1,
                    column: column.name.clone(),
                    value,
                });
            }
        }
    }
    found
}

/// Returns the least and the largest value of a column of numbers.
fn limits(model: &Model<'_>, of: &KnownColumn) -> Option<[f64; 2]> {
    let column = of.column;
    if !matches!(column.kind, ColumnKind::Real | ColumnKind::Integer) {
        return None;
    }
    let real = |raw: f64| raw * 2f64.powi(-i32::from(column.frac));
    let [low, high] = match column.knots {
        0 => {
            let reach = MAX_STANDARDISED * f64::from(column.multiplier).abs();
            [-reach, reach].map(|reach| real(f64::from(column.offset) + reach))
        }
        _ => {
            let mut knots = model.curve(of.values.start);
            let first = knots.next()?;
            let last = knots.last().unwrap_or(first);
            [first, last].map(|knot| real(knot.value.into()))
        }
    };
    let range = range(column);
    Some([low.max(range.min), high.min(range.max)])
}
