//! Scores of rows and their calibration.

use serde_json::{Map, Value};

use crate::place::{Place, TINY};

/// Returns rows of two columns, of which the second follows the first.
fn rows(count: usize, follows: bool) -> String {
    let row = |row: usize| {
        let x = (row * 37 % 101) as f64 / 10.0;
        let other = (row * 59 % 89) as f64 / 8.0;
        let noise = (row * 53 % 17) as f64 / 40.0;
        format!("{x:.2},{:.3}\n", if follows { x + noise } else { other })
    };
    format!("x,y\n{}", (0..count).map(row).collect::<String>())
}

/// Returns a folder with normal rows, odd rows, and a calibrated model.
fn calibrated() -> Place {
    let place = Place::new();
    place.put("good.csv", rows(400, true));
    place.put("bad.csv", rows(50, false));
    place.done(
        "train good.csv -o m.flow --calibrate 0.25 --iterations 1500 --hidden 16,16 --seed 1",
    );
    place
}

#[test]
fn rows_get_scores_p_values_and_reasons() {
    let place = calibrated();
    place.done("score m.flow bad.csv -o scores.csv");
    let text = place.text("scores.csv");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("row,score,p_value,lower_tail,out_of_range,first,second,third")
    );
    let p_values: Vec<f64> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            assert!(["x", "y"].contains(&cells[5]), "{line}");
            assert_eq!(cells[7], "", "there are two columns");
            cells[2].parse().expect("a p-value")
        })
        .collect();
    assert_eq!(p_values.len(), 50);
    let alarms = p_values.iter().filter(|&&p| p <= 0.05).count();
    assert!(alarms > 25, "{alarms}");
    let printed = place.says("score m.flow bad.csv --alarm 0.05");
    assert_eq!(printed.lines().count(), alarms + 1, "{printed}");
    assert!(
        printed.ends_with(&format!("{alarms} of 50 rows\n")),
        "{printed}"
    );
    let json = place.json("score m.flow bad.csv --alarm 0.05 --json");
    assert_eq!(json["calibration_rows"], 400);
    assert_eq!(json["alarms"].as_array().map(Vec::len), Some(alarms));
}

#[test]
fn anomalies_are_ranked_and_compared() {
    let place = calibrated();
    let json = place.json("eval m.flow good.csv --anomalies bad.csv --json");
    assert!(json["model"]["auroc"].as_f64() > Some(0.8), "{json}");
    assert_eq!(json["model"]["false_alarms"], Value::Null);
    assert_eq!(json["detectors"].as_object().map(Map::len), Some(6));
    assert_eq!(json["normal_rows"], 100);
    assert_eq!(json["anomaly_rows"], 50);
    place.put("new.csv", rows(90, true).replace(".50,", ".51,"));
    let text = place.says("eval m.flow new.csv --anomalies bad.csv");
    assert!(
        text.starts_with("50 anomalies of bad.csv, 45 normal rows of new.csv"),
        "{text}"
    );
    assert!(
        !text.contains('–') && text.contains("isolation forest"),
        "{text}"
    );
    let page = place.says("report m.flow good.csv --anomalies bad.csv -o -");
    assert!(page.contains("ROC curve with an area of"), "no curve");
    assert!(page.contains("most unusual rows"), "no rows");
}

#[test]
fn a_model_without_a_calibration_scores_and_says_so() {
    let place = Place::with_model();
    let ended = place.run("score model.flow data.csv -o scores.csv");
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.contains("not calibrated"), "{}", ended.stderr);
    let refused = place.run("score model.flow data.csv --alarm 0.1");
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("--calibrate"), "{}", refused.stderr);
    assert_eq!(
        place.refused("score model.flow data.csv --label b -o new.csv"),
        "data.csv: column `b` was taken as the label, but the model has it among its values; leave \
         --label out"
    );
    // A far value is out of range, which needs no other note.
    place.put(
        "far.csv",
        format!("{}1e30,red,100,3.7\n", crate::place::table()),
    );
    let ended = place.run("score model.flow far.csv -o scores.csv");
    assert_eq!(ended.code, Some(0));
    assert!(!ended.stderr.contains("far from"), "{}", ended.stderr);
}

#[test]
fn levels_that_no_row_reaches_are_refused() {
    let place = Place::new();
    place.put("good.csv", rows(100, true));
    place.done(&format!("train good.csv -o m.flow --calibrate {TINY}"));
    let refused = place.run("score m.flow good.csv --alarm 0.005");
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.stderr.contains("at least 0.0100"),
        "{}",
        refused.stderr
    );
    // The advice holds.
    assert_eq!(
        place.run("score m.flow good.csv --alarm 0.01").code,
        Some(0)
    );
}

#[test]
fn conditions_are_not_scored() {
    let place = Place::new();
    place.put("good.csv", rows(100, true));
    let refused = place.run("train good.csv -o m.flow --condition x --calibrate");
    assert_eq!(refused.code, Some(2));
    assert!(
        refused
            .stderr
            .contains("train one without conditions (--condition)"),
        "{}",
        refused.stderr
    );
}

/// Rows to score need no class, and may have one that the model does not know.
#[test]
fn classes_of_the_rows_do_not_matter() {
    let place = Place::new();
    let table = |class: &str| {
        let rows = rows(100, true);
        let rows = rows.lines().enumerate().map(|(at, row)| match at {
            0 => format!("{row},kind\n"),
            at if at % 2 == 0 => format!("{row},a\n"),
            _ => format!("{row},{class}\n"),
        });
        rows.collect::<String>()
    };
    place.put("good.csv", table("b"));
    place.done(&format!(
        "train good.csv --label kind -o m.flow --calibrate {TINY}"
    ));
    place.put("unknown.csv", table("fault"));
    place.put("plain.csv", rows(100, true));
    let [unknown, plain, known] = ["unknown", "plain", "good"].map(|name| {
        let text = place.done(&format!("score m.flow {name}.csv"));
        String::from_utf8(text).expect("text")
    });
    assert!(unknown == plain && plain == known, "{unknown}{plain}");
    assert!(
        plain.starts_with("row,score,p_value,lower_tail,out_of_range,class,first"),
        "{plain}"
    );
    let given = place.says("score m.flow good.csv --label kind");
    let classes = given
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(5).unwrap_or_default());
    assert!(
        classes
            .enumerate()
            .all(|(at, class)| class == ["b", "a"][at % 2]),
        "{given}"
    );
    let scored = place.run("score m.flow unknown.csv --label kind");
    assert_eq!(scored.code, Some(0), "{}", scored.stderr);
    let note = "note: unknown.csv, row 1, column `kind`: the model was not trained on class \
                `fault`; this row and 49 others are compared with the most similar class\n";
    assert_eq!(scored.stderr, note);
}

#[test]
fn other_values_of_constant_columns_are_out_of_range() {
    let place = Place::new();
    let table = |still: &str| {
        let rows = rows(100, true);
        let mut lines = rows.lines();
        let header = lines.next().expect("a header");
        let rows: String = lines.map(|row| format!("{row},{still}\n")).collect();
        format!("{header},still\n{rows}")
    };
    place.put("good.csv", table("7"));
    place.put("moved.csv", table("8"));
    place.done(&format!("train good.csv -o m.flow --calibrate {TINY}"));
    let scored = place.done("score m.flow moved.csv --alarm 0.05");
    let text = String::from_utf8(scored).expect("text");
    let text = text.trim_end();
    let (alarms, count) = text.rsplit_once('\n').unwrap_or(("", text));
    let others = 100 - alarms.lines().count();
    assert!(
        count.ends_with(&format!("; {others} others are out of range")),
        "{text}"
    );
    let summary = place.json("score m.flow moved.csv --json");
    assert_eq!(summary["out_of_range"], 100);
}

#[test]
fn a_single_row_is_scored_and_rows_left_out_are_noted() {
    let place = Place::new();
    place.put("good.csv", rows(100, true));
    place.done(&format!("train good.csv -o m.flow --calibrate {TINY}"));
    place.put("one.csv", rows(1, true));
    let scores = place.says("score m.flow one.csv");
    assert_eq!(scores.lines().count(), 2, "{scores}");
    place.done("eval m.flow good.csv --anomalies one.csv");
    place.put("none.csv", rows(0, true));
    assert_eq!(
        place.refused("score m.flow none.csv"),
        "none.csv: the file has a header but no rows; add at least 1 row"
    );
    let gaps = rows(3, true) + ",2\n";
    place.put("gaps.csv", gaps);
    let scored = place.run("score m.flow gaps.csv --missing drop --alarm 0.5");
    assert_eq!(
        scored.stderr,
        "note: gaps.csv: 1 row is left out, because values are missing, and not counted\n"
    );
    place.put("gap.csv", "x,y\n1,\n,2\n");
    let refused = place.refused("score m.flow gap.csv --missing drop");
    let words = "gap.csv: every row has missing values; fill the missing values (--missing mean)";
    assert_eq!(refused, words);
}

/// Folds of few rows may lack a class, or leave a column with one category.
#[test]
fn rare_names_do_not_stop_a_calibration() {
    let place = Place::new();
    let table = |column: &str, odd: &[usize]| {
        let rows = rows(60, true);
        let rows = rows.lines().enumerate().map(|(at, row)| match at {
            0 => format!("{row},{column}\n"),
            at if odd.contains(&at) => format!("{row},rare\n"),
            _ => format!("{row},common\n"),
        });
        rows.collect::<String>()
    };
    place.put("class.csv", table("kind", &[7]));
    let trained = place.run(&format!(
        "train class.csv --label kind -o m.flow --calibrate {TINY}"
    ));
    assert_eq!(trained.code, Some(0), "{}", trained.stderr);
    assert!(
        trained.stderr.contains("on all 60 rows"),
        "{}",
        trained.stderr
    );
    // In some seeds, no training row of the model or of a fold has the category.
    for seed in 0..8 {
        place.put("mode.csv", table("mode", &[7, 31]));
        let trained = place.run(&format!(
            "train mode.csv -o m.flow --calibrate --seed {seed} {TINY}"
        ));
        match trained.code {
            Some(0) => assert!(trained.stderr.contains("scores are calibrated")),
            code => {
                assert_eq!(code, Some(2));
                let before = trained.stderr.lines().count();
                assert!(trained.stderr.contains("the same category") && before == 1);
            }
        }
    }
}

/// A category that the training did not have is out of range, and the other rows are as before.
#[test]
fn rows_of_unknown_categories_are_scored() {
    let place = Place::new();
    let table = |odd: &[usize]| {
        let rows = rows(100, true);
        let rows = rows.lines().enumerate().map(|(at, row)| match at {
            0 => format!("{row},mode\n"),
            at if odd.contains(&at) => format!("{row},eco\n"),
            at => format!("{row},{}\n", ["on", "off"][at % 2]),
        });
        rows.collect::<String>()
    };
    place.put("good.csv", table(&[]));
    place.put("new.csv", table(&[4, 7]));
    place.done(&format!("train good.csv -o m.flow --calibrate {TINY}"));
    let before = place.says("score m.flow good.csv");
    let scored = place.run("score m.flow new.csv -o scores.csv");
    let note = "note: new.csv, row 4, column `mode`: the model was not trained on category \
                `eco`; this row and another are scored as out of range\n";
    assert_eq!((scored.code, scored.stderr.as_str()), (Some(0), note));
    let after = place.text("scores.csv");
    for (at, (before, after)) in before.lines().zip(after.lines()).enumerate() {
        let is_odd = [4, 7].contains(&at);
        assert_eq!(before == after, !is_odd, "{before} {after}");
        let outside = after.split(',').nth(4);
        assert!(
            at == 0 || outside == Some(["0", "1"][usize::from(is_odd)]),
            "{after}"
        );
    }
    // They are among the anomalies, too.
    let evaluated = place.run("eval m.flow good.csv --anomalies new.csv");
    assert_eq!((evaluated.code, evaluated.stderr.as_str()), (Some(0), note));
}

#[test]
fn windows_are_scored_with_their_place_and_every_row_is() {
    let place = Place::new();
    let rows: String = (0..4)
        .flat_map(|id| {
            (0..24).map(move |at| format!("pump {id},{:.3}\n", f64::from(at * (id + 3)).sin()))
        })
        .collect();
    place.put("pumps.csv", format!("id,x\n{rows}"));
    place.done(&format!(
        "train pumps.csv --group id --window 8 --stride 4 -o m.flow --calibrate {TINY}"
    ));
    place.done("score m.flow pumps.csv -o scores.csv");
    let text = String::from_utf8(place.get("scores.csv")).expect("text");
    assert!(text.starts_with("row,recording,from,to,score,"), "{text}");
    // Each recording has five windows.
    assert!(text.contains("\n7,pump 1,5,12,"), "{text}");
    let alarms = place.done("score m.flow pumps.csv --alarm 0.99");
    let alarms = String::from_utf8(alarms).expect("text");
    assert!(
        alarms.contains("row 7 (5 to 12 of id pump 1): p "),
        "{alarms}"
    );
    // A training on some rows does not limit those that are scored or filled in.
    place.put("good.csv", self::rows(200, true));
    place.done(&format!("train good.csv --rows 50 -o m.flow --fill {TINY}"));
    let scores = String::from_utf8(place.done("score m.flow good.csv")).expect("text");
    assert_eq!(scores.lines().count(), 201);
    place.done("fill m.flow good.csv -o filled.csv");
    let filled = String::from_utf8(place.get("filled.csv")).expect("text");
    assert_eq!(filled.lines().count(), 201);
}

#[test]
fn post_training_of_a_model_that_scores_is_noted() {
    let place = Place::new();
    place.put("good.csv", rows(600, true));
    for (options, words) in [
        ("", None),
        ("--distil 2", Some("distillation makes scores worse")),
        (
            "--reflow 1 --distil 1",
            Some("reflow and distillation make scores worse"),
        ),
    ] {
        let train = format!("train good.csv -o m.flow --calibrate {options} {TINY}");
        let notes = place.run(&train).stderr;
        assert!(notes.contains("scores are calibrated on"), "{notes}");
        assert_eq!(notes.contains("scores worse"), words.is_some(), "{notes}");
        assert!(words.is_none_or(|words| notes.contains(words)), "{notes}");
    }
}
