//! Opens files and lists folders.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::super::DataError;

/// A file in a folder, and the subfolder that it is in, which is its class.
pub(super) type ClassFile = (PathBuf, Option<String>);

/// Opens a file.
pub(super) fn file(path: &Path) -> Result<BufReader<File>, DataError> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::new(file)),
        Err(error) => Err(DataError::unreadable(&path.display().to_string(), &error)),
    }
}

/// Returns why a file could not be read to its end.
pub(super) fn cut_short(file: &str, error: &io::Error) -> DataError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            DataError::in_file(file, "the file ends before its last value; copy it again")
        }
        _ => DataError::in_file(file, format!("cannot be read to its end: {error}")),
    }
}

/// Reads all bytes of a file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, DataError> {
    fs::read(path).map_err(|error| DataError::unreadable(&path.display().to_string(), &error))
}

/// Unpacks bytes if gzip packed them.
pub(super) fn unpacked<'b>(bytes: &'b [u8], file: &str) -> Result<Cow<'b, [u8]>, DataError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut text = Vec::new();
    let read = MultiGzDecoder::new(bytes).read_to_end(&mut text);
    read.map_err(|error| {
        let message = format!("the gzip file is damaged or cut off: {error}; copy it again");
        DataError::in_file(file, message)
    })?;
    Ok(Cow::Owned(text))
}

/// Returns the extension of a name in lower case. Of a gzipped file, the one before `.gz`.
pub(super) fn extension(path: &Path) -> String {
    let of = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        extension.to_string_lossy().to_lowercase()
    };
    match of(path).as_str() {
        "gz" => of(Path::new(path.file_stem().unwrap_or_default())),
        _ => of(path),
    }
}

/// Lists the files with these extensions in a folder and in its subfolders, in the order of their
/// names. The subfolders are classes.
pub(super) fn files_of(path: &Path, wanted: &[&str]) -> Result<Vec<ClassFile>, DataError> {
    let is_wanted = |path: &Path| !path.is_dir() && wanted.contains(&&*extension(path));
    let mut files = Vec::new();
    for entry in list(path)? {
        if entry.is_dir() {
            let class = entry
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let inside = list(&entry)?.into_iter().filter(|path| is_wanted(path));
            files.extend(inside.map(|path| (path, class.clone())));
        } else if is_wanted(&entry) {
            files.push((entry, None));
        }
    }
    Ok(files)
}

/// Returns a subfolder of a subfolder, in which no file is looked for, if it has such a file.
pub(super) fn too_deep(path: &Path, wanted: &[&str]) -> Result<Option<PathBuf>, DataError> {
    for folder in list(path)?.into_iter().filter(|path| path.is_dir()) {
        for inner in list(&folder)?.into_iter().filter(|path| path.is_dir()) {
            if !files_of(&inner, wanted)?.is_empty() {
                return Ok(Some(inner));
            }
        }
    }
    Ok(None)
}

/// Lists what is in a folder, except hidden files and folders, and folders of trainings.
fn list(path: &Path) -> Result<Vec<PathBuf>, DataError> {
    let refuse = |error| DataError::unreadable(&path.display().to_string(), &error);
    let entries = fs::read_dir(path).map_err(refuse)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<Result<_, _>>().map_err(refuse)?;
    // macOS adds `.DS_Store` and, on other file systems, a `._0.png` for each `0.png`.
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        let name = name.as_encoded_bytes();
        // Excel adds `~$a.csv` while `a.csv` is open.
        let is_hidden = name.starts_with(b".") || name.starts_with(b"~$");
        let is_run = extension(path) == "run" && path.join("recipe.toml").is_file();
        !is_hidden && !is_run
    });
    paths.sort();
    Ok(paths)
}
