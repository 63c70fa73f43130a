//! Writes samples as an array of NumPy, with the columns of the CSV file and numbers for names.

use flowlet::Model;
use ndarray::ArrayView1;

use super::categories;
use crate::data::category::{self, FileColumn};
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
    let names: Vec<&str> = model.column_names().collect();
    let columns = category::columns(&names, &categories(model));
    let width = columns.len() + usize::from(model.label().is_some());
    let mut bytes = header(generated.values.nrows(), width);
    for (row, values) in generated.values.outer_iter().enumerate() {
        let mut cells: Vec<f64> = columns.iter().map(|column| cell(column, values)).collect();
        if let (Some((_, position)), Some(classes)) = (model.label(), &generated.classes) {
            // In a malformed file the position may be beyond the columns.
            cells.insert(position.min(cells.len()), classes[row].into());
        }
        bytes.extend(cells.into_iter().flat_map(f64::to_le_bytes));
    }
    bytes
}

/// Returns the magic word, the length of the dictionary, and the dictionary.
fn header(rows: usize, width: usize) -> Vec<u8> {
    let shape = format!("({rows}, {width})");
    let mut text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let unpadded = MAGIC.len() + size_of::<u16>() + text.len() + 1;
    text.extend(std::iter::repeat_n(
        ' ',
        unpadded.next_multiple_of(ALIGNMENT) - unpadded,
    ));
    text.push('\n');
    let length = (text.len() as u16).to_le_bytes();
    [MAGIC, &length, text.as_bytes()].concat()
}

/// Returns the number, or the number of the category.
fn cell(column: &FileColumn<'_>, row: ArrayView1<'_, f64>) -> f64 {
    if column.categories.is_none() {
        return row[column.values.start];
    }
    let chosen = column.values.clone().position(|value| row[value] == 1.0);
    chosen.unwrap_or(0) as f64
}
