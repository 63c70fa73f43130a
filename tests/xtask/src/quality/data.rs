//! The data sets of this command. Those of the library are in [`flowlet_trainer::datasets`].

use std::fs;

use ndarray::Axis;

use crate::{Failure, checkout};
use flowlet_trainer::Table;
use flowlet_trainer::data::read::{ReadOptions, parse_csv};
use flowlet_trainer::data::split::{Split, SplitBy};

/// Folder with the data sets.
const FOLDER: &str = "tests/xtask/datasets";

/// Reads a table, with the column `label` as the label if it has one.
pub(super) fn table(name: &str) -> Result<Table, Failure> {
    let table = read(name, &ReadOptions::default())?;
    let has_label = table
        .file_columns()
        .iter()
        .any(|column| column.name == "label");
    match has_label {
        true => Ok(table.with_label("label")?),
        false => Ok(table),
    }
}

/// Reads a table whose columns `in_test_0` to `in_test_2` mark the test rows of a seed. Seeds
/// beyond 2 repeat the splits.
pub(super) fn with_split(name: &str, seed: u64) -> Result<(Table, Split), Failure> {
    let marks: Vec<String> = (0..3).map(|seed| format!("in_test_{seed}")).collect();
    let mark = &marks[(seed % 3) as usize];
    let marked = read(
        name,
        &ReadOptions {
            columns: vec![mark.clone()],
            ..ReadOptions::default()
        },
    )?;
    let is_test: Vec<bool> = marked
        .values
        .index_axis(Axis(1), 0)
        .iter()
        .map(|&of| of > 0.5)
        .collect();
    let rows = |wanted: bool| {
        (0..is_test.len())
            .filter(|&row| is_test[row] == wanted)
            .collect()
    };
    let split = Split {
        training: rows(false),
        validation: rows(true),
        by: SplitBy::Rows,
    };
    let options = ReadOptions {
        drop: marks,
        ..ReadOptions::labelled(Some("label"))
    };
    Ok((read(name, &options)?, split))
}

fn read(name: &str, options: &ReadOptions) -> Result<Table, Failure> {
    let file = format!("{FOLDER}/{name}.csv.gz");
    let bytes = fs::read(checkout::path(&file)).map_err(|error| format!("{file}: {error}"))?;
    Ok(parse_csv(&bytes, &file, options)?)
}

#[cfg(test)]
mod tests {
    use super::{table, with_split};

    #[test]
    fn splits_are_stratified_fifths() {
        for (name, rows, columns) in [
            ("iris", 150, 4),
            ("wine", 178, 13),
            ("wdbc", 569, 30),
            ("ionosphere", 351, 33),
            ("sonar", 208, 60),
            ("vowel", 990, 10),
        ] {
            for seed in 0..3 {
                let (table, split) = with_split(name, seed).expect("a table");
                assert_eq!(table.values.dim(), (rows, columns), "{name}");
                assert_eq!(split.validation.len(), rows.div_ceil(5), "{name}");
                assert_eq!(split.training.len() + split.validation.len(), rows);
                let classes = table.classes().expect("labels");
                let in_class =
                    |rows: &[usize]| rows.iter().filter(|&&row| classes[row] == 0).count();
                let expected = in_class(&split.training) as f64 / 4.0;
                assert!(
                    (in_class(&split.validation) as f64 - expected).abs() < 1.3,
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn labels_are_found() {
        assert!(table("sun-series").expect("a table").labels.is_some());
        assert!(table("income").expect("a table").labels.is_none());
    }
}
