//! Circular columns, from a schema to samples.

use crate::fill::lines;
use crate::place::{Place, TINY};

/// Returns 900 rows of hours around midnight, whose load grows with the hour.
fn nights() -> String {
    let row = |row: usize| {
        let hour = (row * row) % 5 + (row * 7) % 3;
        let load = hour as f64 + (row % 10) as f64 / 10.0;
        format!("{},{load:.1}\n", (hour + 21) % 24)
    };
    let rows: String = (0..900).map(row).collect();
    format!("hour,load\n{rows}")
}

fn hours(csv: &[u8]) -> Vec<u32> {
    let text = std::str::from_utf8(csv).expect("UTF-8");
    let hours = text.lines().skip(1).map(|line| line.split(',').next());
    let hours = hours.map(|hour| hour.and_then(|hour| hour.parse().ok()));
    hours.map(|hour| hour.expect("an integer")).collect()
}

#[test]
fn samples_go_round_midnight() {
    let place = Place::new();
    place.put("nights.csv", nights());
    place.put("columns.toml", "hour = { period = 24 }\n");
    let ended = place.run(
        "train nights.csv --schema columns.toml -o n.flow --iterations 500 --learning-rate 0.01 \
         --hidden 32,32 --batch 128",
    );
    assert!(
        ended
            .stderr
            .contains("circular: hour (period 24) (--schema)\n"),
        "{}",
        ended.stderr
    );
    let out = place.done("sample n.flow -n 2000 -o -");
    assert!(out.starts_with(b"hour,load\n"));
    let made = hours(&out);
    let share = |hours: &[u32], within: &dyn Fn(u32) -> bool| {
        let count = hours.iter().filter(|&&hour| within(hour)).count();
        count as f64 / hours.len() as f64
    };
    let real = hours(nights().as_bytes());
    let before = |hour| (19..24).contains(&hour);
    let by_day = |hour| (6..19).contains(&hour);
    assert_eq!(share(&real, &by_day), 0.0);
    assert!(share(&made, &by_day) < 0.01, "samples at noon");
    assert!(made.iter().all(|&hour| hour < 24));
    let difference = share(&made, &before) - share(&real, &before);
    assert!(difference.abs() < 0.05, "{difference}");
    let card = place.says("eval n.flow nights.csv");
    assert!(
        card.contains("hour: circular, from 0 to below 24"),
        "{card}"
    );
}

#[test]
fn a_column_that_looks_circular_is_noted() {
    let place = Place::new();
    place.put("nights.csv", nights());
    let ended = place.run(&format!("train nights.csv -o n.flow {TINY}"));
    let note = "looks circular: hour; a model takes the largest values as far from the smallest, \
                unless a schema has hour = { period = 24 } (--schema)";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
    place.put("columns.toml", "hour = { integer = true }\n");
    let ended = place.run(&format!(
        "train nights.csv --schema columns.toml -o n.flow {TINY}"
    ));
    assert!(!ended.stderr.contains("circular"), "{}", ended.stderr);
}

#[test]
fn values_are_wrapped() {
    let place = Place::new();
    place.put("nights.csv", nights());
    place.put("columns.toml", "hour = { period = 12, min = 6 }\n");
    let ended = place.run(&format!(
        "train nights.csv --schema columns.toml -o n.flow {TINY}"
    ));
    let note = "circular: hour (period 12, 900 values wrapped) (--schema)";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
    let made = hours(&place.done("sample n.flow -n 100 -o -"));
    assert!(made.iter().all(|hour| (6..18).contains(hour)), "{made:?}");
    let json = place.json("inspect n.flow --json");
    let expected = serde_json::json!({
        "name": "hour",
        "circular": { "first": 0, "start": 6.0, "period": 12.0, "decimals": 0 }
    });
    assert_eq!(json["columns"][0], expected);
}

#[test]
fn the_only_column_of_a_model_that_fills_in_may_have_several_values() {
    let place = Place::new();
    let rows: String = (0..40).map(|row| format!("{}\n", row % 24)).collect();
    place.put("hours.csv", format!("hour\n{rows}"));
    let rows: String = (0..40)
        .map(|row| ["cat\n", "dog\n", "cow\n"][row % 3])
        .collect();
    place.put("animals.csv", format!("animal\n{rows}"));
    for name in ["hours", "animals"] {
        place.done(&format!("train {name}.csv -o {name}.flow --fill {TINY}"));
        place.done(&format!("eval {name}.flow {name}.csv --fill"));
        place.done(&format!("sample {name}.flow -n 2 -o out.csv"));
    }
}

#[test]
fn an_hour_that_is_not_known_is_filled_in() {
    let place = Place::new();
    place.put("nights.csv", nights());
    place.put("columns.toml", "hour = { period = 24 }\n");
    place.done(&format!(
        "train nights.csv --schema columns.toml --fill -o n.flow {TINY}"
    ));
    place.put("part.csv", format!("hour,load\n{}", ",2.5\n".repeat(40)));
    let mut made = hours(&place.done("fill n.flow part.csv -o -"));
    assert_eq!(made.len(), 40);
    made.sort_unstable();
    made.dedup();
    assert!(made.len() > 3, "{made:?}");
}

#[test]
fn known_hours_are_wrapped() {
    let place = Place::new();
    place.put("nights.csv", nights());
    place.put("columns.toml", "hour = { period = 24 }\n");
    let train = "train nights.csv --schema columns.toml -o";
    place.done(&format!("{train} filling.flow --fill {TINY}"));
    place.done(&format!("{train} policy.flow --condition hour {TINY}"));
    for model in ["filling", "policy"] {
        let [within, after, before] = ["1", "25", "-23"].map(|hour| {
            let given = format!("sample {model}.flow -n 3 --given hour={hour} -o -");
            place.put("part.csv", format!("hour,load\n{hour},\n"));
            let filled = format!("fill {model}.flow part.csv --predict -o filled.csv");
            place.done(&filled);
            let loads = lines(&place.get("filled.csv"));
            (place.done(&given), loads[1].last().cloned())
        });
        assert_eq!(within, after, "{model}");
        assert_eq!(within, before, "{model}");
    }
}

#[test]
fn missing_hours_become_the_mean_on_the_circle() {
    let place = Place::new();
    let rows: String = (0..90)
        .map(|row| format!("{},{row}\n", ["22", "", "2"][row % 3]))
        .collect();
    place.put("gaps.csv", format!("hour,load\n{rows}"));
    place.put("columns.toml", "hour = { period = 24 }\n");
    place.done(
        "train gaps.csv --missing mean --schema columns.toml -o n.flow --hidden 16 \
         --iterations 1500 --batch 64",
    );
    let made = hours(&place.done("sample n.flow -n 300 -o -"));
    let is_noon = |hour: &&u32| (8..=16).contains(*hour);
    assert!(made.iter().filter(is_noon).count() < 30, "{made:?}");
}
