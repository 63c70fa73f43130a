//! Signs that a line is a header, a row or units.

use std::collections::HashSet;

use super::super::cell::units::is_unit;
use super::super::records::{Cell, Record};

/// Returns whether the cells of a row are units, or types of values, as far as they are not empty.
/// There are `columns` of them.
pub(crate) fn is_units(record: &Record<'_>, columns: usize) -> bool {
    let cells = record.texts().take(columns).filter(|cell| !cell.is_empty());
    let units = cells.clone().filter(|cell| is_unit(cell)).count();
    let only_dashes = cells.clone().all(|cell| cell == "-");
    units > 0 && 5 * units >= 3 * cells.count() && !only_dashes
}

/// Returns whether the first record of a table of names is a row: each of its cells is in the same
/// column of another row.
pub(crate) fn is_like_others(records: &[Record<'_>]) -> bool {
    let Some((first, others)) = records.split_first() else {
        return false;
    };
    let recurs = |(column, cell): (usize, &str)| {
        let mut others = others.iter();
        // A header may be repeated.
        others.any(|other| other.cell(column) == cell && other.text != first.text)
    };
    first.cells.len() > 1 && first.texts().enumerate().all(recurs)
}

/// Returns whether names count the columns from 0 or 1. The index of pandas has no name.
pub(crate) fn counts(cells: &[Cell<'_>]) -> bool {
    let from = |first: usize, cells: &[Cell<'_>]| {
        let mut numbered = (first..).zip(cells);
        numbered.all(|(at, cell)| cell.text == at.to_string())
    };
    match cells {
        [index, columns @ ..] if index.text.is_empty() => from(0, columns),
        _ => from(0, cells) || from(1, cells),
    }
}

/// Returns whether no text comes twice.
pub(crate) fn all_differ<'c>(mut texts: impl Iterator<Item = &'c str>) -> bool {
    let mut seen = HashSet::new();
    texts.all(|text| seen.insert(text))
}
