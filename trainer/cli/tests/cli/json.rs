//! `--json` of each command: its fields, by name, and some of its values.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::place::{Place, ROWS, TINY};

const CARD: &str = "findings[].advice findings[].columns[] findings[].kind findings[].message findings[].severity \
    baselines.gaussian.bytes baselines.gaussian.description \
    baselines.gaussian.is_better baselines.network_bytes baselines.table.bytes \
    baselines.table.description baselines.table.is_better columns[].columns[] columns[].role \
    metrics[].float metrics[].gaussian metrics[].int8 metrics[].name metrics[].real_baseline \
    metrics[].table protocol.count protocol.data protocol.draws protocol.rows protocol.test \
    sizes.classes sizes.dim sizes.file_bytes sizes.hidden[] sizes.macs_per_sample sizes.steps";
const SAMPLE: &str = "class crc32[] samples seed steps";
const INSPECT: &str = "\
    columns[].mean columns[].name columns[].range.decimals columns[].range.integer \
    columns[].range.max columns[].range.min columns[].scale crc32 dim drift_components \
    file_bytes fill format_version guidable hidden[].act_frac hidden[].conditioned hidden[].pre_frac \
    hidden[].segment hidden[].table hidden[].width input_frac label.classes[].name \
    label.classes[].share label.column label.position latent multiply_accumulates_per_step \
    sampler_bytes score solver stack_bytes steps time_grid[]";
const METRICS: [&str; 12] = [
    "sliced_w2",
    "w2",
    "energy_distance",
    "mmd",
    "c2st",
    "coverage",
    "mean_ks",
    "worst_ks",
    "correlation_error",
    "label_accuracy",
    "tstr",
    "nearest_training_row",
];

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// Collects the paths of all values that are neither objects nor arrays, and of empty arrays.
fn fields(value: &Value, path: String, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let dot = if path.is_empty() { "" } else { "." };
                fields(value, format!("{path}{dot}{name}"), into);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            for value in values {
                fields(value, format!("{path}[]"), into);
            }
        }
        Value::Array(_) => {
            into.insert(format!("{path}[]"));
        }
        _ => {
            into.insert(path);
        }
    }
}

const TRAINING: &str = "training.data_crc32 training.rows training.seed training.steps training.validation \
     training.validation_rows training.version";

/// Checks that a value has exactly the fields of a list.
fn check_fields(value: &Value, expected: &str) {
    let mut found = BTreeSet::new();
    fields(value, String::new(), &mut found);
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, expected.split_whitespace().collect());
}

/// Checks the quality card of a model of `place::table` at `steps`.
fn check_card(card: &Value, steps: u64, file: &[u8], float: bool) {
    let training = match card["training"].is_object() {
        true => TRAINING,
        false => "training",
    };
    check_fields(card, &format!("{CARD} {training} trajectory_error"));
    let findings = card["findings"].as_array().expect("findings");
    let of = |kind: &str| findings.iter().find(|of| of["kind"] == kind);
    assert!(of("worst_column").is_some(), "{card}");
    let constant = of("constant").expect("a constant column");
    assert_eq!(constant["columns"], serde_json::json!(["still"]));
    assert_eq!(constant["advice"], "leave the column out (--drop still)");
    let sizes = &card["sizes"];
    assert_eq!(card["columns"][0]["columns"], serde_json::json!(["a", "b"]));
    assert_eq!(card["columns"][1]["role"], "numbers with 1 decimal");
    assert_eq!(sizes["dim"], 3);
    assert_eq!(sizes["classes"], 3);
    assert_eq!(sizes["hidden"], serde_json::json!([8]));
    assert_eq!(sizes["file_bytes"], file.len());
    assert_eq!(sizes["steps"], steps);
    assert_eq!(sizes["macs_per_sample"], steps * (3 * 8 + 8 * 3));
    let metrics = card["metrics"].as_array().expect("metrics");
    let names = metrics
        .iter()
        .map(|metric| metric["name"].as_str().expect("a name"));
    assert!(names.eq(METRICS));
    for metric in metrics {
        let numbers = metric["int8"].is_f64() && metric["real_baseline"].is_f64();
        assert!(numbers, "{metric}");
        assert_eq!(metric["float"].is_f64(), float, "{metric}");
    }
    assert_eq!(card["trajectory_error"].is_f64(), float);
}

#[test]
fn train_and_eval_print_the_card() {
    let place = Place::with_model();
    let line = format!("train data.csv -o own.flow --label kind --steps 5 --json {TINY}");
    let card = place.json(&line);
    check_card(&card, 5, &place.get("own.flow"), true);
    let card = || place.json("eval own.flow data.csv --steps 3 --json");
    // The float network is in the folder that the training left.
    check_card(&card(), 3, &place.get("own.flow"), true);
    std::fs::remove_dir_all(place.path("own.run")).expect("removed");
    check_card(&card(), 3, &place.get("own.flow"), false);
}

#[test]
fn sample_prints_a_summary_and_its_samples() {
    let place = Place::with_model();
    let line = "sample model.flow -n 4 --class red --steps 2 --seed 9 --json -o";
    let summary = place.json(&format!("{line} out.csv"));
    check_fields(&summary, SAMPLE);
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
fn inspect_prints_the_contents_of_the_model() {
    let place = Place::with_model();
    let contents = place.json("inspect model.flow --json");
    check_fields(&contents, &format!("{INSPECT} {TRAINING}"));
    assert_eq!(contents["dim"], 3);
    assert_eq!(contents["steps"], 8);
    assert_eq!(contents["file_bytes"], place.get("model.flow").len());
    assert_eq!(contents["hidden"][0]["width"], 8);
    let names = (0..3).map(|column| contents["columns"][column]["name"].as_str());
    assert!(names.eq(["a", "b", "still"].map(Some)));
    assert_eq!(contents["columns"][2]["scale"], 0.0);
    assert_eq!(contents["columns"][2]["mean"], 3.7);
    assert_eq!(contents["columns"][2]["range"]["max"], 3.7);
    let text = place.says("inspect model.flow");
    assert!(text.contains("  real, 1 decimal, 3.7 to 3.7\n"), "{text}");
    let label = &contents["label"];
    assert_eq!(
        (&label["column"], &label["position"]),
        (&"kind".into(), &1.into())
    );
    let classes = label["classes"].as_array().expect("classes");
    let share = |class: usize| classes[class]["share"].as_f64().expect("a share");
    assert_eq!(classes[2]["name"], "red");
    // A fifth of the rows of each class is kept for validation.
    assert!((share(2) - 0.6).abs() < 1.0 / ROWS as f64);
    assert!((share(0) + share(1) + share(2) - 1.0).abs() < 1e-4);
}
