//! Writes samples as CSV with the columns of the training data, in the same order, with the label
//! and categories by name.

use csv::Writer;
use flowlet::Model;
use ndarray::ArrayView1;

use super::categories;
use crate::data::category::{self, FileColumn};
use crate::generate::Generated;

/// Returns a CSV file of `generated`, samples of `model`. Numbers have as many digits as are needed
/// to read the same f32 back.
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
    let names: Vec<&str> = model.column_names().collect();
    let columns = category::columns(&names, &categories(model));
    let classes: Vec<&str> = model.class_names().collect();
    let with_label = |mut cells: Vec<String>, label: &str| {
        if let Some((_, position)) = model.label() {
            // In a malformed file the position may be beyond the columns.
            cells.insert(position.min(cells.len()), label.to_owned());
        }
        cells
    };
    let label = model.label().map_or("", |(column, _)| column);
    let header = columns.iter().map(|column| column.name.to_owned());
    put(with_label(header.collect(), label));
    for (row, values) in generated.values.outer_iter().enumerate() {
        let class = generated
            .classes
            .as_ref()
            .map_or("", |of| classes[usize::from(of[row])]);
        let cells = columns.iter().map(|column| cell(column, values));
        put(with_label(cells.collect(), class));
    }
    writer.into_inner().expect("memory can be flushed")
}

/// Returns the text of a cell.
fn cell(column: &FileColumn<'_>, row: ArrayView1<'_, f64>) -> String {
    match column.category(row) {
        Some(name) => name.to_owned(),
        None => (row[column.values.start] as f32).to_string(),
    }
}
