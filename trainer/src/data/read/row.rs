//! Rows as every format gives them.

use super::super::error::At;
use super::super::{DataError, error::Cell};

/// A row of a file, or a moment of a recording.
pub(super) struct Row {
    /// One a column; NaN where it is missing, anything else where a name stands for it.
    pub values: Vec<f32>,
    /// The cells of [`Opened::named`].
    pub names: Vec<String>,
    /// Class, where there is a label column; empty where it is missing.
    pub label: Option<String>,
    /// Rows of different recordings never share a window.
    pub recording: usize,
    /// Where it stands.
    pub at: At,
}

/// An opened file: its columns, and its rows one after the other.
pub(super) struct Opened<'a> {
    /// As the user named it.
    pub file: String,
    /// Names of the values.
    pub columns: Vec<String>,
    /// Places of the columns that are read as names, ascending.
    pub named: Vec<usize>,
    /// Name and place of the label column.
    pub label: Option<(String, usize)>,
    pub rows: Box<dyn Iterator<Item = Result<Row, DataError>> + 'a>,
}

impl Opened<'_> {
    /// A value's place.
    pub fn cell(&self, row: &Row, column: usize) -> Cell {
        let label = || self.label.as_ref().map_or("", |(name, _)| name);
        let column = self.columns.get(column).map_or_else(label, String::as_str);
        Cell {
            file: self.file.clone(),
            at: row.at.clone(),
            column: column.to_owned(),
        }
    }
}

/// A number that a model can take, NaN for a missing one; `None` where it is infinite or beyond f32.
pub(super) fn usable(value: f64) -> Option<f32> {
    let narrow = value as f32;
    (!narrow.is_infinite()).then_some(narrow)
}
