//! What a model is trained on: a numeric table with an optional label column, from whatever file it is kept in.

mod conform;
mod csv_out;
pub mod domain;
mod error;
pub mod read;
pub mod scaling;
pub mod schema;
pub mod split;
pub mod transform;

use ndarray::{Array2, Axis};

pub use conform::ConformError;
pub use csv_out::csv as to_csv;
pub use error::DataError;
pub use read::{csv, read};

/// A numeric table in physical units, as read from the user's file.
#[derive(Clone, Debug)]
pub struct Table {
    /// Names of the numeric columns, in file order, the label column left out.
    pub columns: Vec<String>,
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
            values: self.values.select(Axis(0), rows),
            labels: self.labels.as_ref().map(|labels| Labels {
                of_row: rows.iter().map(|&row| labels.of_row[row]).collect(),
                ..labels.clone()
            }),
        }
    }

    /// Class of each row, where the table has labels.
    #[must_use]
    pub fn classes(&self) -> Option<&[u16]> {
        self.labels.as_ref().map(|labels| labels.of_row.as_slice())
    }
}
