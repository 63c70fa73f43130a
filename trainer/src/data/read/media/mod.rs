//! Folders of images, and of sounds. A file is a row, or a recording whose moments are rows.

pub(crate) mod decode;
pub(crate) mod images;
pub(crate) mod orientation;
pub(crate) mod scale;
pub(crate) mod sound;
pub(crate) mod wav;

use std::path::Path;

use super::files;
use super::rows::selection::Selection;
use super::rows::{Origin, Row};
use crate::data::error::{DataError, RowPlace};

/// Decodes a file. The decoder says what is wrong with it.
fn decoded<T>(
    path: &Path,
    decode: impl FnOnce(Vec<u8>) -> Result<T, String>,
) -> Result<T, DataError> {
    decode(files::bytes(path)?)
        .map_err(|message| DataError::in_file(&path.display().to_string(), message))
}

/// Returns a row of the file with this number and class. `value` returns the value of a column.
fn row(
    selection: &Selection,
    (number, class): (usize, Option<&String>),
    at: RowPlace,
    value: impl Fn(usize) -> f64,
) -> Row {
    Row {
        values: selection.trained.iter().map(|&at| value(at)).collect(),
        label: selection.label.and(class).cloned(),
        names: Vec::new(),
        origin: Origin::of(number),
        at,
    }
}
