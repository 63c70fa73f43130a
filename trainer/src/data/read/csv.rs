//! CSV: a header row, then numbers except in the label column and in category columns.
//!
//! Cells are separated by commas, semicolons, tabs or bars, as the first lines show. Quotes are
//! double or single. The file is held in memory while its rows are read, so that messages can count
//! lines as an editor does, whatever the line endings.

mod delimiter;
mod missing;
mod numbers;
mod rows;
mod text;

use std::path::Path;

use super::super::Table;
use super::super::error::{DataError, DataErrorKind};
use super::collect::collect;
use super::columns::{Selection, numbered};
use super::open;
use super::options::ReadOptions;
use super::row::Opened;
use super::sniff;
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
    let read = |named: Vec<usize>| {
        let rows = CsvRows {
            text,
            names: &names,
            selection: &selection,
            named: named.clone(),
            reader: text.reader(!options.no_header),
            counted: (0, 1),
        };
        let opened = Opened {
            file: file.into(),
            columns: columns.clone(),
            named,
            label: label.clone(),
            notes: Vec::new(),
            rows: Box::new(rows),
        };
        collect(opened, options)
    };
    let is_declared = |&position: &usize| options.categories.contains(&columns[position]);
    let declared: Vec<usize> = (0..columns.len()).filter(is_declared).collect();
    let table = match read(declared.clone()) {
        // Looking at every cell is worth the time only now.
        Err(error) if error.kind == DataErrorKind::NotANumber => {
            let named = text.named(&selection, &declared, !options.no_header);
            match named == declared {
                true => Err(error),
                false => read(named),
            }
        }
        other => other,
    };
    table.map_err(|error| match error.kind {
        DataErrorKind::NoRows => DataError::in_file(
            file,
            "the file has a header but no rows; add at least 2 rows",
        ),
        _ => error,
    })
}

#[cfg(test)]
mod tests;
