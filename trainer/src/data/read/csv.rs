//! CSV: a header row, then numbers except in the label column and in category columns.
//!
//! Cells are separated by commas, semicolons, tabs or bars, as the first lines show. Quotes are
//! double or single. The file is held in memory while its rows are read, so that messages can count
//! lines as an editor does, whatever the line endings.

use std::path::Path;

use csv::{Position, Reader, ReaderBuilder, StringRecord, Trim};

use super::super::Table;
use super::super::error::{DataError, DataErrorKind, Place, RowPlace, quoted};
use super::collect::collect;
use super::columns::{Selection, numbered};
use super::open;
use super::options::ReadOptions;
use super::row::{Opened, Row, usable};

/// Possible delimiters.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// First lines that show which delimiter is used.
const PROBED_LINES: usize = 32;
/// Cells that mean a missing value, in lower case. An empty cell does too.
const ABSENT: [&str; 5] = ["nan", "na", "n/a", "null", "?"];
/// A cell that means a missing value among numbers, and may be a category elsewhere.
const NONE: &str = "none";
/// Share of cells that are not numbers from which a column has categories.
const NAME_SHARE: f64 = 0.9;

/// Reads a CSV file, which may be gzipped.
///
/// # Errors
/// See [`DataError`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    let file = path.display().to_string();
    parse(&open::bytes(path)?, &file, options)
}

/// Reads a table from the bytes of a CSV file, which may be gzipped. `file` is its name in
/// messages.
///
/// # Errors
/// See [`DataError`].
pub fn parse(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    let bytes = open::unpacked(bytes, file)?;
    let text = CsvText::new(&bytes, file, options)?;
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
        let rows = CsvRows {
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
            notes: Vec::new(),
            rows: Box::new(rows),
        };
        collect(opened, options)
    };
    let is_declared = |&position: &usize| options.categories.contains(&columns[position]);
    let declared: Vec<usize> = (0..columns.len()).filter(is_declared).collect();
    let table = match read(declared.clone()) {
        // Looking at every cell is worth the time only now.
        Err(error) if error.kind == DataErrorKind::NotANumber => {
            let named = text.named(&selection, &declared, !options.no_header);
            match named == declared {
                true => Err(error),
                false => read(named),
            }
        }
        other => other,
    };
    table.map_err(|error| match error.kind {
        DataErrorKind::NoRows => DataError::in_file(
            file,
            "the file has a header but no rows; add at least 2 rows",
        ),
        _ => error,
    })
}

/// The text of a file, its name, and its delimiter and quotes.
#[derive(Clone, Copy)]
struct CsvText<'a> {
    file: &'a str,
    text: &'a str,
    delimiter: u8,
    quote: u8,
}

impl<'a> CsvText<'a> {
    fn new(bytes: &'a [u8], file: &'a str, options: &ReadOptions) -> Result<Self, DataError> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.trim_start_matches('\u{feff}').trim().is_empty() => {
                let message = "the file is empty; it needs a header row and rows of numbers";
                Err(DataError::in_file(file, message))
            }
            Ok(text) => Ok(Self {
                delimiter: options.delimiter.unwrap_or_else(|| delimiter(text)),
                quote: quote(text),
                file,
                text,
            }),
            Err(error) => {
                let place = Place::file(file).with_line(line_of(bytes, error.valid_up_to()));
                let message = "not UTF-8; save the file as UTF-8";
                Err(DataError::new(DataErrorKind::Other, place, message))
            }
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

    /// Checks that a single column is not due to a wrong delimiter.
    fn check_delimiter(self, first: &StringRecord) -> Result<(), DataError> {
        // A single number may have a decimal comma.
        if first.len() != 1 || self.value(&first[0]).is_some() {
            return Ok(());
        }
        let others = DELIMITERS
            .into_iter()
            .chain(self.is_spaced().then_some(b' '));
        let parted = others.map(|other| (cells(self.text, other), other));
        match parted.max_by_key(|&(count, _)| count) {
            Some((count, other)) if count > 1 => {
                let (used, other) = (char::from(self.delimiter), char::from(other));
                let (used_name, other_name) = (delimiter_name(used), delimiter_name(other));
                let message = format!(
                    "the delimiter {used_name} makes a single column, but {other_name} makes \
                     {count}; choose {other_name}"
                );
                Err(DataError::in_file(self.file, message).of_kind(DataErrorKind::Delimiter(other)))
            }
            _ => Ok(()),
        }
    }

    /// Returns whether the line below the header has numbers with spaces between them. A space in a
    /// name does not separate columns.
    fn is_spaced(self) -> bool {
        let mut lines = self.text.lines().filter(|line| !line.trim().is_empty());
        let below = lines.nth(1).unwrap_or_default();
        let is_number = |part: &str| part.parse::<f64>().is_ok();
        below.contains(' ') && below.split(' ').all(is_number)
    }

    /// Checks that the header is not a row. Numbers that count the columns are allowed as names.
    fn check_names(self, names: &[&str], options: &ReadOptions) -> Result<(), DataError> {
        let numbers = names.iter().all(|name| name.parse::<f64>().is_ok());
        let counts = |from: usize| {
            (from..)
                .zip(names)
                .all(|(at, name)| *name == at.to_string())
        };
        if numbers && !options.no_header && !counts(0) && !counts(1) {
            let message = "the header has only numbers; add a header that names the columns";
            return Err(
                DataError::in_file(self.file, message).of_kind(DataErrorKind::NumbersInHeader)
            );
        }
        Ok(())
    }

    /// Returns the positions of the columns of names among the chosen ones: those that are
    /// `declared`, and those with hardly any numbers.
    fn named(self, selection: &Selection, declared: &[usize], header: bool) -> Vec<usize> {
        let mut counts = vec![(0_usize, 0_usize); selection.trained.len()];
        for record in self.reader(header).into_records().flatten() {
            for (&column, (names, all)) in selection.trained.iter().zip(&mut counts) {
                let cell = &record[column];
                if !is_absent(cell) && !cell.eq_ignore_ascii_case(NONE) {
                    *all += 1;
                    *names += usize::from(self.value(cell).is_none());
                }
            }
        }
        let is_named = |&position: &usize| {
            let (names, all) = counts[position];
            declared.contains(&position) || names > 0 && names as f64 >= NAME_SHARE * all as f64
        };
        (0..counts.len()).filter(is_named).collect()
    }

    /// Reads a number, with a decimal comma if commas do not separate cells.
    fn value(self, text: &str) -> Option<f64> {
        let decimal_comma = self.delimiter != b',' && !text.contains('.');
        match text.parse() {
            Err(_) if decimal_comma => text.replacen(',', ".", 1).parse().ok(),
            other => other.ok(),
        }
    }

    fn explain(self, error: csv::Error) -> DataError {
        let line = error.position().map_or(1, |at| self.line(at.byte()));
        match error.into_kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len: expected,
                len: found,
                ..
            } => {
                let cells = if found == 1 { "cell" } else { "cells" };
                let message = format!(
                    "the row has {found} {cells}, but the header has {expected}; make every row as \
                     long as the header"
                );
                let place = Place::file(self.file).with_line(line);
                DataError::new(DataErrorKind::Other, place, message)
            }
            csv::ErrorKind::Io(error) => DataError::unreadable(self.file, &error),
            other => DataError::in_file(self.file, format!("cannot be read: {other:?}")),
        }
    }

    /// Returns the line of the record that begins at `byte`, according to the `csv` crate.
    fn line(self, byte: u64) -> usize {
        line_of(self.text.as_bytes(), self.start(byte))
    }

    /// Returns where that record really begins. The crate counts blank lines and the second half of
    /// a CRLF before a record as part of it.
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

/// Returns whether a cell means a missing value in any column.
fn is_absent(cell: &str) -> bool {
    cell.is_empty() || ABSENT.contains(&cell.to_lowercase().as_str())
}

/// Returns the delimiter that makes the first lines equally long, and longest. A comma if none
/// does.
fn delimiter(text: &str) -> u8 {
    let most = DELIMITERS
        .iter()
        .rev()
        .max_by_key(|&&delimiter| cells(text, delimiter));
    *most.unwrap_or(&b',')
}

/// Returns the number of cells in the first line if the delimiter makes the first lines equally
/// long, with several cells each. Otherwise 0.
fn cells(text: &str, delimiter: u8) -> usize {
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .quote(quote(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let lengths: Vec<usize> = reader
        .into_records()
        .take(PROBED_LINES)
        .map(|record| record.map_or(0, |record| record.len()))
        .collect();
    let equal = lengths.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let first = lengths.first().copied().unwrap_or(0);
    // Tolerates a few ragged lines.
    let consistent = 2 * equal + 1 >= lengths.len();
    if consistent && first > 1 { first } else { 0 }
}

/// Returns single quotes if the header begins with one and has no double quotes.
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

/// A delimiter as a message shows it.
fn delimiter_name(delimiter: char) -> String {
    match delimiter {
        '\t' => "tab".to_owned(),
        other => format!("'{other}'"),
    }
}

/// The rows below the header, all as long as the header.
struct CsvRows<'a> {
    text: CsvText<'a>,
    names: &'a [&'a str],
    selection: &'a Selection,
    /// Positions of the chosen columns that are read as names.
    named: Vec<usize>,
    reader: Reader<&'a [u8]>,
    /// A byte and its line, from which lines are counted on.
    counted: (usize, usize),
}

impl Iterator for CsvRows<'_> {
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

impl CsvRows<'_> {
    fn row(&self, record: &StringRecord) -> Result<Row, DataError> {
        let trained = self.selection.trained.iter().enumerate();
        let values = trained.map(|(position, &column)| match self.named.contains(&position) {
            true if is_absent(&record[column]) => Ok(f64::NAN),
            true => Ok(0.0),
            false => self.number(record, column),
        });
        let name = |&position: &usize| record[self.selection.trained[position]].to_owned();
        Ok(Row {
            values: values.collect::<Result<_, _>>()?,
            names: self.named.iter().map(name).collect(),
            label: self
                .selection
                .label
                .map(|(column, _)| record[column].to_owned()),
            recording: 0,
            at: RowPlace::Line(self.counted.1),
        })
    }

    /// Counts lines up to the record.
    fn count(&mut self, record: &StringRecord) {
        let start = self.text.start(record.position().map_or(0, Position::byte));
        let (byte, line) = self.counted;
        let passed = &self.text.text.as_bytes()[byte.min(start)..start];
        self.counted = (start, line_of(passed, passed.len()) - 1 + line);
    }

    fn number(&self, record: &StringRecord, column: usize) -> Result<f64, DataError> {
        let text = &record[column];
        let refuse = |kind, what: &str| {
            let place = Place::file(self.text.file)
                .with_line(self.counted.1)
                .with_column(self.names[column]);
            DataError::new(kind, place, format!("{} {what}", quoted(text)))
        };
        if is_absent(text) || text.eq_ignore_ascii_case(NONE) {
            return Ok(f64::NAN);
        }
        match self.text.value(text) {
            Some(value) if value.is_nan() => Ok(f64::NAN),
            Some(value) => usable(value).ok_or_else(|| {
                // Parsing overflows to infinity, so digits distinguish "1e999" from "inf".
                let what = match text.contains(|c: char| c.is_ascii_digit()) {
                    true => "is beyond ±1e36; rescale the column",
                    false => "is not a finite number; correct it or remove the row",
                };
                refuse(DataErrorKind::Other, what)
            }),
            None => {
                let what = "is not a number; correct it or remove the row";
                Err(refuse(DataErrorKind::NotANumber, what))
            }
        }
    }
}

#[cfg(test)]
mod tests;
