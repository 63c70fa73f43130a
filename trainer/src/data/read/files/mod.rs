//! Opens and unpacks files.

pub(crate) mod list;
pub(crate) mod sniff;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::super::DataError;

/// Opens a file.
pub(crate) fn file(path: &Path) -> Result<BufReader<File>, DataError> {
    match File::open(path) {
        Ok(file) => Ok(BufReader::new(file)),
        Err(error) => Err(DataError::unreadable(&path.display().to_string(), &error)),
    }
}

/// Returns why a file could not be read to its end.
pub(crate) fn cut_short(file: &str, error: &io::Error) -> DataError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            DataError::in_file(file, "the file ends before its last value; copy it again")
        }
        _ => DataError::in_file(file, format!("cannot be read to its end: {error}")),
    }
}

/// Reads all bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, DataError> {
    fs::read(path).map_err(|error| DataError::unreadable(&path.display().to_string(), &error))
}

/// Unpacks bytes if gzip packed them.
pub(crate) fn unpacked<'b>(bytes: &'b [u8], file: &str) -> Result<Cow<'b, [u8]>, DataError> {
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
pub(crate) fn extension(path: &Path) -> String {
    let of = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        extension.to_string_lossy().to_lowercase()
    };
    match of(path).as_str() {
        "gz" => of(Path::new(path.file_stem().unwrap_or_default())),
        _ => of(path),
    }
}
