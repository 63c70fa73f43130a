//! A look at all lines from the first row on, to find those that are no rows.

use std::collections::HashSet;

use super::super::cell::Look;
use super::super::cell::words::{is_subtotal, is_summary};
use super::super::records::Record;
use super::super::records::shape::is_rule;
use super::Layout;
use crate::data::error::Place;
use crate::data::note::{Note, NoteKind};
use crate::data::read::options::ReadOptions;

/// Most lines between rows, or below them, that are not rows.
const MAX_LINES: usize = 64;

/// A look at all lines from the first row on.
pub(crate) struct Scan<'l, 'a> {
    layout: &'l Layout<'a>,
    options: &'l ReadOptions,
    above: HashSet<&'l str>,
    /// Lines that are not rows unless a row follows.
    pending: Vec<Record<'a>>,
    /// The last line was repeated from above the rows.
    in_block: bool,
    pub gaps: Vec<usize>,
    comments: Vec<usize>,
    repeated: Vec<usize>,
    /// First line that has the names of the header in another order.
    pub reordered: Option<usize>,
    /// Lines of rows that look like subtotals.
    subtotals: Vec<usize>,
    /// Rows that begin with a word for a summary.
    summaries: usize,
    pub used: Vec<bool>,
    pub widest: usize,
    pub rows: usize,
    pub counts: bool,
    last_count: Option<f64>,
    /// Where all lines begin, if the user says how many are no rows in the end.
    starts: Vec<usize>,
}

impl<'l, 'a> Scan<'l, 'a> {
    pub fn new(layout: &'l Layout<'a>, options: &'l ReadOptions) -> Self {
        let above = layout.above.iter().map(|text| text.trim());
        Self {
            layout,
            options,
            above: above.collect(),
            pending: Vec::new(),
            in_block: false,
            gaps: Vec::new(),
            comments: layout.comments.clone(),
            repeated: Vec::new(),
            reordered: None,
            subtotals: Vec::new(),
            summaries: 0,
            used: vec![false; layout.shape.looks.len()],
            widest: 0,
            rows: 0,
            counts: true,
            last_count: None,
            starts: Vec::new(),
        }
    }

    pub fn add(&mut self, record: Record<'a>) {
        if self.layout.shape.is_comment(&record) {
            self.gaps.push(record.start.byte);
            if !is_rule(record.text) {
                self.comments.push(record.start.line);
            }
            return;
        }
        if let Some(count) = self.options.skip_footer {
            self.starts.push(record.start.byte);
            if self.starts.len() > 2 * count + MAX_LINES {
                self.starts.drain(..self.starts.len() - count);
            }
        }
        let header = self.layout.header.as_ref();
        let is_header = header.is_some_and(|header| is_same(header, &record));
        if !is_header && header.is_some_and(|header| is_reordered(header, &record)) {
            self.reordered.get_or_insert(record.start.line);
        }
        let text = record.text.trim();
        let is_row = self.is_row(&record);
        if is_header || !is_row && self.above.contains(text) {
            // What is between the last row and a repeated header belongs to it.
            self.gaps
                .extend(self.pending.drain(..).map(|record| record.start.byte));
            self.gaps.push(record.start.byte);
            self.in_block = true;
            if is_header {
                self.repeated.push(record.start.line);
            }
            return;
        }
        if is_row || self.pending.len() >= MAX_LINES {
            let rows: Vec<Record<'_>> = self.pending.drain(..).collect();
            rows.iter().for_each(|row| self.add_row(row));
            self.add_row(&record);
            self.in_block = false;
        } else {
            self.pending.push(record);
        }
    }

    fn add_row(&mut self, record: &Record<'_>) {
        self.rows += 1;
        self.summaries += usize::from(is_summary(first_text(record)));
        if is_subtotal(first_text(record)) {
            self.subtotals.push(record.start.line);
        }
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
        let is_strict = record.after_blank || self.in_block || !self.pending.is_empty();
        let is_wide =
            record.cells.len() >= self.layout.shape.used() && record.filled() <= looks.len();
        if !is_wide || record.open_quote.is_some() || is_summary(first_text(record)) {
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
        let is_odd = looks[0] != Look::Missing && !Look::of(record.cell(0)).fits(looks[0]);
        if is_odd {
            return false;
        }
        has_text_only && record.filled() > 0
            || cells().any(is_value)
            || record.filled() > 0 && cells().all(|(cell, _)| cell == Look::Missing)
    }

    /// Returns whether a line that is no row may follow the last row.
    fn is_footer(&self, record: &Record<'_>, below_blank: bool) -> bool {
        let looks = &self.layout.shape.looks;
        let first = record.cell(0);
        let column = looks.first().copied().unwrap_or(Look::Text);
        let has_numbers = record.texts().any(|cell| Look::of(cell) == Look::Number);
        let is_ragged = record.cells.len() != looks.len();
        match () {
            // It may hold any number of rows.
            () if record.open_quote.is_some() => false,
            () if record.filled() == 0 => true,
            () if record.cells.len() == 1 && looks.len() > 1 => {
                first.contains(char::is_alphabetic) && first.parse::<f64>().is_err()
            }
            () if is_summary(first_text(record)) => column != Look::Text || self.summaries == 0,
            () if column == Look::Text => {
                is_ragged && !has_numbers && record.cells.len() < looks.len()
            }
            () => Look::of(first) == Look::Text && (is_ragged || !has_numbers || below_blank),
        }
    }

    /// Leaves out a last line that ends too early, because the file does.
    fn leave_out_torn(&mut self, text: &str, file: &str) -> Option<Note> {
        let record = self.pending.last()?;
        let is_short = record.cells.len() < self.used.len() && record.open_quote.is_none();
        let is_open = record.open_quote == Some(record.last_line());
        let is_last = record.start.byte + record.text.len() == text.len();
        if self.rows == 0 || !is_last || !(is_short || is_open) || self.is_footer(record, false) {
            return None;
        }
        let message = format!(
            "the file ends within this row, in cell {} of {}; the row was left out",
            record.cells.len(),
            self.used.len()
        );
        let place = Place::file(file).with_line(record.start.line);
        self.gaps.push(record.start.byte);
        self.pending.pop();
        Some(Note::new(NoteKind::Footer, place, message))
    }

    /// Leaves out what follows the last row.
    fn leave_out_footer(&mut self, file: &str) -> Option<Note> {
        let blank = self.pending.iter().position(|record| record.after_blank);
        let blank = blank.unwrap_or(self.pending.len());
        let lines = self.pending.iter().enumerate().rev();
        let footer = lines.take_while(|&(at, record)| self.is_footer(record, at >= blank));
        let first = self.pending.len() - footer.count();
        let footer = self.pending.split_off(first);
        let record = footer.first().filter(|_| self.rows > 0)?;
        let what = match footer.iter().any(|record| record.filled() > 0) {
            true => "no row",
            false => "empty",
        };
        let message = match footer.len() {
            1 => format!("the last line is {what} and was left out"),
            count => {
                let what = what.replace("no row", "no rows");
                format!("the last {count} lines are {what} and were left out")
            }
        };
        let place = Place::file(file).with_line(record.start.line);
        self.gaps
            .extend(footer.iter().map(|record| record.start.byte));
        Some(Note::new(NoteKind::Footer, place, message))
    }

    /// Decides about the last lines, and says what was left out.
    pub fn finish(&mut self, text: &str, file: &str) -> Vec<Note> {
        let mut notes = Vec::new();
        if let Some(count) = self.options.skip_footer {
            let from = self.starts.len().saturating_sub(count);
            self.gaps.extend(&self.starts[from..]);
        } else {
            notes.extend(self.leave_out_torn(text, file));
            notes.extend(self.leave_out_footer(file));
        }
        let rows: Vec<Record<'_>> = self.pending.drain(..).collect();
        rows.iter().for_each(|row| self.add_row(row));
        let mut note = |kind, line: usize, message: String| {
            notes.push(Note::new(kind, Place::file(file).with_line(line), message));
        };
        if let Some(&line) = self.repeated.first() {
            let message = match self.repeated.len() {
                1 => "the header is repeated here; it was left out".to_owned(),
                count => format!(
                    "the header is repeated on {count} lines from here on; all were left out"
                ),
            };
            note(NoteKind::Other, line, message);
        }
        // A single one may be a name.
        if let [first, _, ..] = self.subtotals[..] {
            let message = format!(
                "this row and {} more look like subtotals of other rows; remove them",
                self.subtotals.len() - 1
            );
            note(NoteKind::Other, first, message);
        }
        if let Some(&line) = self.comments.first() {
            let comment = &self.layout.shape.comment;
            let message = match self.comments.len() {
                1 => format!("the line begins with `{comment}` and was left out as a comment"),
                count => format!(
                    "{count} lines from here on begin with `{comment}` and were left out as comments"
                ),
            };
            note(NoteKind::Comment, line, message);
        }
        notes
    }
}

/// Returns whether a record has the names of the header.
fn is_same(header: &Record<'_>, record: &Record<'_>) -> bool {
    let (names, cells) = (header.filled(), record.filled());
    let mut pairs = header.texts().zip(record.texts());
    header.text.trim() == record.text.trim()
        || names > 1 && names == cells && pairs.all(|(name, cell)| name.eq_ignore_ascii_case(cell))
}

/// Returns whether a record has the names of the header, which are texts, in another order.
fn is_reordered(header: &Record<'_>, record: &Record<'_>) -> bool {
    // Most rows differ at the first cell already.
    let is_name = |cell: &str| header.texts().any(|name| name.eq_ignore_ascii_case(cell));
    let is_text = |cell: &str| Look::of(cell) == Look::Text;
    let sorted = |record: &Record<'_>| {
        let mut cells: Vec<String> = record.texts().map(str::to_lowercase).collect();
        cells.sort_unstable();
        cells
    };
    record.cells.len() > 1
        && record.texts().all(|cell| is_name(cell) && is_text(cell))
        && sorted(header) == sorted(record)
}

fn first_text<'r>(record: &'r Record<'_>) -> &'r str {
    record
        .texts()
        .find(|cell| !cell.is_empty())
        .unwrap_or_default()
}
