//! Cells of CSV files as people write them: notes with the options that settle them.

use crate::place::{Place, TINY};

/// Trains on `text`, and returns the notes about it.
fn notes(place: &Place, text: &str, options: &str) -> Vec<String> {
    place.put("data.csv", text);
    let ended = place.run(&format!("train data.csv -o a.flow {TINY} {options}"));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let lines = ended.stderr.lines();
    let notes = lines.filter_map(|line| line.strip_prefix("note: data.csv, "));
    notes.map(str::to_owned).collect()
}

/// A table of two columns, the cells of which depend on the row.
fn table(header: &str, row: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..40).map(row).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

#[test]
fn a_doubtful_number_format_is_noted_and_settled() {
    let place = Place::new();
    let text = table("temp;druck", |row| {
        format!("{};1.{:03}", 20 + row % 7, row * 7 % 40)
    });
    let note = "line 2, column `druck`: `1.000` is read as 1, but it may mean 1000 \
                (--decimal and --thousands change it)";
    assert_eq!(notes(&place, &text, ""), [note]);
    for options in ["--decimal .", "--decimal ,", "--thousands ."] {
        assert_eq!(notes(&place, &text, options), [""; 0], "{options}");
    }
    let shown = place.says("inspect a.flow");
    assert!(shown.contains("1039"), "{shown}");
    assert!(notes(&place, &text, "-q").is_empty());
}

#[test]
fn a_recurring_value_is_noted_and_declared() {
    let place = Place::new();
    let value = |row: usize| match row % 10 {
        3 => "-999".to_owned(),
        _ => format!("{}.5", 20 + row * 7 % 13),
    };
    let text = table("t,h", |row| format!("{},{}.2", value(row), row * 5 % 9));
    let note = "column `t`: -999 comes 4 times, apart from all other values \
                (--missing-value -999 if it means a missing value)";
    assert_eq!(notes(&place, &text, ""), [note]);
    let options = "--missing-value -999.0 --missing-value -1 --missing drop";
    assert_eq!(notes(&place, &text, options), [""; 0]);
    // The recipe has the tokens too.
    place.put("recipe.toml", place.get("a.run/recipe.toml"));
    place.done("train --config recipe.toml -o b.flow");
    assert!(place.get("a.flow") == place.get("b.flow"));
}

#[test]
fn a_column_of_numbers_is_declared_to_have_categories() {
    let place = Place::new();
    let text = table("zip,x", |row| {
        format!("0{},{}.5", 1234 + row % 3, row * 7 % 11)
    });
    let note = "line 2, column `zip`: `01234` is read as 1234, without its leading zero \
                (--category zip if they are names)";
    assert_eq!(notes(&place, &text, ""), [note]);
    assert_eq!(notes(&place, &text, "--category zip"), [""; 0]);
    place.done("sample a.flow -n 5 -o rows.csv");
    let rows = place.text("rows.csv");
    for row in rows.lines().skip(1) {
        assert!(row.starts_with("0123"), "{row}");
    }
    // A model with the category `NA` knows it again, without quotes.
    let text = table("iso,x", |row| {
        let iso = ["DE", "NA", "FR"][row % 3];
        format!("{iso},{}.5", row * 7 % 11)
    });
    assert_eq!(notes(&place, &text, "--category iso"), [""; 0]);
    place.done("eval a.flow data.csv --rows 20");
    let words = place.refused(&format!("train data.csv -o b.flow {TINY}"));
    let options = "(--missing drop, --missing mean, or --category iso if it is a name)";
    assert!(words.ends_with(options), "{words}");
}
