//! `flowlet schema`: what commands print with `--json` is what their schemas say.

use serde_json::{Map, Value};

use crate::place::{Place, TINY};

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// Holds a value against a schema, as far as schemas made from types go: what it does not know is no schema of ours.
fn check(value: &Value, schema: &Value, root: &Value, at: &str) {
    let Some(rules) = schema.as_object() else {
        assert_eq!(schema, &Value::Bool(true), "{at}");
        return;
    };
    for (rule, of) in rules {
        match rule.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "required" => {}
            "$ref" => {
                let pointer = of.as_str().and_then(|of| of.strip_prefix('#'));
                let target = root.pointer(pointer.expect("local")).expect("it is there");
                check(value, target, root, at);
            }
            "type" => assert!(is_of_type(value, of), "{at}: {value} is no {of}"),
            "properties" => check_properties(value, rules, root, at),
            "additionalProperties" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    check(value, of, root, &format!("{at}.{name}"));
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(value, of, root, &format!("{at}[{index}]"));
                }
            }
            "minimum" => assert!(
                value.as_f64() >= of.as_f64() || value.is_null(),
                "{at}: {value}"
            ),
            "maximum" => assert!(
                value.as_f64() <= of.as_f64() || value.is_null(),
                "{at}: {value}"
            ),
            "anyOf" => assert!(any_of(value, of, root), "{at}: {value} is none of {of}"),
            other => panic!("{at}: a rule that this test does not know: {other}"),
        }
    }
}

/// Every documented property that is required is there, and every one that is there is documented.
fn check_properties(value: &Value, rules: &Map<String, Value>, root: &Value, at: &str) {
    let Some(object) = value.as_object() else {
        return;
    };
    let required = rules.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten() {
        let name = name.as_str().expect("a name");
        assert!(object.contains_key(name), "{at} lacks {name}");
    }
    for (name, value) in object {
        let schema = rules["properties"].get(name);
        let schema = schema.unwrap_or_else(|| panic!("{at}.{name} is not documented"));
        check(value, schema, root, &format!("{at}.{name}"));
    }
}

/// Null, or a reference: nothing else of ours has alternatives.
fn any_of(value: &Value, of: &Value, root: &Value) -> bool {
    let mut schemas = of.as_array().expect("schemas").iter();
    schemas.any(|schema| match schema.get("type") {
        Some(kind) => is_of_type(value, kind),
        None => {
            let fits = !value.is_null();
            if fits {
                check(value, schema, root, "alternative");
            }
            fits
        }
    })
}

fn is_of_type(value: &Value, kind: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| is_of_type(value, kind)),
        kind => match kind.as_str().expect("a name") {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_u64() || value.is_i64(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("no such type: {other}"),
        },
    }
}

/// Holds what `line` prints against the schema of its command.
pub fn check_output(place: &Place, line: &str) {
    let command = line.split(' ').next().expect("a word");
    let schema = parse(&place.done(&format!("schema {command}")));
    check(&parse(&place.done(line)), &schema, &schema, command);
}

#[test]
fn outputs_are_as_documented() {
    let place = Place::with_model();
    place.put("plain.csv", "a,b\n1,2\n3,4\n5,4\n7,6\n");
    for line in [
        &format!("train data.csv -o again.flow --label kind --json {TINY}"),
        &format!("train plain.csv -o plain.flow --json {TINY}"),
        "eval model.flow data.csv --json",
        "inspect model.flow --json",
        "inspect plain.flow --json",
        "export model.flow --json",
        "sample model.flow -n 2 -o made.csv --json",
        "sample model.flow -n 2 --class red -o made.csv --json",
    ] {
        check_output(&place, line);
    }
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn emulates_output_is_as_documented() {
    let place = Place::with_model();
    for board in ["microbit", "riscv-virt"] {
        check_output(
            &place,
            &format!("emulate model.flow --board {board} -n 2 --json"),
        );
    }
}

#[test]
fn the_benchmarks_record_is_as_documented() {
    let record = parse(include_bytes!(
        "../../../../firmware-examples/bench/baseline.json"
    ));
    let schema = parse(&Place::new().done("schema bench"));
    check(&record, &schema, &schema, "bench");
}

#[test]
fn every_command_that_prints_json_has_a_schema() {
    let place = Place::new();
    for command in [
        "train", "sweep", "sample", "inspect", "eval", "emulate", "export", "bench", "quality",
    ] {
        let schema = parse(&place.done(&format!("schema {command}")));
        assert!(
            schema["title"].is_string() && schema["type"].is_string(),
            "{command}"
        );
    }
}

#[test]
#[should_panic(expected = "card.metrics[0].int8")]
fn what_is_not_as_documented_is_seen() {
    let place = Place::with_model();
    let schema = parse(&place.done("schema eval"));
    let mut card = parse(&place.done("eval model.flow data.csv --json"));
    card["metrics"][0]["int8"] = "much".into();
    check(&card, &schema, &schema, "card");
}
