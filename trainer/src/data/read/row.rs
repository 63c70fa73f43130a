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

/// The greatest magnitude of a value: samples go to 16 standard deviations, and those must be finite in f32 too.
const LARGEST: f64 = 1e36;

/// A number that a model can take, NaN for a missing one; `None` where it is infinite or beyond ±1e36.
pub(super) fn usable(value: f64) -> Option<f32> {
    (value.is_nan() || value.abs() <= LARGEST).then_some(value as f32)
}

/// Elements of an array of these lengths; `None` where there are more than memory has addresses.
pub(super) fn product(lengths: &[usize]) -> Option<usize> {
    lengths
        .iter()
        .try_fold(1usize, |all, &one| all.checked_mul(one))
}

/// Class names in the order a person expects: by value when all are numbers, else by text.
pub(super) fn sorted(mut names: Vec<String>) -> Vec<String> {
    let value = |name: &String| name.parse::<f64>().ok().filter(|value| value.is_finite());
    if let Some(values) = names.iter().map(value).collect::<Option<Vec<_>>>() {
        let mut both: Vec<_> = values.into_iter().zip(names).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        return both.into_iter().map(|(_, name)| name).collect();
    }
    names.sort_unstable();
    names
}
