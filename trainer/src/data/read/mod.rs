//! Reads a user's data, whatever they keep them in, into a [`Table`].
//!
//! Every format gives rows one after the other, and what follows is the same for all: values that are missing,
//! windows of recordings, and, where there are more rows than memory should hold, an even draw of them. So a file that
//! is larger than memory is read once, in a bounded part of it.

mod collect;
mod columns;
pub mod csv;
mod idx;
mod images;
mod names;
mod npy;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod sound;
mod windows;

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{DataError, Table};
use collect::collect;
pub use options::{Missing, ReadOptions, Window};

/// Reads a table from a file (CSV, NPY, NPZ, IDX, WAV and, with the feature, Parquet; CSV and IDX also gzipped), from a
/// folder of PNG or WAV files, or from standard input (CSV) when the path is `-`.
///
/// # Errors
/// See [`DataError`]: what is wrong, where, and what to do.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        return match read {
            Ok(_) => csv::parse(
                &unpacked(bytes, "standard input")?,
                "standard input",
                options,
            ),
            Err(source) => Err(DataError::Unreadable {
                file: "standard input".into(),
                source,
            }),
        };
    }
    let file = path.display().to_string();
    if path.is_dir() {
        return folder(path, &file, options);
    }
    match extension(path).as_str() {
        "npy" => collect(npy::npy(opened(path)?, &file, options)?, options),
        "npz" => collect(npy::npz(path, &file, options)?, options),
        "wav" => collect(
            sound::clips(vec![(path.to_owned(), None)], &file, options)?,
            options,
        ),
        "png" => opened(path).and(Err(DataError::Alone {
            file,
            kind: "picture",
            kinds: "PNG files",
        })),
        "parquet" => parquet(path, &file, options),
        _ if idx::is_idx(path) => collect(idx::idx(path, &file, options)?, options),
        _ => csv::parse(&unpacked(bytes(path)?, &file)?, &file, options),
    }
}

fn folder(path: &Path, file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    let found = |extension| files_of(path, extension);
    match (found("png")?, found("wav")?) {
        (pictures, sounds) if pictures.is_empty() && sounds.is_empty() => {
            Err(DataError::Folder { file: file.into() })
        }
        (pictures, sounds) if sounds.is_empty() => {
            collect(images::images(pictures, file, options)?, options)
        }
        (pictures, sounds) if pictures.is_empty() => {
            collect(sound::clips(sounds, file, options)?, options)
        }
        _ => Err(DataError::MixedFolder { file: file.into() }),
    }
}

#[cfg(feature = "parquet")]
fn parquet(path: &Path, file: &str, options: &ReadOptions) -> Result<Table, DataError> {
    collect(
        parquet::parquet(opened(path)?.into_inner(), file, options)?,
        options,
    )
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path, file: &str, _: &ReadOptions) -> Result<Table, DataError> {
    opened(path).and(Err(DataError::NoParquet { file: file.into() }))
}

/// A file of a folder, and the subfolder that it is in.
type Named = (std::path::PathBuf, Option<String>);

/// The files of one kind in a folder and in its subfolders, in the order of their names. The subfolders are classes.
fn files_of(path: &Path, kind: &str) -> Result<Vec<Named>, DataError> {
    let list = |path: &Path| -> Result<Vec<std::path::PathBuf>, DataError> {
        let unreadable = |source| DataError::Unreadable {
            file: path.display().to_string(),
            source,
        };
        let entries = fs::read_dir(path).map_err(unreadable)?;
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut paths: Vec<_> = paths.collect::<Result<_, _>>().map_err(unreadable)?;
        paths.sort();
        Ok(paths)
    };
    let mut files = Vec::new();
    for entry in list(path)? {
        if entry.is_dir() {
            let class = entry
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let inside = list(&entry)?
                .into_iter()
                .filter(|path| extension(path) == kind);
            files.extend(inside.map(|path| (path, class.clone())));
        } else if extension(&entry) == kind {
            files.push((entry, None));
        }
    }
    Ok(files)
}

/// What follows the last dot of a name, in small letters; of a gzipped file, that before `.gz`.
fn extension(path: &Path) -> String {
    let of = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        extension.to_string_lossy().to_lowercase()
    };
    match of(path).as_str() {
        "gz" => of(Path::new(path.file_stem().unwrap_or_default())),
        _ => of(path),
    }
}

fn opened(path: &Path) -> Result<BufReader<File>, DataError> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::new(file)),
        Err(source) => Err(unreadable(path, source)),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, DataError> {
    fs::read(path).map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: io::Error) -> DataError {
    let file = path.display().to_string();
    match source.kind() {
        io::ErrorKind::NotFound => DataError::Missing { file },
        _ => DataError::Unreadable { file, source },
    }
}

/// The bytes, unpacked where gzip packed them.
fn unpacked(bytes: Vec<u8>, file: &str) -> Result<Vec<u8>, DataError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    let read = MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text);
    read.map_err(|source| DataError::Unreadable {
        file: file.into(),
        source,
    })?;
    Ok(text)
}

#[cfg(test)]
mod tests;
