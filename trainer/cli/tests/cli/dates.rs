//! Columns of dates, from a file to samples and back.

use crate::place::{Place, TINY};

/// Returns 300 rows, one every 31 hours.
fn rows() -> String {
    let row = |row: i64| {
        let hours = row * 31;
        let (day, hour) = (hours / 24, hours % 24);
        let (month, day) = (1 + day / 28 % 12, 1 + day % 28);
        format!(
            "{},2024-{month:02}-{day:02} {hour:02}:30,{row}.5,{}\n",
            row % 7,
            ["a", "b"][hour as usize / 12]
        )
    };
    let rows: String = (0..300).map(row).collect();
    format!("load,when,x,kind\n{rows}")
}

#[test]
fn a_model_of_dates_is_used_with_the_same_file() {
    let place = Place::new();
    place.put("rows.csv", rows());
    let ended = place.run(&format!("train rows.csv --label kind -o m.flow {TINY}"));
    let note = "note: rows.csv, column `when`: the time stamps become the circular columns \
                `when.day_of_year` and `when.hour` (--drop when leaves them out, --time when takes \
                them for windows, --category when or a schema keeps them as names)\n";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
    place.done("eval m.flow rows.csv");
    place.done("sample m.flow -n 50 -o made.csv");
    let made = place.text("made.csv");
    let mut lines = made.lines();
    assert_eq!(lines.next(), Some("load,when.day_of_year,when.hour,x,kind"));
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let day: u32 = cells[1].parse().expect("a day");
        let hour: f64 = cells[2].parse().expect("an hour");
        assert!((1..=366).contains(&day), "{line}");
        assert!((0.0..24.0).contains(&hour), "{line}");
        assert_eq!(cells[2].split('.').nth(1).map(str::len), Some(1), "{line}");
    }
    place.done("eval m.flow made.csv");
    // One day, of which a model of its own would have the hour only.
    let text = rows();
    let header = "load,when,x,kind\n";
    let day: String = (0..24)
        .map(|hour| {
            format!(
                "1,2024-03-01 {hour:02}:00,{hour}.5,{}\n",
                ["a", "b"][hour / 12]
            )
        })
        .collect();
    place.put("day.csv", format!("{header}{day}"));
    place.done("eval m.flow day.csv");
    // A model without dates leaves them out.
    place.run(&format!(
        "train rows.csv --label kind --drop when -o n.flow {TINY}"
    ));
    place.put("rows.csv", text);
    place.done("eval n.flow day.csv");
}

#[test]
fn a_logger_s_file_needs_no_options() {
    let place = Place::new();
    let row = |row: usize| {
        let (hour, minute) = (row / 60, row % 60);
        format!(
            "\"2024-03-01 {hour:02}:{minute:02}:00\",{},12.{},20.{}\n",
            1000 + row,
            row % 9,
            row * 7 % 10
        )
    };
    let rows: String = (0..120).map(row).collect();
    let head = "\"TOA5\",\"site7\",\"CR1000X\",\"4711\",\"CR1000X.Std.05\",\"CPU:prog.CR1X\",\"1234\",\
                \"Tab1\"\n\"TIMESTAMP\",\"RECORD\",\"BattV\",\"PTemp_C\"\n\"TS\",\"RN\",\"Volts\",\
                \"Deg C\"\n\"\",\"\",\"Min\",\"Smp\"\n";
    place.put("toa5.dat", format!("{head}{rows}"));
    let ended = place.run(&format!("train toa5.dat -o m.flow {TINY}"));
    let note = "column `TIMESTAMP`: the time stamps become the circular column `TIMESTAMP.hour`; \
                the day is left out, because it is 2024-03-01 in all rows";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
    let made = place.says("sample m.flow -n 5 -o -");
    assert!(
        made.starts_with("TIMESTAMP.hour,RECORD,BattV,PTemp_C\n"),
        "{made}"
    );
}

#[test]
fn a_schema_reaches_the_moments_of_windows() {
    let place = Place::new();
    let rows: String = (0..200)
        .map(|row| format!("{},{}\n", row % 24, row % 5))
        .collect();
    place.put("rows.csv", format!("hour,x\n{rows}"));
    place.put("s.toml", "hour = { period = 24 }\n");
    let ended = place.run(&format!(
        "train rows.csv --window 2 --schema s.toml -o m.flow {TINY}"
    ));
    let note = "circular: hour0 (period 24), hour1 (period 24)";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
}
