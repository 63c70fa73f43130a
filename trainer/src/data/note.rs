//! Notes: what a reader noticed, or decided for the user. Unlike an error, a note stops nothing.

use std::fmt;

use super::error::Place;

/// What a reader noticed, or decided for the user. `Display` is one line.
///
/// ```
/// use flowlet_trainer::Table;
///
/// let table = Table::parse_csv(b"x,y\n1,2\n3,4\n", "rows.csv")?;
/// assert!(table.notes.is_empty());
/// # Ok::<(), flowlet_trainer::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Kind of note, which tells a caller what settles it.
    pub kind: NoteKind,
    /// Position in the data.
    pub place: Place,
    /// Description, in one line.
    pub message: String,
}

/// The kinds of note that a setting of the reader settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteKind {
    /// Everything else.
    Other,
    /// A column without values was left out.
    NoValues,
    /// Numbers may be written in another format.
    NumberFormat,
    /// A value recurs that may mean a missing value.
    Recurring,
    /// The cells of a column may be names.
    Category,
    /// A column of numbers may have the classes.
    Class,
    /// Dates or times become circular columns.
    Dates,
    /// A column counts the rows or names them.
    Identifier,
    /// The encoding of the text was guessed.
    Encoding,
    /// The header is not on the first line.
    Header,
    /// The file has no header.
    NoHeader,
    /// A row below the header was left out, because it has units.
    Units,
    /// Comments were left out.
    Comment,
    /// The last lines were left out.
    Footer,
    /// A value is far from all others.
    Outlier,
    /// An index of rows was left out.
    Index,
    /// An array of an archive is not read.
    UnreadArray,
    /// Channels of a recording are averaged.
    Channels,
    /// Images with colours are read as grey values.
    Coloured,
    /// Transparent parts of images are read as black.
    Transparent,
    /// Gaps in the time column, of which a setting decides how long they are.
    Gaps,
    /// Times that do not increase.
    Time,
    /// A column looks like a time axis, but is trained on.
    TimeAxis,
    /// A column looks like the name of a recording, but is trained on.
    Group,
    /// Some recordings are too short for a window.
    ShortRecordings,
}

impl NoteKind {
    /// Returns whether the note is about the choice of columns, which a model has settled.
    ///
    /// ```
    /// use flowlet_trainer::data::NoteKind;
    /// assert!(NoteKind::Identifier.is_about_choice());
    /// assert!(!NoteKind::Encoding.is_about_choice());
    /// ```
    #[must_use]
    pub fn is_about_choice(self) -> bool {
        matches!(
            self,
            Self::Category
                | Self::Class
                | Self::Identifier
                | Self::Outlier
                | Self::Index
                | Self::TimeAxis
                | Self::Group
        )
    }
}

impl Note {
    pub(crate) fn new(kind: NoteKind, place: Place, message: impl Into<String>) -> Self {
        Self {
            kind,
            place,
            message: message.into(),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place.prefix(), self.message)
    }
}
