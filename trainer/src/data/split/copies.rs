//! Copies: equal rows, which are the same observation several times.

use std::collections::{HashMap, HashSet};

use super::super::Table;

/// Share of rows that are copies from which they are kept on one side.
const MIN_SHARE: f64 = 0.01;
/// Number of different rows from which equal ones are no coincidence.
const MIN_DIFFERENT: usize = 20;

/// Returns the number of the first equal row for each row, if copies are no coincidence.
///
/// Rows of few categories and small integers are often equal. But if a column has another value in
/// at least half of the rows that differ, only copies are equal in all columns.
pub(super) fn originals(table: &Table) -> Option<Vec<usize>> {
    let tables = [Some(table), table.conditions.as_deref()];
    let bits = |row: usize| -> Vec<u64> {
        let values = tables.into_iter().flatten();
        let values = values.flat_map(|table| table.values.row(row).to_vec());
        values.map(|value| (value + 0.0).to_bits()).collect()
    };
    let rows = table.values.nrows();
    let mut first: HashMap<Vec<u64>, usize> = HashMap::new();
    let original: Vec<usize> = (0..rows)
        .map(|row| *first.entry(bits(row)).or_insert(row))
        .collect();
    let copies = rows - first.len();
    let is_telling = || {
        tables.into_iter().flatten().any(|table| {
            let mut columns = table.values.columns().into_iter();
            columns.any(|column| {
                let values: HashSet<u64> = column.iter().map(|value| value.to_bits()).collect();
                2 * values.len() >= first.len()
            })
        })
    };
    let is_many = copies > 0 && copies as f64 >= MIN_SHARE * rows as f64;
    (is_many && first.len() >= MIN_DIFFERENT && is_telling()).then_some(original)
}
