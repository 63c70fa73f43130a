//! From rows to a [`Table`]: missing values, windows, an even draw if there are too many rows, and
//! classes by number.

use std::collections::BTreeSet;

use flowlet::format::MAX_WIDTH;
use ndarray::{Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::error::{DataErrorKind, Place};
use super::super::{DataError, Labels, Table};
use super::declared::Declared;
use super::far::FarValues;
use super::names::{self, Expanded};
use super::options::{Missing, ReadOptions, Window};
use super::row::{Opened, Row, sorted_names};
use super::windows::Cutter;

/// Most values kept in memory by default: 1 GB.
const MAX_VALUES: usize = 1 << 27;
/// Seed of the draw of rows.
const SEED: u64 = 0x726f_7773;

/// Reads every row, and keeps what the options ask for.
pub(super) fn collect(mut opened: Opened<'_>, options: &ReadOptions) -> Result<Table, DataError> {
    let named = names::positions(&opened, options);
    if let (Some(_), Some(&position)) = (options.window, named.first()) {
        let place = Place::file(&opened.file).with_column(&opened.columns[position]);
        let message = "the column has names, but windows consist of numbers; leave the column out";
        let may_be_label = true;
        return Err(DataError::new(
            DataErrorKind::UnusableColumn { may_be_label },
            place,
            message,
        ));
    }
    let columns = match options.window {
        Some(window) => Cutter::columns(window, &opened.columns),
        None => opened.columns.clone(),
    };
    check_width(&opened.file, columns.len(), options.window)?;
    let max_rows = options.rows.unwrap_or_else(|| {
        let categories = named.len() * names::MAX_CATEGORIES;
        MAX_VALUES / (columns.len() + categories)
    });
    let mut kept = Kept::new(max_rows);
    let mut missing = MissingValues::default();
    let declared = Declared::new(&options.missing_values);
    let mut far = FarValues::new(opened.columns.len(), &named);
    let mut cutter = options.window.map(Cutter::new);
    let rows = std::mem::replace(&mut opened.rows, Box::new(std::iter::empty()));
    let mut seen = 0;
    for row in rows {
        let mut row = row?;
        seen += 1;
        far.take(&mut row, &declared);
        if missing.is_dropped(&opened, &row, options.missing) {
            if let Some(cutter) = &mut cutter {
                cutter.end();
            }
            continue;
        }
        match &mut cutter {
            Some(cutter) => {
                if let Some(window) = cutter.push(row) {
                    kept.offer(window);
                }
            }
            None => kept.offer(row),
        }
    }
    missing.check(options.missing)?;
    opened.notes.extend(far.notes(&opened));
    kept.check(&opened.file, seen, options)?;
    kept.table(&opened, columns, &named, options)
}

fn check_width(file: &str, found: usize, window: Option<Window>) -> Result<(), DataError> {
    let max = usize::from(MAX_WIDTH);
    if found <= max {
        return Ok(());
    }
    Err(match window {
        Some(window) => {
            let longest = max / (found / window.length);
            let message = format!(
                "a window has {found} values, but a model has at most {max}; choose windows of at \
                 most {longest} rows, or leave out columns"
            );
            DataError::in_file(file, message).of_kind(DataErrorKind::WindowTooLong(longest))
        }
        None => {
            let message = format!(
                "a row has {found} values, but a model has at most {max}; leave out columns, or cut \
                 long rows into windows"
            );
            DataError::in_file(file, message).of_kind(DataErrorKind::TooWide)
        }
    })
}

/// Missing values seen so far.
#[derive(Default)]
struct MissingValues {
    count: usize,
    first: Option<Place>,
}

impl MissingValues {
    /// Counts the missing values of a row. Returns whether the row is left out.
    fn is_dropped(&mut self, opened: &Opened<'_>, row: &Row, missing: Missing) -> bool {
        let mut positions: Vec<usize> = (0..row.values.len())
            .filter(|&column| row.values[column].is_nan())
            .collect();
        let unlabelled = row.label.as_ref().is_some_and(String::is_empty);
        positions.extend(unlabelled.then_some(row.values.len()));
        let Some(&first) = positions.first() else {
            return false;
        };
        self.count += positions.len();
        self.first.get_or_insert_with(|| opened.place(row, first));
        match missing {
            Missing::Refuse => false,
            Missing::Drop => true,
            Missing::Mean => unlabelled,
        }
    }

    fn check(self, missing: Missing) -> Result<(), DataError> {
        match self.first {
            Some(place) if missing == Missing::Refuse => {
                let message = match self.count {
                    1 => "the value is missing; fill it in, or drop the row".to_owned(),
                    count => format!(
                        "the value is missing, and {count} are missing in all; fill them in, or \
                         drop their rows"
                    ),
                };
                Err(DataError::new(DataErrorKind::MissingValue, place, message))
            }
            _ => Ok(()),
        }
    }
}

/// The rows that are kept: all of them, or an even draw if there are more than `max` (Vitter 1985,
/// *Random sampling with a reservoir*, algorithm R).
struct Kept {
    max: usize,
    offered: u64,
    rows: Vec<Row>,
    rng: Xoshiro256PlusPlus,
}

impl Kept {
    fn new(max: usize) -> Self {
        Self {
            max,
            offered: 0,
            rows: Vec::new(),
            rng: Xoshiro256PlusPlus::seed_from_u64(SEED),
        }
    }

    fn offer(&mut self, row: Row) {
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

    fn check(&self, file: &str, seen: usize, options: &ReadOptions) -> Result<(), DataError> {
        let (kind, message) = match (self.rows.len(), options.window) {
            (2.., _) => return Ok(()),
            (found, Some(window)) if seen > 1 => {
                let length = window.length;
                let message = format!(
                    "only {found} windows of {length} rows, but at least 2 are needed; choose a \
                     shorter window or a smaller stride"
                );
                (DataErrorKind::NoWindow, message)
            }
            (_, _) if seen > 1 => {
                let message = "fewer than 2 rows have no missing values; fill the missing values";
                (DataErrorKind::TooFewComplete, message.to_owned())
            }
            (0, _) => {
                let message = "the file has no rows; add at least 2";
                (DataErrorKind::NoRows, message.to_owned())
            }
            _ => {
                let message = "the file has a single row; add at least one more";
                (DataErrorKind::Other, message.to_owned())
            }
        };
        Err(DataError::in_file(file, message).of_kind(kind))
    }

    fn table(
        self,
        opened: &Opened<'_>,
        columns: Vec<String>,
        named: &[usize],
        options: &ReadOptions,
    ) -> Result<Table, DataError> {
        let labels = match &opened.label {
            Some((name, position)) => {
                // A window has several columns for each one before the label.
                let position = position * (columns.len() / opened.columns.len());
                Some(labels(opened, &self.rows, name, position)?)
            }
            None => None,
        };
        let Expanded {
            columns,
            categories,
            mut values,
        } = names::expand(opened, &self.rows, columns, named, options)?;
        if options.missing == Missing::Mean {
            fill(&mut values, &opened.file, &columns)?;
        }
        Ok(Table {
            columns,
            categories,
            values,
            labels,
            notes: [opened.notes.as_slice(), &opened.late.borrow()].concat(),
        })
    }
}

/// Replaces missing values by the mean of their column.
fn fill(values: &mut Array2<f64>, file: &str, columns: &[String]) -> Result<(), DataError> {
    for (mut column, name) in values.axis_iter_mut(Axis(1)).zip(columns) {
        let present: Vec<f64> = column
            .iter()
            .copied()
            .filter(|value| !value.is_nan())
            .collect();
        if present.is_empty() {
            return Err(names::no_values(file, name));
        }
        let mean = present.iter().sum::<f64>() / present.len() as f64;
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
