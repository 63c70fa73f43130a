//! Flash and RAM of the examples, and their record: a table between two marks of `firmware-examples/README.md`.

use object::{Object, ObjectSection, SectionKind};

use crate::calls::is_loaded;

const README: &str = "firmware-examples/README.md";
const BEGIN: &str = "<!-- sizes of the examples -->\n";
const END: &str = "<!-- end of sizes -->";
/// A figure may differ from its record by this share, %.
const ALLOWED: u64 = 2;

/// Of a linked file.
pub struct Sizes {
    flash: u64,
    /// Without the stack.
    ram: u64,
    /// What compiled it: another compiler's figures are others.
    compiler: String,
}

impl Sizes {
    pub fn of(elf: &[u8]) -> Self {
        let file = object::File::parse(elf).expect("an ELF file");
        let (mut flash, mut ram) = (0, 0);
        for section in file.sections().filter(|section| is_loaded(section.flags())) {
            let name = section.name().expect("a name");
            // Room that start-up crates leave, and, on the ESP32-C3, addresses that code takes at another bus.
            if matches!(name, ".stack" | ".heap" | ".rotext_dummy") {
                continue;
            }
            let empty = section.kind() == SectionKind::UninitializedData;
            if !empty {
                flash += section.size();
            }
            if empty || section.kind() == SectionKind::Data {
                ram += section.size();
            }
        }
        let comment = file.section_by_name(".comment").expect("a .comment");
        let comment = String::from_utf8_lossy(comment.data().expect("its text")).into_owned();
        let compiler = comment.split('\0').find(|part| part.contains("rustc"));
        let compiler = compiler.expect("a compiler").to_owned();
        Self {
            flash,
            ram,
            compiler,
        }
    }

    fn row(&self, board: &str) -> String {
        format!("| {board} | {} | {} |", self.flash, self.ram)
    }
}

/// Compares with the record, or writes it. Another compiler's sizes are only printed.
pub fn check(sizes: &[(&str, Sizes)]) {
    let (_, first) = sizes.first().expect("an example");
    let heading = format!("Bytes, by {}:", first.compiler);
    let rows: Vec<String> = sizes
        .iter()
        .map(|(board, sizes)| sizes.row(board))
        .collect();
    let table = format!(
        "\n{heading}\n\n| example | flash | static RAM |\n| --- | --- | --- |\n{}\n\n",
        rows.join("\n")
    );
    println!("{table}");
    let readme = std::fs::read_to_string(README).expect(README);
    let (before, rest) = readme.split_once(BEGIN).expect(BEGIN);
    let (record, after) = rest.split_once(END).expect(END);
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        let written = [before, BEGIN, &table, END, after].concat();
        return std::fs::write(README, written).expect(README);
    }
    if !record.contains(&heading) {
        return println!("not compared: those on record are another compiler's");
    }
    for (board, sizes) in sizes {
        let on_record = recorded(record, board);
        for (now, before) in [(sizes.flash, on_record[0]), (sizes.ram, on_record[1])] {
            assert!(
                now.abs_diff(before) * 100 <= before * ALLOWED,
                "{board} takes {now} bytes, on record {before}; \
                 FLOWLET_RECORD=1 cargo test --test boards -- --ignored sizes"
            );
        }
    }
}

/// Flash and RAM of a board in the table on record.
fn recorded(record: &str, board: &str) -> [u64; 2] {
    let cells = |line: &str| -> Vec<String> {
        line.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let row = record
        .lines()
        .map(cells)
        .find(|cells| cells.get(1).is_some_and(|name| name == board));
    let row = row.unwrap_or_else(|| panic!("{board} is not on record"));
    [&row[2], &row[3]].map(|cell| cell.parse().expect("bytes"))
}
