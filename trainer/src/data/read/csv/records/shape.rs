//! The shape of a table in a text: its delimiter, its comments and what its columns look like.

use super::super::cell::Look;
use super::super::cell::words::is_missing_word;
use super::super::text::position::Position;
use super::delimiter::commonest_width;
use super::{Record, Syntax};
use crate::data::read::options::ReadOptions;

/// First records that show the layout.
pub(crate) const PROBED: usize = 512;
/// What comments begin with, unless the user says so.
const COMMENTS: [&str; 3] = ["#", "%", "//"];
/// What comments begin with if it separates no cells.
const SEMICOLON: &str = ";";

/// The shape of a table.
pub(crate) struct Shape {
    pub syntax: Syntax,
    /// What comments begin with. Empty if there are none.
    pub comment: String,
    /// The user says what comments begin with.
    declares_comments: bool,
    /// What the columns look like.
    pub looks: Vec<Look>,
}

impl Shape {
    /// Looks at the first records.
    pub fn new(
        probed: &[Record<'_>],
        syntax: Syntax,
        comment: String,
        options: &ReadOptions,
    ) -> Self {
        Self {
            looks: looks(probed, &comment),
            syntax,
            comment,
            declares_comments: options.comment.is_some(),
        }
    }

    /// Takes columns as texts that the options say have names. Numbers among them are names, so
    /// texts are no footer.
    pub fn take_names(&mut self, header: &Record<'_>, options: &ReadOptions) {
        for (look, name) in self.looks.iter_mut().zip(header.texts()) {
            let mut named = options.categories.iter().chain(&options.label);
            if named.any(|other| other == name) {
                *look = Look::Text;
            }
        }
    }

    /// Returns the number of cells of most records.
    pub fn width(&self) -> usize {
        self.looks.len()
    }

    /// Returns the number of columns up to the last one with values.
    pub fn used(&self) -> usize {
        let empty = self
            .looks
            .iter()
            .rev()
            .take_while(|&&look| look == Look::Missing);
        (self.width() - empty.count()).max(1)
    }

    /// Returns whether a line above the rows is a comment.
    pub fn is_comment_line(&self, record: &Record<'_>) -> bool {
        is_rule(record.text) || record.begins_with(&self.comment)
    }

    /// Returns whether a line is a comment, and no row that begins like one.
    pub fn is_comment(&self, record: &Record<'_>) -> bool {
        // A name such as a colour, or a missing value such as `#N/A`.
        let may_be_cell =
            self.looks.first() == Some(&Look::Text) || is_missing_word(record.cell(0));
        let may_be_row =
            !self.declares_comments && may_be_cell && record.cells.len() == self.looks.len();
        self.is_comment_line(record) && !may_be_row
    }
}

/// Returns whether a line is drawn with dashes, as below the header of a printed table.
pub(crate) fn is_rule(text: &str) -> bool {
    let is_drawn = text.contains("---") || text.contains("===");
    // Markdown takes fewer dashes.
    let is_markdown = text.trim_start().starts_with('|') && text.contains("--");
    (is_drawn || is_markdown) && text.chars().all(|c| "-=+|: \t".contains(c))
}

/// Returns what comments begin with: the first of the usual marks that a line begins with, above
/// the rows or between them. Empty if there are none.
pub(crate) fn comment(text: &str, start: Position, options: &ReadOptions) -> String {
    if let Some(comment) = &options.comment {
        return comment.clone();
    }
    let lines = text[start.byte..].split(['\n', '\r']).map(str::trim_start);
    let lines = lines.filter(|line| !line.is_empty()).take(PROBED);
    let starts = |line: &str| COMMENTS.into_iter().find(|mark| line.starts_with(mark));
    let usual = lines.clone().find_map(starts);
    let is_mark = || {
        let is_comment = |line: &str| line.starts_with(SEMICOLON);
        lines.clone().any(is_comment)
            && lines.clone().any(|line| !line.contains(SEMICOLON))
            && lines
                .clone()
                .all(|line| is_comment(line) || !line.contains(SEMICOLON))
    };
    let semicolon = || is_mark().then_some(SEMICOLON);
    usual.or_else(semicolon).unwrap_or("#").to_owned()
}

/// Returns what the columns look like in the second half of the first records.
fn looks(probed: &[Record<'_>], comment: &str) -> Vec<Look> {
    let records = probed.iter().filter(|record| !record.begins_with(comment));
    let records: Vec<Record<'_>> = records.cloned().collect();
    let Some(width) = commonest_width(&records) else {
        return Vec::new();
    };
    let rows: Vec<&Record<'_>> = records
        .iter()
        .filter(|record| record.cells.len() == width)
        .collect();
    let rows = &rows[rows.len() / 2..];
    let look = |column: usize| {
        let count = |look: Look| {
            rows.iter()
                .filter(|row| Look::of(row.cell(column)) == look)
                .count()
        };
        let (numbers, times, texts) = (count(Look::Number), count(Look::Time), count(Look::Text));
        match () {
            () if numbers + times + texts == 0 => Look::Missing,
            () if numbers > 0 && numbers >= times.max(texts) => Look::Number,
            () if times > texts => Look::Time,
            () => Look::Text,
        }
    };
    (0..width).map(look).collect()
}
