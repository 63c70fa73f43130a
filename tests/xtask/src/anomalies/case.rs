//! The data: normal rows, and what is odd.

use std::fs;

use ndarray::Axis;

use super::faults::Fault;
use crate::{Failure, checkout};
use flowlet_trainer::Table;
use flowlet_trainer::data::read::{ReadOptions, parse_csv};
use flowlet_trainer::datasets::{ecg, motion};
use flowlet_trainer::metrics::draw;

/// Folder with the tables.
const FOLDER: &str = "tests/xtask/datasets/anomalies";
/// Column that marks anomalies.
const MARK: &str = "anomaly";
/// Share of the normal rows for the test.
const TEST: f64 = 0.2;
/// Tables of one class, and whether synthetic anomalies are made of their rows.
pub(super) const TABLES: [(&str, bool); 18] = [
    ("ecoli", false),
    ("glass", false),
    ("ionosphere", false),
    ("magic", true),
    ("optdigits", false),
    ("page-blocks", true),
    ("penbased", true),
    ("phoneme", false),
    ("pima", false),
    ("satimage", true),
    ("segment", false),
    ("shuttle", false),
    ("spambase", false),
    ("texture", true),
    ("vowel", true),
    ("wdbc", true),
    ("wisconsin", false),
    ("yeast", true),
];
/// Series, and the number of channels of each.
pub(super) const SERIES: [(&str, usize); 2] = [("ecg", 1), ("motion", 3)];

/// Rows of a case.
pub(super) struct Case {
    /// Normal rows for training and calibration.
    pub known: Table,
    /// Normal rows for the test.
    pub normal: Table,
    pub anomalies: Table,
}

impl Case {
    /// Reads a table whose anomalies are rows of other classes.
    pub fn table(name: &str, seed: u64) -> Result<Self, Failure> {
        let file = format!("{FOLDER}/{name}.csv.gz");
        let bytes = fs::read(checkout::path(&file)).map_err(|error| format!("{file}: {error}"))?;
        let marks = ReadOptions {
            columns: vec![MARK.to_owned()],
            ..ReadOptions::default()
        };
        let marks = parse_csv(&bytes, &file, &marks)?;
        let rows = ReadOptions {
            drop: vec![MARK.to_owned()],
            ..ReadOptions::default()
        };
        let rows = parse_csv(&bytes, &file, &rows)?;
        let marks = marks.values.index_axis(Axis(1), 0).to_owned();
        let marked = |wanted: bool| {
            let rows = (0..marks.len()).filter(|&row| (marks[row] > 0.5) == wanted);
            rows.collect::<Vec<usize>>()
        };
        Ok(Self::split(
            &rows.select(&marked(false)),
            rows.select(&marked(true)),
            seed,
        ))
    }

    /// Returns windows of series, of which those for the test get each fault.
    pub fn series(name: &str, channels: usize, seed: u64) -> Self {
        let mut table = if name == "ecg" { ecg() } else { motion() };
        table.labels = None;
        let mut case = Self::split(&table, table.select(&[]), seed);
        let rows = case.normal.values.view();
        let faulty = Fault::ALL.map(|fault| fault.inject(rows, channels, seed));
        let views: Vec<_> = faulty.iter().map(|rows| rows.view()).collect();
        case.anomalies.values = ndarray::concatenate(Axis(0), &views).expect("rows of one length");
        case
    }

    fn split(normal: &Table, anomalies: Table, seed: u64) -> Self {
        let rows = normal.values.nrows();
        let test = draw(rows, (TEST * rows as f64) as usize, seed);
        let known: Vec<usize> = (0..rows).filter(|row| !test.contains(row)).collect();
        Self {
            known: normal.select(&known),
            normal: normal.select(&test),
            anomalies,
        }
    }

    /// Returns the case with other anomalies.
    pub fn with(&self, values: ndarray::Array2<f64>) -> Table {
        Table {
            values,
            ..self.normal.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, SERIES, TABLES};

    #[test]
    fn every_case_has_normal_rows_and_anomalies() {
        for (name, _) in TABLES {
            let case = Case::table(name, 1).expect("a table");
            let [known, normal] = [&case.known, &case.normal].map(|table| table.values.nrows());
            assert!(case.anomalies.values.nrows() >= 20, "{name}");
            assert_eq!(normal, (known + normal) / 5, "{name}");
            assert_eq!(case.known.columns, case.anomalies.columns, "{name}");
        }
        for (name, channels) in SERIES {
            let case = Case::series(name, channels, 1);
            let rows = case.anomalies.values.nrows();
            assert_eq!(rows, 7 * case.normal.values.nrows(), "{name}");
        }
    }
}
