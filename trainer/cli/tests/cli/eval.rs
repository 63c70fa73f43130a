//! Which rows `flowlet eval` and `flowlet report` judge on, and how they read them.

use serde_json::Value;

use crate::place::{Place, TINY};

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

fn metric<'c>(card: &'c Value, name: &str) -> &'c Value {
    let metrics = card["metrics"].as_array().expect("metrics");
    let found = metrics.iter().find(|metric| metric["name"] == name);
    found.expect("a metric")
}

/// The data of the training are judged on its validation rows, with the scores of its card.
#[test]
fn validation_rows_of_the_training_are_found_again() {
    let place = Place::with_run();
    let trained = parse(&place.get("own.run/card.json"));
    let card = place.json("eval own.flow data.csv --json");
    let protocol = &card["protocol"];
    assert_eq!(
        (&protocol["test"], &protocol["rows"]),
        (&"validation".into(), &20.into())
    );
    assert_eq!(
        (&protocol["count"], &protocol["draws"]),
        (&20.into(), &20.into())
    );
    assert_eq!(protocol["data"], "data.csv");
    assert_eq!(card["training"], trained["training"]);
    for name in [
        "tstr",
        "sliced_w2",
        "energy_distance",
        "coverage",
        "nearest_training_row",
    ] {
        for of in ["int8", "real_baseline", "gaussian", "table"] {
            let of = |card| metric(card, name)[of].as_f64().expect("a number");
            let (again, before) = (of(&card), of(&trained));
            assert!(
                (again - before).abs() < 0.02 * before.abs().max(0.1),
                "{name}: {again} {before}"
            );
        }
    }
    let text = place.says("eval own.flow data.csv");
    assert!(
        text.contains("judged on 20 validation rows of data.csv\n20 samples"),
        "{text}"
    );
    // The same rows in another file, and in another order of columns, are the same data.
    let rows = place.text("data.csv");
    let swapped = rows.lines().map(|line| {
        let (first, rest) = line.split_once(',').expect("columns");
        format!("{rest},{first}\n")
    });
    place.put("swapped.csv", swapped.collect::<String>());
    let card = place.json("eval own.flow swapped.csv --json");
    assert_eq!(card["protocol"]["test"], "validation");
    let page = place.says("report own.flow data.csv -o -");
    assert!(
        page.contains("Judged on 20 validation rows of data.csv"),
        "{page}"
    );
    assert!(page.contains("Validation rows: 20."));
}

/// Other data, or a model that does not know its training, are judged on all rows.
#[test]
fn other_rows_are_all_used_and_the_card_says_so() {
    let place = Place::with_run();
    let rows = place.text("data.csv");
    let (fewer, _) = rows.trim_end().rsplit_once('\n').expect("rows");
    place.put("fewer.csv", fewer);
    let (header, rest) = rows.split_once('\n').expect("rows");
    let (first, rest) = rest.split_once('\n').expect("rows");
    place.put("rotated.csv", format!("{header}\n{rest}{first}\n"));
    for (file, count) in [("fewer.csv", 99), ("rotated.csv", 100)] {
        let text = place.says(&format!("eval own.flow {file}"));
        assert!(
            text.contains(&format!("judged on all {count} rows of {file}\n")),
            "{text}"
        );
        assert!(
            text.contains("\nif the model was trained on these rows"),
            "{text}"
        );
    }
    let unknown = flowlet::encode::with_card(&place.get("own.flow"), "").expect("a model");
    place.put("unknown.flow", unknown);
    let card = place.json("eval unknown.flow data.csv --json");
    assert_eq!(card["protocol"]["test"], "all");
    assert!(card["training"].is_null());
    // The file itself knows its training, so it needs no run folder.
    std::fs::rename(place.path("own.flow"), place.path("lonely.flow")).expect("moved");
    let card = place.json("eval lonely.flow data.csv --json");
    assert_eq!(card["protocol"]["test"], "validation");
    assert_eq!(card["training"]["rows"], 80);
}

/// Windows are cut as in the training, unless the command line says otherwise.
#[test]
fn reading_options_are_those_of_the_training() {
    let place = Place::new();
    let rows = (0..400).map(|row| format!("{row};{:.3};-999\n", (f64::from(row) * 0.3).sin()));
    place.put("wave.csv", format!("id;x;y\n{}", rows.collect::<String>()));
    place.done(&format!(
        "train wave.csv -o wave.flow --window 10 --stride 5 --drop id,y --validation 0.3 --seed 4 {TINY}"
    ));
    let ended = place.run("eval wave.flow wave.csv --json --seed 4");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let says = "note: wave.csv: read with --drop=id,y --stride=5 --window=10, as in \
                wave.run/recipe.toml; options of the command line take precedence\n";
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
    assert_eq!(parse(&ended.stdout)["protocol"]["test"], "validation");
    let card = place.json("eval wave.flow wave.csv --json --stride 7");
    assert_eq!(card["protocol"]["test"], "all");
    // Data without the columns that the training left out.
    let rows = (0..200).map(|row| format!("{:.3}\n", (f64::from(row) * 0.3).cos()));
    place.put("plain.csv", format!("x\n{}", rows.collect::<String>()));
    let ended = place.run("eval wave.flow plain.csv --window 10 --json");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains("plain.csv: read without the options of wave.run/recipe.toml")
    );
    let ended = place.run("eval wave.flow wave.csv --json -q");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    for (options, words) in [
        ("--stride 3", "--stride needs --window; give both or none"),
        (
            "--window 4 --gap 3",
            "--gap needs --time; give both or none",
        ),
        ("--time y", "--time needs --window; give both or none"),
    ] {
        let line = format!("train plain.csv {options} -o plain.flow");
        assert_eq!(place.refused(&line), words);
    }
}
