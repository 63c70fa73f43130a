//! Lengths and words of the documents.

use super::markdown::{Document, Kind, documents};
use super::tree::assert_none;
use super::words;

/// Columns of a line of prose.
const WIDTH: usize = 100;
/// Characters of a cell.
const CELL: usize = 80;
/// Lines of the README.
const README_LINES: usize = 130;
/// Lines of a page on one task.
const PAGE_LINES: usize = 200;
/// Pages that are looked things up in, rather than read.
const REFERENCE: [&str; 4] = ["benchmarks.md", "format.md", "glossary.md", "trust.md"];

#[test]
fn lines_and_cells_are_short() {
    let mut faults = Vec::new();
    for document in documents() {
        for (number, kind, line) in document.lines() {
            let place = format!("{}:{number}", document.name());
            let length = line.chars().count();
            let cells = line.trim_matches('|').split('|');
            match kind {
                Kind::Prose if length > WIDTH => {
                    faults.push(format!("{place}: {length} columns, at most {WIDTH}"));
                }
                Kind::Table if !line.ends_with('|') => {
                    faults.push(format!("{place}: a row of a table is not closed"));
                }
                Kind::Table if cells.clone().any(|cell| cell.trim().chars().count() > CELL) => {
                    faults.push(format!("{place}: a cell of more than {CELL} characters"));
                }
                _ => {}
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn words_are_plain() {
    let mut faults = Vec::new();
    for document in documents() {
        for fault in words::faults(&document.prose()) {
            faults.push(format!("{}: {fault}", document.name()));
        }
    }
    assert_none(&faults);
}

#[test]
fn pages_are_short() {
    let limit = |document: &Document| {
        let name = document.name();
        let page = name.strip_prefix("trainer/docs/");
        match page {
            Some(page) if !REFERENCE.contains(&page) => Some(PAGE_LINES),
            _ if name == "README.md" => Some(README_LINES),
            _ => None,
        }
    };
    let mut faults = Vec::new();
    for document in documents() {
        let lines = document.text.lines().count();
        if let Some(limit) = limit(&document).filter(|&limit| lines > limit) {
            faults.push(format!(
                "{}: {lines} lines, at most {limit}",
                document.name()
            ));
        }
    }
    assert_none(&faults);
}
