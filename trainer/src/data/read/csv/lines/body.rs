//! The rows of a text: its lines without comments, repeated headers and what follows the last row.

use super::super::records::{Delimiter, Record, Records, open_quote};
use super::Layout;
use super::scan::Scan;
use crate::data::error::{DataError, DataErrorKind, Place};
use crate::data::note::Note;
use crate::data::read::options::ReadOptions;

/// The rows of a text.
pub(crate) struct Body<'a> {
    file: &'a str,
    records: Records<'a>,
    /// Where lines begin that are not rows, ascending.
    gaps: Vec<usize>,
    /// Line of the header.
    header: Option<usize>,
    /// Whether the columns have values.
    used: Vec<bool>,
    /// First line that has the names of the header in another order.
    pub reordered: Option<usize>,
    /// Most cells of a row.
    pub widest: usize,
    /// The first column counts the rows.
    pub counts: bool,
    /// Number of cells of a row.
    pub width: usize,
}

impl<'a> Body<'a> {
    /// Looks at all lines from the first row on. The width is still that of the first rows.
    pub fn new(
        text: &'a str,
        file: &'a str,
        layout: &Layout<'a>,
        options: &ReadOptions,
    ) -> (Self, Vec<Note>) {
        let records = Records::new(text, layout.shape.syntax, layout.first);
        let mut scan = Scan::new(layout, options);
        for record in records.clone() {
            scan.add(record);
        }
        let notes = scan.finish(text, file);
        let mut gaps = scan.gaps;
        gaps.sort_unstable();
        let body = Self {
            file,
            records,
            gaps,
            header: layout.header.as_ref().map(|header| header.start.line),
            reordered: scan.reordered,
            used: scan.used,
            widest: scan.widest,
            counts: scan.rows > 1 && scan.counts,
            width: layout.shape.looks.len(),
        };
        (body, notes)
    }

    /// Returns the place of the first row.
    pub fn start(&self) -> Cursor<'a> {
        Cursor {
            records: self.records.clone(),
            gap: 0,
        }
    }

    /// Returns the next row. It has at least [`Body::width`] cells, and no text in more.
    pub fn next(&self, cursor: &mut Cursor<'a>) -> Option<Result<Record<'a>, DataError>> {
        loop {
            let record = cursor.records.next()?;
            if self.gaps.get(cursor.gap) != Some(&record.start.byte) {
                return Some(self.check(&record).map(|()| record));
            }
            cursor.gap += 1;
        }
    }

    /// Returns whether a column has values.
    pub fn is_used(&self, column: usize) -> bool {
        self.used.get(column).copied().unwrap_or(false)
    }

    /// Returns the number of columns up to the last one with values.
    pub fn used_width(&self) -> usize {
        let last = self.used.iter().rposition(|&used| used);
        last.map_or(0, |last| last + 1)
    }

    pub fn has_rows(&self) -> bool {
        self.widest > 0
    }

    fn check(&self, record: &Record<'_>) -> Result<(), DataError> {
        let place = |line: usize| Place::file(self.file).with_line(line);
        if let Some(line) = record.open_quote {
            return Err(open_quote(self.file, line));
        }
        let (found, expected) = (record.cells.len(), self.width);
        if found >= expected && record.filled() <= expected {
            return Ok(());
        }
        let cells = if found == 1 { "cell" } else { "cells" };
        let other = match self.header {
            Some(1) => "the header".to_owned(),
            Some(line) => format!("the header (line {line})"),
            None => "the first row".to_owned(),
        };
        let (first, last) = (record.start.line, record.last_line());
        let has_commas = self.records.delimiter() == Delimiter::Byte(b',')
            && self.header.is_some()
            && found == self.used.len()
            && (expected + 1..=2 * expected).contains(&found)
            && record.texts().all(is_digits);
        let advice = match last > first {
            true => format!("close the quote that ends on line {last}"),
            false if has_commas => "if commas separate the decimals too, save the file with \
                 semicolons between the cells, or with decimal dots"
                .to_owned(),
            false => format!(
                "make every row as long as {}",
                if self.header.is_some() {
                    "the header"
                } else {
                    "the first"
                }
            ),
        };
        let message = format!("the row has {found} {cells}, but {other} has {expected}; {advice}");
        Err(DataError::new(DataErrorKind::Ragged, place(first), message))
    }
}

/// Returns whether a cell is an integer, as both sides of a decimal comma are.
fn is_digits(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A place between the rows of a text.
pub(crate) struct Cursor<'a> {
    records: Records<'a>,
    /// Number of the next line that is no row.
    gap: usize,
}
