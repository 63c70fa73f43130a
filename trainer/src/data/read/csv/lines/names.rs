//! Names of the columns, and columns that are left out because they have none.

use std::collections::HashSet;

use super::super::cell::Look;
use super::super::records::{Delimiter, Record};
use super::Layout;
use super::body::Body;
use super::known::{Known, is_event, source};
use crate::data::error::Place;
use crate::data::note::{Note, NoteKind};
use crate::data::read::rows::selection::numbered;

/// Name of an index that has none.
const INDEX: &str = "index";

/// Names of the columns.
pub(crate) struct Names {
    pub names: Vec<String>,
    /// Positions of the columns that are left out unless they are chosen.
    pub left_out: Vec<usize>,
    pub notes: Vec<Note>,
}

impl Names {
    pub fn new(layout: &Layout<'_>, body: &Body<'_>, file: &str) -> Self {
        if layout.known == Some(Known::Tektronix) {
            return Self::right_of_settings(layout.text, file);
        }
        let Some(header) = &layout.header else {
            return Self {
                names: numbered("c", body.used_width().max(1)),
                left_out: Vec::new(),
                notes: Vec::new(),
            };
        };
        let mut names = of_header(header, body);
        let count = names.len();
        let is_printed = layout.shape.syntax.delimiter == Delimiter::Byte(b'|');
        let is_taken = names.iter().any(|name| name == INDEX);
        let place = Place::file(file).with_line(header.start.line);
        let (mut left_out, mut notes) = (Vec::new(), Vec::new());
        for (column, name) in names.iter_mut().enumerate() {
            let is_index = match column {
                0 => name.is_empty() || name == "Unnamed: 0" && body.counts,
                // An index that was written as one, read as a column and written again.
                1 => name.starts_with("Unnamed: 0") && left_out == [0],
                _ => false,
            };
            let has_events = layout.known == Some(Known::Hobo) && is_event(name);
            let at = column + 1;
            let (kind, place, message) = if !body.is_used(column) && count > 1 && body.has_rows() {
                // Lines of a printed table begin with a bar.
                if column == 0 && name.is_empty() && is_printed {
                    left_out.push(column);
                    continue;
                }
                let message = match name.is_empty() {
                    true => format!("column {at} has no name and no values; it was left out"),
                    false => format!("column {at} has no values; it was left out"),
                };
                let place = match name.is_empty() {
                    true => place.clone(),
                    false => place.clone().with_column(name),
                };
                (NoteKind::NoValues, place, message)
            } else if is_index && count > 1 {
                let what = match (name.is_empty(), column) {
                    (true, _) => "has no name",
                    (false, 0) => "counts the rows",
                    (false, _) => "had no name in another file",
                };
                if name.is_empty() && !is_taken {
                    INDEX.clone_into(name);
                }
                let message = format!(
                    "column {at} {what}, like an index that pandas or R writes; it was left out"
                );
                (NoteKind::Index, place.clone().with_column(name), message)
            } else if has_events {
                let message = format!("column {at} has events of the logger; it was left out");
                (NoteKind::Index, place.clone().with_column(name), message)
            } else {
                continue;
            };
            left_out.push(column);
            notes.push(Note::new(kind, place, message));
        }
        Self {
            names,
            left_out,
            notes,
        }
    }

    /// Names the columns of time and voltage, which are to the right of settings.
    fn right_of_settings(text: &str, file: &str) -> Self {
        let names = ["", "", "", "Time", source(text).unwrap_or("CH1")];
        let message = "columns 1 to 3 have the settings of an oscilloscope; they were left out";
        Self {
            names: names.map(str::to_owned).to_vec(),
            left_out: vec![0, 1, 2],
            notes: vec![Note::new(NoteKind::Other, Place::file(file), message)],
        }
    }
}

/// Returns a name for each column that rows have.
fn of_header(header: &Record<'_>, body: &Body<'_>) -> Vec<String> {
    let used = body.used_width();
    let mut names: Vec<String> = header.texts().map(one_line).collect();
    // A delimiter at the end of each line makes no column.
    while names.len() > 1
        && names.last().is_some_and(String::is_empty)
        && !body.is_used(names.len() - 1)
    {
        names.pop();
    }
    // LabVIEW names a column of comments that rows do not have, Rigol the time of the first
    // row.
    if names.len() > body.widest.max(1) && names.last().is_some_and(|name| name == "Comment") {
        names.pop();
    }
    if names.ends_with(&["Start".to_owned(), "Increment".to_owned()]) {
        names.truncate(used.max(1));
    }
    while names.len() > used.max(1) && names.last().is_some_and(|name| is_of_rigol(name)) {
        names.pop();
    }
    // R writes the names of rows without a name of their column.
    let row = body.next(&mut body.start()).and_then(Result::ok);
    let is_quoted = row.is_some_and(|row| row.cells[0].quoted);
    let has_names = body.counts || is_quoted || are_names(body);
    if names.len() + 1 == used && has_names {
        names.insert(0, String::new());
    }
    names
}

/// Returns whether a name is a setting of an oscilloscope by Rigol: `t0 = -6e-4`.
fn is_of_rigol(name: &str) -> bool {
    ["t0", "tInc"].iter().any(|start| {
        let rest = name.strip_prefix(start);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    })
}

/// Returns whether the first column has a text in each of the first rows, and none twice.
fn are_names(body: &Body<'_>) -> bool {
    const ROWS: usize = 64;
    let mut cursor = body.start();
    let rows = std::iter::from_fn(|| body.next(&mut cursor)).take(ROWS);
    let mut seen = HashSet::new();
    let mut is_new = |name: &str| Look::of(name) == Look::Text && seen.insert(name.to_owned());
    rows.flatten().all(|row| is_new(row.cell(0)))
}

/// Returns a name with a space in the place of each line end or tab.
fn one_line(name: &str) -> String {
    match name.contains(['\n', '\r', '\t']) {
        true => name.split_whitespace().collect::<Vec<_>>().join(" "),
        false => name.to_owned(),
    }
}
