//! What the boards cost, beside what is on record: the README's own table, so that it is true. A
//! figure that moves by more than 5 % fails; `FLOWLET_RECORD=1` writes the table anew.

use object::{Object, ObjectSection, SectionKind};

use crate::calls::is_loaded;
use crate::firmware::{Firmware, Report};

const RECORD: &str = "README.md";
/// The table stands between these.
const MARKS: [&str; 2] = ["<!-- measured by tests/run.sh -->\n", "<!-- end -->"];

/// One board's figures.
pub struct Row {
    board: &'static str,
    figures: [u64; 6],
}

const HEADER: &str = "\
| board | digit, instructions | point, instructions | stack, digit | stack, point | static RAM | flash, three models |
| --- | --- | --- | --- | --- | --- | --- |
";

impl Row {
    pub fn of(board: &'static str, report: &Report, firmware: &Firmware) -> Self {
        let most = |model: &str, figure: fn(&crate::firmware::Line) -> u64| {
            let lines = report.lines.iter().filter(|line| line.model == model);
            lines.map(figure).max().expect("a line of each model")
        };
        let figures = [
            most("digits", |line| line.instructions),
            most("moons", |line| line.instructions),
            most("digits", |line| line.stack),
            most("moons", |line| line.stack),
            report.static_ram,
            flash(firmware),
        ];
        Self { board, figures }
    }
}

/// Bytes that are written to flash: what is loaded and not zero.
fn flash(firmware: &Firmware) -> u64 {
    let bytes = std::fs::read(&firmware.elf).expect("the linked file");
    let file = object::File::parse(&*bytes).expect("an ELF file");
    let loaded = file.sections().filter(|section| {
        is_loaded(section.flags()) && section.kind() != SectionKind::UninitializedData
    });
    loaded.map(|section| section.size()).sum()
}

/// Compares with the record.
pub fn check(rows: &[Row]) {
    let mut text = HEADER.to_owned();
    for row in rows {
        let cells = row.figures.map(|figure| figure.to_string()).join(" | ");
        text += &format!("| {} | {cells} |\n", row.board);
    }
    println!("{text}");
    let readme = std::fs::read_to_string(RECORD).expect("the README");
    let (before, rest) = readme.split_once(MARKS[0]).expect("the table's first mark");
    let (record, after) = rest.split_once(MARKS[1]).expect("the table's last mark");
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        let readme = [before, MARKS[0], &text, MARKS[1], after].concat();
        std::fs::write(RECORD, readme).expect("the README can be written");
        return;
    }
    for (row, line) in rows.iter().zip(record.lines().skip(2)) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert_eq!(cells[1], row.board, "the record's order");
        for (&now, cell) in row.figures.iter().zip(&cells[2..]) {
            let before: u64 = cell.parse().expect("a figure");
            let apart = now.abs_diff(before) as f64 / before.max(1) as f64;
            assert!(
                apart <= 0.05,
                "{}: {now}, on record {before}; FLOWLET_RECORD=1 records anew",
                row.board
            );
        }
    }
    assert_eq!(record.lines().count(), rows.len() + 2, "a line a board");
}
