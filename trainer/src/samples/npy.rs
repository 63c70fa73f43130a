//! Writes samples as an array of NumPy, with the columns of the CSV file and numbers for names.

use flowlet::Model;

use super::number;
use crate::device_columns::file_columns;
use crate::generate::Generated;

/// Bytes of which the header, with its magic word, is a multiple.
const ALIGNMENT: usize = 64;
/// Magic word, version 1.0.
const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// Returns an NPY file of `generated`, samples of `model`: f64, little-endian, one row per sample.
/// It has the columns of [`to_csv`](super::to_csv). A category, and the class in the place of the
/// label column, is its number in the model, from 0.
///
/// # Panics
/// If the samples are from another model.
pub fn to_npy(model: &Model<'_>, generated: &Generated) -> Vec<u8> {
    let columns = file_columns(model);
    let width = columns.len() + usize::from(model.label().is_some());
    let rows = generated.values.outer_iter().enumerate();
    let cells = rows.flat_map(|(row, values)| {
        let mut cells: Vec<f64> = columns
            .iter()
            .map(|column| number(column, values))
            .collect();
        if let (Some((_, position)), Some(classes)) = (model.label(), &generated.classes) {
            // In a malformed file the position may be beyond the columns.
            cells.insert(position.min(cells.len()), classes[row].into());
        }
        cells
    });
    let shape = format!("({}, {width})", generated.values.nrows());
    numbers(&shape, cells)
}

/// Returns an array of f64 with a shape such as `(3, 4)`.
pub(super) fn numbers(shape: &str, values: impl Iterator<Item = f64>) -> Vec<u8> {
    let mut bytes = header("<f8", shape);
    bytes.extend(values.flat_map(f64::to_le_bytes));
    bytes
}

/// Returns an array of texts with one axis.
pub(super) fn texts(texts: &[&str]) -> Vec<u8> {
    let longest = texts.iter().map(|text| text.chars().count()).max();
    let length = longest.unwrap_or(0).max(1);
    let mut bytes = header(&format!("<U{length}"), &format!("({},)", texts.len()));
    for text in texts {
        let padded = text.chars().map(u32::from).chain(std::iter::repeat(0));
        bytes.extend(padded.take(length).flat_map(u32::to_le_bytes));
    }
    bytes
}

/// Returns the magic word, the length of the dictionary, and the dictionary.
fn header(element: &str, shape: &str) -> Vec<u8> {
    let mut text = format!("{{'descr': '{element}', 'fortran_order': False, 'shape': {shape}, }}");
    let unpadded = MAGIC.len() + size_of::<u16>() + text.len() + 1;
    text.extend(std::iter::repeat_n(
        ' ',
        unpadded.next_multiple_of(ALIGNMENT) - unpadded,
    ));
    text.push('\n');
    let length = (text.len() as u16).to_le_bytes();
    [MAGIC, &length, text.as_bytes()].concat()
}
