//! Rows to a [`Table`]: missing values, windows, an even draw where there are too many, and classes by number.

use std::collections::{BTreeMap, BTreeSet};

use flowlet::format::{MAX_CLASSES, MAX_WIDTH};
use ndarray::{Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::error::Cell;
use super::super::{DataError, Labels, Table};
use super::names::{self, Expanded};
use super::row::{Opened, Row, sorted};
use super::windows::Cutter;
use super::{Missing, ReadOptions};

/// Values that are kept in memory unless told otherwise: 1 GB.
const MOST_VALUES: usize = 1 << 28;
/// Seed of the draw of rows.
const SEED: u64 = 0x726f_7773;

/// Reads every row, and keeps what the options say.
pub(super) fn collect(mut opened: Opened<'_>, options: &ReadOptions) -> Result<Table, DataError> {
    let file = opened.file.clone();
    let named = names::places(&opened, options);
    if let (Some(_), Some(&place)) = (options.window, named.first()) {
        return Err(DataError::WindowOfNames {
            column: opened.columns[place].clone(),
            file,
        });
    }
    let columns = match options.window {
        Some(window) => Cutter::columns(window, &opened.columns),
        None => opened.columns.clone(),
    };
    if columns.len() > MAX_WIDTH.into() {
        let found = columns.len();
        return Err(match options.window {
            Some(window) => DataError::WindowTooLong {
                file,
                found,
                longest: usize::from(MAX_WIDTH) / (found / window.length),
            },
            None => DataError::TooManyColumns { file, found },
        });
    }
    let most = options.rows.unwrap_or_else(|| {
        let beside = named.len() * names::MOST;
        MOST_VALUES / (columns.len() + beside)
    });
    let mut kept = Kept::new(most);
    let mut absent = Absent::default();
    let mut cutter = options.window.map(Cutter::new);
    let rows = std::mem::replace(&mut opened.rows, Box::new(std::iter::empty()));
    let mut seen = 0;
    for row in rows {
        let row = row?;
        seen += 1;
        if absent.counts(&opened, &row, options.missing) {
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
    absent.refuse(options.missing)?;
    kept.check(&file, seen, options)?;
    kept.table(opened, columns, &named, options)
}

/// Missing values seen so far.
#[derive(Default)]
struct Absent {
    count: usize,
    first: Option<Cell>,
}

impl Absent {
    /// True where the row is to be left out.
    fn counts(&mut self, opened: &Opened<'_>, row: &Row, missing: Missing) -> bool {
        let mut places: Vec<usize> = (0..row.values.len())
            .filter(|&column| row.values[column].is_nan())
            .collect();
        let unlabelled = row.label.as_ref().is_some_and(String::is_empty);
        places.extend(unlabelled.then_some(row.values.len()));
        let Some(&first) = places.first() else {
            return false;
        };
        self.count += places.len();
        self.first.get_or_insert_with(|| opened.cell(row, first));
        match missing {
            Missing::Refuse => false,
            Missing::Drop => true,
            Missing::Mean => unlabelled,
        }
    }

    fn refuse(self, missing: Missing) -> Result<(), DataError> {
        match self.first {
            // One cell says more of itself than many.
            Some(at) if missing == Missing::Refuse => Err(match self.count {
                1 => DataError::EmptyCell { at },
                count => DataError::Absent { at, count },
            }),
            _ => Ok(()),
        }
    }
}

/// Rows kept: all, or an even draw of them once there are more than `most` (Vitter 1985, *Random sampling with a
/// reservoir*, algorithm R).
struct Kept {
    most: usize,
    offered: u64,
    rows: Vec<Row>,
    rng: Xoshiro256PlusPlus,
}

impl Kept {
    fn new(most: usize) -> Self {
        Self {
            most,
            offered: 0,
            rows: Vec::new(),
            rng: Xoshiro256PlusPlus::seed_from_u64(SEED),
        }
    }

    fn offer(&mut self, row: Row) {
        self.offered += 1;
        if self.rows.len() < self.most {
            self.rows.push(row);
            return;
        }
        let place = self.rng.random_range(0..self.offered);
        if let Some(kept) = self.rows.get_mut(place as usize) {
            *kept = row;
        }
    }

    fn check(&self, file: &str, seen: usize, options: &ReadOptions) -> Result<(), DataError> {
        let file = file.to_owned();
        match (self.rows.len(), options.window) {
            (2.., _) => Ok(()),
            (_, Some(window)) if seen > 1 => Err(DataError::NoWindow {
                file,
                length: window.length,
                found: self.rows.len(),
            }),
            (_, _) if seen > 1 => Err(DataError::AllDropped { file }),
            (0, _) => Err(DataError::NoRows { file }),
            _ => Err(DataError::SingleRow { file }),
        }
    }

    fn table(
        self,
        opened: Opened<'_>,
        columns: Vec<String>,
        named: &[usize],
        options: &ReadOptions,
    ) -> Result<Table, DataError> {
        let labels = match &opened.label {
            Some((name, position)) => Some(labels(
                &opened,
                &self.rows,
                name.clone(),
                moved(*position, &opened, &columns),
            )?),
            None => None,
        };
        let Expanded {
            columns,
            categories,
            mut values,
        } = names::expand(&opened, &self.rows, columns, named, options)?;
        if options.missing == Missing::Mean {
            fill(&mut values, &opened.file, &columns)?;
        }
        Ok(Table {
            columns,
            categories,
            values,
            labels,
        })
    }
}

/// Place of the label where columns became windows: behind those of the channels before it.
fn moved(position: usize, opened: &Opened<'_>, columns: &[String]) -> usize {
    position * (columns.len() / opened.columns.len())
}

fn fill(values: &mut Array2<f32>, file: &str, columns: &[String]) -> Result<(), DataError> {
    for (mut column, name) in values.axis_iter_mut(Axis(1)).zip(columns) {
        let present: Vec<f64> = column
            .iter()
            .filter(|value| !value.is_nan())
            .map(|&value| value.into())
            .collect();
        if present.is_empty() {
            return Err(DataError::NothingToFill {
                file: file.into(),
                column: name.clone(),
            });
        }
        let mean = present.iter().sum::<f64>() / present.len() as f64;
        column.mapv_inplace(|value| if value.is_nan() { mean as f32 } else { value });
    }
    Ok(())
}

fn labels(
    opened: &Opened<'_>,
    rows: &[Row],
    column: String,
    position: usize,
) -> Result<Labels, DataError> {
    let class = |row: &Row| row.label.clone().unwrap_or_default();
    if let Some(row) = rows
        .iter()
        .find(|row| class(row).contains(char::is_control))
    {
        return Err(DataError::ControlInClass {
            at: opened.cell(row, opened.columns.len()),
            text: class(row),
        });
    }
    let found: BTreeSet<String> = rows.iter().map(class).collect();
    if found.len() > MAX_CLASSES.into() {
        return Err(DataError::TooManyClasses {
            file: opened.file.clone(),
            label: column,
            found: found.len(),
        });
    }
    let classes = sorted(found.into_iter().collect());
    let numbers: BTreeMap<&String, u16> = classes.iter().zip(0..).collect();
    let of_row = rows.iter().map(|row| numbers[&class(row)]).collect();
    Ok(Labels {
        column,
        position,
        of_row,
        classes,
    })
}
