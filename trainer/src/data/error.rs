//! Why data cannot be used: what is wrong, where, and what to do.
//!
//! Lines are counted as an editor counts them, so a message leads straight to the cell.

use std::fmt;
use std::io;

use super::layout::ImageSize;
use crate::text::{MAX_LISTED, listed};

/// Why data cannot be read or trained on. `Display` is one line.
///
/// ```
/// use flowlet_trainer::{DataErrorKind, Table};
///
/// let error = Table::parse_csv(b"x,y\n1,2\n3,\n", "rows.csv").expect_err("a cell is empty");
/// assert_eq!(error.kind, DataErrorKind::MissingValue);
/// assert_eq!(error.place.column.as_deref(), Some("y"));
/// assert!(error.to_string().starts_with("rows.csv, line 3, column `y`: the value is missing"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    /// Kind of error, if a caller may want to react to it.
    pub kind: DataErrorKind,
    /// Position of the error.
    pub place: Box<Place>,
    /// Description of the error and of what to do, in one line.
    pub message: String,
}

/// The kinds of error that a caller may want to react to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataErrorKind {
    /// Everything else.
    Other,
    /// Another delimiter divides the header.
    Delimiter(char),
    /// The header consists of numbers.
    NumbersInHeader,
    /// The bytes do not fit the encoding of a text.
    Encoding,
    /// The line of the header is not known.
    Header,
    /// The name of the column at this position, counted from 1, cannot be used.
    Name(usize),
    /// A row has more cells than the header, or fewer.
    Ragged,
    /// The file has no rows at all.
    NoRows,
    /// A cell has no value.
    MissingValue,
    /// Most values of a column are missing.
    MostlyMissing,
    /// A cell says that it has no value, but may be a name.
    MissingName,
    /// Too few rows are without missing values.
    TooFewComplete,
    /// A cell is not a number.
    NotANumber,
    /// A number is infinite.
    NotFinite,
    /// Numbers are written in different formats, or in another one than was declared.
    NumberFormat,
    /// A row has more values than a model.
    TooWide,
    /// A window has more values than a model. The longest possible one has this many rows.
    WindowTooLong(usize),
    /// Fewer than two windows fit the rows.
    NoWindow,
    /// A file has other columns than the first file.
    OtherColumns,
    /// Rows are not in the order of time.
    NoOrder,
    /// A column has dates or times among the channels of windows.
    TimeColumn,
    /// The order of day and month in a column of dates is not known, or its name is in use.
    Dates,
    /// All rows are of one group.
    OneGroup,
    /// A column cannot be trained on. It can be left out, or be the label.
    UnusableColumn {
        /// Whether the column may be the label instead.
        may_be_label: bool,
    },
    /// A label was requested, but the data have none.
    NoLabel,
    /// The data lack the column that was to be the label.
    NoLabelColumn,
    /// Images have different sizes, and none was requested.
    ImageSizes,
    /// An image has more values than a model. One of this size has not.
    ImageTooLarge(ImageSize),
    /// Clips have different lengths, and no windows were requested.
    Lengths,
    /// An archive has several arrays, and none of them was chosen.
    ChooseArray,
}

/// Position of an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as the caller named it.
    pub file: Option<String>,
    /// The row.
    pub row: Option<RowPlace>,
    /// Name of the column.
    pub column: Option<String>,
    /// Further columns that cannot be used either: names, or positions such as `:3` if their names
    /// are at fault.
    pub other_columns: Vec<String>,
    /// Text of the cell.
    pub cell: Option<String>,
}

/// Position of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowPlace {
    /// Line of a text file, counted from 1.
    Line(usize),
    /// Row of an array, counted from 1.
    Row(usize),
    /// A file in a folder whose files are rows.
    File(String),
}

impl DataError {
    pub(crate) fn new(kind: DataErrorKind, place: Place, message: impl Into<String>) -> Self {
        Self {
            kind,
            place: Box::new(place),
            message: message.into(),
        }
    }

    /// An error in no known place.
    pub(crate) fn new_plain(message: String) -> Self {
        Self::new(DataErrorKind::Other, Place::default(), message)
    }

    /// An error of a whole file.
    pub(crate) fn in_file(file: &str, message: impl Into<String>) -> Self {
        Self::new(DataErrorKind::Other, Place::file(file), message)
    }

    /// An error of a column, in no known file.
    pub(crate) fn in_column(column: &str, message: impl Into<String>) -> Self {
        let place = Place {
            column: Some(column.to_owned()),
            ..Place::default()
        };
        Self::new(DataErrorKind::Other, place, message)
    }

    /// An error of a column that can only be left out.
    pub(crate) fn unusable_column(place: Place, message: impl Into<String>) -> Self {
        let may_be_label = false;
        Self::new(
            DataErrorKind::UnusableColumn { may_be_label },
            place,
            message,
        )
    }

    pub(crate) fn unreadable(file: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::in_file(file, "no such file; check the path"),
            _ => Self::in_file(file, format!("cannot be read: {error}")),
        }
    }

    /// Returns the first of several errors. If its column cannot be used, it names the columns of
    /// the others that cannot be used either, so that all can be left out at once.
    pub(crate) fn first_of(errors: impl IntoIterator<Item = Self>) -> Option<Self> {
        let is_unusable = |error: &Self| matches!(error.kind, DataErrorKind::UnusableColumn { .. });
        let mut errors = errors.into_iter();
        let mut first = errors.next()?;
        if !is_unusable(&first) {
            return Some(first);
        }
        let others = errors.filter(is_unusable);
        let others: Vec<String> = others.filter_map(|error| error.place.column).collect();
        if !others.is_empty() {
            let names: Vec<String> = others.iter().map(|name| quoted(name)).collect();
            let names = listed(&names, MAX_LISTED);
            first.message += &format!("; {names} cannot be used either");
        }
        first.place.other_columns = others;
        Some(first)
    }

    pub(crate) fn of_kind(self, kind: DataErrorKind) -> Self {
        Self { kind, ..self }
    }
}

impl Place {
    pub(crate) fn file(file: &str) -> Self {
        Self {
            file: Some(file.to_owned()),
            ..Self::default()
        }
    }

    pub(crate) fn with_column(self, column: &str) -> Self {
        Self {
            column: Some(column.to_owned()),
            ..self
        }
    }

    pub(crate) fn with_line(self, line: usize) -> Self {
        Self {
            row: Some(RowPlace::Line(line)),
            ..self
        }
    }

    /// Returns the position as the start of a line: `rows.csv, line 3, column `y`: `. Empty if
    /// nothing is known.
    pub(super) fn prefix(&self) -> String {
        let Self {
            file, row, column, ..
        } = self;
        let row_file = match row {
            Some(RowPlace::File(file)) => Some(file),
            _ => None,
        };
        let row = match row {
            Some(RowPlace::Line(line)) => Some(format!("line {line}")),
            Some(RowPlace::Row(row)) => Some(format!("row {row}")),
            _ => None,
        };
        let column = column
            .as_ref()
            .map(|name| format!("column {}", quoted(name)));
        let file = row_file.or(file.as_ref()).cloned();
        let place: Vec<String> = [file, row, column].into_iter().flatten().collect();
        match place.is_empty() {
            true => String::new(),
            false => place.join(", ") + ": ",
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place.prefix(), self.message)
    }
}

impl std::error::Error for DataError {}

/// Text from a file as a message shows it: in backticks, with control characters escaped, cut at 32
/// characters.
pub(crate) fn quoted(text: &str) -> String {
    const MAX_SHOWN: usize = 32;
    let mut shown: String = text
        .chars()
        .take(MAX_SHOWN)
        .flat_map(escape_control)
        .collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn escape_control(c: char) -> impl Iterator<Item = char> {
    let escaped = c.is_control().then(|| c.escape_default());
    let plain = (!c.is_control()).then_some(c);
    escaped.into_iter().flatten().chain(plain)
}

/// Lists the names that there are: first the nearest one, if it may be meant, then all of them.
pub(crate) fn names_hint(names: &[&str], wanted: &str, what: &str) -> String {
    const MAX_LISTED: usize = 8;
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase());
    let nearest = names
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let meant = nearest
        .filter(|name| likeness(name) > 0.8)
        .map(|name| format!("did you mean {}? ", quoted(name)))
        .unwrap_or_default();
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("{meant}the {what} are {}", listed(&names, MAX_LISTED))
}
