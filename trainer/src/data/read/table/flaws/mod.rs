//! Values that may be flaws: codes for missing values, outliers, integers that are rounded, and
//! classes among numbers.

pub(crate) mod classes;
pub(crate) mod far;
pub(crate) mod outliers;
pub(crate) mod precision;

use std::ops::Range;

use super::super::options::ReadOptions;
use super::super::rows::{Opened, Row};
use crate::data::Table;
use crate::data::note::{Note, NoteKind};

/// Returns notes about the values of a table, whose rows were these.
pub(crate) fn notes(
    opened: &Opened<'_>,
    rows: &[Row],
    table: &Table,
    options: &ReadOptions,
) -> Vec<Note> {
    let points = table.circular.iter().map(|of| of.first..of.first + 2);
    let mut others: Vec<Range<usize>> = table.categories.iter().cloned().chain(points).collect();
    others.sort_by_key(|range| range.start);
    let names = (table.columns.as_slice(), others.as_slice());
    let windowed = options.window.is_some();
    let outliers = outliers::notes(&opened.file, rows, names, &table.values, windowed);
    let rounded = precision::notes(&opened.file, names, &table.values);
    // A score tells more about a row that is not trained on.
    let outliers = outliers.into_iter().filter(|_| !options.single);
    let class = match options.label {
        None => classes::note(&opened.file, table),
        Some(_) => None,
    };
    class.into_iter().chain(outliers).chain(rounded).collect()
}

/// Leaves out notes about outliers in columns that have codes for missing values, as `others` say.
pub(crate) fn without_codes(notes: Vec<Note>, others: &[Note]) -> Vec<Note> {
    let recurring = others.iter().filter(|of| of.kind == NoteKind::Recurring);
    let codes: Vec<&Option<String>> = recurring.map(|of| &of.place.column).collect();
    let is_code = |of: &Note| of.kind == NoteKind::Outlier && codes.contains(&&of.place.column);
    notes.into_iter().filter(|note| !is_code(note)).collect()
}
