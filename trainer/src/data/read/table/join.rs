//! Joins files with the same columns, whatever their order.

use std::rc::Rc;

use super::super::rows::{LateNotes, Opened, Row};
use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};

/// Joins opened files. The first one sets the order of the columns.
pub(crate) fn join(mut files: Vec<Opened<'_>>) -> Result<Opened<'_>, DataError> {
    if files.len() == 1 {
        return Ok(files.remove(0));
    }
    let first = &files[0];
    let (columns, named) = (first.columns.clone(), first.named.clone());
    let (file, label) = (name(&first.file, files.len() - 1), first.label.clone());
    let mut notes = Vec::new();
    let late = LateNotes::default();
    let mut rows = Vec::new();
    for (number, opened) in files.into_iter().enumerate() {
        let order = Order::new(&columns, &named, &opened)?;
        notes.extend(opened.notes);
        let name: Rc<str> = opened.file.into();
        let mut of_file = opened.rows.peekable();
        if of_file.peek().is_none() {
            let message = "the file has no rows";
            notes.push(Note::new(NoteKind::Other, Place::file(&name), message));
        }
        let (of_all, of_one) = (Rc::clone(&late), opened.late);
        let of_file = of_file.map(move |row| row.map(|row| order.row(row, number, &name)));
        let end = std::iter::from_fn(move || {
            of_all.borrow_mut().append(&mut of_one.borrow_mut());
            None
        });
        rows.push(of_file.chain(end));
    }
    Ok(Opened {
        file,
        columns,
        named,
        label,
        notes: merged(notes),
        late,
        rows: Box::new(rows.into_iter().flatten()),
    })
}

/// Returns the name of several files.
pub(crate) fn name(first: &str, others: usize) -> String {
    match others {
        1 => format!("{first} and another"),
        _ => format!("{first} and {others} others"),
    }
}

/// Where a file has the columns of the first file.
struct Order {
    values: Vec<usize>,
    names: Vec<usize>,
}

impl Order {
    fn new(columns: &[String], named: &[usize], opened: &Opened<'_>) -> Result<Self, DataError> {
        let others = &opened.columns;
        let missing = columns.iter().find(|&name| !others.contains(name));
        let unknown = others.iter().find(|&name| !columns.contains(name));
        let what = match (missing, unknown) {
            (None, None) => None,
            (Some(missing), None) => Some(format!("no column {}", quoted(missing))),
            (None, Some(unknown)) => Some(format!("one more column, {}", quoted(unknown))),
            (Some(missing), Some(unknown)) => {
                let [missing, unknown] = [missing, unknown].map(|name| quoted(name));
                Some(format!("column {unknown}, but no column {missing}"))
            }
        };
        if let Some(what) = what {
            let message = format!(
                "compared with the first file, this one has {what}; all files need the same \
                 columns, so choose those that all have"
            );
            return Err(
                DataError::in_file(&opened.file, message).of_kind(DataErrorKind::OtherColumns)
            );
        }
        let position = |name: &String| others.iter().position(|other| other == name);
        let values: Vec<usize> = columns.iter().filter_map(position).collect();
        let mut names = Vec::new();
        for (column, &position) in values.iter().enumerate() {
            let name = opened.named.iter().position(|&of| of == position);
            if name.is_some() != named.contains(&column) {
                let message = "the column has names in one file and numbers in another; correct it, \
                               or leave it out";
                let place = Place::file(&opened.file).with_column(&columns[column]);
                return Err(DataError::unusable_column(place, message));
            }
            names.extend(name);
        }
        Ok(Self { values, names })
    }

    fn row(&self, mut row: Row, number: usize, file: &Rc<str>) -> Row {
        row.values = self.values.iter().map(|&at| row.values[at]).collect();
        row.names = self.names.iter().map(|&at| row.names[at].clone()).collect();
        row.origin.recording = number;
        row.origin.file = Some(Rc::clone(file));
        row
    }
}

/// Says once what was noticed in several files.
fn merged(notes: Vec<Note>) -> Vec<Note> {
    let mut counted: Vec<(Note, usize)> = Vec::new();
    for note in notes {
        let is_same = |(other, _): &&mut (Note, usize)| {
            other.kind == note.kind
                && other.message == note.message
                && other.place.column == note.place.column
        };
        match counted.iter_mut().find(is_same) {
            Some((_, count)) => *count += 1,
            None => counted.push((note, 1)),
        }
    }
    let message = |(note, count): (Note, usize)| match count {
        1 => note,
        2 => Note::new(
            note.kind,
            note.place,
            note.message + "; also in another file",
        ),
        _ => {
            let message = format!("{}; also in {} other files", note.message, count - 1);
            Note::new(note.kind, note.place, message)
        }
    };
    counted.into_iter().map(message).collect()
}
