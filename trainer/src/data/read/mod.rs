//! Reads the user's data, whatever format they are in, into a [`Table`].
//!
//! Every format gives its rows one by one. What follows is the same for all formats: missing
//! values, windows of recordings and, if memory cannot hold all rows, an even draw of them. So a
//! file larger than memory is read once, in a bounded part of memory. CSV files are an exception:
//! they are held in memory.

mod collect;
mod columns;
pub mod csv;
mod declared;
mod far;
mod idx;
mod images;
mod names;
mod npy;
mod open;
mod options;
mod parquet;
mod row;
mod sniff;
mod sound;
mod wav;
mod windows;

use std::path::Path;

use super::{DataError, Table};
use collect::collect;
pub use options::{Background, Missing, ReadOptions, Window};
pub(crate) use row::sorted_names;

/// Reads a table from a file (CSV, NPY, NPZ, IDX, WAV or Parquet; CSV and IDX also gzipped) or a
/// folder of PNG, JPEG or WAV files.
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
        "png" | "jpg" | "jpeg" => {
            let message = "a single image; name the folder that holds the images";
            open::file(path).and(Err(DataError::in_file(&file, message)))
        }
        "parquet" => collect(
            parquet::parquet(open::file(path)?.into_inner(), &file, options)?,
            options,
        ),
        _ if idx::is_idx(path) => collect(idx::idx(path, &file, options)?, options),
        _ => csv::read(path, options),
    }
}

fn folder(path: &Path, file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    let images = open::files_of(path, &["png", "jpg", "jpeg"])?;
    let clips = open::files_of(path, &["wav"])?;
    match (images.is_empty(), clips.is_empty()) {
        (false, true) => collect(images::images(images, file, options)?, options),
        (true, false) => collect(sound::clips(clips, file, options)?, options),
        (true, true) => {
            let other = open::files_of(path, &sniff::CONVERTIBLE.map(|(extension, _)| extension))?;
            let other = other.first().map(|(path, _)| open::extension(path));
            let known = |(extension, _): &(&str, &str)| other.as_deref() == Some(extension);
            let message = match sniff::CONVERTIBLE.into_iter().find(known) {
                Some((extension, format)) => {
                    format!("the folder has .{extension} files; convert them to {format}")
                }
                None => {
                    "the folder has no PNG, JPEG or WAV files; name a data file in it".to_owned()
                }
            };
            Err(DataError::in_file(file, message))
        }
        (false, false) => {
            let message = "the folder has both images and WAV files; keep only one type in it";
            Err(DataError::in_file(file, message))
        }
    }
}

#[cfg(test)]
mod tests;
