//! What a model is trained on: a numeric table with an optional label column.

use ndarray::Array2;

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
