//! Everything that can be wrong with a table, each said in one line: what, where, and what to do.
//!
//! Lines are counted as an editor counts them, so that a message leads straight to the cell.

use std::fmt;
use std::io;

use flowlet::format::{MAX_CLASSES, MAX_WIDTH};

/// Where a cell stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// File as the user named it.
    pub file: String,
    /// Its row.
    pub at: At,
    /// Name of its column.
    pub column: String,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Line of a text file, counted from 1.
    Line(usize),
    /// Row of an array, counted from 1.
    Row(usize),
    /// A file of a folder is a row of its own.
    File(String),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::Line(line) => write!(f, "{}, line {line}", self.file),
            At::Row(row) => write!(f, "{}, row {row}", self.file),
            At::File(file) => f.write_str(file),
        }?;
        write!(f, ", column {}", quoted(&self.column))
    }
}

/// Why a table cannot be trained on. `Display` is one line.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages document the variants")]
pub enum DataError {
    #[error("{file}: no such file; check the path")]
    Missing { file: String },
    #[error("{file}: a folder without PNG or WAV files; name a data file in it")]
    Folder { file: String },
    #[error("{file}: a folder with both PNG and WAV files; keep one kind in it")]
    MixedFolder { file: String },
    #[error("{file}: a single {kind}; name the folder with the {kinds}")]
    Alone {
        file: String,
        kind: &'static str,
        kinds: &'static str,
    },
    #[error(
        "{file}: this build has no Parquet; install it by `cargo install --path trainer/cli --features parquet`"
    )]
    NoParquet { file: String },
    #[error("{file}: {what}")]
    Unusable { file: String, what: String },
    #[error("{file}: cannot be read: {source}")]
    Unreadable { file: String, source: io::Error },
    #[error("{file}: {what}")]
    Schema { file: String, what: String },
    #[error("{file}: the file is empty; expected a header row and numeric rows")]
    Empty { file: String },
    #[error("{file}: a header but no rows; add at least 2 rows")]
    HeaderAlone { file: String },
    #[error("{file}: a single row; a distribution needs at least 2 rows")]
    SingleRow { file: String },
    #[error("{file}, line {line}: not UTF-8; save the file as UTF-8")]
    NotUtf8 { file: String, line: usize },
    #[error(
        "{file}, line {line}: {} where the header has {expected}; make every row as long as the header",
        cells(*found)
    )]
    Ragged {
        file: String,
        line: usize,
        found: u64,
        expected: u64,
    },
    #[error(
        "{file}: a single column by the delimiter {}, but {} makes {count}; pass --delimiter {}",
        character(*used), character(*other), character(*other)
    )]
    Delimiter {
        file: String,
        used: char,
        other: char,
        count: usize,
    },
    #[error(
        "{file}: the header has numbers alone; add one that names the columns, or pass --no-header"
    )]
    NumbersInHeader { file: String },
    #[error(
        "column {}: its values are too large or too small for a device's numbers; rescale it to between 1e-30 and 1e36",
        quoted(column)
    )]
    BeyondDevice { column: String },
    #[error("{file}: no rows; at least 2 are needed")]
    NoRows { file: String },
    #[error("{file}: fewer than 2 rows are left without missing values; pass --missing mean")]
    AllDropped { file: String },
    #[error(
        "{file}: {found} windows of {length} rows; at least 2 are needed, so pass a shorter --window or a smaller --stride"
    )]
    NoWindow {
        file: String,
        length: usize,
        found: usize,
    },
    #[error(
        "{file}: column {} has no value to take a mean of; pass --drop {}",
        quoted(column),
        shell_word(column)
    )]
    NothingToFill { file: String, column: String },

    #[error("{file}: column {number} of the header has no name; name it")]
    UnnamedColumn { file: String, number: usize },
    #[error(
        "{file}: columns {first} and {second} are both named {}; rename one",
        quoted(name)
    )]
    RepeatedColumn {
        file: String,
        first: usize,
        second: usize,
        name: String,
    },
    #[error(
        "{file}: the name {} of column {number} has a control character; rename it",
        quoted(name)
    )]
    ControlInColumn {
        file: String,
        number: usize,
        name: String,
    },
    #[error(
        "{file}: {found} values a row; at most {MAX_WIDTH} fit a model: cut long rows with --window"
    )]
    TooManyColumns { file: String, found: usize },
    #[error(
        "{file}: {found} values a window; at most {MAX_WIDTH} fit a model: pass --window {longest} or less, or --drop columns"
    )]
    WindowTooLong {
        file: String,
        found: usize,
        longest: usize,
    },

    #[error("{at}: the value is missing; fill it in, or pass --missing drop or --missing mean")]
    EmptyCell { at: Cell },
    #[error(
        "{at}: the value is missing, and {count} are in all; fill them in, or pass --missing drop or --missing mean"
    )]
    Absent { at: Cell, count: usize },
    #[error(
        "{at}: {} is not a finite number; correct it or remove the row",
        quoted(text)
    )]
    NotFinite { at: Cell, text: String },
    #[error(
        "{at}: {} is beyond ±1e36, where samples would leave the range of 32-bit floats; rescale the column",
        quoted(text)
    )]
    Overflow { at: Cell, text: String },
    #[error("{at}: {} is not a number; correct it or remove the row", quoted(text))]
    Text { at: Cell, text: String },
    #[error(
        "{at}: {} would be category {} of this column, and more than {most} are seldom meant; pass --drop {}, \
         or --label {} if it names the class of a row, or say by --schema that it is a category",
        quoted(text), most + 1, shell_word(&at.column), shell_word(&at.column)
    )]
    TooManyCategories { at: Cell, text: String, most: usize },
    #[error(
        "{file}: {found} values a row, {categories} of them the categories of {}; at most {MAX_WIDTH} fit a model; pass --drop {}",
        quoted(column),
        shell_word(column)
    )]
    CategoriesTooWide {
        file: String,
        column: String,
        categories: usize,
        found: usize,
    },
    #[error(
        "{file}: the name {} of a column of categories has a `=`; rename it",
        quoted(column)
    )]
    EqualsInCategory { file: String, column: String },
    #[error(
        "{file}: column {} has names, and windows are of numbers; pass --drop {}, or --label {} if it names the class of a row",
        quoted(column),
        shell_word(column),
        shell_word(column)
    )]
    WindowOfNames { file: String, column: String },
    #[error(
        "all rows that are learnt have the same category in column {}; pass --drop {}",
        quoted(column),
        shell_word(column)
    )]
    OneCategory { column: String },

    #[error("{file}: no column {} to take labels from; {hint}", quoted(label))]
    UnknownLabel {
        file: String,
        label: String,
        hint: String,
    },
    #[error("{file}: no column {}; {hint}", quoted(column))]
    UnknownColumn {
        file: String,
        column: String,
        hint: String,
    },
    #[error("{file}: no columns are left; drop fewer of them")]
    NoColumns { file: String },
    #[error(
        "{file}: the label {} is the only column; add at least one numeric column",
        quoted(label)
    )]
    LabelAlone { file: String, label: String },
    #[error("{at}: the class {} has a control character; rename it", quoted(text))]
    ControlInClass { at: Cell, text: String },
    #[error(
        "{file}: column {} has {found} classes; at most {} fit a model; is it a label?",
        quoted(label),
        MAX_CLASSES
    )]
    TooManyClasses {
        file: String,
        label: String,
        found: usize,
    },
    #[error(
        "every class of {} has a single row, so none can be held out; is it a label?",
        quoted(label)
    )]
    NothingToHoldOut { label: String },
}

/// Text from a file as a message shows it: in backticks, control characters escaped, cut at 32 characters.
pub(super) fn quoted(text: &str) -> String {
    const SHOWN: usize = 32;
    let mut shown: String = text.chars().take(SHOWN).flat_map(escape_control).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn cells(count: u64) -> String {
    match count {
        1 => "1 cell".to_owned(),
        more => format!("{more} cells"),
    }
}

/// A delimiter as the user would type it after an option.
fn character(delimiter: char) -> String {
    match delimiter {
        '\t' => "tab".to_owned(),
        other => format!("'{other}'"),
    }
}

/// A column name as the user would type it after an option.
fn shell_word(name: &str) -> String {
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || "_-.".contains(c));
    if plain && !name.starts_with('-') {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

fn escape_control(c: char) -> impl Iterator<Item = char> {
    let escaped = c.is_control().then(|| c.escape_default());
    let plain = (!c.is_control()).then_some(c);
    escaped.into_iter().flatten().chain(plain)
}
