//! What a model is trained on: a numeric table with an optional label column, from whatever file it is kept in.

pub mod category;
mod error;
pub mod range;
pub mod read;
pub mod scaling;
pub mod schema;
pub mod series;
pub mod split;
pub mod transform;

use std::ops::Range;

use ndarray::{Array2, Axis, s};

pub use error::DataError;
pub use read::{csv, read};

/// A numeric table in physical units, as read from the user's file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Names of the values, in file order, the label column left out: those of numeric columns, and of category
    /// columns [one a category](category::value_name).
    pub columns: Vec<String>,
    /// Values of each category column, in ascending order: in every row one of them is 1, the others are 0.
    pub categories: Vec<Range<usize>>,
    /// One row a sample, one column a feature: `rows × columns`, physical units, all finite.
    pub values: Array2<f32>,
    /// The label column, where one was named.
    pub labels: Option<Labels>,
}

/// A label column: every row belongs to one named class.
#[derive(Clone, Debug)]
pub struct Labels {
    /// Name of the column.
    pub column: String,
    /// Its place among all columns of the file, counted from 0.
    pub position: usize,
    /// Class names, sorted (numerically when all are numbers), without repeats.
    pub classes: Vec<String>,
    /// Class of each row, an index into `classes`.
    pub of_row: Vec<u16>,
}

impl Table {
    /// The named rows, in the order given, with every class name kept.
    ///
    /// # Panics
    /// When a row is out of range.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            columns: self.columns.clone(),
            categories: self.categories.clone(),
            values: self.values.select(Axis(0), rows),
            labels: self.labels.as_ref().map(|labels| Labels {
                of_row: rows.iter().map(|&row| labels.of_row[row]).collect(),
                ..labels.clone()
            }),
        }
    }

    /// The columns as they stand in the file.
    #[must_use]
    pub fn file_columns(&self) -> Vec<category::FileColumn<'_>> {
        let names: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        category::columns(&names, &self.categories)
    }

    /// Sees that each category column has at least two categories among these rows, as a model needs.
    ///
    /// # Errors
    /// [`DataError::OneCategory`].
    pub fn check_categories(&self) -> Result<(), DataError> {
        let single = |column: &category::FileColumn<'_>| {
            let values = self.values.slice(s![.., column.values.clone()]);
            let met = values.columns().into_iter().filter(|of| of.sum() > 0.0);
            column.categories.is_some() && met.count() < 2
        };
        match self.file_columns().into_iter().find(single) {
            Some(column) => Err(DataError::OneCategory {
                column: column.name.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Class of each row, where the table has labels.
    #[must_use]
    pub fn classes(&self) -> Option<&[u16]> {
        self.labels.as_ref().map(|labels| labels.of_row.as_slice())
    }
}
