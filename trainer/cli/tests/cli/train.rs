//! `flowlet train`: what it writes.

use crate::place::{Place, TINY};

#[test]
fn a_seed_gives_the_same_file_whatever_the_number_of_threads() {
    let place = Place::with_model();
    let expected = place.get("model.flow");
    for threads in ["1", "3"] {
        let line = format!("train data.csv -o again.flow --label kind {TINY}");
        let mut command = place.command(&line);
        let ended = command.env("RAYON_NUM_THREADS", threads).output();
        assert!(ended.expect("it runs").status.success());
        assert!(place.get("again.flow") == expected, "{threads} threads");
    }
    place.done(&format!(
        "train data.csv -o other.flow --label kind {TINY} --seed 1"
    ));
    assert!(place.get("other.flow") != expected);
}

#[test]
fn a_model_on_standard_output_has_its_card_on_standard_error() {
    let place = Place::with_model();
    let ended = place.run(&format!("train data.csv -o - --label kind {TINY}"));
    assert_eq!(ended.code, Some(0));
    assert!(ended.stdout == place.get("model.flow"));
    assert!(ended.stderr.contains("sliced W2"), "{}", ended.stderr);
}

#[test]
fn progress_is_for_terminals() {
    let place = Place::with_model();
    // `done` checks that standard error is empty.
    let card = place.says(&format!("train data.csv -o again.flow --label kind {TINY}"));
    assert!(
        !card.contains(['\r', '\u{1b}']) && !card.contains("left"),
        "{card}"
    );
    assert!(
        card.contains("\n3 values per sample, 3 classes, hidden layers 8, 8 steps\n"),
        "{card}"
    );
}

#[test]
fn rows_come_from_standard_input() {
    let place = Place::with_model();
    let input = std::fs::File::open(place.path("data.csv")).expect("open");
    let mut command = place.command(&format!("train - -o again.flow --label kind {TINY}"));
    assert!(
        command
            .stdin(input)
            .output()
            .expect("it runs")
            .status
            .success()
    );
    assert!(place.get("again.flow") == place.get("model.flow"));
}

#[test]
fn constant_columns_come_back_constant() {
    let place = Place::new();
    let texts = ["3.7", "-0.001", "1013.25", "0", "16777215", "0.00000012"];
    let row = |row: usize| format!("{row},{}\n", texts.join(","));
    let rows: String = (0..8).map(row).collect();
    place.put("still.csv", format!("a,b,c,d,e,f,g\n{rows}"));
    place.done(&format!("train still.csv -o still.flow {TINY} --batch 4"));
    let out = place.done("sample still.flow -n 20 -o -");
    let mut reader = csv::Reader::from_reader(out.as_slice());
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 20);
    for row in &rows {
        assert_eq!(row.iter().skip(1).collect::<Vec<_>>(), texts);
    }
    assert!(rows[0][0] != rows[1][0]);
}

#[test]
fn values_beyond_declared_limits_are_counted() {
    let place = Place::new();
    let rows: String = (0..40)
        .map(|row| format!("{row}.25,{}\n", row % 3))
        .collect();
    place.put("rows.csv", format!("x,y\n{rows}"));
    place.put("s.toml", "x = { max = 29.5 }\n");
    let ended = place.run(&format!("train rows.csv -o a.flow --schema s.toml {TINY}"));
    let line = "limits: x to 29.5 (10 values beyond) (--schema)\n";
    assert!(ended.stderr.contains(line), "{}", ended.stderr);
}

#[test]
fn a_schema_overrides_the_data() {
    let place = Place::with_model();
    let columns = |options: &str| {
        place.done(&format!(
            "train data.csv -o s.flow --label kind {TINY} {options}"
        ));
        let json = place.json("inspect s.flow --json");
        json["columns"][0].clone()
    };
    let name = columns("")["name"].as_str().expect("a name").to_owned();
    place.put(
        "s.toml",
        format!("{name} = {{ integer = true, min = -1, max = 2 }}\n"),
    );
    let range = columns("--schema s.toml")["range"].clone();
    let expected = serde_json::json!({"integer": true, "decimals": null, "min": -1.0, "max": 2.0});
    assert_eq!(range, expected);
    place.put("s.toml", "nothing = {}\n");
    let words = place.refused(&format!(
        "train data.csv -o t.flow --label kind {TINY} --schema s.toml"
    ));
    assert!(
        words.starts_with("s.toml: the data have no column `nothing`; the columns are "),
        "{words}"
    );
}

#[test]
fn each_class_of_a_series_may_have_its_own_components() {
    let place = Place::with_model();
    let names: Vec<String> = (0..16).map(|moment| format!("t{moment:02}")).collect();
    let mut text = names.join(",") + ",kind\n";
    for row in 0..60 {
        let (class, size) = (row % 2, f64::from(row * 37 % 11) - 5.0);
        let wave = |moment: i32| size * f64::from(moment * (1 + class)).sin();
        let values = (0..16).map(|moment| format!("{:.3},", wave(moment)));
        text += &(values.collect::<String>() + ["slow", "fast"][class as usize] + "\n");
    }
    place.put("waves.csv", text);
    let said = place.run(&format!(
        "train waves.csv -o w.flow --label kind {TINY} --latent class:9 --calibrate 0.2"
    ));
    let reason = "; 9 were asked for, but the others hold too little variance (--latent)";
    assert!(said.stderr.contains(reason), "{}", said.stderr);
    let json = place.json("inspect w.flow --json");
    let latent = &json["latent"];
    assert_eq!(
        (&latent["rank"], &latent["per_class"]),
        (&2.into(), &true.into())
    );
    place.done("score w.flow waves.csv -o scores.csv");
    for (options, words) in [
        (
            "--label kind --latent class:2 --label-dropout 0.1",
            "no label dropout",
        ),
        ("--drop kind --latent class:2", "need a label column"),
        (
            "--columns t00,t01 --latent 2",
            "no columns can have principal components",
        ),
    ] {
        let error = place.refused(&format!("train waves.csv -o n.flow {TINY} {options}"));
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_model_is_distilled_and_reflowed_to_its_steps() {
    let place = Place::with_model();
    place.done(&format!(
        "train data.csv -o d.flow --label kind {TINY} --reflow 1 --distil 2"
    ));
    let json = place.json("inspect d.flow --json");
    assert_eq!(
        (&json["steps"], &json["solver"]),
        (&2.into(), &"euler".into())
    );
    place.done(&format!(
        "train data.csv -o one.flow --label kind {TINY} --distil"
    ));
    let json = place.json("inspect one.flow --json");
    assert_eq!(json["steps"], 1);
    let words = place.refused(&format!(
        "train data.csv -o d.flow --label kind {TINY} --distil 2 --solver heun"
    ));
    assert!(
        words.contains("choose --solver euler or exponential"),
        "{words}"
    );
}
