//! Copies: equal rows, which are the same observation several times.

use std::collections::HashMap;

use super::super::Table;

/// Share of rows that are copies from which they are kept on one side.
const MIN_SHARE: f64 = 0.01;
/// Number of different rows from which equal ones may be no coincidence.
const MIN_DIFFERENT: usize = 20;
/// How many times more copies there are than by coincidence.
const MIN_RATIO: f64 = 3.0;

/// Returns the number of the first equal row for each row, if copies are no coincidence.
///
/// Rows of few categories and small integers are often equal. But if a column has another value in
/// at least half of the rows that differ, its equal values are few. Rows that have them are seldom
/// equal in the other columns too, unless they are copies.
pub(crate) fn originals(table: &Table) -> Option<Vec<usize>> {
    let rows = table.values.nrows();
    let values = Values::of(table);
    let all: Vec<usize> = (0..values.columns).collect();
    let mut first: HashMap<Vec<u64>, usize> = HashMap::new();
    let originals: Vec<usize> = (0..rows)
        .map(|row| *first.entry(values.of_row(row, &all)).or_insert(row))
        .collect();
    let (different, copies) = (first.len(), rows - first.len());
    if different < MIN_DIFFERENT || (copies as f64) < MIN_SHARE * rows as f64 || copies == 0 {
        return None;
    }
    let distinct = |columns: &[usize]| {
        let mut counts: HashMap<Vec<u64>, usize> = HashMap::new();
        for row in 0..rows {
            *counts.entry(values.of_row(row, columns)).or_default() += 1;
        }
        counts
    };
    let most = all
        .iter()
        .map(|&column| (distinct(&[column]).len(), column));
    let (count, telling) = most.max()?;
    let others: Vec<usize> = all.into_iter().filter(|&other| other != telling).collect();
    let shares = distinct(&others).into_values();
    let chance: f64 = shares.map(|of| (of as f64 / rows as f64).powi(2)).sum();
    let expected = (rows - count) as f64 * chance;
    (2 * count >= different && copies as f64 > MIN_RATIO * expected).then_some(originals)
}

/// The values of a table, and of its conditions.
struct Values<'t> {
    tables: [Option<&'t Table>; 2],
    columns: usize,
}

impl<'t> Values<'t> {
    fn of(table: &'t Table) -> Self {
        let tables = [Some(table), table.conditions.as_deref()];
        let columns = tables.iter().flatten().map(|table| table.values.ncols());
        Self {
            columns: columns.sum(),
            tables,
        }
    }

    /// Returns the values of a row in some columns, as bits.
    fn of_row(&self, row: usize, columns: &[usize]) -> Vec<u64> {
        let own = self.tables[0].map_or(0, |table| table.values.ncols());
        let value = |&column: &usize| {
            let (table, column) = match column.checked_sub(own) {
                Some(other) => (self.tables[1], other),
                None => (self.tables[0], column),
            };
            // Zeros are equal.
            table.map_or(0, |table| (table.values[[row, column]] + 0.0).to_bits())
        };
        columns.iter().map(value).collect()
    }
}
