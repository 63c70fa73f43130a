//! Notices columns that are a time axis or the name of a recording, but would be trained on.

use std::collections::HashMap;

use super::times::{Key, key};
use crate::data::Place;
use crate::data::note::{Note, NoteKind};
use crate::data::read::options::ReadOptions;
use crate::data::read::rows::{Opened, Row};

/// First or last parts of names that mean a time or a counter, and a recording.
const TIMES: &str = "time t timestamp timestamps datetime date epoch unixtime seconds second secs sec ms \
    millis us micros elapsed uptime clock ticks sample index counter no";
const GROUPS: &str = "id group session subject recording record rec run trial person user participant \
    patient device machine unit file segment experiment episode sequence animal sensor \
    part";
/// Rows from which a column of equal steps is an axis, whatever its name.
const ENOUGH: usize = 32;

/// The columns of recordings that are cut into windows.
pub(crate) struct Watch {
    columns: Vec<Watched>,
    /// Numbers and names of the latest row of each recording.
    last: HashMap<Key, Row>,
    rows: usize,
}

/// A column that may be a time axis or the name of a recording.
struct Watched {
    position: usize,
    /// Position among the columns of names.
    name: Option<usize>,
    may_be_time: bool,
    is_called_time: bool,
    may_be_group: bool,
    /// Number of steps, and the first one.
    steps: (usize, f64),
    /// Number of rows with another value than the row before.
    changes: usize,
}

impl Watch {
    pub fn new(opened: &Opened<'_>, options: &ReadOptions) -> Self {
        let watched = |(position, column): (usize, &String)| {
            let name = opened.named.iter().position(|&named| named == position);
            Watched {
                position,
                name,
                may_be_time: options.time.is_none() && name.is_none(),
                is_called_time: is_called(column, TIMES),
                may_be_group: options.group.is_none() && is_called(column, GROUPS),
                steps: (0, 0.0),
                changes: 0,
            }
        };
        let columns = opened.columns.iter().enumerate().map(watched);
        Self {
            columns: match options.window {
                // A single channel is what the user wants to train on.
                Some(_) if opened.columns.len() > 1 => columns.collect(),
                _ => Vec::new(),
            },
            last: HashMap::new(),
            rows: 0,
        }
    }

    pub fn see(&mut self, row: &Row) {
        self.columns
            .retain(|column| column.may_be_time || column.may_be_group);
        if self.columns.is_empty() {
            return;
        }
        self.rows += 1;
        let last = self.last.insert(key(row), row.clone());
        if let Some(last) = last {
            for column in &mut self.columns {
                column.see(&last, row);
            }
        }
    }

    /// Returns what was noticed.
    pub fn notes(&self, opened: &Opened<'_>) -> Vec<Note> {
        let note = |column: &Watched| {
            let (kind, message) = column.note(self.rows)?;
            let place = Place::file(&opened.file).with_column(&opened.columns[column.position]);
            Some(Note::new(kind, place, message))
        };
        self.columns.iter().filter_map(note).collect()
    }
}

impl Watched {
    fn see(&mut self, last: &Row, row: &Row) {
        let step = row.values[self.position] - last.values[self.position];
        let has_changed = match self.name {
            Some(name) => row.names[name] != last.names[name],
            None => step != 0.0,
        };
        self.changes += usize::from(has_changed);
        self.may_be_group &= row.values[self.position].fract() == 0.0;
        if self.may_be_time {
            if self.steps.0 == 0 {
                self.steps.1 = step;
            }
            self.steps.0 += 1;
            // Other names need equal steps.
            let is_equal = (step - self.steps.1).abs() <= 0.01 * self.steps.1;
            self.may_be_time = step > 0.0 && (is_equal || self.is_called_time);
        }
    }

    fn note(&self, rows: usize) -> Option<(NoteKind, &'static str)> {
        let (steps, _) = self.steps;
        if self.may_be_time && (steps >= ENOUGH || self.is_called_time && steps > 0) {
            let message = "the column increases with every row, as a time or a counter does, but \
                           windows are trained on it";
            return Some((NoteKind::TimeAxis, message));
        }
        let is_constant = self.changes > 0 && 4 * self.changes <= rows;
        let message = "the column is constant over stretches of rows, as the name of a recording \
                       is, but windows are trained on it, and may cross from one to the next";
        (self.may_be_group && is_constant).then_some((NoteKind::Group, message))
    }
}

/// Returns whether a name, or its first or last part, is one of `words`.
fn is_called(name: &str, words: &str) -> bool {
    let name = name.to_lowercase();
    let mut parts = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    let ends = [parts.next(), parts.next_back()];
    let mut words = words.split_ascii_whitespace();
    words.any(|word| ends.contains(&Some(word)))
}
