//! Reads the user's data, whatever format they are in, into a [`Table`].
//!
//! Data go through three stages. A stage imports nothing of a later one.
//!
//! 1. `files`: paths become a list of files of one kind, which are opened and recognised.
//! 2. `csv`, `arrays`, `parquet` and `media`: each format gives its columns and rows.
//! 3. `table`: the rows of all files become a table. This stage is the same for all formats.
//!
//! `options`, `rows` and `stamp` are below all stages: what a user asks for, what a format gives,
//! and how dates are written. `sources` is above them: it chooses the format of each file.
//!
//! A file larger than memory is read once, or twice if it has times, in a bounded part of memory.
//! CSV files are an exception: they are held in memory.

mod arrays;
mod csv;
mod files;
mod media;
mod options;
mod parquet;
mod rows;
mod sources;
mod stamp;
mod table;

use std::path::{Path, PathBuf};

use super::{DataError, Table};
use arrays::idx::InMemory;
use csv::CsvFile;
pub use csv::cell::words::is_missing_word;
pub use options::{Background, Missing, ReadOptions, Window};
pub(crate) use rows::sorted_names;

/// Reads a table from a file (CSV, NPY, NPZ, IDX, WAV or Parquet; CSV and IDX also gzipped) or from
/// a folder of images, WAV files or tables.
///
/// # Errors
/// [`DataError`]: what is wrong, where, and what to do.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    read_all(&[path.to_owned()], options)
}

/// Reads a table from several files and folders, which have the same columns.
///
/// # Errors
/// [`DataError`]: what is wrong, where, and what to do.
pub fn read_all(paths: &[PathBuf], options: &ReadOptions) -> Result<Table, DataError> {
    sources::read(paths, options)
}

/// Reads a CSV file, which may be gzipped.
///
/// # Errors
/// [`DataError`]: what is wrong, where, and what to do.
pub fn read_csv(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    table::read(&[&CsvFile::read(path, options)?], options)
}

/// Reads a table from the bytes of a CSV file, which may be gzipped. `file` is its name in
/// messages.
///
/// # Errors
/// [`DataError`]: what is wrong, where, and what to do.
pub fn parse_csv(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    table::read(&[&CsvFile::new(bytes, file, options)?], options)
}

/// Reads the rows and the labels of two IDX files in memory, either of which may be gzipped.
pub(crate) fn parse_idx(
    [rows, labels]: [&[u8]; 2],
    file: &str,
    options: &ReadOptions,
) -> Result<Table, DataError> {
    table::read(&[&InMemory { rows, labels, file }], options)
}

#[cfg(test)]
mod recording_tests;
#[cfg(test)]
mod tests;
