//! The rows that are kept, and the table that they become.

use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView1, Axis};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::options::{Missing, ReadOptions};
use super::super::rows::{Opened, Row, sorted_names};
use super::names::Expanded;
use super::{flaws, names};
use crate::data::circular::Circular;
use crate::data::error::{DataError, DataErrorKind, Place};
use crate::data::range::ValueRange;
use crate::data::{Labels, Table};

/// Seed of the draw of rows.
const SEED: u64 = 0x726f_7773;

/// The rows that are kept: all of them, or an even draw if there are more than `max` (Vitter 1985,
/// *Random sampling with a reservoir*, algorithm R).
pub(crate) struct Kept {
    max: usize,
    offered: u64,
    pub rows: Vec<Row>,
    rng: Xoshiro256PlusPlus,
}

impl Kept {
    pub fn new(max: usize) -> Self {
        Self {
            max,
            offered: 0,
            rows: Vec::new(),
            rng: Xoshiro256PlusPlus::seed_from_u64(SEED),
        }
    }

    pub fn offer(&mut self, row: Row) {
        self.offered += 1;
        if self.rows.len() < self.max {
            self.rows.push(row);
            return;
        }
        let place = self.rng.random_range(0..self.offered);
        if let Some(kept) = self.rows.get_mut(place as usize) {
            *kept = row;
        }
    }

    /// Checks that there are at least `enough` rows, 1 or 2.
    pub fn check(&self, file: &str, seen: usize, enough: usize) -> Result<(), DataError> {
        let (kind, message) = match self.rows.len() {
            rows if rows >= enough => return Ok(()),
            _ if seen >= enough && enough == 1 => {
                let message = "every row has missing values; fill the missing values";
                (DataErrorKind::TooFewComplete, message)
            }
            _ if seen >= enough => {
                let message = "fewer than 2 rows have no missing values; fill the missing values";
                (DataErrorKind::TooFewComplete, message)
            }
            0 => (DataErrorKind::NoRows, "the file has no rows; add some"),
            _ => {
                let message = "the file has a single row; add at least one more";
                (DataErrorKind::Other, message)
            }
        };
        Err(DataError::in_file(file, message).of_kind(kind))
    }

    pub fn table(
        self,
        opened: &Opened<'_>,
        named: &[usize],
        options: &ReadOptions,
    ) -> Result<Table, DataError> {
        let Expanded {
            columns,
            categories,
            circular,
            mut values,
            widths,
            mut notes,
        } = names::expand(opened, &self.rows, named, options)?;
        let labels = match &opened.label {
            Some((name, position)) => {
                let position = widths[..*position].iter().sum();
                Some(labels(opened, &self.rows, name, position)?)
            }
            None => None,
        };
        notes.extend(
            labels
                .as_ref()
                .and_then(|of| names::differ_in_case(&opened.file, &of.column, &of.classes)),
        );
        if options.missing == Missing::Mean {
            fill(&mut values, &opened.file, &columns, &circular, options)?;
        }
        let mut table = Table {
            columns,
            categories,
            circular,
            values,
            labels,
            notes,
            ..Table::default()
        };
        // Rows to fill in are not trained on, so nothing is noted about them.
        if options.missing != Missing::Keep {
            let found = flaws::notes(opened, &self.rows, &table, options);
            table.notes.extend(found);
        }
        Ok(table)
    }
}

/// Replaces missing values by the mean of their column, rounded as its values are.
fn fill(
    values: &mut Array2<f64>,
    file: &str,
    columns: &[String],
    circular: &[Circular],
    options: &ReadOptions,
) -> Result<(), DataError> {
    let declared = |at: usize, range: &ValueRange| {
        let period = options.periods.get(&columns[at])?;
        Some(Circular {
            first: at,
            start: period.start,
            period: period.end - period.start,
            decimals: range.decimals,
        })
    };
    for (at, mut column) in values.axis_iter_mut(Axis(1)).enumerate() {
        let present: Vec<f64> = column
            .iter()
            .copied()
            .filter(|value| !value.is_nan())
            .collect();
        if present.is_empty() {
            return Err(names::no_values(file, &columns[at]));
        }
        let range = ValueRange::of(ArrayView1::from(&present));
        let of_date = circular.iter().find(|of| of.first == at).cloned();
        let mean = match of_date.or_else(|| declared(at, &range)) {
            Some(circular) => circular.mean(&present),
            None => range.nearest(present.iter().sum::<f64>() / present.len() as f64),
        };
        column.mapv_inplace(|value| if value.is_nan() { mean } else { value });
    }
    Ok(())
}

fn labels(
    opened: &Opened<'_>,
    rows: &[Row],
    column: &str,
    position: usize,
) -> Result<Labels, DataError> {
    let class = |row: &Row| row.label.clone().unwrap_or_default();
    let cells: Vec<String> = rows.iter().map(class).collect();
    if let Some((row, class)) = rows
        .iter()
        .zip(&cells)
        .find(|(_, class)| class.contains(char::is_control))
    {
        let place = opened.place(row, opened.columns.len());
        return Err(names::control_character(place, class));
    }
    let classes: BTreeSet<&String> = cells.iter().collect();
    let classes = sorted_names(classes.into_iter().cloned().collect());
    Labels::new(column, position, classes, &cells).map_err(|error| {
        let place = Place::file(&opened.file).with_column(column);
        DataError::new(error.kind, place, error.message)
    })
}
