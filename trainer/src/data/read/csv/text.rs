//! The text of a file, and the records in it.

use csv::{Reader, ReaderBuilder, Trim};

use super::super::super::error::{DataError, DataErrorKind, Place};
use super::super::options::ReadOptions;
use super::delimiter::{delimiter, quote};

/// The text of a file, its name, and its delimiter and quotes.
#[derive(Clone, Copy)]
pub(super) struct CsvText<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub delimiter: u8,
    pub quote: u8,
}

impl<'a> CsvText<'a> {
    pub fn new(bytes: &'a [u8], file: &'a str, options: &ReadOptions) -> Result<Self, DataError> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.trim_start_matches('\u{feff}').trim().is_empty() => {
                let message = "the file is empty; it needs a header row and rows of numbers";
                Err(DataError::in_file(file, message))
            }
            Ok(text) => {
                let delimiter = options.delimiter.unwrap_or_else(|| delimiter(text));
                Ok(Self {
                    delimiter,
                    quote: quote(text),
                    file,
                    text,
                })
            }
            Err(error) => {
                let place = Place::file(file).with_line(line_of(bytes, error.valid_up_to()));
                let message = "not UTF-8; save the file as UTF-8";
                Err(DataError::new(DataErrorKind::Other, place, message))
            }
        }
    }

    pub fn reader(self, header: bool) -> Reader<&'a [u8]> {
        ReaderBuilder::new()
            .trim(Trim::All)
            .delimiter(self.delimiter)
            .quote(self.quote)
            .has_headers(header)
            .from_reader(self.text.as_bytes())
    }

    /// Checks that the header is not a row. Numbers that count the columns are allowed as names.
    pub fn check_names(self, names: &[&str], options: &ReadOptions) -> Result<(), DataError> {
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

    pub fn explain(self, error: csv::Error) -> DataError {
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
    pub fn line(self, byte: u64) -> usize {
        line_of(self.text.as_bytes(), self.start(byte))
    }

    /// Returns where the record really begins that the `csv` crate says begins at `byte`. The crate
    /// counts blank lines and the second half of a CRLF before a record as part of it.
    pub fn start(self, byte: u64) -> usize {
        let bytes = self.text.as_bytes();
        let byte = usize::try_from(byte).map_or(bytes.len(), |byte| byte.min(bytes.len()));
        let blank = bytes[byte..]
            .iter()
            .take_while(|&&b| b == b'\r' || b == b'\n')
            .count();
        byte + blank
    }
}

pub(super) fn line_of(bytes: &[u8], end: usize) -> usize {
    1 + bytes[..end].iter().filter(|&&byte| byte == b'\n').count()
}
