//! Rows, as every format gives them.

pub(crate) mod declared;
pub(crate) mod integers;
pub(crate) mod selection;

use super::options::ReadOptions;
use std::cell::RefCell;
use std::rc::Rc;

use super::super::DataError;
use super::super::check::MAX_MAGNITUDE;
use super::super::error::{Place, RowPlace};
use super::super::note::Note;
use super::super::recordings::Span;

/// A row of a file, or a moment of a recording.
#[derive(Clone)]
pub(crate) struct Row {
    /// One value per column: NaN if it is missing, any other number if the cell is a name.
    pub values: Vec<f64>,
    /// Cells of the columns in [`Opened::named`].
    pub names: Vec<String>,
    /// Class, if there is a label column. Empty if it is missing.
    pub label: Option<String>,
    pub origin: Origin,
    pub at: RowPlace,
}

/// Notes that a reader of rows adds while it reads.
pub(crate) type LateNotes = Rc<RefCell<Vec<Note>>>;

/// Where a row comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    /// The file, if there are several.
    pub file: Option<Rc<str>>,
    /// Number of the file. A window never crosses from one file into another.
    pub recording: usize,
    /// Cell of the group column, if there is one. Empty if it is missing.
    pub group: Option<String>,
    /// Cell of the time column, if there is one. Empty if it is missing.
    pub time: Option<String>,
    /// The part of the recording that the row covers, if recordings are followed.
    pub span: Span,
}

impl Origin {
    /// A row of the file with this number.
    pub fn of(recording: usize) -> Self {
        Self {
            recording,
            ..Self::default()
        }
    }
}

/// An opened file: its columns, and its rows in order.
pub(crate) struct Opened<'a> {
    /// The file as the caller named it.
    pub file: String,
    /// Names of the values.
    pub columns: Vec<String>,
    /// Positions of the columns that are read as names, ascending.
    pub named: Vec<usize>,
    /// Name and position of the label column.
    pub label: Option<(String, usize)>,
    /// What was noticed or decided so far.
    pub notes: Vec<Note>,
    /// What is noticed while the rows are read.
    pub late: LateNotes,
    pub rows: Box<dyn Iterator<Item = Result<Row, DataError>> + 'a>,
}

impl Opened<'_> {
    /// Returns where a value is. The label comes after the last column.
    pub fn place(&self, row: &Row, column: usize) -> Place {
        let label = || self.label.as_ref().map_or("", |(name, _)| name);
        let column = self.columns.get(column).map_or_else(label, String::as_str);
        place(&self.file, row, column)
    }
}

/// A file that can be opened several times.
pub(crate) trait Source {
    /// Returns the name of the file in messages.
    fn name(&self) -> String;

    /// Returns the columns that the file itself declares to have names of categories.
    fn categories(&self) -> &[String] {
        &[]
    }

    /// Opens the rows.
    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError>;

    /// Adds to an error what the file says about its cause.
    fn explain(&self, error: DataError, _: &ReadOptions) -> DataError {
        error
    }
}

/// Returns where a cell is. `file` is the file if there is only one.
pub(crate) fn place(file: &str, row: &Row, column: &str) -> Place {
    Place {
        row: Some(row.at.clone()),
        ..Place::file(row.origin.file.as_deref().unwrap_or(file)).with_column(column)
    }
}

/// Returns a number that a model can take, NaN for a missing one. `None` if it is infinite or
/// beyond ±1e36.
pub(crate) fn usable(value: f64) -> Option<f64> {
    (value.is_nan() || value.abs() <= MAX_MAGNITUDE).then_some(value)
}

/// Returns the f64 with the fewest decimals that is rounded to the same value of a smaller type, so
/// that an f32 of 0.1 is 0.1. Values with more than six decimals stay as they are.
pub(crate) fn shortest(value: f64, is_same: impl Fn(f64) -> bool) -> f64 {
    let rounded = (0..=6).map(|decimals| {
        let steps = 10f64.powi(decimals);
        (value * steps).round() / steps
    });
    let mut same = rounded.filter(|&rounded| is_same(rounded));
    same.next().unwrap_or(value)
}

/// Returns an f32 as the f64 with the fewest decimals.
pub(crate) fn from_f32(value: f32) -> f64 {
    shortest(value.into(), |rounded| rounded as f32 == value)
}

/// Returns the number of elements of an array. `None` if it exceeds the address space.
pub(crate) fn product(lengths: &[usize]) -> Option<usize> {
    lengths
        .iter()
        .try_fold(1usize, |all, &one| all.checked_mul(one))
}

/// Sorts names as a reader expects: by value if all are numbers, otherwise by text.
pub(crate) fn sorted_names(mut names: Vec<String>) -> Vec<String> {
    let value = |name: &String| name.parse::<f64>().ok().filter(|value| value.is_finite());
    if let Some(values) = names.iter().map(value).collect::<Option<Vec<_>>>() {
        let mut both: Vec<_> = values.into_iter().zip(names).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        return both.into_iter().map(|(_, name)| name).collect();
    }
    names.sort_unstable();
    names
}
