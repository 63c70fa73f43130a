//! Writes samples as an archive of NumPy: the values, the classes and the names of the columns.

use std::io::{Cursor, Write};

use flowlet::Model;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{npy, number};
use crate::device_columns::file_columns;
use crate::generate::Generated;

/// Array with the names of the columns.
const COLUMNS: &str = "columns";
/// Arrays of the rows: the second, if the first is the name of the label.
const ROWS: [&str; 2] = ["x", "data"];

/// Returns an NPZ file of `generated`, samples of `model`. It has an array `x` (f64, one row per
/// sample, without the label), an array of the label's name with the classes as texts, and an array
/// `columns` with the names. A category is its number in the model, from 0.
///
/// # Panics
/// If the samples are from another model.
pub fn to_npz(model: &Model<'_>, generated: &Generated) -> Vec<u8> {
    let columns = file_columns(model);
    let label = model.label().map_or("", |(name, _)| name);
    let rows = generated.values.outer_iter();
    let cells = rows.flat_map(|row| columns.iter().map(move |column| number(column, row)));
    let shape = format!("({}, {})", generated.values.nrows(), columns.len());
    let name = ROWS[usize::from(label == ROWS[0])];
    let mut archive = Archive(ZipWriter::new(Cursor::new(Vec::new())));
    archive.put(name, &npy::numbers(&shape, cells));
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    if label != COLUMNS {
        archive.put(COLUMNS, &npy::texts(&names));
    }
    if let Some(classes) = &generated.classes {
        let names: Vec<&str> = model.class_names().collect();
        let of_rows: Vec<&str> = classes
            .iter()
            .map(|&class| names[usize::from(class)])
            .collect();
        archive.put(label, &npy::texts(&of_rows));
    }
    archive.0.finish().expect("memory accepts it").into_inner()
}

struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    fn put(&mut self, name: &str, array: &[u8]) {
        // Without a time, the same samples give the same file.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.0
            .start_file(format!("{name}.npy"), options)
            .and_then(|()| Ok(self.0.write_all(array)?))
            .expect("memory accepts it");
    }
}
