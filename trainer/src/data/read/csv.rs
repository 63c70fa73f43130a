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
use super::collect::collect;
use super::columns::{Selection, numbered};
use super::declared::Declared;
use super::open;
use super::options::ReadOptions;
use super::row::{LateNotes, Opened};
use super::sniff;
use cells::Plan;
use column::Source;
pub use missing::is_word as is_missing_word;
use rows::CsvRows;
use text::CsvText;

/// Reads a CSV file, which may be gzipped.
///
/// # Errors
/// See [`DataError`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    let file = path.display().to_string();
    parse(&open::bytes(path)?, &file, options)
}

/// Reads a table from the bytes of a CSV file, which may be gzipped. `file` is its name in
/// messages.
///
/// # Errors
/// See [`DataError`].
pub fn parse(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    let bytes = open::unpacked(bytes, file)?;
    if let Some(format) = sniff::format(&bytes) {
        return Err(format.error(file));
    }
    let text = CsvText::new(&bytes, file, options)?;
    let mut reader = text.reader(!options.no_header);
    let first = reader.headers().map_err(|error| text.explain(error))?;
    text.check_delimiter(first)?;
    let names = match options.no_header {
        true => numbered("c", first.len()),
        false => first.iter().map(str::to_owned).collect(),
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    text.check_names(&names, options)?;
    let selection = Selection::new(&names, file, options)?;
    let columns = selection.names(&names);
    let label = selection.label_of(&names);
    let declared = Declared::new(&options.missing_values);
    let surveyed = text.survey(names.len(), !options.no_header, &declared);
    let source = Source {
        file,
        delimiter: text.delimiter,
        line: &|byte| text.line(byte),
    };
    let surveyed = names.iter().map(|&name| name.to_owned()).zip(surveyed);
    let plan = Plan::new(surveyed.collect(), &selection.trained, source, options)?;
    let rows = CsvRows {
        text,
        selection: &selection,
        plan: &plan,
        named: plan.named(),
        reader: text.reader(!options.no_header),
        counted: (0, 1),
    };
    let opened = Opened {
        file: file.into(),
        columns,
        named: plan.named(),
        label,
        notes: plan.notes.clone(),
        late: LateNotes::default(),
        rows: Box::new(rows),
    };
    let table = collect(opened, options);
    table.map_err(|error| match error.kind {
        DataErrorKind::MissingValue => plan.explain(error, source),
        DataErrorKind::NoRows => DataError::in_file(
            file,
            "the file has a header but no rows; add at least 2 rows",
        ),
        _ => error,
    })
}

#[cfg(test)]
mod cell_tests;
#[cfg(test)]
mod tests;
