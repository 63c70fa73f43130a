//! Brings a table to a model's columns, categories and class numbers by name, whatever their order
//! in the file.

use flowlet::Model;
use ndarray::{Array2, ArrayView2, s};

use super::unknown::{unknown_categories, unknown_classes};
use super::{categories, circular, file_columns};
use crate::data::category::FileColumn;
use crate::data::{Labels, Table};
use crate::generate::{KnownColumn, known_columns};

/// Why a table does not have the columns of a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlignError {
    /// The table lacks a column of the model.
    #[error("the data have no column `{0}`, which the model was trained on; add it")]
    Missing(String),
    /// The model lacks a column of the table.
    #[error("the model was not trained on column `{0}`; remove it from the data")]
    Unknown(String),
    /// A column has names in the table and numbers in the model, or the reverse.
    #[error("column `{0}` has names, but the model was trained on numbers; correct the data")]
    Names(String),
    /// The model was not trained on a category or class.
    #[error(
        "row {row}, column `{column}`: the model was not trained on `{name}`; remove the rows with \
         it"
    )]
    Name {
        /// The first row with the name, counted from 1.
        row: usize,
        /// The column.
        column: String,
        /// The name.
        name: String,
    },
}

impl Table {
    /// Returns the same rows with the columns and the class numbers of `model`. Labels are dropped
    /// if the model has no classes.
    ///
    /// # Errors
    /// [`AlignError`] with the first column or class that does not fit.
    pub fn align_to_model(self, model: &Model<'_>) -> Result<Self, AlignError> {
        self.aligned(model, Names::Known)
    }

    /// Returns the same rows as [`align_to_model`](Self::align_to_model), to be scored: names that
    /// the model was not trained on are allowed, and each adds a note. A row with an unknown
    /// category has none. Unknown classes follow those of the model.
    ///
    /// # Errors
    /// [`AlignError`] with the first column that does not fit.
    pub fn align_openly_to_model(self, model: &Model<'_>) -> Result<Self, AlignError> {
        self.aligned(model, Names::Unknown)
    }

    /// Returns the same rows as [`align_to_model`](Self::align_to_model), to be filled in: columns
    /// that the table lacks, or that have no values, are NaN in all rows.
    ///
    /// # Errors
    /// [`AlignError`] with the first column or class that does not fit.
    pub fn align_partly_to_model(self, model: &Model<'_>) -> Result<Self, AlignError> {
        self.aligned(model, Names::Missing)
    }

    fn aligned(self, model: &Model<'_>, allowed: Names) -> Result<Self, AlignError> {
        let mut conditions = known_columns(model);
        conditions.retain(|column| column.values.start >= model.dim());
        if conditions.is_empty() {
            return self.aligned_columns(model, allowed);
        }
        let wanted: Vec<FileColumn<'_>> = conditions.iter().map(KnownColumn::in_file).collect();
        let (rest, given) = self.without_conditions(&wanted)?;
        let aligned = rest.aligned_columns(model, allowed)?;
        Ok(Self {
            conditions: Some(Box::new(given)),
            ..aligned
        })
    }

    /// Divides the table into other columns and the conditions, in the order of the model.
    fn without_conditions(self, wanted: &[FileColumn<'_>]) -> Result<(Self, Self), AlignError> {
        let columns = self.file_columns();
        let is_chosen = |column: &FileColumn<'_>| wanted.iter().any(|of| of.name == column.name);
        let chosen: Vec<bool> = columns.iter().map(is_chosen).collect();
        let first = wanted.first().map_or(0, |column| column.values.start);
        let names = wanted
            .iter()
            .flat_map(|of| vec![of.name.to_owned(); of.values.len()]);
        let names: Vec<String> = names.collect();
        // A circular condition has its value, and 0.
        let mut values = Array2::zeros((self.values.nrows(), names.len()));
        for (from, to) in order(&columns, wanted, self.values.view(), Names::Known)? {
            let mut to = values.column_mut(to - first);
            to.assign(&self.values.column(from));
        }
        let given = Self {
            columns: names,
            values,
            ..Self::default()
        };
        Ok((self.divided(&chosen, false), given))
    }

    fn aligned_columns(self, model: &Model<'_>, allowed: Names) -> Result<Self, AlignError> {
        let names: Vec<&str> = model.column_names().collect();
        let categories = categories(model);
        let circular = circular(model);
        let wanted = file_columns(model);
        let has_values = |column: &FileColumn<'_>| {
            let of = self.values.slice(s![.., column.values.clone()]);
            !of.iter().all(|value| value.is_nan())
        };
        let mut found = self.file_columns();
        let mut values = Array2::zeros((self.values.nrows(), names.len()));
        let mut unknown = vec![false; names.len()];
        if allowed == Names::Missing {
            unknown_columns(&found, &wanted)?;
            found.retain(has_values);
            for column in &wanted {
                let is_found = found.iter().any(|found| found.name == column.name);
                unknown[column.values.clone()].fill(!is_found);
            }
        }
        let known: Vec<FileColumn<'_>> = wanted
            .into_iter()
            .filter(|column| !unknown[column.values.start])
            .collect();
        let order = order(&found, &known, self.values.view(), allowed)?;
        unknown_columns(&found, &known)?;
        for (from, to) in order {
            values.column_mut(to).assign(&self.values.column(from));
        }
        let mut notes = self.notes.clone();
        notes.extend(unknown_categories(&found, &known, self.values.view()));
        for (at, _) in unknown.iter().enumerate().filter(|(_, unknown)| **unknown) {
            values.column_mut(at).fill(f64::NAN);
        }
        // A row without a category has NaN in the categories that the table has.
        for range in &categories {
            for mut row in values.slice_mut(s![.., range.clone()]).rows_mut() {
                if row.iter().any(|value: &f64| value.is_nan()) {
                    row.fill(f64::NAN);
                }
            }
        }
        for of in &circular {
            let mut column = values.column_mut(of.first);
            column.mapv_inplace(|value: f64| of.wrapped(value));
        }
        let labels = match self.labels {
            Some(labels) if model.classes() > 0 => {
                notes.extend(unknown_classes(&labels, model));
                Some(renumber(labels, model, allowed)?)
            }
            _ => None,
        };
        Ok(Self {
            columns: names.into_iter().map(str::to_owned).collect(),
            categories,
            circular,
            values,
            labels,
            conditions: None,
            recordings: self.recordings,
            notes,
        })
    }
}

/// Names of categories and classes that a table may have, compared with those of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// Only known ones.
    Known,
    /// Unknown ones too.
    Unknown,
    /// Only known ones, but columns may have no values.
    Missing,
}

/// Returns the position of each value among the columns `found` and among those `wanted`.
fn order(
    found: &[FileColumn<'_>],
    wanted: &[FileColumn<'_>],
    rows: ArrayView2<'_, f64>,
    allowed: Names,
) -> Result<Vec<(usize, usize)>, AlignError> {
    let mut order = Vec::new();
    for wanted in wanted {
        let mut same = found.iter().filter(|column| column.name == wanted.name);
        let column = same.next();
        let column = column.ok_or_else(|| AlignError::Missing(wanted.name.to_owned()))?;
        order.extend(values(column, wanted, rows, allowed)?);
    }
    Ok(order)
}

/// Refuses columns that the model lacks.
fn unknown_columns(found: &[FileColumn<'_>], wanted: &[FileColumn<'_>]) -> Result<(), AlignError> {
    let unknown = |column: &&FileColumn<'_>| wanted.iter().all(|wanted| wanted.name != column.name);
    match found.iter().find(unknown) {
        Some(column) => Err(AlignError::Unknown(column.name.to_owned())),
        None => Ok(()),
    }
}

/// Returns the positions of the values of one column. Categories that the table lacks are 0 in all
/// rows, and those that the model lacks are left out if they are allowed.
fn values(
    found: &FileColumn<'_>,
    wanted: &FileColumn<'_>,
    rows: ArrayView2<'_, f64>,
    allowed: Names,
) -> Result<Vec<(usize, usize)>, AlignError> {
    let (names, known) = match (&found.categories, &wanted.categories) {
        (None, None) => return Ok(vec![(found.values.start, wanted.values.start)]),
        (Some(names), Some(known)) => (names, known),
        _ => return Err(AlignError::Names(wanted.name.to_owned())),
    };
    let place = |(&name, from): (&&str, usize)| {
        let place = known.iter().position(|&known| known == name);
        match place {
            Some(place) => Ok(Some((from, wanted.values.start + place))),
            None if allowed == Names::Unknown => Ok(None),
            None => Err(AlignError::Name {
                row: first(rows.column(from), |&value| value == 1.0),
                column: wanted.name.to_owned(),
                name: name.to_owned(),
            }),
        }
    };
    let places = names.iter().zip(found.values.clone()).map(place);
    places.filter_map(Result::transpose).collect()
}

/// Returns the first row, counted from 1, whose value is as wanted.
fn first<'r, T: 'r>(
    rows: impl IntoIterator<Item = &'r T>,
    is_wanted: impl Fn(&T) -> bool,
) -> usize {
    1 + rows.into_iter().take_while(|row| !is_wanted(row)).count()
}

/// Numbers classes as the model does. If they are allowed, classes that the model lacks follow.
fn renumber(labels: Labels, model: &Model<'_>, allowed: Names) -> Result<Labels, AlignError> {
    let mut classes: Vec<String> = model.class_names().map(str::to_owned).collect();
    let mut numbers = Vec::new();
    for (from, class) in (0..).zip(&labels.classes) {
        let number = match classes.iter().position(|name| name == class) {
            Some(number) => number,
            None if allowed == Names::Unknown => {
                classes.push(class.clone());
                classes.len() - 1
            }
            None => {
                return Err(AlignError::Name {
                    row: first(&labels.of_row, |&class| class == from),
                    column: labels.column,
                    name: class.clone(),
                });
            }
        };
        numbers.push(number as u16);
    }
    Ok(Labels {
        of_row: labels
            .of_row
            .iter()
            .map(|&class| numbers[usize::from(class)])
            .collect(),
        classes,
        ..labels
    })
}

#[cfg(test)]
mod tests;
