//! Follows recordings through the rows, and cuts them into windows if these are wanted.

pub(crate) mod time;
pub(crate) mod times;
pub(crate) mod watch;
pub(crate) mod windows;

use std::collections::HashMap;

use super::super::options::{ReadOptions, Window};
use super::super::rows::{Opened, Row, place};
use crate::data::error::{DataError, DataErrorKind, Place};
use crate::data::note::{Note, NoteKind};
use crate::data::recordings::{Recordings, Span};
use crate::text::counted;
use times::{Key, Times, key};
use windows::{Cutter, Lengths, WindowShape};

/// The recordings that were seen so far.
pub(crate) struct Recorder<'o> {
    options: &'o ReadOptions,
    file: String,
    shape: Option<WindowShape>,
    times: Option<&'o Times>,
    parts: HashMap<Key, Part>,
    groups: HashMap<String, usize>,
    count: usize,
    lengths: Lengths,
}

/// The present part of a recording: of one file and one group, without gaps.
struct Part {
    recording: usize,
    last: Option<f64>,
    cutter: Option<Cutter>,
}

impl<'o> Recorder<'o> {
    pub fn new(
        opened: &Opened<'_>,
        named: &[usize],
        times: Option<&'o Times>,
        options: &'o ReadOptions,
    ) -> Self {
        let shape = |window| WindowShape::new(window, opened, named);
        Self {
            options,
            file: opened.file.clone(),
            shape: options.window.map(shape),
            times,
            parts: HashMap::new(),
            groups: HashMap::new(),
            count: 0,
            lengths: Lengths::default(),
        }
    }

    /// Returns the shape of windows.
    pub fn shape(&self) -> Option<&WindowShape> {
        self.shape.as_ref()
    }

    /// Ends the stretch of a row that is left out.
    pub fn leave_out(&mut self, row: &Row) {
        let part = self.parts.get_mut(&key(row));
        if let Some(cutter) = part.and_then(|part| part.cutter.as_mut()) {
            cutter.skip(&mut self.lengths);
        }
    }

    /// Takes the next row. Returns the row, or the window that it completes.
    pub fn push(&mut self, mut row: Row) -> Result<Option<Row>, DataError> {
        let key = key(&row);
        let column = self.options.time.as_deref().unwrap_or_default();
        let time = match self.times {
            Some(times) => times.time_of(&row, || place(&self.file, &row, column))?,
            None => None,
        };
        let step = self
            .parts
            .get(&key)
            .and_then(|part| Some(time? - part.last?));
        let has_gap = step.is_some_and(|step| self.times.is_some_and(|of| of.ends(&key, step)));
        if has_gap || !self.parts.contains_key(&key) {
            self.begin(key.clone());
        }
        let Some(part) = self.parts.get_mut(&key) else {
            return Ok(None);
        };
        part.last = time.or(part.last);
        row.origin.span = Span {
            recording: part.recording,
            start: 0,
            length: 1,
        };
        Ok(match (&mut part.cutter, &self.shape) {
            (Some(cutter), Some(shape)) => cutter.push(row, shape, &mut self.lengths),
            _ => Some(row),
        })
    }

    /// Begins a recording, or another part of a group.
    fn begin(&mut self, key: Key) {
        let recording = match &key.1 {
            Some(group) => *self.groups.entry(group.clone()).or_insert(self.count),
            None => self.count,
        };
        self.count = self.count.max(recording + 1);
        let part = Part {
            recording,
            last: None,
            cutter: self.options.window.map(Cutter::new),
        };
        let ended = self.parts.insert(key, part).and_then(|part| part.cutter);
        if let Some(mut cutter) = ended {
            cutter.end(&mut self.lengths);
        }
    }

    /// Ends all recordings. Returns the lengths of the stretches that could have windows.
    pub fn end(&mut self) -> Lengths {
        for cutter in self
            .parts
            .values_mut()
            .filter_map(|part| part.cutter.as_mut())
        {
            cutter.end(&mut self.lengths);
        }
        std::mem::take(&mut self.lengths)
    }

    /// Returns the recordings of the rows that were kept, if they matter.
    pub fn recordings(&self, rows: &[Row]) -> Option<Recordings> {
        let matters = self.options.group.is_some() || self.options.window.is_some();
        let mut names: Vec<(&String, &usize)> = self.groups.iter().collect();
        names.sort_unstable_by_key(|&(_, recording)| recording);
        matters.then(|| Recordings {
            column: self.options.group.clone(),
            count: self.count,
            names: names.into_iter().map(|(name, _)| name.clone()).collect(),
            of_row: rows.iter().map(|row| row.origin.span).collect(),
        })
    }
}

/// Returns what kind of stretch may be too short for a window.
fn stretches(opened: &Opened<'_>, named: &[usize]) -> &'static str {
    match (opened.label.is_some(), named.is_empty()) {
        (false, true) => "recordings",
        (true, true) => "stretches of one class",
        (false, false) => "stretches of one category",
        (true, false) => "stretches of one class and category",
    }
}

/// Returns a note on stretches that are too short for a window.
pub(crate) fn short_note(
    opened: &Opened<'_>,
    named: &[usize],
    window: Window,
    lengths: &Lengths,
) -> Option<Note> {
    let message = format!(
        "{} of {} {} are shorter than a window of {} rows, and give none",
        lengths.short,
        lengths.count,
        stretches(opened, named),
        window.length
    );
    (lengths.short > 0).then(|| {
        Note::new(
            NoteKind::ShortRecordings,
            Place::file(&opened.file),
            message,
        )
    })
}

/// The error of too few windows.
pub(crate) fn no_windows(
    opened: &Opened<'_>,
    [found, enough]: [usize; 2],
    named: &[usize],
    window: Window,
    lengths: &Lengths,
) -> DataError {
    let windows = if found == 1 { "window" } else { "windows" };
    let only = format!("only {found} {windows} of {} rows", window.length);
    let changes = lengths.changes.iter().max_by_key(|&(_, changes)| changes);
    if let Some((&column, changes)) = changes
        && 2 * changes >= lengths.count
    {
        let message = format!(
            "{only} have one name in this column, which has {}; leave the column out",
            counted(*changes, "change", "changes")
        );
        let place = Place::file(&opened.file).with_column(&opened.columns[named[column]]);
        return DataError::unusable_column(place, message);
    }
    let &Lengths {
        count,
        short,
        longest,
        ..
    } = lengths;
    let what = stretches(opened, named);
    let why = match (count, short) {
        (0 | 1, _) | (_, 0) => String::new(),
        _ if short == count => {
            format!(": all {count} {what} are shorter, and the longest has {longest} rows")
        }
        _ => format!(": {short} of {count} {what} are shorter"),
    };
    let (needed, advice) = match enough {
        1 => ("1 is needed", "add rows"),
        _ => (
            "2 are needed",
            "choose a shorter window or a smaller stride",
        ),
    };
    let message = format!("{only}, but at least {needed}{why}; {advice}");
    DataError::in_file(&opened.file, message).of_kind(DataErrorKind::NoWindow)
}
