//! Which lines of a text are rows: below a header, and above what follows the last row.

pub(crate) mod body;
pub(crate) mod header;
pub(crate) mod joined;
pub(crate) mod known;
pub(crate) mod names;
pub(crate) mod scan;
pub(crate) mod signs;

use super::super::options::ReadOptions;
use super::cell::Look;
use super::records::delimiter::{self, delimiter_name, unusual};
use super::records::shape::{self, PROBED, Shape, is_rule};
use super::records::{Cell, Delimiter, Record, Records, Syntax, open_quote};
use super::text::position::Position;
use crate::data::error::{DataError, DataErrorKind, Place};
use crate::data::note::{Note, NoteKind};
use header::Found;
use known::{Known, separator};

/// What the first lines of a text show.
pub(crate) struct Layout<'a> {
    pub shape: Shape,
    /// Cells of the header. `None` if there is no header.
    pub header: Option<Record<'a>>,
    /// Where the rows begin.
    pub first: Position,
    /// Lines above the rows that are not blank, which may be repeated between rows.
    pub above: Vec<&'a str>,
    /// Lines of comments above the rows.
    pub comments: Vec<usize>,
    pub known: Option<Known>,
    pub notes: Vec<Note>,
    pub text: &'a str,
}

impl<'a> Layout<'a> {
    /// Finds the rows of a text whose first line is at `top`.
    pub fn new(
        text: &'a str,
        top: Position,
        file: &str,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let declared = delimiter::declared(text);
        let start = match (options.header_line, declared) {
            (Some(line), _) => Position::of_line(text, line).ok_or_else(|| {
                let message = format!("the file has no line {line} for the header");
                DataError::in_file(file, message).of_kind(DataErrorKind::Header)
            })?,
            (None, Some((_, below))) => below,
            (None, None) => top,
        };
        let quote = delimiter::quote(&text[start.byte..]);
        let comment = shape::comment(text, start, options);
        let known = Known::of(text);
        let named = declared.map(|(byte, _)| byte);
        let named = named.or_else(|| separator(text).filter(|_| known == Some(Known::LabView)));
        let delimiter = match options.delimiter.or(named) {
            Some(byte) => Delimiter::new(byte),
            None => delimiter::delimiter(text, quote, start, &comment),
        };
        let syntax = Syntax { delimiter, quote };
        let mut probed: Vec<Record<'a>> = Records::new(text, syntax, start).take(PROBED).collect();
        if let Some(message) = known.and_then(Known::refusal) {
            return Err(DataError::in_file(file, message));
        }
        let shape = Shape::new(&probed, syntax, comment, options);
        if delimiter == Delimiter::Spaces {
            probed
                .iter_mut()
                .for_each(|record| divide(record, shape.used()));
        }
        let layout = Self {
            shape,
            header: None,
            first: start,
            above: Vec::new(),
            comments: Vec::new(),
            known,
            notes: Vec::new(),
            text,
        };
        layout.with_header(&probed, file, options)
    }

    /// Finds the header and the first row among the first records.
    fn with_header(
        mut self,
        probed: &[Record<'a>],
        file: &str,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let mut found = header::find(probed, &self.shape, self.known, options);
        let joined = match options.header_line {
            None => joined::join(probed, &mut found, &self.shape),
            Some(_) => None,
        };
        let first = first_row(probed, &found, options);
        self.first = probed
            .get(first)
            .map_or_else(|| end(probed, self.first), |record| record.start);
        let (comments, above): (Vec<_>, Vec<_>) = probed[..first.min(probed.len())]
            .iter()
            .partition(|record| self.shape.is_comment_line(record));
        let comments = comments.iter().filter(|record| !is_rule(record.text));
        self.comments = comments.map(|record| record.start.line).collect();
        match &found.header {
            Some(header) => {
                let line = header.start.line;
                if options.header_line.is_none() {
                    self.notes
                        .extend(self.header_note(line, joined, &above, file)?);
                }
                self.comments.retain(|&comment| comment != line);
                self.shape.take_names(header, options);
            }
            None if !options.no_header && self.known != Some(Known::Tektronix) => {
                self.notes.push(self.no_header_note(above.len(), file));
            }
            None => {}
        }
        if options.skip_after_header.is_none() {
            let units = found.units.iter().map(|&at| units_note(&probed[at], file));
            self.notes.extend(units);
        }
        let above = above.into_iter().filter(|record| record.filled() > 0);
        self.above = above.map(|record| record.text).collect();
        self.header = found.header;
        self.check(probed, file, options)?;
        Ok(self)
    }

    /// Says where the header on this line was found, unless it is the first line of the text.
    /// Refuses a header below the rows of another table.
    fn header_note(
        &self,
        line: usize,
        joined: Option<(usize, usize)>,
        above: &[&Record<'_>],
        file: &str,
    ) -> Result<Option<Note>, DataError> {
        let place = |line: usize| Place::file(file).with_line(line);
        let before = above.iter().filter(|record| record.start.line < line);
        let before: Vec<&Record<'_>> = before.copied().collect();
        let message = if let Some((first, last)) = joined {
            format!(
                "the names of the columns were joined from lines {first} to {last}, because those \
                 of one line repeat"
            )
        } else if self.comments.contains(&line) {
            "the names of the columns were taken from this comment".to_owned()
        } else if let Some(row) = first_of_table(&before) {
            let message = format!(
                "rows of numbers begin here, above another header on line {line}; split the file \
                 into its tables, or choose a header"
            );
            let place = place(row.start.line);
            return Err(DataError::new(DataErrorKind::Header, place, message));
        } else if before.is_empty() {
            return Ok(None);
        } else {
            let of = self.known.map(|known| format!(" of {}", known.name()));
            format!(
                "the header{} was found on this line; {}",
                of.unwrap_or_default(),
                no_rows(before.len())
            )
        };
        Ok(Some(Note::new(NoteKind::Header, place(line), message)))
    }

    /// Says that there is no header, and `above` lines above the rows.
    fn no_header_note(&self, above: usize, file: &str) -> Note {
        let mut message =
            "this line is a row, so the file has no header; its columns are numbered".to_owned();
        if above > 0 {
            message += &format!("; {}", no_rows(above));
        }
        let place = Place::file(file).with_line(self.first.line);
        Note::new(NoteKind::NoHeader, place, message)
    }

    /// Refuses a single column that another delimiter divides, and a first line of numbers that may
    /// be a header.
    fn check(
        &self,
        probed: &[Record<'a>],
        file: &str,
        options: &ReadOptions,
    ) -> Result<(), DataError> {
        let Syntax { delimiter, quote } = self.shape.syntax;
        if let Some(line) = self.header.as_ref().and_then(|header| header.open_quote) {
            return Err(open_quote(file, line));
        }
        let mut rows = probed.iter();
        let row = rows.find(|record| !self.shape.is_comment_line(record));
        let Some(first) = self.header.as_ref().or(row) else {
            return Ok(());
        };
        if first.cells.len() == 1 && Look::of(first.cell(0)) == Look::Text {
            let text = &self.text[first.start.byte..];
            if let Some((other, count)) = unusual(text, quote, delimiter, &self.shape.comment) {
                let (used, other_name) = (delimiter_name(delimiter.byte()), delimiter_name(other));
                let message = format!(
                    "the delimiter {used} makes a single column, but {other_name} makes {count}; \
                     choose {other_name}"
                );
                let kind = DataErrorKind::Delimiter(char::from(other));
                return Err(DataError::in_file(file, message).of_kind(kind));
            }
        }
        if self.header.is_none() && !options.no_header && is_scale(probed) {
            let message = "the numbers of the first line make a scale, which may be names or a \
                           row; say whether it is a header";
            let place = Place::file(file).with_line(self.first.line);
            return Err(DataError::new(
                DataErrorKind::NumbersInHeader,
                place,
                message,
            ));
        }
        Ok(())
    }
}

/// Returns the position of the first row, below the lines that the options skip.
fn first_row(probed: &[Record<'_>], found: &Found<'_>, options: &ReadOptions) -> usize {
    let (Some(header), Some(skipped)) = (&found.header, options.skip_after_header) else {
        return found.first;
    };
    let line = header.last_line() + 1 + skipped;
    let first = probed.iter().position(|record| record.start.line >= line);
    first.unwrap_or(probed.len())
}

/// Says that a row below the header has units.
fn units_note(unit: &Record<'_>, file: &str) -> Note {
    let cells = unit.texts().filter(|cell| !cell.is_empty());
    let shown: Vec<&str> = cells.take(3).collect();
    let message = format!(
        "this row below the header has no numbers ({}), such as units; it was left out",
        shown.join(", ")
    );
    let place = Place::file(file).with_line(unit.start.line);
    Note::new(NoteKind::Units, place, message)
}

/// Returns whether the numbers of the first line are evenly spaced, or many that ascend, unlike
/// those of the second one. Such numbers are often names, such as years or wavelengths. Texts of
/// that line are in no other line then.
fn is_scale(probed: &[Record<'_>]) -> bool {
    const MANY: usize = 8;
    let [first, second, ..] = probed else {
        return false;
    };
    let is_even = |record: &Record<'_>| {
        let values: Vec<f64> = record.texts().flat_map(str::parse).collect();
        let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let is_same = |step: &f64| (step - steps[0]).abs() < 1e-6 * steps[0].abs();
        let ascend = values.len() >= MANY && steps.iter().all(|step| *step > 0.0);
        steps.len() > 1 && (steps[0] != 0.0 && steps.iter().all(is_same) || ascend)
    };
    let is_new = |(column, cell): (usize, &str)| {
        let mut others = probed[1..].iter();
        cell.parse::<f64>().is_ok() || others.all(|other| other.cell(column) != cell)
    };
    is_even(first) && !is_even(second) && first.texts().enumerate().all(is_new)
}

/// Returns the first of several lines of equal length that have only numbers.
fn first_of_table<'r>(lines: &[&'r Record<'r>]) -> Option<&'r Record<'r>> {
    const ROWS: usize = 5;
    let is_value = |cell: &str| !matches!(Look::of(cell), Look::Text);
    let is_row = |record: &&Record<'_>| {
        record.cells.len() > 1 && record.filled() > 0 && record.texts().all(is_value)
    };
    let is_even = |lines: &&[&Record<'_>]| {
        let width = lines[0].cells.len();
        lines.iter().all(|line| line.cells.len() == width) && lines.iter().all(is_row)
    };
    lines.windows(ROWS).find(is_even).map(|rows| rows[0])
}

/// Says that lines are no rows.
fn no_rows(count: usize) -> String {
    match count {
        1 => "the line above it is no row".to_owned(),
        count => format!("the {count} lines above it are no rows"),
    }
}

/// Divides a line of aligned names, which may have spaces in them, into this number of cells if
/// several spaces are between them.
fn divide(record: &mut Record<'_>, columns: usize) {
    let cells = record.text.split("  ").map(str::trim);
    let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    if record.cells.len() > columns && cells.len() == columns {
        record.cells = cells
            .into_iter()
            .map(|text| Cell {
                text: text.into(),
                quoted: false,
            })
            .collect();
    }
}

fn end(probed: &[Record<'_>], start: Position) -> Position {
    probed.last().map_or(start, |record| Position {
        byte: record.start.byte + record.text.len(),
        line: record.last_line() + 1,
    })
}
