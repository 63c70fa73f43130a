//! Flash and RAM of the examples, and the table of them in `firmware-examples/README.md`.

use object::{Object, ObjectSection, SectionKind};

use crate::calls::is_loaded;

const README: &str = "../firmware-examples/README.md";
const BEGIN: &str = "<!-- sizes of the examples -->\n";
const END: &str = "<!-- end of sizes -->";
/// Percentage by which a figure may differ from the record.
const ALLOWED: u64 = 2;

/// Sizes of a linked file in bytes.
pub struct Sizes {
    flash: u64,
    /// Static RAM, without the stack.
    ram: u64,
    /// The compiler's version; sizes of different compilers are not compared.
    compiler: String,
}

impl Sizes {
    pub fn of(elf: &[u8]) -> Self {
        let file = object::File::parse(elf).expect("an ELF file");
        let (mut flash, mut ram) = (0, 0);
        for section in file.sections().filter(|section| is_loaded(section.flags())) {
            let name = section.name().expect("a name");
            // Free memory; and on the ESP32-C3 the addresses of code at a second bus.
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

/// Compares the sizes with the record, or writes it if FLOWLET_RECORD is set. Sizes of another
/// compiler are only printed.
pub fn check(sizes: &[(&str, Sizes)]) {
    let (_, first) = sizes.first().expect("an example");
    let heading = format!("Bytes, compiled by {}:", first.compiler);
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
        return println!("not compared: the record is another compiler's");
    }
    for (board, sizes) in sizes {
        let on_record = recorded(record, board);
        for (now, before) in [(sizes.flash, on_record[0]), (sizes.ram, on_record[1])] {
            assert!(
                now.abs_diff(before) * 100 <= before * ALLOWED,
                "{board} takes {now} bytes, on record {before}; `cargo xtask record sizes` records it"
            );
        }
    }
}

/// Reads a board's flash and RAM from the recorded table.
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
