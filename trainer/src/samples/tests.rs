//! What is written can be read back with the same values.

use flowlet::{Column, ColumnKind, Model};
use tempfile::{TempDir, tempdir};

use super::{Format, FormatError};
use crate::data::Table;
use crate::data::read::ReadOptions;
use crate::generate::{Generated, Request, generate};
use crate::standard_normal::standard_normal;

/// Returns a model of columns of integers from 0 to `max`, with three classes, and twenty of its
/// samples.
fn integers(names: &[&str], max: i32) -> (Vec<u8>, Generated) {
    let mut quantised = standard_normal(names, true);
    for column in &mut quantised.columns {
        *column = Column {
            kind: ColumnKind::Integer,
            offset: (max / 2) << 8,
            multiplier: (max / 4) << 8,
            frac: 8,
            min: 0,
            max: max << 8,
            ..*column
        };
    }
    drawn(quantised.encode().expect("a model"))
}

/// Returns a model of columns of numbers, and twenty of its samples.
fn numbers(names: &[&str]) -> (Vec<u8>, Generated) {
    drawn(standard_normal(names, true).encode().expect("a model"))
}

fn drawn(bytes: Vec<u8>) -> (Vec<u8>, Generated) {
    let model = Model::parse(&bytes).expect("a model");
    let request = Request {
        count: 20,
        ..Request::default()
    };
    let generated = generate(&model, &request).expect("samples");
    (bytes, generated)
}

/// Writes the samples and reads them with the columns and classes of the model.
fn back(
    place: &TempDir,
    name: &str,
    bytes: &[u8],
    generated: &Generated,
    options: &ReadOptions,
) -> Table {
    let model = Model::parse(bytes).expect("a model");
    let path = place.path().join(name);
    let format = Format::of(&path).expect("a format");
    let rate = matches!(name, "sound/").then_some(8000);
    format.check(&model, rate).expect("it can be written");
    format
        .write(&path, &model, generated, rate)
        .expect("written");
    let label = model.label().map(|(name, _)| name.to_owned());
    let options = ReadOptions {
        label,
        ..options.clone()
    };
    let table = Table::read(&path, &options).expect("it can be read");
    table
        .align_to_model(&model)
        .expect("the columns of the model")
}

#[test]
fn tables_and_arrays_are_read_back() {
    let place = tempdir().expect("a folder");
    let (bytes, generated) = numbers(&["a", "b"]);
    for name in ["made.npz", "made.parquet", "made.csv", "made"] {
        let table = back(&place, name, &bytes, &generated, &ReadOptions::default());
        let same = |(a, b): (&f64, &f64)| *a as f32 == *b as f32;
        assert!(
            table.values.iter().zip(&generated.values).all(same),
            "{name}"
        );
        let labels = table.labels.expect("labels");
        assert_eq!(Some(labels.of_row), generated.classes, "{name}");
    }
    let (bytes, generated) = integers(&["a", "b"], 1 << 20);
    for name in ["made.npz", "made.parquet"] {
        let table = back(&place, name, &bytes, &generated, &ReadOptions::default());
        assert_eq!(table.values, generated.values, "{name}");
    }
}

/// Reads a folder of the samples and compares them, which are grouped by their classes.
fn compare(name: &str, bytes: &[u8], generated: &Generated, options: &ReadOptions) {
    let place = tempdir().expect("a folder");
    let table = back(&place, name, bytes, generated, options);
    let sorted = |values: &ndarray::Array2<f64>, classes: &[u16]| {
        let rows = values.outer_iter().zip(classes);
        let row = |(row, &class): (ndarray::ArrayView1<'_, f64>, &u16)| {
            (
                class,
                row.iter().map(|&value| value as f32).collect::<Vec<_>>(),
            )
        };
        let mut rows: Vec<_> = rows.map(row).collect();
        rows.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
        rows
    };
    let classes = &table.labels.expect("labels").of_row;
    let drawn = generated.classes.as_ref().expect("classes");
    assert_eq!(
        sorted(&table.values, classes),
        sorted(&generated.values, drawn)
    );
}

#[test]
fn images_are_read_back() {
    let grey: Vec<String> = (0..9).map(|at| format!("p{at}")).collect();
    let grey: Vec<&str> = grey.iter().map(String::as_str).collect();
    for max in [16, 255, 1023, 65535] {
        let (bytes, generated) = integers(&grey, max);
        compare("made/", &bytes, &generated, &ReadOptions::default());
    }
    let colours: Vec<String> = ["r", "g", "b"]
        .into_iter()
        .flat_map(|name| (0..9).map(move |at| format!("{name}{at}")))
        .collect();
    let colours: Vec<&str> = colours.iter().map(String::as_str).collect();
    let (bytes, generated) = integers(&colours, 255);
    let options = ReadOptions {
        colour: true,
        ..ReadOptions::default()
    };
    compare("made/", &bytes, &generated, &options);
}

#[test]
fn sound_is_read_back() {
    let names: Vec<String> = (0..12).map(|at| format!("s{at:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (bytes, generated) = numbers(&names);
    compare("sound/", &bytes, &generated, &ReadOptions::default());
}

#[test]
fn what_cannot_be_written_is_refused_before() {
    assert_eq!(Format::of("a.xlsx".as_ref()), Err(FormatError::Unknown));
    assert_eq!(Format::of("a.CSV".as_ref()), Ok(Format::Csv));
    assert_eq!(Format::of("/dev/null".as_ref()), Ok(Format::Csv));
    let (bytes, _) = numbers(&["a", "b"]);
    let table = Model::parse(&bytes).expect("a model");
    let folder = |model, rate| Format::Folder.check(model, rate);
    assert_eq!(folder(&table, None), Err(FormatError::NoMedia));
    assert_eq!(Format::Csv.check(&table, Some(1)), Err(FormatError::Rate));
    let names: Vec<String> = (0..9).map(|at| format!("s{at}")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (bytes, _) = numbers(&names);
    let sound = Model::parse(&bytes).expect("a model");
    assert_eq!(folder(&sound, None), Err(FormatError::NoRate));
    names.push("rpm");
    let (bytes, _) = numbers(&names);
    let mixed = Model::parse(&bytes).expect("a model");
    assert_eq!(folder(&mixed, Some(8000)), Err(FormatError::NoMedia));
    let names: Vec<String> = (0..9).map(|at| format!("p{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (bytes, _) = numbers(&names);
    let image = Model::parse(&bytes).expect("a model");
    let column = "p0".to_owned();
    assert_eq!(folder(&image, None), Err(FormatError::Shades { column }));
    assert_eq!(folder(&image, Some(8000)), Err(FormatError::Rate));
}
