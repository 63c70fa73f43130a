//! `flowlet fill`, `eval --fill` and `sample --given`.

use crate::place::{Place, TINY};

/// A model that fills in rows of `a`, `kind`, `b` and `still`, without a label.
fn filling(options: &str) -> Place {
    let place = Place::with_model();
    place.done(&format!("train data.csv -o filling.flow {options} {TINY}"));
    place
}

pub fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(bytes);
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

/// Runs a command that must succeed, and returns its notes.
pub fn notes_of(place: &Place, line: &str) -> String {
    let ended = place.run(line);
    assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
    ended.stderr
}

#[test]
fn empty_cells_are_filled_in_and_known_ones_kept() {
    let place = filling("--fill");
    place.put(
        "part.csv",
        "a,kind,b,still\n1.25,,99.5,3.7\n,green,,\n0.5,red,100,3.7\n",
    );
    place.done("fill filling.flow part.csv -o out.csv");
    let rows = lines(&place.get("out.csv"));
    assert_eq!(rows[0], ["a", "kind", "b", "still"]);
    assert_eq!((rows[1][0].as_str(), rows[1][2].as_str()), ("1.25", "99.5"));
    assert!(
        ["red", "green", "blue"].contains(&rows[1][1].as_str()),
        "{rows:?}"
    );
    assert_eq!((rows[2][1].as_str(), rows[2][3].as_str()), ("green", "3.7"));
    assert!(rows[2][0].parse::<f64>().is_ok(), "{rows:?}");
    assert_eq!(rows[3], ["0.5", "red", "100", "3.7"]);
    // A row does not depend on those before it, and the seed counts.
    let filled = place.get("out.csv");
    place.done("fill filling.flow part.csv -o again.csv");
    assert_eq!(place.get("again.csv"), filled);
    place.done("fill filling.flow part.csv -o other.csv --seed 1");
    assert_ne!(place.get("other.csv"), filled);
}

#[test]
fn several_draws_have_means_and_quantiles() {
    let place = filling("--fill");
    // A single row, without two of the columns.
    place.put("part.csv", "kind,b\nred,\n");
    place.done("fill filling.flow part.csv --draws 16 -o out.csv");
    let rows = lines(&place.get("out.csv"));
    let header = "a,a 10%,a 90%,kind,b,b 10%,b 90%,still,still 10%,still 90%";
    assert_eq!(rows[0].join(","), header);
    let number = |at: usize| rows[1][at].parse::<f64>().expect("a number");
    assert!(number(1) < number(0) && number(0) < number(2), "{rows:?}");
    assert_eq!(rows[1][3], "red");
}

#[test]
fn predictions_are_means_without_chance() {
    let place = filling("--fill");
    place.put("part.csv", "a,kind,b,still\n1.25,,,3.7\n,red,99.5,\n");
    place.done("fill filling.flow part.csv --predict -o out.csv");
    let rows = lines(&place.get("out.csv"));
    assert_eq!(rows[0], ["a", "kind", "b", "still"]);
    assert_eq!((rows[1][0].as_str(), rows[2][2].as_str()), ("1.25", "99.5"));
    assert!(rows.concat().iter().all(|cell| !cell.is_empty()));
    place.done("fill filling.flow part.csv --predict -o again.csv");
    assert_eq!(place.get("again.csv"), place.get("out.csv"));
    place.done(&format!(
        "train data.csv -o distilled.flow --fill --distil {TINY}"
    ));
    let words = place.refused("fill distilled.flow part.csv --predict -o new.csv");
    let reason = "distilled.flow: the model was not trained to predict; draw rows, or train it \
                  without distillation";
    assert!(words.contains(reason), "{words}");
    place.done(&format!(
        "train data.csv -o classes.flow --label kind --fill {TINY}"
    ));
    place.put("unlabelled.csv", "a,b\n1.25,\n");
    let words = notes_of(&place, "fill classes.flow unlabelled.csv -o out.csv");
    let note = "no class is given, so it is drawn in the training proportions, whatever is known (a \
                column `kind` names it)";
    assert!(words.contains(note), "{words}");
    assert!(!words.contains("has no values"), "{words}");
    let words = place.refused("fill classes.flow unlabelled.csv --predict -o new.csv");
    let reason = "row 1: a prediction needs a class; name it in a column `kind`";
    assert!(words.contains(reason), "{words}");
    place.put("labelled.csv", "a,b,kind\n1.25,,red\n");
    place.done("fill classes.flow labelled.csv --predict -o out.csv");
}

#[test]
fn only_declared_queries_are_answered_without_masks() {
    let place = filling("--query wanted:a,kind->b");
    let tasks = place.json("eval filling.flow data.csv --fill --json");
    assert_eq!(tasks[0]["name"], "wanted");
    for scores in ["model", "predicted"] {
        assert!(tasks[0][scores]["crps"].as_f64().expect("a number") > 0.0);
    }
    place.put("part.csv", "a,kind,b,still\n1,red,,\n");
    place.done("fill filling.flow part.csv -o out.csv");
    place.done("report filling.flow data.csv -o report.html");
    let page = place.text("report.html");
    assert!(page.contains("Filling in") && page.contains("wanted, row 1"));
    let table = place.says("eval filling.flow data.csv --fill");
    assert!(
        table.starts_with("CRPS") && table.contains("prediction"),
        "{table}"
    );
    if tasks.as_array().map_or(0, Vec::len) == 1 {
        place.put("part.csv", "a,kind,b,still\n,red,,\n");
        let words = place.refused("fill filling.flow part.csv -o new.csv");
        assert!(
            words.contains("row 1") && words.ends_with("the queries are wanted"),
            "{words}"
        );
    }
}

#[test]
fn samples_have_the_given_values() {
    let place = filling("--fill");
    let rows = lines(&place.done("sample filling.flow -n 5 --given a=1.5,kind=blue -o -"));
    assert_eq!(rows.len(), 6);
    assert!(
        rows[1..]
            .iter()
            .all(|row| row[0] == "1.5" && row[1] == "blue"),
        "{rows:?}"
    );
    for (given, words) in [
        ("c=1", "--given: there is no column `c`"),
        ("a", "`a` has no value; write COLUMN=VALUE"),
        ("a=red", "`red` of `a` is no number"),
        ("kind=pink", "column `kind` has no category `pink`"),
        ("a=1,a=2", "column `a` is given twice; remove one"),
        ("a=1e99", "`1e99` of `a` is too large for the device"),
    ] {
        let error = place.refused(&format!("sample filling.flow -n 1 --given {given} -o -"));
        assert!(error.contains(words), "{error}");
    }
}

/// The rows are read as those of the training.
#[test]
fn rows_are_read_with_the_options_of_the_run() {
    let place = filling("--fill --drop still --missing drop");
    place.put("part.csv", "a,kind,b,still\n1.25,,99.5,3.7\n");
    let words = notes_of(&place, "fill filling.flow part.csv -o out.csv");
    assert!(words.contains("read with --drop=still, as in"), "{words}");
    let rows = lines(&place.get("out.csv"));
    assert_eq!(rows[0], ["a", "kind", "b"]);
}

#[test]
fn a_column_of_integers_is_given_integers() {
    let place = Place::new();
    let rows: String = (0..40)
        .map(|row| format!("{row},{}.5\n", row % 7))
        .collect();
    place.put("data.csv", format!("hour,x\n{rows}"));
    place.done(&format!("train data.csv -o m.flow --fill {TINY}"));
    let rows = lines(&place.done("sample m.flow -n 1 --given hour=7 -o -"));
    assert_eq!(rows[1][0], "7");
    assert_eq!(
        place.refused("sample m.flow -n 1 --given hour=7.5 -o new.csv"),
        "--given: `7.5` of `hour` is no integer, as in the training; give 7 or 8"
    );
}

#[test]
fn no_note_advises_to_leave_out_a_column_of_the_model() {
    let place = filling("--fill");
    let kinds = ["red", "green"];
    let rows = (1..=40).map(|number| {
        let (kind, b) = (kinds[number % 2], 90 + number % 7);
        format!("{number},{kind},{b},3.7\n")
    });
    place.put(
        "counting.csv",
        format!("a,kind,b,still\n{}", rows.collect::<String>()),
    );
    let advice = "like a row number";
    let words = notes_of(
        &place,
        &format!("train counting.csv -o counting.flow {TINY}"),
    );
    assert!(words.contains(advice), "{words}");
    let words = notes_of(&place, "fill filling.flow counting.csv -o out.csv");
    assert!(!words.contains(advice), "{words}");
}

#[test]
fn a_note_says_how_rows_without_a_class_are_drawn() {
    let place = Place::with_model();
    place.done(&format!(
        "train data.csv -o drawn.flow --label kind --fill {TINY}"
    ));
    place.done(&format!(
        "train data.csv -o all.flow --label kind --fill --label-dropout 0.2 {TINY}"
    ));
    let note = "note: --given: no class is given, so it is drawn in the training proportions";
    let words = notes_of(&place, "sample drawn.flow -n 2 --given a=1 -o out.csv");
    assert!(
        words.contains(note) && words.contains("(--class NAME chooses one)"),
        "{words}"
    );
    assert_eq!(lines(&place.get("out.csv"))[0], ["a", "kind", "b", "still"]);
    let words = notes_of(
        &place,
        "sample drawn.flow -n 2 --given a=1 --class red -o out.csv",
    );
    assert!(!words.contains("class"), "{words}");
    let words = place.refused("sample drawn.flow -n 2 --given kind=red -o new.csv");
    assert_eq!(
        words,
        "--given: `kind` is the label, and no column; choose a class, or train without a label"
    );
    place.put("part.csv", "kind,a,b\nred,,\nblue,1,\n");
    place.done("fill drawn.flow part.csv -o out.csv");
    assert_eq!(lines(&place.get("out.csv")).len(), 3);
    place.put("part.csv", "kind,a,b\nred,,\n,1,\n");
    let words = place.refused("fill drawn.flow part.csv -o new.csv");
    assert!(
        words.ends_with("give it in all rows, or leave the column out (--drop kind)"),
        "{words}"
    );
    // Samples of all classes have none, in any format.
    for output in ["out.csv", "out.npz", "out.npy", "out.parquet"] {
        let words = notes_of(
            &place,
            &format!("sample all.flow -n 2 --given a=1 -o {output}"),
        );
        assert!(
            words.contains("the rows are drawn from all classes and have none"),
            "{words}"
        );
    }
    assert_eq!(lines(&place.get("out.csv"))[0], ["a", "b", "still"]);
    place.done(&format!(
        "train data.csv -o policy.flow --label kind --condition a --label-dropout 0.2 {TINY}"
    ));
    let words = notes_of(&place, "sample policy.flow -n 2 --given a=1 -o out.csv");
    assert!(words.contains("drawn from all classes"), "{words}");
    assert_eq!(lines(&place.get("out.csv"))[0], ["b", "still"]);
    place.done("eval policy.flow data.csv --fill");
}

#[test]
fn known_values_out_of_range_are_noted() {
    let place = filling("--fill");
    let note = "out of range; the model has not learned such values";
    for (part, words) in [
        (
            "a,still\n900,\n1.25,\n",
            format!("row 1, column `a`: 900 is {note}"),
        ),
        (
            "a,still\n1.25,3.7\n,3.8\n,3.9\n",
            format!("row 2, column `still`: 3.8 is {note}; 2 known values are so"),
        ),
    ] {
        place.put("part.csv", part);
        let notes = notes_of(&place, "fill filling.flow part.csv -o out.csv");
        assert!(notes.contains(&words), "{notes}");
    }
    let notes = notes_of(&place, "sample filling.flow -n 1 --given a=-60 -o out.csv");
    assert!(
        notes.contains(&format!("--given: column `a`: -60 is {note}")),
        "{notes}"
    );
    place.put("part.csv", "a,still\n1.25,3.7\n");
    let notes = notes_of(&place, "fill filling.flow part.csv -o out.csv");
    assert!(!notes.contains("out of range"), "{notes}");
    place.done(&format!(
        "train data.csv -o policy.flow --condition a,kind {TINY}"
    ));
    let notes = notes_of(
        &place,
        "sample policy.flow -n 1 --given a=60,kind=red -o out.csv",
    );
    assert!(notes.contains(note), "{notes}");
}

#[test]
fn more_draws_than_fit_in_memory_are_refused() {
    let place = filling("--fill");
    place.put("part.csv", "a,still\n1.25,\n,\n");
    for command in [
        "fill filling.flow part.csv --draws 4000000000 -o new.csv",
        "sample filling.flow -n 4000000000 -o new.csv",
    ] {
        let words = place.refused(command);
        assert!(
            words.contains("4000000000: so many draws do not fit in memory; take at most "),
            "{words}"
        );
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let place = Place::with_model();
    for command in [
        "fill model.flow data.csv -o out.csv",
        "eval model.flow data.csv --fill",
        "sample model.flow -n 1 --given a=1 -o out.csv",
    ] {
        let words = place.refused(command);
        let reason = "model.flow: the model was not trained to fill in rows (flowlet train \
                      --fill, --query or --condition)";
        assert_eq!(words, reason);
    }
    for (options, words) in [
        (
            "--fill --coupling ot",
            "known columns need independent noise",
        ),
        ("--fill --reflow 1", "known columns need independent noise"),
        ("--query x->b", "there is no column `x`"),
        ("--query a->a", "column `a` is known and asked for"),
        (
            "--query a->",
            "nothing is asked for; name columns after the arrow",
        ),
        (
            "--query ->a",
            "no column is known; name some before the arrow",
        ),
        (
            "--label kind --query kind->b",
            "`kind` is the label, and no column",
        ),
        (
            "--label kind --condition kind",
            "conditions: `kind` is the label, and no column",
        ),
    ] {
        let error = place.refused(&format!("train data.csv -o new.flow {options}"));
        assert!(error.contains(words), "{error}");
    }
}
