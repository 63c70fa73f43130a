//! `--json` of each command: it parses, and has the fields that scripts read.

use serde_json::Value;

use crate::place::{Place, ROWS, TINY};

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// The quality card of a model of `place::table` at `steps`.
fn check_card(card: &Value, steps: u64, file: &[u8], float: bool) {
    let sizes = &card["sizes"];
    assert_eq!(sizes["dim"], 3);
    assert_eq!(sizes["classes"], 3);
    assert_eq!(sizes["hidden"], serde_json::json!([8]));
    assert_eq!(sizes["file_bytes"], file.len());
    assert_eq!(sizes["steps"], steps);
    assert_eq!(sizes["macs_per_sample"], steps * (3 * 8 + 8 * 3));
    let metrics = card["metrics"].as_array().expect("metrics");
    let names: Vec<_> = metrics.iter().map(|metric| &metric["name"]).collect();
    assert_eq!(
        names,
        [
            "sliced Wasserstein-2",
            "2-Wasserstein, exact",
            "energy distance",
            "kernel discrepancy",
            "Kolmogorov–Smirnov",
            "KS, worst column",
            "correlation error",
            "label accuracy",
            "train on synthetic",
            "nearest training row"
        ]
    );
    for metric in metrics {
        assert!(
            metric["int8"].is_f64() && metric["floor"].is_f64(),
            "{metric}"
        );
        assert_eq!(metric["float"].is_f64(), float, "{metric}");
    }
    assert_eq!(card["trajectory_error"].is_f64(), float);
}

#[test]
fn train_prints_its_card() {
    let place = Place::with_model();
    let line = format!("train data.csv -o again.flow --label kind --steps 5 --json {TINY}");
    let card = parse(&place.done(&line));
    check_card(&card, 5, &place.get("again.flow"), true);
}

#[test]
fn eval_prints_its_card() {
    let place = Place::with_model();
    place.done(&format!("train data.csv -o own.flow --label kind {TINY}"));
    let card = || parse(&place.done("eval own.flow data.csv --steps 3 --json"));
    // The float network is in the folder that the training left.
    check_card(&card(), 3, &place.get("own.flow"), true);
    std::fs::remove_dir_all(place.path("own.run")).expect("removed");
    check_card(&card(), 3, &place.get("own.flow"), false);
}

#[test]
fn sample_prints_a_summary_beside_its_samples() {
    let place = Place::with_model();
    let line = "sample model.flow -n 4 --class red --steps 2 --seed 9 --json -o";
    let summary = parse(&place.done(&format!("{line} out.csv")));
    assert_eq!(summary["samples"], 4);
    assert_eq!(summary["steps"], 2);
    assert_eq!(summary["seed"], 9);
    assert_eq!(summary["class"], "red");
    let crc32 = summary["crc32"].as_array().expect("checksums");
    assert!(crc32.len() == 4 && crc32.iter().all(Value::is_u64));

    let ended = place.run(&format!("{line} -"));
    assert_eq!(parse(ended.stderr.as_bytes()), summary);
    assert!(ended.stdout == place.get("out.csv"));
}

#[test]
fn inspect_prints_what_is_in_the_model() {
    let place = Place::with_model();
    let contents = parse(&place.done("inspect model.flow --json"));
    assert_eq!(contents["dim"], 3);
    assert_eq!(contents["steps"], 8);
    assert_eq!(contents["file_bytes"], place.get("model.flow").len());
    assert_eq!(contents["hidden"][0]["width"], 8);
    let columns: Vec<_> = (0..3).map(|column| &contents["columns"][column]).collect();
    assert_eq!(
        columns
            .iter()
            .map(|column| &column["name"])
            .collect::<Vec<_>>(),
        ["a", "b", "still"]
    );
    assert_eq!(columns[2]["scale"], 0.0);
    let label = &contents["label"];
    assert_eq!(
        (&label["column"], &label["position"]),
        (&"kind".into(), &1.into())
    );
    let classes = label["classes"].as_array().expect("classes");
    let share = |class: usize| classes[class]["share"].as_f64().expect("a share");
    assert_eq!(classes[2]["name"], "red");
    // A fifth of the rows is held out of each class alike.
    assert!((share(2) - 0.6).abs() < 1.0 / ROWS as f64);
    assert!((share(0) + share(1) + share(2) - 1.0).abs() < 1e-4);
}
