//! Cuts recordings into windows: consecutive rows become the values of one row, channel by channel.

use std::collections::{BTreeMap, VecDeque};

use crate::data::read::options::Window;
use crate::data::read::rows::selection::moments;
use crate::data::read::rows::{Opened, Row};

/// The columns of windows: the moments of each channel, and one value for each category column.
pub(crate) struct WindowShape {
    window: Window,
    /// Whether each column of a moment has names.
    has_names: Vec<bool>,
    /// Columns that were read as names. Other columns of names have numbers.
    named: Vec<usize>,
}

impl WindowShape {
    /// Returns the columns of windows of rows whose columns `positions` have names.
    pub fn new(window: Window, opened: &Opened<'_>, positions: &[usize]) -> Self {
        let columns = 0..opened.columns.len();
        Self {
            window,
            has_names: columns.map(|column| positions.contains(&column)).collect(),
            named: opened.named.clone(),
        }
    }

    /// Returns the name in a cell.
    fn name(&self, row: &Row, column: usize) -> String {
        match self.named.iter().position(|&named| named == column) {
            Some(name) => row.names[name].clone(),
            None => row.values[column].to_string(),
        }
    }

    /// Returns the names of the values.
    pub fn columns(&self, channels: &[String]) -> Vec<String> {
        let each = channels.iter().zip(&self.has_names);
        each.flat_map(|(channel, &has_names)| match has_names {
            true => vec![channel.clone()],
            false => moments(channel, self.window.length),
        })
        .collect()
    }

    /// Returns where the values of a column begin.
    pub fn position(&self, column: usize) -> usize {
        let widths = self.has_names[..column].iter();
        widths.map(|&has_names| self.width(has_names)).sum()
    }

    /// Returns the description of windows of opened rows.
    pub fn opened(&self, opened: &Opened<'_>) -> Opened<'static> {
        let label = opened.label.as_ref();
        Opened {
            file: opened.file.clone(),
            columns: self.columns(&opened.columns),
            named: opened.named.iter().map(|&at| self.position(at)).collect(),
            label: label.map(|(name, at)| (name.clone(), self.position(*at))),
            notes: Vec::new(),
            late: opened.late.clone(),
            rows: Box::new(std::iter::empty()),
        }
    }

    fn width(&self, has_names: bool) -> usize {
        if has_names { 1 } else { self.window.length }
    }
}

/// The present stretch of a recording, as far as it has been read. A stretch has one recording, one
/// class and one category per column.
pub(crate) struct Cutter {
    window: Window,
    kept: VecDeque<Row>,
    /// Rows to skip before the next window starts.
    skip: usize,
    /// Class and categories of the latest row.
    last: Option<(Option<String>, Vec<String>)>,
    /// Rows of the recording so far.
    moments: usize,
    /// Rows of the stretch so far.
    rows: usize,
}

/// Lengths of the stretches that have ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lengths {
    /// Number of stretches.
    pub count: usize,
    /// Number of those that are shorter than a window.
    pub short: usize,
    /// Rows of the longest stretch.
    pub longest: usize,
    /// Number of stretches that ended because a category changed, for each column.
    pub changes: BTreeMap<usize, usize>,
}

impl Cutter {
    pub fn new(window: Window) -> Self {
        Self {
            window,
            kept: VecDeque::new(),
            skip: 0,
            last: None,
            moments: 0,
            rows: 0,
        }
    }

    /// Ends the stretch.
    pub fn end(&mut self, lengths: &mut Lengths) {
        self.kept.clear();
        self.skip = 0;
        if self.rows > 0 {
            lengths.count += 1;
            lengths.short += usize::from(self.rows < self.window.length);
            lengths.longest = lengths.longest.max(self.rows);
        }
        self.rows = 0;
    }

    /// Ends the stretch before a row that is left out.
    pub fn skip(&mut self, lengths: &mut Lengths) {
        self.end(lengths);
        self.moments += 1;
    }

    /// Takes the next row, and returns a window if the row completes one.
    pub fn push(
        &mut self,
        mut row: Row,
        shape: &WindowShape,
        lengths: &mut Lengths,
    ) -> Option<Row> {
        let of = (row.label.clone(), categories(&row, shape));
        if self.last.as_ref() != Some(&of) {
            self.end(lengths);
            let last = self
                .last
                .iter()
                .flat_map(|(_, last)| last.iter().zip(&of.1));
            for (column, _) in last.enumerate().filter(|(_, (last, now))| last != now) {
                *lengths.changes.entry(column).or_default() += 1;
            }
            self.last = Some(of);
        }
        row.origin.span.start = self.moments;
        self.moments += 1;
        self.rows += 1;
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.kept.push_back(row);
        if self.kept.len() < self.window.length {
            return None;
        }
        let first = self.kept.front()?;
        let values = shape.has_names.iter().enumerate();
        let values = values.flat_map(|(channel, &has_names)| {
            let moments = self.kept.iter().take(shape.width(has_names));
            moments.map(move |row| row.values[channel])
        });
        let mut origin = first.origin.clone();
        origin.span.length = self.window.length;
        let window = Row {
            values: values.collect(),
            names: first.names.clone(),
            label: first.label.clone(),
            origin,
            at: first.at.clone(),
        };
        let passed = self.window.stride.min(self.window.length);
        self.kept.drain(..passed);
        self.skip = self.window.stride - passed;
        Some(window)
    }
}

/// Returns the categories of a row: names, and numbers that are names.
fn categories(row: &Row, shape: &WindowShape) -> Vec<String> {
    let has_names = shape.has_names.iter().enumerate();
    let columns = has_names.filter(|&(_, &has_names)| has_names);
    columns.map(|(column, _)| shape.name(row, column)).collect()
}
