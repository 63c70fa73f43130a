//! CSV: a header row, then numbers except in the label column and in category columns.
//!
//! Cells are separated by commas, semicolons, tabs or bars, as the first lines show. Quotes are
//! double or single. The file is held in memory while its rows are read, so that messages can count
//! lines as an editor does, whatever the line endings.

mod cells;
mod column;
mod delimiter;
mod format;
mod missing;
mod numbers;
mod rows;
mod suggest;
mod survey;
mod text;
mod units;

use std::path::Path;

use super::super::Table;
use super::super::error::{DataError, DataErrorKind};
use super::columns::{Selection, numbered};
use super::declared::Declared;
use super::open;
use super::options::ReadOptions;
use super::row::{LateNotes, Opened};
use super::sniff;
use super::source::{self, Source};
use cells::Plan;
pub use missing::is_word as is_missing_word;
use rows::CsvRows;
use text::CsvText;

/// Reads a CSV file, which may be gzipped.
///
/// # Errors
/// See [`DataError`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    source::read(&[&CsvFile::read(path)?], options)
}

/// Reads a table from the bytes of a CSV file, which may be gzipped. `file` is its name in
/// messages.
///
/// # Errors
/// See [`DataError`].
pub fn parse(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    source::read(&[&CsvFile::new(bytes, file)?], options)
}

/// A CSV file in memory.
pub(super) struct CsvFile {
    name: String,
    bytes: Vec<u8>,
}

/// What the first lines of a file, a first look at its cells and the options say.
struct Look<'a> {
    text: CsvText<'a>,
    selection: Selection,
    columns: Vec<String>,
    label: Option<(String, usize)>,
    plan: Plan,
}

impl CsvFile {
    pub fn read(path: &Path) -> Result<Self, DataError> {
        Self::new(&open::bytes(path)?, &path.display().to_string())
    }

    fn new(bytes: &[u8], name: &str) -> Result<Self, DataError> {
        let bytes = open::unpacked(bytes, name)?.into_owned();
        match sniff::format(&bytes) {
            Some(format) => Err(format.error(name)),
            None => Ok(Self {
                bytes,
                name: name.to_owned(),
            }),
        }
    }

    fn look(&self, options: &ReadOptions) -> Result<Look<'_>, DataError> {
        let text = CsvText::new(&self.bytes, &self.name, options)?;
        let mut reader = text.reader(!options.no_header);
        let first = reader.headers().map_err(|error| text.explain(error))?;
        text.check_delimiter(first)?;
        let names = match options.no_header {
            true => numbered("c", first.len()),
            false => first.iter().map(str::to_owned).collect(),
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        text.check_names(&names, options)?;
        let selection = Selection::new(&names, &self.name, options)?;
        let columns = selection.names(&names);
        let declared = Declared::new(&options.missing_values);
        let surveyed = text.survey(names.len(), !options.no_header, &declared);
        let surveyed = names.iter().map(|&name| name.to_owned()).zip(surveyed);
        let source = column::Source {
            file: &self.name,
            delimiter: text.delimiter,
            line: &|byte| text.line(byte),
        };
        let plan = Plan::new(surveyed.collect(), &selection.trained, source, options)?;
        Ok(Look {
            label: selection.label_of(&names),
            text,
            selection,
            columns,
            plan,
        })
    }

    fn explained(&self, error: DataError, options: &ReadOptions) -> DataError {
        match self.look(options) {
            Ok(look) => {
                let text = look.text;
                let source = column::Source {
                    file: &self.name,
                    delimiter: text.delimiter,
                    line: &|byte| text.line(byte),
                };
                look.plan.explain(error, source)
            }
            Err(_) => error,
        }
    }
}

impl Source for CsvFile {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError> {
        let Look {
            text,
            selection,
            columns,
            label,
            plan,
        } = self.look(options)?;
        let (named, notes) = (plan.named(), plan.notes.clone());
        let rows = CsvRows {
            text,
            selection,
            plan,
            named: named.clone(),
            reader: text.reader(!options.no_header),
            counted: (0, 1),
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
            DataErrorKind::MissingValue => self.explained(error, options),
            DataErrorKind::NoRows => {
                let message = "the file has a header but no rows; add at least 2 rows";
                DataError::in_file(&self.name, message)
            }
            _ => error,
        }
    }
}

#[cfg(test)]
mod cell_tests;
#[cfg(test)]
mod tests;
