//! Recordings: which rows of a table belong together.

use super::error::{DataError, DataErrorKind};

/// The recordings that rows come from. [Splits](super::split::Split) keep a recording, or at least
/// overlapping windows of one, on one side.
///
/// ```
/// use flowlet_trainer::Table;
/// use flowlet_trainer::data::read::{ReadOptions, parse_csv};
///
/// let text = b"id,x\na,1\na,2\nb,3\nb,4\n";
/// let options = ReadOptions { group: Some("id".to_owned()), ..ReadOptions::default() };
/// let table = parse_csv(text, "rows.csv", &options)?;
/// let recordings = table.recordings.expect("there are groups");
/// assert_eq!(recordings.names, ["a", "b"]);
/// assert_eq!(recordings.of_row[3].recording, 1);
/// # Ok::<(), flowlet_trainer::DataError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recordings {
    /// The column that names them. `None` if each is a file, or a part of one without gaps.
    pub column: Option<String>,
    /// Number of recordings.
    pub count: usize,
    /// Cell of that column for each recording; empty without a column.
    pub names: Vec<String>,
    /// The part of a recording that each row covers.
    pub of_row: Vec<Span>,
}

/// The part of a recording that a row covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Number of the recording.
    pub recording: usize,
    /// First moment. Moments of a recording are counted from 0.
    pub start: usize,
    /// Number of moments: 1, or the length of a window.
    pub length: usize,
}

impl Span {
    /// Returns whether two rows share a moment.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (end, other_end) = (self.start + self.length, other.start + other.length);
        self.recording == other.recording && self.start < other_end && other.start < end
    }
}

impl Recordings {
    /// Returns whether rows are windows: several moments of a recording.
    #[must_use]
    pub fn are_windows(&self) -> bool {
        self.of_row.first().is_some_and(|span| span.length > 1)
    }

    /// Returns some rows, in the order given.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self {
            of_row: rows.iter().map(|&row| self.of_row[row]).collect(),
            ..self.clone()
        }
    }

    /// Refuses a single group, because it cannot be on both sides of a split.
    pub(crate) fn check(&self) -> Result<(), DataError> {
        match &self.column {
            Some(column) if self.count < 2 => {
                let message = "all rows are of one group, so none is left for validation; name a \
                               column with at least 2 groups, or read without groups";
                Err(DataError::in_column(column, message).of_kind(DataErrorKind::OneGroup))
            }
            _ => Ok(()),
        }
    }
}
