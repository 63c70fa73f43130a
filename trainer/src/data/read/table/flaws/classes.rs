//! Classes among the numbers of a series, as in files of the UCR archive, which have no header.

use std::collections::BTreeSet;

use ndarray::ArrayView1;

use crate::data::Table;
use crate::data::error::Place;
use crate::data::layout::Layout;
use crate::data::note::{Note, NoteKind};

/// Most classes.
const MAX_CLASSES: usize = 64;

/// Returns a note about the first or the last column of a series if it has a few integers, and all
/// other columns have fractions.
pub(crate) fn note(file: &str, table: &Table) -> Option<Note> {
    let Layout::Series(series, _) = Layout::of(&table.columns, &table.categories) else {
        return None;
    };
    let is_integer = |column: ArrayView1<'_, f64>| column.iter().all(|value| value.fract() == 0.0);
    series.iter().find_map(|series| {
        let ends = [*series.columns.first()?, *series.columns.last()?];
        let integers = series.columns.iter().copied();
        let mut integers = integers.filter(|&at| is_integer(table.values.column(at)));
        let (Some(column), None) = (integers.next(), integers.next()) else {
            return None;
        };
        let values = table.values.column(column);
        let classes: BTreeSet<i64> = values.iter().map(|&value| value as i64).collect();
        let is_class = (2..=MAX_CLASSES.min(values.len() / 2)).contains(&classes.len());
        (is_class && ends.contains(&column)).then(|| {
            let message = format!(
                "the column has {} integers, and the others of its series have fractions, so that \
                 it may have the classes",
                classes.len()
            );
            let place = Place::file(file).with_column(&table.columns[column]);
            Note::new(NoteKind::Class, place, message)
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::data::NoteKind;
    use crate::data::read::{ReadOptions, parse_csv};

    /// Returns the columns that may have the classes of rows that `row` makes.
    fn noted(row: impl Fn(usize) -> String) -> Vec<String> {
        let text: String = (0..12).map(row).collect();
        let table = parse_csv(text.as_bytes(), "a.tsv", &ReadOptions::default()).expect("a table");
        let notes = table.notes.into_iter();
        let notes = notes.filter(|note| note.kind == NoteKind::Class);
        notes.filter_map(|note| note.place.column).collect()
    }

    fn values(row: usize) -> String {
        let value = |at: usize| format!("{:.3}", ((row * 9 + at) as f64).sin());
        (0..9).map(value).collect::<Vec<_>>().join("\t")
    }

    #[test]
    fn integers_at_an_end_of_a_series_may_be_classes() {
        assert_eq!(
            noted(|row| format!("{}\t{}\n", 1 + row % 3, values(row))),
            ["c0"]
        );
        assert_eq!(
            noted(|row| format!("{}\t{}.0\n", values(row), row % 2)),
            ["c9"]
        );
    }

    #[test]
    fn other_series_have_no_classes() {
        assert!(noted(|row| format!("{}\n", values(row))).is_empty());
        assert!(noted(|row| format!("7\t{}\n", values(row))).is_empty());
        assert!(noted(|row| format!("{}\t{}\n", row * row, values(row))).is_empty());
        let inside = |row| format!("{}\t{}\t{}\n", values(row), row % 2, values(row));
        assert!(noted(inside).is_empty());
        let all = |row: usize| format!("{}{}\n", row % 2, "\t1\t2".repeat(5));
        assert!(noted(all).is_empty());
    }
}
