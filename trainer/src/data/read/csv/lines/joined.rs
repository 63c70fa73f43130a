//! Names of columns that several lines have together, such as `acc,acc,gyro` above `x,y,x`.

use super::super::cell::Look;
use super::super::records::shape::Shape;
use super::super::records::{Cell, Record};
use super::header::Found;
use super::signs::all_differ;

/// Most lines that are joined.
const MAX_LINES: usize = 3;

/// Joins the names of the header, if they repeat, with those of the lines next to it until they do
/// not. Returns the first and the last of these lines.
pub(crate) fn join<'a>(
    probed: &[Record<'a>],
    found: &mut Found<'a>,
    shape: &Shape,
) -> Option<(usize, usize)> {
    let header = found.header.as_ref()?;
    let used = shape.used();
    if is_distinct(&names(&[header], used)) {
        return None;
    }
    let at = probed
        .iter()
        .position(|record| record.start.line == header.start.line)?;
    let has_names = |&at: &usize| {
        let record = &probed[at];
        let is_name = |cell: &str| matches!(Look::of(cell), Look::Text | Look::Missing);
        record.cells.len() == header.cells.len()
            && !shape.is_comment_line(record)
            && !record.text.starts_with('*')
            && record.texts().all(is_name)
    };
    let below = (at + 1..found.first).take_while(has_names).count();
    let above = (0..at).rev().take_while(has_names).count();
    let below = (1..=below.min(MAX_LINES - 1)).map(|count| (at, at + count));
    let above = (1..=above.min(MAX_LINES - 1)).map(|count| (at - count, at));
    let (first, last, names) = below.chain(above).find_map(|(first, last)| {
        let lines: Vec<&Record<'a>> = probed[first..=last].iter().collect();
        let names = names(&lines, used);
        is_distinct(&names).then_some((first, last, names))
    })?;
    let cell = |text: String| Cell {
        text: text.into(),
        quoted: false,
    };
    found.units.retain(|unit| !(first..=last).contains(unit));
    found.header = Some(Record {
        cells: names.into_iter().map(cell).collect(),
        ..header.clone()
    });
    Some((probed[first].start.line, probed[last].start.line))
}

/// Returns the names that lines have together. A name holds for the empty cells to the right of it,
/// except in the last line.
fn names(lines: &[&Record<'_>], columns: usize) -> Vec<String> {
    let mut names = vec![String::new(); columns];
    for (at, line) in lines.iter().enumerate() {
        let mut last = "";
        let cells: Vec<&str> = (0..columns)
            .map(|column| {
                let cell = line.cell(column);
                last = if cell.is_empty() && at + 1 < lines.len() {
                    last
                } else {
                    cell
                };
                last
            })
            .collect();
        // A line such as the name of a model tells nothing.
        if lines.len() > 1 && columns > 2 && cells[1..].iter().all(|cell| *cell == cells[1]) {
            continue;
        }
        for (name, cell) in names.iter_mut().zip(cells) {
            if !name.is_empty() && !cell.is_empty() {
                name.push('_');
            }
            name.push_str(cell);
        }
    }
    names
}

/// Returns whether names differ. The first one may be empty, as that of an index.
fn is_distinct(names: &[String]) -> bool {
    all_differ(names.iter().map(String::as_str))
        && names.iter().skip(1).all(|name| !name.is_empty())
}
