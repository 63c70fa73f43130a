//! Notes on the categories and classes of a table that a model was not trained on.

use flowlet::Model;
use ndarray::ArrayView2;

use crate::data::category::FileColumn;
use crate::data::{Labels, Note, NoteKind, Place, RowPlace};

/// Returns a note for each category that the model lacks.
pub(super) fn unknown_categories(
    found: &[FileColumn<'_>],
    known: &[FileColumn<'_>],
    values: ArrayView2<'_, f64>,
) -> Vec<Note> {
    let mut notes = Vec::new();
    for column in found {
        let known = known.iter().find(|of| of.name == column.name);
        let known = known.and_then(|of| of.categories.as_deref());
        let names = column.categories.iter().flatten();
        for (name, at) in names.zip(column.values.clone()) {
            if known.is_some_and(|known| !known.contains(name)) {
                let rows = (0..values.nrows()).filter(|&row| values[[row, at]] == 1.0);
                let what = format!("category `{name}`");
                notes.extend(unknown(rows, column.name, &what, "scored as out of range"));
            }
        }
    }
    notes
}

/// Returns a note for each class that the model lacks.
pub(super) fn unknown_classes(labels: &Labels, model: &Model<'_>) -> Vec<Note> {
    let classes = (0..).zip(&labels.classes);
    let lacking = classes.filter(|(_, class)| model.class_names().all(|name| name != *class));
    let note = |(number, class): (u16, &String)| {
        let rows = (0..labels.of_row.len()).filter(|&row| labels.of_row[row] == number);
        let what = format!("class `{class}`");
        unknown(
            rows,
            &labels.column,
            &what,
            "compared with the most similar class",
        )
    };
    lacking.filter_map(note).collect()
}

/// Returns a note on the rows with a name that the model lacks, if there are some.
fn unknown(
    mut rows: impl Iterator<Item = usize>,
    column: &str,
    what: &str,
    done: &str,
) -> Option<Note> {
    let first = rows.next()?;
    let rows = match rows.count() {
        0 => "the row is".to_owned(),
        1 => "this row and another are".to_owned(),
        more => format!("this row and {more} others are"),
    };
    let place = Place {
        row: Some(RowPlace::Row(first + 1)),
        column: Some(column.to_owned()),
        ..Place::default()
    };
    let message = format!("the model was not trained on {what}; {rows} {done}");
    Some(Note::new(NoteKind::Other, place, message))
}
