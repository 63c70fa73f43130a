//! Reads the user's data, whatever format they are in, into a [`Table`].
//!
//! Every format gives its rows one by one. What follows is the same for all formats: missing
//! values, windows of recordings and, if memory cannot hold all rows, an even draw of them. So a
//! file larger than memory is read once, in a bounded part of memory. CSV files are an exception:
//! they are held in memory.

mod collect;
mod columns;
pub mod csv;
mod idx;
mod images;
mod names;
mod npy;
mod open;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod sniff;
mod sound;
mod wav;
mod windows;

use std::path::Path;

use super::{DataError, Table};
use collect::collect;
pub use options::{Missing, ReadOptions, Window};
pub(crate) use row::sorted_names;

/// Reads a table from a file (CSV, NPY, NPZ, IDX, WAV and, with the feature, Parquet; CSV and IDX
/// also gzipped) or from a folder of PNG or WAV files.
///
/// # Errors
/// [`DataError`]: what is wrong, where, and what to do.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    let file = path.display().to_string();
    if path.is_dir() {
        return folder(path, &file, options);
    }
    match open::extension(path).as_str() {
        "npy" => collect(npy::npy(open::file(path)?, &file, options)?, options),
        "npz" => collect(npy::npz(path, &file, options)?, options),
        "wav" => collect(
            sound::clips(vec![(path.to_owned(), None)], &file, options)?,
            options,
        ),
        "png" => {
            let message = "a single image; name the folder with the PNG files";
            open::file(path).and(Err(DataError::in_file(&file, message)))
        }
        "parquet" => parquet(path, &file, options),
        _ if idx::is_idx(path) => collect(idx::idx(path, &file, options)?, options),
        _ => csv::read(path, options),
    }
}

fn folder(path: &Path, file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    let (images, clips) = (open::files_of(path, "png")?, open::files_of(path, "wav")?);
    match (images.is_empty(), clips.is_empty()) {
        (false, true) => collect(images::images(images, file, options)?, options),
        (true, false) => collect(sound::clips(clips, file, options)?, options),
        (true, true) => {
            let message = "the folder has no PNG or WAV files; name a data file in it";
            Err(DataError::in_file(file, message))
        }
        (false, false) => {
            let message = "the folder has both PNG and WAV files; keep only one type in it";
            Err(DataError::in_file(file, message))
        }
    }
}

#[cfg(feature = "parquet")]
fn parquet(path: &Path, file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    collect(
        parquet::parquet(open::file(path)?.into_inner(), file, options)?,
        options,
    )
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path, file: &str, _: &ReadOptions) -> Result<Table, DataError> {
    let message = "flowlet was built without Parquet; enable the feature `parquet`";
    let error = DataError::in_file(file, message).of_kind(super::DataErrorKind::NoParquet);
    open::file(path).and(Err(error))
}

#[cfg(test)]
mod tests;
