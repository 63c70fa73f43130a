//! Policies: `train --condition`, and draws for conditions.

use crate::fill::{lines, notes_of};
use crate::place::{Place, TINY};

#[test]
fn a_policy_draws_actions_for_conditions() {
    let place = Place::with_model();
    let notes = notes_of(
        &place,
        &format!("train data.csv -o policy.flow --condition a,kind {TINY}"),
    );
    let decision = "conditions: a, kind, which are always known; noise times ";
    assert!(notes.contains(decision), "{notes}");
    let rows = lines(&place.done("sample policy.flow -n 3 --given a=1,kind=red -o -"));
    assert_eq!((rows.len(), rows[0].join(",").as_str()), (4, "b,still"));
    for given in ["", "--given a=1"] {
        let words = place.refused(&format!("sample policy.flow -n 3 {given} -o -"));
        let first = if given.is_empty() { "a" } else { "kind" };
        assert!(
            words.ends_with(&format!(
                "the condition `{first}` is not known; give a value of each condition: a, kind"
            )),
            "{words}"
        );
    }
    place.put("part.csv", "a,kind,b\n1.25,red,2\n");
    let words = place.refused("fill policy.flow part.csv -o new.csv");
    assert!(
        words.ends_with("only the conditions may be known (a, kind); leave out the other values"),
        "{words}"
    );
    let table = place.says("eval policy.flow data.csv --fill");
    assert!(table.contains("given conditions"), "{table}");
    place.done("eval policy.flow data.csv");
    place.done("report policy.flow data.csv -o report.html");
    for kind in ["steps", "samples"] {
        place.done(&format!(
            "plot policy.flow data.csv --kind {kind} -o plot.svg"
        ));
    }
    for (command, words) in [
        (
            "plot policy.flow data.csv --kind rounding -o new.svg",
            "the int8 model only; choose another --kind",
        ),
        (
            "score policy.flow data.csv -o new.csv",
            "a model with conditions scores no rows; train one without conditions (--condition)",
        ),
        (
            "eval policy.flow data.csv --anomalies data.csv",
            "a model with conditions scores no rows",
        ),
        (
            "emulate policy.flow --board microbit",
            "draws rows for conditions",
        ),
    ] {
        let error = place.refused(command);
        assert!(error.contains(words), "{error}");
    }
    place.put("part.csv", "a,kind\n1.25,red\n2,green\n");
    place.done("fill policy.flow part.csv -o out.csv");
    assert_eq!(lines(&place.get("out.csv")).len(), 3);
    for (options, words) in [
        ("--condition z", "there is no column `z`"),
        ("--condition *", "all columns are conditions"),
        (
            "--condition a --coupling ot",
            "known columns need independent noise",
        ),
    ] {
        let error = place.refused(&format!("train data.csv -o new.flow {options}"));
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_condition_that_is_a_number_is_named_in_full() {
    let place = Place::with_model();
    let rows: String = (0..60)
        .map(|row| format!("{row},{},{}\n", row % 7, row % 5))
        .collect();
    place.put("gains.csv", format!("x,k=1,k=2\n{rows}"));
    let line = format!("train gains.csv -o gains.flow --condition k=1,k=2 {TINY}");
    let notes = notes_of(&place, &line);
    let decision = "conditions: k=1, k=2, which are always known; noise times ";
    assert!(notes.contains(decision), "{notes}");
}

/// The data are read with what the model knows of its conditions too.
#[test]
fn conditions_may_be_dates_and_names_like_numbers() {
    let place = Place::new();
    let row = |row: usize| {
        let (day, hour, gear) = (1 + row % 28, row * 7 % 24, ["1", "2", "NA"][row % 3]);
        format!("2024-03-{day:02} {hour:02}:30,{gear},{}\n", row * row % 17)
    };
    let rows: String = (0..90).map(row).collect();
    place.put("gears.csv", format!("when,gear,y\n{rows}"));
    place.done(&format!(
        "train gears.csv --category gear --condition when.*,gear -o policy.flow {TINY}"
    ));
    place.done("eval policy.flow gears.csv");
    place.done("eval policy.flow gears.csv --fill");
    place.done("report policy.flow gears.csv -o report.html");
    place.put(
        "part.csv",
        "when,gear\n2024-03-05 12:30,NA\n2024-03-06 01:30,2\n",
    );
    place.done("fill policy.flow part.csv -o out.csv");
    assert_eq!(lines(&place.get("out.csv")).len(), 3);
}
