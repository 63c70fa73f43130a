//! The rows of a text: its lines without comments, repeated headers and what follows the last row.

use std::collections::HashSet;

use super::super::super::error::{DataError, DataErrorKind, Place};
use super::super::super::note::{Note, NoteKind};
use super::super::options::ReadOptions;
use super::layout::{Layout, lines};
use super::look::{Look, is_summary};
use super::record::{Record, Records, open_quote};

/// Most lines between rows, or below them, that are not rows.
const MAX_LINES: usize = 64;

/// The rows of a text.
pub(super) struct Body<'a> {
    file: &'a str,
    records: Records<'a>,
    /// Where lines begin that are not rows, ascending.
    gaps: Vec<usize>,
    /// Line of the header.
    header: Option<usize>,
    /// Whether the columns have values.
    pub used: Vec<bool>,
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
        let advice = match last > first {
            true => format!("close the quote that ends on line {last}"),
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

/// A place between the rows of a text.
pub(super) struct Cursor<'a> {
    records: Records<'a>,
    /// Number of the next line that is no row.
    gap: usize,
}

/// A look at all lines from the first row on.
struct Scan<'l, 'a> {
    layout: &'l Layout<'a>,
    options: &'l ReadOptions,
    above: HashSet<&'l str>,
    /// Lines that are not rows unless a row follows.
    pending: Vec<Record<'a>>,
    gaps: Vec<usize>,
    comments: Vec<usize>,
    repeated: Vec<usize>,
    /// Rows that begin with a word for a summary.
    summaries: usize,
    used: Vec<bool>,
    widest: usize,
    rows: usize,
    counts: bool,
    last_count: Option<f64>,
    /// Where all lines begin, if the user says how many are no rows in the end.
    starts: Vec<usize>,
}

impl<'l, 'a> Scan<'l, 'a> {
    fn new(layout: &'l Layout<'a>, options: &'l ReadOptions) -> Self {
        let above = layout.above.iter().map(|text| text.trim());
        Self {
            layout,
            options,
            above: above.collect(),
            pending: Vec::new(),
            gaps: Vec::new(),
            comments: Vec::new(),
            repeated: Vec::new(),
            summaries: 0,
            used: vec![false; layout.shape.looks.len()],
            widest: 0,
            rows: 0,
            counts: true,
            last_count: None,
            starts: Vec::new(),
        }
    }

    fn add(&mut self, record: Record<'a>) {
        if self.layout.shape.is_comment(&record) {
            self.gaps.push(record.start.byte);
            self.comments.push(record.start.line);
            return;
        }
        if let Some(count) = self.options.skip_footer {
            self.starts.push(record.start.byte);
            if self.starts.len() > 2 * count + MAX_LINES {
                self.starts.drain(..self.starts.len() - count);
            }
        }
        let header = self.layout.header.as_ref().map(|header| header.text.trim());
        let text = record.text.trim();
        let is_row = self.is_row(&record);
        if header == Some(text) || !is_row && self.above.contains(text) {
            // What is between the last row and a repeated header belongs to it.
            self.gaps
                .extend(self.pending.drain(..).map(|record| record.start.byte));
            self.gaps.push(record.start.byte);
            if header == Some(text) {
                self.repeated.push(record.start.line);
            }
            return;
        }
        if is_row || self.pending.len() >= MAX_LINES {
            let rows: Vec<Record<'_>> = self.pending.drain(..).collect();
            rows.iter().for_each(|row| self.add_row(row));
            self.add_row(&record);
        } else {
            self.pending.push(record);
        }
    }

    fn add_row(&mut self, record: &Record<'_>) {
        self.rows += 1;
        self.summaries += usize::from(is_summary(first_text(record)));
        self.widest = self.widest.max(record.cells.len());
        for (used, text) in self.used.iter_mut().zip(record.texts()) {
            *used |= !text.is_empty();
        }
        if self.counts {
            let count = record.cell(0).parse::<f64>().ok();
            let is_next = match (self.last_count, count) {
                (Some(last), Some(count)) => count == last + 1.0,
                (None, Some(count)) => count == 0.0 || count == 1.0,
                _ => false,
            };
            self.counts = is_next;
            self.last_count = count;
        }
    }

    /// Returns whether a line looks like a row. After a blank line, all its cells must fit.
    fn is_row(&self, record: &Record<'_>) -> bool {
        let looks = &self.layout.shape.looks;
        let is_strict = record.after_blank || !self.pending.is_empty();
        let used = looks.len()
            - looks
                .iter()
                .rev()
                .take_while(|&&look| look == Look::Missing)
                .count();
        let is_wide = record.cells.len() >= used && record.filled() <= looks.len();
        if !is_wide || is_summary(first_text(record)) {
            return false;
        }
        let cells = || record.texts().map(Look::of).zip(looks.iter().copied());
        let is_value = |(cell, column): (Look, Look)| {
            cell == column && cell != Look::Text && cell != Look::Missing
        };
        let fits = |(cell, column): (Look, Look)| cell.fits(column);
        let has_text_only = looks
            .iter()
            .all(|look| matches!(look, Look::Text | Look::Missing));
        if is_strict && !has_text_only {
            return cells().all(fits) && record.filled() > 0;
        }
        has_text_only && record.filled() > 0
            || cells().any(is_value)
            || record.filled() > 0 && cells().all(|(cell, _)| cell == Look::Missing)
    }

    /// Returns whether a line that is no row may follow the last row.
    fn is_footer(&self, record: &Record<'_>) -> bool {
        let looks = &self.layout.shape.looks;
        let first = record.cell(0);
        let column = looks.first().copied().unwrap_or(Look::Text);
        let has_numbers = record.texts().any(|cell| Look::of(cell) == Look::Number);
        let is_ragged = record.cells.len() != looks.len();
        match () {
            () if record.filled() == 0 => true,
            () if is_summary(first_text(record)) => column != Look::Text || self.summaries == 0,
            () if column == Look::Text => {
                is_ragged && !has_numbers && record.cells.len() < looks.len()
            }
            () => Look::of(first) == Look::Text,
        }
    }

    /// Decides about the last lines, and says what was left out.
    fn finish(&mut self, text: &str, file: &str) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut note = |kind, line: usize, message: String| {
            notes.push(Note::new(kind, Place::file(file).with_line(line), message));
        };
        if let Some(count) = self.options.skip_footer {
            let from = self.starts.len().saturating_sub(count);
            self.gaps.extend(&self.starts[from..]);
        } else {
            let is_cut = |record: &Record<'_>| {
                let end = record.start.byte + record.text.len();
                end == text.len()
                    && (record.cells.len() < self.used.len() || record.open_quote.is_some())
            };
            let torn = self
                .pending
                .last()
                .filter(|record| self.rows > 0 && is_cut(record) && !self.is_footer(record));
            if let Some(record) = torn {
                let cells = record.cells.len();
                let message = format!(
                    "the file ends within this row ({cells} of {} cells, no line end); it was left out",
                    self.used.len()
                );
                note(NoteKind::Footer, record.start.line, message);
                self.gaps.push(record.start.byte);
                self.pending.pop();
            }
            let footer = self
                .pending
                .iter()
                .rev()
                .take_while(|record| self.is_footer(record))
                .count();
            let footer = self.pending.split_off(self.pending.len() - footer);
            if let (Some(first), true) = (footer.first(), self.rows > 0) {
                let message = match footer.iter().any(|record| record.filled() > 0) {
                    true => format!(
                        "{} from here on look like no rows and were left out",
                        lines(footer.len())
                    ),
                    false => format!(
                        "{} from here on have no values and were left out",
                        lines(footer.len())
                    ),
                };
                note(NoteKind::Footer, first.start.line, message);
                self.gaps
                    .extend(footer.iter().map(|record| record.start.byte));
            }
        }
        let rows: Vec<Record<'_>> = self.pending.drain(..).collect();
        rows.iter().for_each(|row| self.add_row(row));
        if let Some(&line) = self.repeated.first() {
            let message = match self.repeated.len() {
                1 => "the header is repeated here; it was left out".to_owned(),
                count => format!(
                    "the header is repeated here and {} times below; all were left out",
                    count - 1
                ),
            };
            note(NoteKind::Other, line, message);
        }
        if let Some(&line) = self.comments.first() {
            let comment = &self.layout.shape.comment;
            let message = format!(
                "{} from here on begin with `{comment}` and were left out as comments",
                lines(self.comments.len())
            );
            note(NoteKind::Comment, line, message);
        }
        notes
    }
}

fn first_text<'r>(record: &'r Record<'_>) -> &'r str {
    record
        .texts()
        .find(|cell| !cell.is_empty())
        .unwrap_or_default()
}
