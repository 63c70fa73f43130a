//! The tables of cycles in `time.md` are those of the code.

use flowlet_cli::boards::{Core, Timing};

const PAGE: &str = include_str!("../../../docs/time.md");

/// Asserts that the page has this table between two comments.
fn assert_table(begin: &str, end: &str, head: &str, rows: &[String]) {
    let expected = format!("\n{head}\n{}\n", rows.join("\n"));
    let found = PAGE
        .split_once(begin)
        .and_then(|(_, rest)| rest.split_once(end));
    let found = found.map(|(table, _)| table.trim());
    assert_eq!(found, Some(expected.trim()), "after {begin}");
}

#[test]
fn the_page_shows_the_cycles_of_the_code() {
    let name = |core: Core| match core.name().strip_prefix("cortex-") {
        Some(short) => short.to_uppercase(),
        None => core.name().to_uppercase(),
    };
    let factor = |core| Timing::of(core).cycles_per_instruction();
    let factors = Core::ALL.map(|core| format!("| {} | {:.2} |", name(core), factor(core)));
    assert_table(
        "<!-- cycles per instruction -->",
        "<!-- end of cycles -->",
        "| core | cycles per instruction |\n| --- | --- |",
        &factors,
    );
    let mut rows = Vec::new();
    for core in Core::ALL {
        for extra in Timing::of(core).extras {
            let (kind, count, cycles) = (extra.kind.name(), extra.count, extra.cycles);
            rows.push(format!("| {} | {kind} | {count} | {cycles} |", name(core)));
        }
    }
    assert_table(
        "<!-- kinds of instructions -->",
        "<!-- end of kinds -->",
        "| core | kind | of 1000 instructions | additional cycles of each |\n| --- | --- | --- | --- |",
        &rows,
    );
    for core in Core::ALL {
        let source = Timing::of(core).source;
        assert!(PAGE.replace('\n', " ").contains(source), "{source}");
    }
}
