//! CSV: a header row, then numbers except in the label column and in category columns.
//!
//! Cells are separated by commas, semicolons, tabs or bars, as the first lines show. Quotes are
//! double or single. The file is held in memory while its rows are read, so that messages can count
//! lines as an editor does, whatever the line endings.

mod body;
mod cells;
mod column;
mod decode;
mod delimiter;
mod durations;
mod format;
mod header;
mod joined;
mod known;
mod layout;
mod look;
pub(super) mod missing;
mod names;
mod numbers;
mod position;
mod record;
mod rows;
mod scan;
mod shape;
mod suggest;
mod survey;
mod units;
mod words;
mod wrapped;

use std::path::Path;

use super::super::error::{DataError, DataErrorKind, Place};
use super::super::note::Note;
use super::columns::Selection;
use super::declared::Declared;
use super::open;
use super::options::ReadOptions;
use super::row::{LateNotes, Opened};
use super::source::Source;
use super::{no_table, sniff};
use body::Body;
use cells::Plan;
use layout::Layout;
use names::Names;
use position::Position;
use rows::CsvRows;
use wrapped::Unwrapped;

/// The text of a CSV file in memory.
pub(super) struct CsvFile {
    name: String,
    text: String,
    start: Position,
    /// What was noticed about its encoding, and about what is around its values.
    notes: Vec<Note>,
}

/// What the lines of a file, a first look at its cells and the options say.
struct Findings<'a> {
    body: Body<'a>,
    selection: Selection,
    columns: Vec<String>,
    label: Option<(String, usize)>,
    plan: Plan,
    notes: Vec<Note>,
}

impl CsvFile {
    pub fn read(path: &Path, options: &ReadOptions) -> Result<Self, DataError> {
        Self::new(&open::bytes(path)?, &path.display().to_string(), options)
    }

    pub fn new(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Self, DataError> {
        let bytes = open::unpacked(bytes, name)?;
        if let Some(format) = sniff::format(&bytes) {
            return Err(format.error(name));
        }
        let (text, guessed) = decode::text(&bytes, name, options.encoding.as_deref())?;
        let says = options.no_header || options.header_line.is_some();
        let unwrapped = match says {
            true => Unwrapped::from(text),
            false => wrapped::unwrapped(text, name),
        };
        let text = unwrapped.text;
        if let Some(format) = no_table::format(&text).filter(|_| !says) {
            return Err(format.error(name));
        }
        if text.trim().is_empty() {
            let message = "the file is empty; it needs a header row and rows of numbers";
            return Err(DataError::in_file(name, message));
        }
        Ok(Self {
            name: name.to_owned(),
            text: text.into_owned(),
            start: unwrapped.start,
            notes: guessed.into_iter().chain(unwrapped.note).collect(),
        })
    }

    fn look(&self, options: &ReadOptions) -> Result<Findings<'_>, DataError> {
        let layout = Layout::new(&self.text, self.start, &self.name, options)?;
        let (mut body, of_lines) = Body::new(&self.text, &self.name, &layout, options);
        if let Some(line) = body.reordered {
            let message = "the names of the columns are here again, in another order; split the \
                           file above this line, and name both files";
            let place = Place::file(&self.name).with_line(line);
            return Err(DataError::new(DataErrorKind::Other, place, message));
        }
        let of_names = Names::new(&layout, &body, &self.name);
        let names: Vec<&str> = of_names.names.iter().map(String::as_str).collect();
        body.width = names.len();
        let selection = Selection::without(&names, &of_names.left_out, &self.name, options)?;
        let columns = selection.names(&names);
        let surveyed = rows::survey(&body, &Declared::new(&options.missing_values))?;
        let surveyed = names.iter().map(|&name| name.to_owned()).zip(surveyed);
        let source = column::Source {
            file: &self.name,
            delimiter: layout.shape.syntax.delimiter.byte(),
        };
        let plan = Plan::new(surveyed.collect(), &selection.trained, source, options)?;
        let of_text = self.notes.clone();
        let of_plan = plan.notes.clone();
        Ok(Findings {
            label: selection.label_of(&names),
            notes: [of_text, layout.notes, of_lines, of_names.notes, of_plan].concat(),
            body,
            selection,
            columns,
            plan,
        })
    }
}

impl Source for CsvFile {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError> {
        let Findings {
            body,
            selection,
            columns,
            label,
            plan,
            notes,
        } = self.look(options)?;
        let named = plan.named();
        let rows = CsvRows {
            file: &self.name,
            cursor: body.start(),
            body,
            selection,
            plan,
            named: named.clone(),
        };
        Ok(Opened {
            file: self.name.clone(),
            columns,
            named,
            label,
            notes,
            late: LateNotes::default(),
            rows: Box::new(rows),
        })
    }

    fn explain(&self, error: DataError, options: &ReadOptions) -> DataError {
        match error.kind {
            DataErrorKind::MissingValue => match self.look(options) {
                Ok(findings) => findings.plan.explain(error),
                Err(_) => error,
            },
            DataErrorKind::NoRows => {
                let least = if options.single { "1 row" } else { "2 rows" };
                let message = format!("the file has a header but no rows; add at least {least}");
                DataError::in_file(&self.name, message)
            }
            _ => error,
        }
    }
}

#[cfg(test)]
mod category_tests;
#[cfg(test)]
mod cell_tests;
#[cfg(test)]
mod column_tests;
#[cfg(test)]
mod flaw_tests;
#[cfg(test)]
mod header_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod number_tests;
#[cfg(test)]
mod program_tests;
#[cfg(test)]
mod tests;
