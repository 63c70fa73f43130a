//! Records of a text: its lines, divided into cells.
//!
//! Unlike the `csv` crate, this says which cells are quoted, where a quote is left open and on
//! which line a record begins, and it divides cells at runs of spaces.

pub(crate) mod delimiter;
pub(crate) mod shape;

use std::borrow::Cow;

use super::text::position::{Position, line_ends};
use crate::data::error::{DataError, DataErrorKind, Place};

/// How cells are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delimiter {
    Byte(u8),
    /// Spaces and tabs, as many as there are.
    Spaces,
}

impl Delimiter {
    /// Returns the delimiter that a user names by a byte.
    pub fn new(byte: u8) -> Self {
        match byte {
            b' ' => Self::Spaces,
            byte => Self::Byte(byte),
        }
    }

    pub fn byte(self) -> u8 {
        match self {
            Self::Byte(byte) => byte,
            Self::Spaces => b' ',
        }
    }

    fn separates(self, byte: u8) -> bool {
        match self {
            Self::Byte(of) => byte == of,
            Self::Spaces => byte == b' ' || byte == b'\t',
        }
    }

    /// Returns whether a byte next to a cell means nothing.
    fn is_padding(self, byte: u8) -> bool {
        byte == b' ' || byte == b'\t' && !self.separates(byte)
    }
}

/// How cells are separated and quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Syntax {
    pub delimiter: Delimiter,
    pub quote: u8,
}

/// A cell without the spaces around it and without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub text: Cow<'a, str>,
    pub quoted: bool,
}

/// A line that is not blank. Quoted line ends make it longer.
#[derive(Clone, Debug)]
pub(crate) struct Record<'a> {
    pub cells: Vec<Cell<'a>>,
    pub start: Position,
    /// The text, without its last line end.
    pub text: &'a str,
    /// Whether blank lines are above it.
    pub after_blank: bool,
    /// Line on which a quote is left open, up to the end of the file.
    pub open_quote: Option<usize>,
}

impl<'a> Record<'a> {
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| &cell.text)
    }

    pub fn texts(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.cells.iter().map(|cell| &*cell.text)
    }

    /// Returns the number of cells up to the last one that is not empty.
    pub fn filled(&self) -> usize {
        let empty = self.texts().rev().take_while(|cell| cell.is_empty());
        self.cells.len() - empty.count()
    }

    /// Returns the number of cells that are not empty.
    pub fn present(&self) -> usize {
        self.texts().filter(|cell| !cell.is_empty()).count()
    }

    /// Returns whether it begins like a comment, if there are comments.
    pub fn begins_with(&self, comment: &str) -> bool {
        !comment.is_empty() && self.text.trim_start().starts_with(comment)
    }

    /// Returns the number of the last line.
    pub fn last_line(&self) -> usize {
        self.start.line + line_ends(self.text.as_bytes())
    }

    /// Returns the record of a part of the text, with another syntax.
    pub fn part(&self, text: &'a str, syntax: Syntax) -> Option<Self> {
        let mut records = Records::new(text, syntax, Position::START);
        let record = records.next()?;
        Some(Self {
            start: self.start,
            ..record
        })
    }
}

/// The records from a position on.
#[derive(Clone)]
pub(crate) struct Records<'a> {
    text: &'a str,
    syntax: Syntax,
    pub at: Position,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, syntax: Syntax, at: Position) -> Self {
        Self { text, syntax, at }
    }

    pub fn delimiter(&self) -> Delimiter {
        self.syntax.delimiter
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at.byte).copied()
    }

    fn is_line_end(&self) -> bool {
        matches!(self.byte(), Some(b'\n' | b'\r'))
    }

    fn pass_line_end(&mut self) {
        self.at = self.at.after_line_end(self.text);
    }

    fn pass(&mut self, is_passed: impl Fn(u8) -> bool) {
        while self.byte().is_some_and(&is_passed) {
            self.at.byte += 1;
        }
    }

    /// Passes blank lines. Returns whether there were any.
    fn pass_blank(&mut self) -> bool {
        let from = self.at.line;
        loop {
            let start = self.at;
            let delimiter = self.syntax.delimiter;
            self.pass(|byte| {
                delimiter.is_padding(byte) || delimiter == Delimiter::Spaces && byte == b'\t'
            });
            if !self.is_line_end() {
                if self.byte().is_some() {
                    self.at = start;
                }
                return self.at.line > from;
            }
            self.pass_line_end();
        }
    }

    /// Reads a cell, up to the delimiter or line end after it.
    fn cell(&mut self, open_quote: &mut Option<usize>) -> Cell<'a> {
        let delimiter = self.syntax.delimiter;
        self.pass(|byte| delimiter.is_padding(byte));
        if self.byte() == Some(self.syntax.quote) {
            return self.quoted(open_quote);
        }
        let start = self.at.byte;
        self.pass(|byte| byte != b'\n' && byte != b'\r' && !delimiter.separates(byte));
        let text = self.text[start..self.at.byte].trim();
        let formula = formula_text(text);
        Cell {
            text: Cow::Borrowed(formula.unwrap_or(text)),
            quoted: formula.is_some(),
        }
    }

    fn quoted(&mut self, open_quote: &mut Option<usize>) -> Cell<'a> {
        let (quote, delimiter) = (self.syntax.quote, self.syntax.delimiter);
        let opened = self.at.line;
        self.at.byte += 1;
        let mut text = Cow::Borrowed("");
        loop {
            let start = self.at.byte;
            self.pass(|byte| byte != quote && byte != b'\n' && byte != b'\r');
            if self.is_line_end() {
                self.pass_line_end();
                text += &self.text[start..self.at.byte];
                continue;
            }
            text += &self.text[start..self.at.byte];
            if self.byte().is_none() {
                *open_quote = Some(opened);
                break;
            }
            self.at.byte += 1;
            // Two quotes mean one.
            if self.byte() != Some(quote) {
                break;
            }
            text += &self.text[self.at.byte..=self.at.byte];
            self.at.byte += 1;
        }
        // Text after the quote is unusual, but belongs to the cell.
        let start = self.at.byte;
        self.pass(|byte| byte != b'\n' && byte != b'\r' && !delimiter.separates(byte));
        let rest = self.text[start..self.at.byte].trim_end();
        if !rest.is_empty() {
            text += rest;
        }
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        let text = match formula_text(&text) {
            Some(inner) => Cow::Owned(inner.to_owned()),
            None => text,
        };
        Cell { text, quoted: true }
    }
}

/// Returns the text in a formula such as `="0123"`, which keeps spreadsheets from reading a number.
fn formula_text(cell: &str) -> Option<&str> {
    cell.strip_prefix("=\"")?.strip_suffix('"')
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let after_blank = self.pass_blank();
        self.byte()?;
        let start = self.at;
        let mut open_quote = None;
        let mut cells = Vec::new();
        if self.syntax.delimiter == Delimiter::Spaces {
            self.pass(|byte| byte == b' ' || byte == b'\t');
        }
        loop {
            cells.push(self.cell(&mut open_quote));
            match self.syntax.delimiter {
                _ if self.byte().is_none() || self.is_line_end() => break,
                Delimiter::Byte(_) => self.at.byte += 1,
                Delimiter::Spaces => {
                    self.pass(|byte| byte == b' ' || byte == b'\t');
                    if self.byte().is_none() || self.is_line_end() {
                        break;
                    }
                }
            }
        }
        let text = &self.text[start.byte..self.at.byte];
        if self.byte().is_some() {
            self.pass_line_end();
        }
        Some(Record {
            cells,
            start,
            text,
            after_blank,
            open_quote,
        })
    }
}

/// The error of a quote that is opened on a line.
pub(crate) fn open_quote(file: &str, line: usize) -> DataError {
    let message = "a quote opens on this line and is never closed; close it, or remove it";
    DataError::new(
        DataErrorKind::Other,
        Place::file(file).with_line(line),
        message,
    )
}

#[cfg(test)]
mod tests {
    use super::{Delimiter, Position, Records, Syntax};

    fn records(text: &str, delimiter: u8) -> Vec<(usize, Vec<String>)> {
        let syntax = Syntax {
            delimiter: Delimiter::new(delimiter),
            quote: b'"',
        };
        Records::new(text, syntax, Position::START)
            .map(|record| {
                let cells = record.texts().map(str::to_owned).collect();
                (record.start.line, cells)
            })
            .collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    #[test]
    fn cells_are_divided_at_delimiters_outside_of_quotes() {
        let text = "a, b ,\"c, d\"\n1,, \"x \"\"y\"\"\" \n,\n5\",6'";
        let expected = [
            row(1, &["a", "b", "c, d"]),
            row(2, &["1", "", "x \"y\""]),
            row(3, &["", ""]),
            row(4, &["5\"", "6'"]),
        ];
        assert_eq!(records(text, b','), expected);
    }

    #[test]
    fn the_text_of_a_formula_is_a_cell() {
        let text = "=\"0123\",\"=\"\"4\"\"\",=5,=\"\n";
        assert_eq!(records(text, b','), [row(1, &["0123", "4", "=5", "=\""])]);
    }

    #[test]
    fn runs_of_spaces_divide_cells() {
        let text = "  a   b\t c\n\n 1  \"2 3\" 4  \n   \n";
        let expected = [row(1, &["a", "b", "c"]), row(3, &["1", "2 3", "4"])];
        assert_eq!(records(text, b' '), expected);
        assert_eq!(records("a\t\t b \n", b'\t'), [row(1, &["a", "", "b"])]);
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a,b{end}{end}\"1{end}2\",3{end}4,5");
            let lines: Vec<usize> = records(&text, b',').iter().map(|row| row.0).collect();
            assert_eq!(lines, [1, 3, 5], "{end:?}");
        }
    }

    #[test]
    fn a_quote_that_is_left_open_is_told_with_its_line() {
        let syntax = Syntax {
            delimiter: Delimiter::Byte(b','),
            quote: b'"',
        };
        let text = "a,b\n1,2\n3,\"4\n5,6\n";
        let last = Records::new(text, syntax, Position::START).last();
        assert_eq!(last.and_then(|record| record.open_quote), Some(3));
    }
}
