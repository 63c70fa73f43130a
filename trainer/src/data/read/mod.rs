//! Reads the user's data, whatever format they are in, into a [`Table`].
//!
//! Every format gives its rows one by one. What follows is the same for all formats: missing
//! values, windows of recordings and, if memory cannot hold all rows, an even draw of them. So a
//! file larger than memory is read once, or twice if it has times, in a bounded part of memory. CSV
//! files are an exception: they are held in memory.

mod collect;
mod columns;
mod csv;
mod dates;
mod declared;
mod far;
mod folder;
mod idx;
mod images;
mod integers;
mod join;
mod kept;
mod missing;
mod names;
mod no_table;
mod npy;
mod open;
mod options;
mod outliers;
mod parquet;
mod precision;
mod recorder;
mod row;
mod sniff;
mod sound;
mod source;
mod sources;
mod stamp;
mod table;
mod time;
mod watch;
mod wav;
mod windows;

use std::path::{Path, PathBuf};

use super::{DataError, Table};
use csv::CsvFile;
pub use csv::missing::is_word as is_missing_word;
use idx::InMemory;
pub use options::{Background, Missing, ReadOptions, Window};
pub(crate) use row::sorted_names;

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
