//! Writes samples as CSV with the columns of the training data, in the same order, with the label
//! and categories by name.

use csv::Writer;
use flowlet::{Column, Model};
use ndarray::ArrayView1;

use crate::data::category::FileColumn;
use crate::device_columns::{file_columns, range};
use crate::generate::Generated;

/// Fewest significant bits of a scale that an f32 leaves to a value.
const MIN_BITS: u32 = 12;

/// Returns a CSV file of `generated`, samples of `model`. Numbers have the decimal places of their
/// column. If it has none, they have as many digits as are needed to read the same f32 back, or as
/// many as the device resolves.
///
/// # Panics
/// If the samples are from another model.
pub fn to_csv(model: &Model<'_>, generated: &Generated) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    let mut put = |cells: Vec<String>| {
        writer
            .write_record(cells)
            .expect("memory accepts any record")
    };
    let columns = file_columns(model);
    let classes: Vec<&str> = model.class_names().collect();
    let header = columns.iter().map(|column| column.name.to_owned());
    let label = model.label().filter(|_| generated.classes.is_some());
    put(with_label(header.collect(), label, str::to_owned));
    for (row, values) in generated.values.outer_iter().enumerate() {
        let class = generated
            .classes
            .as_ref()
            .map_or("", |of| classes[usize::from(of[row])]);
        let cells = columns.iter().map(|column| cell(model, column, values));
        put(with_label(cells.collect(), label, |_| class.to_owned()));
    }
    writer.into_inner().expect("memory can be flushed")
}

/// Inserts the cell of the label, whose name and position are given, if there is one.
pub(super) fn with_label(
    mut cells: Vec<String>,
    label: Option<(&str, usize)>,
    cell: impl Fn(&str) -> String,
) -> Vec<String> {
    if let Some((name, position)) = label {
        // In a malformed file the position may be beyond the columns.
        cells.insert(position.min(cells.len()), cell(name));
    }
    cells
}

/// Returns the text of a cell.
pub(super) fn cell(model: &Model<'_>, column: &FileColumn<'_>, row: ArrayView1<'_, f64>) -> String {
    if let Some(name) = column.category(row) {
        return name.to_owned();
    }
    let at = column.values.start;
    model
        .column(at)
        .map_or_else(String::new, |of| text(of, row[at]))
}

/// Returns the text of a number.
fn text(column: Column, value: f64) -> String {
    let range = range(column);
    // The digits of an f32 are too few if the values are close together compared with their size.
    let close = column.multiplier.unsigned_abs() < column.offset.unsigned_abs() >> MIN_BITS;
    match range.integer || range.decimals.is_some() || !close {
        true => range.text(value),
        false => {
            let places = f64::from(column.frac) * std::f64::consts::LOG10_2;
            format!("{:.*}", places.ceil().max(0.0) as usize, value)
        }
    }
}
