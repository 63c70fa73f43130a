//! Writes samples as the CSV that they were learnt from: the same columns in the same order, the
//! label by name.

use csv::Writer;
use flowlet::Model;

use crate::generate::Generated;

/// The bytes of a CSV file of `generated`, samples of `model`. Numbers have as many digits as it
/// takes to read the same f32 back.
///
/// # Panics
/// If the samples are not of this model.
pub fn csv(model: &Model<'_>, generated: &Generated) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    let mut put = |cells: Vec<String>| writer.write_record(cells).expect("memory takes any record");
    let names: Vec<&str> = model.class_names().collect();
    let with_label = |mut cells: Vec<String>, label: &str| {
        if let Some((_, position)) = model.label() {
            cells.insert(position, label.to_owned());
        }
        cells
    };
    let column = model.label().map_or("", |(column, _)| column);
    put(with_label(
        model.columns().map(str::to_owned).collect(),
        column,
    ));
    for (row, values) in generated.values.outer_iter().enumerate() {
        let class = generated
            .classes
            .as_ref()
            .map_or("", |classes| names[usize::from(classes[row])]);
        put(with_label(
            values.iter().map(f32::to_string).collect(),
            class,
        ));
    }
    writer.into_inner().expect("memory is flushed")
}
