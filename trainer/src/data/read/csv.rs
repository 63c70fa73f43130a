//! CSV: a header row, numbers everywhere but in the label column and those of categories. Commas, semicolons, tabs or bars between the cells,
//! told from the first lines; quotes of either kind.
//!
//! The file's bytes are held in memory while its rows are read, so a message can count lines as an editor does,
//! whatever the line endings.

use std::io;

use csv::{Position, Reader, ReaderBuilder, StringRecord, Trim};

use super::super::error::{At, Cell};
use super::super::{DataError, Table};
use super::ReadOptions;
use super::collect::collect;
use super::columns::{Selection, numbered};
use super::row::{Opened, Row, usable};

/// What may stand between cells.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Lines that tell which of them does.
const LINES: usize = 32;
/// Cells that stand for a missing value, beside an empty one, in small letters.
const ABSENT: [&str; 5] = ["nan", "na", "n/a", "null", "?"];
/// Another that does among numbers; it may be a category.
const NONE: &str = "none";
/// Share of the cells from which on those that are no numbers make a column one of categories.
const NAMES: f64 = 0.9;

/// Reads a table from the bytes of a CSV file; `file` is its name in messages.
///
/// # Errors
/// See [`DataError`].
pub fn parse(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    let text = Text::new(bytes, file, options)?;
    let mut reader = text.reader(!options.no_header);
    let first = reader.headers().map_err(|error| text.explain(error))?;
    text.check_delimiter(first)?;
    let names = match options.no_header {
        true => numbered("c", first.len()),
        false => first.iter().map(str::to_owned).collect(),
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    text.check_names(&names, options)?;
    let selection = Selection::new(&names, file, options)?;
    let columns = selection.names(&names);
    let label = selection.label_of(&names);
    let read = |named: Vec<usize>| {
        let rows = Rows {
            text,
            names: &names,
            selection: &selection,
            named: named.clone(),
            reader: text.reader(!options.no_header),
            counted: (0, 1),
        };
        let opened = Opened {
            file: file.into(),
            columns: columns.clone(),
            named,
            label: label.clone(),
            rows: Box::new(rows),
        };
        collect(opened, options)
    };
    let is_said = |&place: &usize| options.categories.contains(&columns[place]);
    let said: Vec<usize> = (0..columns.len()).filter(is_said).collect();
    let table = match read(said.clone()) {
        // Only now is it worth the time to look at every cell.
        Err(error @ DataError::Text { .. }) => {
            let named = text.named(&selection, &said, !options.no_header);
            match named == said {
                true => Err(error),
                false => read(named),
            }
        }
        other => other,
    };
    match table {
        Err(DataError::NoRows { file }) => Err(DataError::HeaderAlone { file }),
        other => other,
    }
}

/// A file's text and name, and how its cells are told apart.
#[derive(Clone, Copy)]
struct Text<'a> {
    file: &'a str,
    text: &'a str,
    delimiter: u8,
    quote: u8,
}

impl<'a> Text<'a> {
    fn new(bytes: &'a [u8], file: &'a str, options: &ReadOptions) -> Result<Self, DataError> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.trim_start_matches('\u{feff}').trim().is_empty() => {
                Err(DataError::Empty { file: file.into() })
            }
            Ok(text) => Ok(Self {
                delimiter: options.delimiter.unwrap_or_else(|| delimiter(text)),
                quote: quote(text),
                file,
                text,
            }),
            Err(error) => Err(DataError::NotUtf8 {
                file: file.into(),
                line: line_of(bytes, error.valid_up_to()),
            }),
        }
    }

    fn reader(self, header: bool) -> Reader<&'a [u8]> {
        ReaderBuilder::new()
            .trim(Trim::All)
            .delimiter(self.delimiter)
            .quote(self.quote)
            .has_headers(header)
            .from_reader(self.text.as_bytes())
    }

    /// A lone column that another character would part into several has the wrong delimiter.
    fn check_delimiter(self, first: &StringRecord) -> Result<(), DataError> {
        // A number alone may have a decimal comma.
        if first.len() != 1 || self.value(&first[0]).is_some() {
            return Ok(());
        }
        let others = DELIMITERS
            .into_iter()
            .chain(self.is_spaced().then_some(b' '));
        let parted = others.map(|other| (cells(self.text, other), other));
        match parted.max_by_key(|&(count, _)| count) {
            Some((count, other)) if count > 1 => Err(DataError::Delimiter {
                file: self.file.into(),
                used: self.delimiter.into(),
                other: other.into(),
                count,
            }),
            _ => Ok(()),
        }
    }

    /// Whether the line under the header is of numbers with spaces between, for a space in a name parts nothing.
    fn is_spaced(self) -> bool {
        let mut lines = self.text.lines().filter(|line| !line.trim().is_empty());
        let under = lines.nth(1).unwrap_or_default();
        let is_number = |part: &str| part.parse::<f64>().is_ok();
        under.contains(' ') && under.split(' ').all(is_number)
    }

    /// A header of numbers is a row, unless they count the columns.
    fn check_names(self, names: &[&str], options: &ReadOptions) -> Result<(), DataError> {
        let numbers = names.iter().all(|name| name.parse::<f64>().is_ok());
        let counts = |from: usize| {
            (from..)
                .zip(names)
                .all(|(at, name)| *name == at.to_string())
        };
        if numbers && !options.no_header && !counts(0) && !counts(1) {
            return Err(DataError::NumbersInHeader {
                file: self.file.into(),
            });
        }
        Ok(())
    }

    /// Places of the columns of names among those that are learnt: those that are `said` to be, and those of
    /// which nearly no cell is a number.
    fn named(self, selection: &Selection, said: &[usize], header: bool) -> Vec<usize> {
        let mut counts = vec![(0_usize, 0_usize); selection.numeric.len()];
        for record in self.reader(header).into_records().flatten() {
            for (&column, (names, all)) in selection.numeric.iter().zip(&mut counts) {
                let cell = &record[column];
                if !is_absent(cell) && !cell.eq_ignore_ascii_case(NONE) {
                    *all += 1;
                    *names += usize::from(self.value(cell).is_none());
                }
            }
        }
        let is_named = |&place: &usize| {
            let (names, all) = counts[place];
            said.contains(&place) || names > 0 && names as f64 >= NAMES * all as f64
        };
        (0..counts.len()).filter(is_named).collect()
    }

    /// With a decimal comma too, where commas do not separate cells.
    fn value(self, text: &str) -> Option<f64> {
        let decimal_comma = self.delimiter != b',' && !text.contains('.');
        match text.parse() {
            Err(_) if decimal_comma => text.replacen(',', ".", 1).parse().ok(),
            other => other.ok(),
        }
    }

    fn explain(self, error: csv::Error) -> DataError {
        let file = self.file.to_owned();
        let line = error.position().map_or(1, |at| self.line(at.byte()));
        match error.into_kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len: expected,
                len: found,
                ..
            } => DataError::Ragged {
                file,
                line,
                found,
                expected,
            },
            csv::ErrorKind::Io(source) => DataError::Unreadable { file, source },
            other => DataError::Unreadable {
                file,
                source: io::Error::other(format!("{other:?}")),
            },
        }
    }

    /// Line of the record that the `csv` crate says begins at `byte`.
    fn line(self, byte: u64) -> usize {
        line_of(self.text.as_bytes(), self.start(byte))
    }

    /// Where that record begins indeed: the crate counts the blank lines and the second half of a CRLF before a record
    /// as part of it.
    fn start(self, byte: u64) -> usize {
        let bytes = self.text.as_bytes();
        let byte = usize::try_from(byte).map_or(bytes.len(), |byte| byte.min(bytes.len()));
        let blank = bytes[byte..]
            .iter()
            .take_while(|&&b| b == b'\r' || b == b'\n')
            .count();
        byte + blank
    }
}

fn line_of(bytes: &[u8], end: usize) -> usize {
    1 + bytes[..end].iter().filter(|&&byte| byte == b'\n').count()
}

/// Whether a cell stands for a missing value, whatever its column is of.
fn is_absent(cell: &str) -> bool {
    cell.is_empty() || ABSENT.contains(&cell.to_lowercase().as_str())
}

/// The separator that makes the first lines equally long, and longest; a comma where none does.
fn delimiter(text: &str) -> u8 {
    let most = DELIMITERS
        .iter()
        .rev()
        .max_by_key(|&&delimiter| cells(text, delimiter));
    *most.unwrap_or(&b',')
}

/// Cells of the first line, where the delimiter makes the first lines equally long and of several cells; 0 elsewhere.
fn cells(text: &str, delimiter: u8) -> usize {
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .quote(quote(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let lengths: Vec<usize> = reader
        .into_records()
        .take(LINES)
        .map(|record| record.map_or(0, |record| record.len()))
        .collect();
    let equal = lengths.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let first = lengths.first().copied().unwrap_or(0);
    // One ragged line must not hide what the others say.
    let consistent = 2 * equal + 1 >= lengths.len();
    if consistent && first > 1 { first } else { 0 }
}

/// Single quotes where the header begins with one and has no double ones.
fn quote(text: &str) -> u8 {
    let header = text
        .trim_start_matches('\u{feff}')
        .lines()
        .next()
        .unwrap_or_default();
    match header.starts_with('\'') && !header.contains('"') {
        true => b'\'',
        false => b'"',
    }
}

/// The rows below the header, all of the header's length.
struct Rows<'a> {
    text: Text<'a>,
    names: &'a [&'a str],
    selection: &'a Selection,
    /// Places of those chosen columns that are read as names.
    named: Vec<usize>,
    reader: Reader<&'a [u8]>,
    /// A byte, and its line: lines are counted on from here.
    counted: (usize, usize),
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = StringRecord::new();
        match self.reader.read_record(&mut record) {
            Ok(true) => {
                self.count(&record);
                Some(self.row(&record))
            }
            Ok(false) => None,
            Err(error) => Some(Err(self.text.explain(error))),
        }
    }
}

impl Rows<'_> {
    fn row(&self, record: &StringRecord) -> Result<Row, DataError> {
        let numeric = self.selection.numeric.iter().enumerate();
        let values = numeric.map(|(place, &column)| match self.named.contains(&place) {
            true if is_absent(&record[column]) => Ok(f32::NAN),
            true => Ok(0.0),
            false => self.number(record, column),
        });
        let name = |&place: &usize| record[self.selection.numeric[place]].to_owned();
        Ok(Row {
            values: values.collect::<Result<_, _>>()?,
            names: self.named.iter().map(name).collect(),
            label: self
                .selection
                .label
                .map(|(column, _)| record[column].to_owned()),
            recording: 0,
            at: At::Line(self.counted.1),
        })
    }

    /// Counts lines up to the record.
    fn count(&mut self, record: &StringRecord) {
        let start = self.text.start(record.position().map_or(0, Position::byte));
        let (byte, line) = self.counted;
        let passed = &self.text.text.as_bytes()[byte.min(start)..start];
        self.counted = (start, line_of(passed, passed.len()) - 1 + line);
    }

    fn number(&self, record: &StringRecord, column: usize) -> Result<f32, DataError> {
        let text = &record[column];
        let (at, shown) = (|| self.cell(column), || text.to_owned());
        if is_absent(text) || text.eq_ignore_ascii_case(NONE) {
            return Ok(f32::NAN);
        }
        match self.text.value(text) {
            Some(value) if value.is_nan() => Ok(f32::NAN),
            Some(value) => usable(value).ok_or_else(|| {
                // Parsing overflows to infinity, so digits tell "1e999" from "inf".
                match text.contains(|c: char| c.is_ascii_digit()) {
                    true => DataError::Overflow {
                        at: at(),
                        text: shown(),
                    },
                    false => DataError::NotFinite {
                        at: at(),
                        text: shown(),
                    },
                }
            }),
            None => Err(DataError::Text {
                at: at(),
                text: shown(),
            }),
        }
    }

    fn cell(&self, column: usize) -> Cell {
        Cell {
            file: self.text.file.to_owned(),
            at: At::Line(self.counted.1),
            column: self.names[column].to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
