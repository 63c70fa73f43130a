//! Small flaws of files, none of which may change a value or lose a row silently.

use ndarray::array;

use super::cells::{good, read, refusal};

/// A table of two columns, the cells of which depend on the row.
fn table(header: &str, row: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..40).map(row).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

#[test]
fn a_quote_that_is_never_closed_loses_no_rows() {
    for odd in [2, 20, 37] {
        let text = table("kind,x", |row| {
            let quote = if row == odd { "\"" } else { "" };
            format!("{quote}k{},{row}.5", row % 3)
        });
        let line = odd + 2;
        let message = format!(
            "a.csv, line {line}: a quote opens on this line and is never closed; close it, or \
             remove it"
        );
        assert_eq!(refusal(&text), message);
    }
}

#[test]
fn rows_above_another_header_are_refused() {
    let rows = "1,2\n3,4\n5,6\n7,8\n9,0\n";
    for between in ["", "\n", "\nsecond part\n"] {
        let text = format!("x,y\n{rows}{between}a,b,c\n{}", "1,2,3\n4,5,7\n".repeat(9));
        let words = refusal(&text);
        assert!(
            words.starts_with(
                "a.csv, line 2: rows of numbers begin here, above another header on line "
            ),
            "{words}"
        );
    }
    // Settings of an instrument are no rows.
    let settings = "Points,1000\nRate,5\nGain,2\nOffset,0\nChannels,2\nScale,1\n";
    let text = format!("{settings}time,a,b\n{}", "0.1,2,3\n0.2,5,7\n".repeat(9));
    assert_eq!(good(&text).columns, ["time", "a", "b"]);
}

#[test]
fn spaces_in_cells_do_not_separate_them() {
    for zone in ["CET", "XYZT"] {
        for delimiter in [",", ";", "\t"] {
            let text = table(&["when", "y"].join(delimiter), |row| {
                format!("2023-03-{:02} 10:15:00 {zone}{delimiter}{row}", 1 + row % 9)
            });
            assert_eq!(good(&text).columns.last().map(String::as_str), Some("y"));
        }
    }
    let text = table("street,x", |row| format!("12 Main Street 4,{row}"));
    assert_eq!(good(&text).columns, ["street=12 Main Street 4", "x"]);
}

#[test]
fn characters_without_a_width_mean_nothing() {
    let text = "\u{feff}x,y\n\u{200b}1,2\u{200e}\n\u{feff}x,y\n3\u{2060},4\n";
    let table = good(text);
    assert_eq!(table.columns, ["x", "y"]);
    assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
}

#[test]
fn formulas_of_texts_are_their_texts() {
    let (values, notes) = read("x,y\n=\"012\",1\n=\"7\",2\n\"=\"\"9\"\"\",3\n");
    assert_eq!(values, [12.0, 7.0, 9.0]);
    assert!(
        notes[0].contains("`012` is read as 12, without its leading zero"),
        "{notes:?}"
    );
}

#[test]
fn rules_of_markdown_are_no_rows() {
    for rule in ["|--|--|", "|:-:|--:|", "| --- | --- |", "|:--|:--|"] {
        let table = good(&format!("| x | y |\n{rule}\n| 1 | 2 |\n| 3 | 4 |\n"));
        assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]], "{rule}");
    }
}

#[test]
fn what_is_no_text_is_refused_as_such() {
    for text in [
        "\u{7f}ELF\u{2}\u{1}\u{1}",
        "\u{4}\"M\u{18}x\u{3}",
        "\0\0\0\0",
    ] {
        let words = refusal(text);
        assert!(
            words.ends_with("so this is not a text; give a table in a text file"),
            "{words}"
        );
    }
}

#[test]
fn names_that_differ_only_in_case_are_noted() {
    let message = "a.csv, column `b`: `TRUE` and `True` differ only in case, but are two names; \
                   write them alike if they mean the same";
    let text = table("b,x", |row| {
        format!("{},{row}.5", ["TRUE", "no", "True"][row % 3])
    });
    assert!(read(&text).1.contains(&message.to_owned()));
    let labelled = super::cells::with(&text, &crate::data::read::ReadOptions::labelled(Some("b")));
    assert!(
        labelled
            .notes
            .iter()
            .any(|note| note.to_string() == message)
    );
    let text = table("b,x", |row| {
        format!("{},{row}.5", ["TRUE", "FALSE"][row % 2])
    });
    assert!(!read(&text).1.iter().any(|note| note.contains("case")));
}

#[test]
fn numbers_in_a_form_that_is_not_known_are_named() {
    for cell in ["0x{}F", "{}/60", "{}:15", "[{}, 2]", "51°{}'07\"N"] {
        let cell = |row: usize| {
            cell.replace("{}", &(row + 30).to_string())
                .replace('"', "\"\"")
        };
        let text = table("v,x", |row| format!("\"{}\",{row}.5", cell(row)));
        let words = refusal(&text);
        let first = cell(0).replace("\"\"", "\"");
        assert_eq!(
            words,
            format!(
                "a.csv, column `v`: `{first}` is no number, and no two of the 40 cells are equal; \
                 write plain numbers, or leave the column out"
            )
        );
    }
}

#[test]
fn a_value_far_from_all_others_is_noted_with_its_line() {
    let rows: String = (0..60)
        .map(|row| match row {
            40 => "1e6,3\n".to_owned(),
            _ => format!("{},{}\n", row % 7, row % 5),
        })
        .collect();
    let (_, notes) = read(&format!("c,x\n{rows}"));
    assert_eq!(
        notes,
        [
            "a.csv, line 42, column `c`: 1000000 is far from the others, which are from 0 to 6; \
          if it is an error, correct it, remove its row, or set max = 6 in a schema"
        ]
    );
}
