//! Recordings: groups, times, and several files, from the command line to the recipe.

use std::fs;

use crate::place::{Place, TINY};

/// Returns `count` rows of a wave from a moment on, each after `before`.
fn wave(before: &str, from: usize, count: usize) -> String {
    let row = |at: usize| format!("{before}{:.3},{}\n", (at as f64 * 0.3).sin(), at % 5);
    (from..from + count).map(row).collect()
}

/// Standard error of a training that succeeds.
fn notes(place: &Place, options: &str) -> String {
    let ended = place.run(&format!("train {options} -o m.flow {TINY}"));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    ended.stderr
}

#[test]
fn groups_stay_on_one_side_and_are_suggested() {
    let place = Place::new();
    let rows: String = (0..10)
        .map(|id| wave(&format!("{id},"), id * 7, 24))
        .collect();
    place.put("pumps.csv", format!("id,x,y\n{rows}"));
    let words = notes(&place, "pumps.csv --group id --window 8");
    let line = "validation: 2 of 10 groups in `id` (--group, --validation)";
    assert!(words.contains(line), "{words}");
    assert!(!words.contains("note: "), "{words}");
    let words = notes(&place, "pumps.csv --window 8");
    assert!(words.contains("(--group id or --drop id)"), "{words}");
    // The reading options are those of the run, so that the validation rows are found.
    place.done("train pumps.csv --group id --window 8 -o m.flow --iterations 20 --hidden 8");
    let card = place.says("eval m.flow pumps.csv");
    assert!(card.contains("judged on 6 validation rows"), "{card}");
    place.put("one.csv", format!("id,x,y\n{}", wave("7,", 0, 24)));
    let words = place.refused("train one.csv --group id -o one.flow");
    assert!(
        words.starts_with("column `id`: all rows are of one group"),
        "{words}"
    );
}

#[test]
fn gaps_in_time_are_counted() {
    let place = Place::new();
    let time = |at: usize| format!("{},", at + if at < 30 { 0 } else { 100 });
    let rows: String = (0..60).map(|at| wave(&time(at), at, 1)).collect();
    place.put("log.csv", format!("t,x,y\n{rows}"));
    let words = notes(&place, "log.csv --time t --window 4");
    let line = "note: log.csv, column `t`: the median step is 1; a new recording begins after each \
                step longer than 1.5 times that: 1 of 59 (--gap)\n";
    assert!(words.contains(line), "{words}");
    let words = notes(&place, "log.csv --window 4");
    assert!(words.contains("(--time t or --drop t)"), "{words}");
}

#[test]
fn several_files_are_one_table_and_are_in_the_recipe() {
    let place = Place::new();
    fs::create_dir(place.path("logs")).expect("made");
    place.put("a.csv", format!("x,y\n{}", wave("", 0, 30)));
    place.put("logs/b.csv", format!("x,y\n{}", wave("", 9, 30)));
    place.put("logs/c.csv", format!("x,y\n{}", wave("", 5, 30)));
    notes(&place, "a.csv logs --window 8 --stride 2");
    let recipe = place.text("m.run/recipe.toml");
    assert!(recipe.contains("data = [\"a.csv\", \"logs\"]"), "{recipe}");
    let model = place.get("m.flow");
    place.done("train --config m.run/recipe.toml -o again.flow");
    assert_eq!(place.get("again.flow"), model);
    place.done("eval m.flow a.csv logs");
    place.done("plot m.flow a.csv logs/b.csv --kind samples -o m.svg");
    place.put("d.csv", "x,z\n1,2\n");
    let words = place.refused("train a.csv d.csv -o out.flow");
    assert_eq!(
        words,
        "d.csv: compared with the first file, this one has column `z`, but no column `y`; all files \
         need the same columns, so choose those that all have (--columns or --drop)"
    );
    let words = place.refused("train a.csv - -o out.flow");
    assert_eq!(
        words,
        "standard input cannot be joined with files; name either `-` or files"
    );
}
