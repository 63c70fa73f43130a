//! Reads recordings: groups, times, windows, and several files.

use std::fs;
use std::path::PathBuf;

use tempfile::{TempDir, tempdir};

use super::super::split::{Split, SplitBy};
use super::super::{DataErrorKind, NoteKind, Table};
use super::{Missing, ReadOptions, Window, parse_csv, read_all};
use crate::data::read::tests::options_with;

fn grouped(column: &str) -> ReadOptions {
    options_with(|of| of.group = Some(column.to_owned()))
}

fn timed(column: &str) -> ReadOptions {
    ReadOptions {
        time: Some(column.to_owned()),
        ..windowed(2)
    }
}

fn windowed(length: usize) -> ReadOptions {
    options_with(|of| {
        of.window = Some(Window {
            length,
            stride: length,
        })
    })
}

fn good(text: &str, options: &ReadOptions) -> Table {
    parse_csv(text.as_bytes(), "a.csv", options).expect("a table")
}

fn refused(text: &str, options: &ReadOptions) -> String {
    let error = parse_csv(text.as_bytes(), "a.csv", options).expect_err("refused");
    error.to_string()
}

fn rows(table: &Table) -> Vec<Vec<f64>> {
    table.values.outer_iter().map(|row| row.to_vec()).collect()
}

fn kinds(table: &Table) -> Vec<NoteKind> {
    let of_values = |kind: &NoteKind| !matches!(kind, NoteKind::Identifier);
    table
        .notes
        .iter()
        .map(|note| note.kind)
        .filter(of_values)
        .collect()
}

/// Writes files into a folder.
fn files(texts: &[(&str, &str)]) -> (TempDir, Vec<PathBuf>) {
    let place = tempdir().expect("a folder");
    let write = |(name, text): &(&str, &str)| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        path
    };
    let paths = texts.iter().map(write).collect();
    (place, paths)
}

#[test]
fn windows_never_cross_groups_even_if_rows_take_turns() {
    let text = "id,x\na,1\nb,-1\na,2\nb,-2\na,3\nb,-3\na,4\nb,-4\n";
    let options = ReadOptions {
        group: Some("id".to_owned()),
        ..windowed(2)
    };
    let table = good(text, &options);
    assert_eq!(table.columns, ["x0", "x1"]);
    assert_eq!(
        rows(&table),
        [[1.0, 2.0], [-1.0, -2.0], [3.0, 4.0], [-3.0, -4.0]]
    );
    let recordings = table.recordings.expect("groups");
    let of: Vec<usize> = recordings.of_row.iter().map(|of| of.recording).collect();
    assert_eq!((recordings.count, of), (2, vec![0, 1, 0, 1]));
    assert_eq!(recordings.of_row[2].start, 2);
}

#[test]
fn names_of_groups_are_texts() {
    let table = good("id,x\n07,1\n7,2\n7,3\n", &grouped("id"));
    assert_eq!(table.recordings.expect("groups").count, 2);
    assert_eq!(table.columns, ["x"]);
}

#[test]
fn a_missing_group_is_refused_or_dropped() {
    let text = "id,x\na,1\n,2\nb,3\n";
    let words = "a.csv, line 3, column `id`: the value is missing; fill it in, or drop the row";
    assert_eq!(refused(text, &grouped("id")), words);
    for missing in [Missing::Drop, Missing::Mean] {
        let options = ReadOptions {
            missing,
            ..grouped("id")
        };
        assert_eq!(rows(&good(text, &options)), [[1.0], [3.0]]);
    }
}

#[test]
fn a_column_has_one_role() {
    let options = ReadOptions {
        label: Some("id".to_owned()),
        ..grouped("id")
    };
    let words = "a.csv: column `id` has two of the roles label, group and time; name one column \
                 for each";
    assert_eq!(refused("id,x\na,1\nb,2\n", &options), words);
    let words = refused("id,x\na,1\nb,2\n", &grouped("person"));
    assert!(words.starts_with("a.csv: there is no column `person` to take as the group"));
}

#[test]
fn a_gap_in_time_begins_a_recording() {
    let text = "t,x\n0.1,1\n0.2,2\n0.3,3\n0.5,4\n0.6,5\n0.7,6\n0.8,7\n0.9,8\n1.0,9\n1.1,10\n1.2,11\n\
                1.3,12\n";
    let table = good(text, &timed("t"));
    assert_eq!(table.values.column(0).to_vec(), [1.0, 4.0, 6.0, 8.0, 10.0]);
    let mut notes = table.notes.iter();
    let note = notes
        .find(|note| note.kind == NoteKind::Gaps)
        .expect("a note");
    assert_eq!(
        note.message,
        "the median step is 0.1; a new recording begins after each step longer than 1.5 times \
         that: 1 of 11"
    );
    let options = ReadOptions {
        gap: Some(0.25),
        ..timed("t")
    };
    let found = good(text, &options).values.column(0).to_vec();
    assert_eq!(found, [1.0, 3.0, 5.0, 7.0, 9.0, 11.0]);
}

#[test]
fn gaps_are_those_of_each_group() {
    // Group b has steps of 10, which are no gaps, and a gap of 30.
    let text = "t;id;x\n0;a;1\n0;b;5\n1;a;2\n10;b;6\n2;a;3\n20;b;7\n50;b;8\n60;b;9\n3;a;4\n";
    let options = ReadOptions {
        group: Some("id".to_owned()),
        ..timed("t")
    };
    let found = rows(&good(text, &options));
    assert_eq!(found, [[1.0, 2.0], [5.0, 6.0], [8.0, 9.0], [3.0, 4.0]]);
}

#[test]
fn times_may_be_dates_or_decimal_commas() {
    let text = "at,x\n2024-05-31 23:59:50,1\n2024-06-01 00:00:00,2\n2024-06-01 00:00:10,3\n\
                2024-06-01 00:05:00,4\n2024-06-01 00:05:10,5\n";
    assert_eq!(rows(&good(text, &timed("at"))), [[1.0, 2.0], [4.0, 5.0]]);
    let text = "t;x\n0,5;1,5\n1,0;2,5\n1,5;3,5\n9,0;4,5\n9,5;5,5\n";
    assert_eq!(rows(&good(text, &timed("t"))), [[1.5, 2.5], [4.5, 5.5]]);
    let words = refused("t,x\n1,1\nnoon,2\n", &timed("t"));
    assert!(
        words.starts_with("a.csv, line 3, column `t`: `noon` is not a time"),
        "{words}"
    );
}

#[test]
fn a_clock_that_is_set_back_begins_a_recording() {
    let text = "t,x\n1,1\n2,2\n3,3\n4,4\n1,5\n2,6\n3,7\n4,8\n5,9\n5,10\n6,11\n7,12\n";
    let table = good(text, &timed("t"));
    assert_eq!(
        table.values.column(0).to_vec(),
        [1.0, 3.0, 5.0, 7.0, 9.0, 11.0]
    );
    assert_eq!(
        kinds(&table),
        [NoteKind::Gaps, NoteKind::Time, NoteKind::Time]
    );
    let times = table
        .notes
        .iter()
        .filter(|note| note.kind == NoteKind::Time);
    let lines: Vec<String> = times.map(ToString::to_string).collect();
    assert!(lines[0].starts_with("a.csv, line 6, column `t`: the time goes back"));
    assert!(lines[1].starts_with("a.csv, line 11, column `t`: the time is that"));
}

#[test]
fn rows_in_no_order_of_time_are_refused() {
    let parsed =
        |text: &str| parse_csv(text.as_bytes(), "a.csv", &timed("t")).expect_err("refused");
    let mixed = parsed("t,x\n1,1\n1,2\n2,3\n2,4\n3,5\n3,6\n");
    assert_eq!(mixed.kind, DataErrorKind::NoOrder);
    let reversed = parsed("t,x\n3,1\n2,2\n1,3\n0,4\n");
    assert!(
        reversed
            .to_string()
            .starts_with("a.csv, line 3, column `t`: the time goes back")
    );
}

#[test]
fn axes_and_names_of_recordings_are_noticed() {
    let rows: String = (0..40)
        .map(|row| format!("{},{},{}\n", row / 10, f64::from(row) * 0.5, row * row % 7))
        .collect();
    let text = format!("id,time,x\n{rows}");
    assert_eq!(
        kinds(&good(&text, &windowed(4))),
        [NoteKind::Group, NoteKind::TimeAxis]
    );
    let options = ReadOptions {
        group: Some("id".to_owned()),
        drop: vec!["time".to_owned()],
        ..windowed(4)
    };
    assert_eq!(
        kinds(&good(&text, &options)),
        [NoteKind::ShortRecordings; 0]
    );
}

#[test]
fn a_category_has_one_value_per_window() {
    let text = "x,mode,y\n1,idle,-1\n2,idle,-2\n3,run,-3\n4,run,-4\n5,run,-5\n6,idle,-6\n";
    let table = good(text, &windowed(2));
    assert_eq!(
        table.columns,
        ["x0", "x1", "mode=idle", "mode=run", "y0", "y1"]
    );
    assert_eq!(
        rows(&table),
        [
            [1.0, 2.0, 1.0, 0.0, -1.0, -2.0],
            [3.0, 4.0, 0.0, 1.0, -3.0, -4.0]
        ]
    );
    assert_eq!(
        table.notes[0].to_string(),
        "a.csv: 1 of 3 stretches of one category are shorter than a window of 2 rows, and give none"
    );
}

#[test]
fn moments_are_named_by_channel_and_number() {
    let text = "x,v2,p\n".to_owned() + &"1,2,3\n".repeat(22);
    let table = good(&text, &windowed(11));
    let names = |at: usize| table.columns[at].as_str();
    assert_eq!(
        [names(0), names(10), names(11), names(22)],
        ["x00", "x10", "v2_00", "p_t00"]
    );
}

#[test]
fn short_recordings_are_counted() {
    let text = "id,x\na,1\na,2\nb,3\nc,4\nc,5\n";
    let options = |length| ReadOptions {
        group: Some("id".to_owned()),
        ..windowed(length)
    };
    assert_eq!(
        refused(text, &options(3)),
        "a.csv: only 0 windows of 3 rows, but at least 2 are needed: all 3 recordings are shorter, \
         and the longest has 2 rows; choose a shorter window or a smaller stride"
    );
    let table = good(text, &options(2));
    assert_eq!(
        table.notes[0].message,
        "1 of 3 recordings are shorter than a window of 2 rows, and give none"
    );
}

#[test]
fn files_are_joined_by_names() {
    let (_place, paths) = files(&[
        ("a.csv", "x,k,y\n1,u,2\n3,v,4\n"),
        ("b.csv", "y,x,k\n6,5,w\n"),
    ]);
    let table = read_all(&paths, &ReadOptions::default()).expect("a table");
    assert_eq!(table.columns, ["x", "k=u", "k=v", "k=w", "y"]);
    assert_eq!(rows(&table)[2], [5.0, 0.0, 0.0, 1.0, 6.0]);
}

#[test]
fn a_column_that_has_names_in_one_file_has_names_in_all() {
    let (_place, paths) = files(&[("a.csv", "x,k\n1,7\n3,8\n"), ("b.csv", "x,k\n5,w\n")]);
    let table = read_all(&paths, &ReadOptions::default()).expect("a table");
    assert_eq!(table.columns, ["x", "k=7", "k=8", "k=w"]);
}

#[test]
fn files_with_other_columns_are_refused_by_name() {
    let (_place, paths) = files(&[("a.csv", "x,y\n1,2\n"), ("b.csv", "x,z\n1,2\n")]);
    let error = read_all(&paths, &ReadOptions::default()).expect_err("refused");
    assert_eq!(error.place.file, Some(paths[1].display().to_string()));
    assert_eq!(error.kind, DataErrorKind::OtherColumns);
    let options = options_with(|of| of.columns = vec!["x".to_owned()]);
    assert_eq!(
        rows(&read_all(&paths, &options).expect("a table")),
        [[1.0], [1.0]]
    );
}

#[test]
fn windows_never_cross_files_and_errors_name_them() {
    let (place, paths) = files(&[("d/1.csv", "x\n1\n2\n3\n"), ("d/2.csv", "x\n4\n5\n")]);
    let folder = [place.path().join("d")];
    for paths in [&paths[..], &folder] {
        let table = read_all(paths, &windowed(2)).expect("a table");
        assert_eq!(rows(&table), [[1.0, 2.0], [4.0, 5.0]]);
    }
    let (_place, paths) = files(&[("a.csv", "x\n1\n2\n"), ("b.csv", "x\n4\nNaN\n")]);
    let error = read_all(&paths, &ReadOptions::default()).expect_err("a missing value");
    assert_eq!(error.place.file, Some(paths[1].display().to_string()));
}

#[test]
fn subfolders_of_tables_are_classes_unless_the_label_is_a_column() {
    let texts = [
        ("d/left/1.csv", "x,k\n1,5\n2,6\n"),
        ("d/right/1.csv", "x,k\n3,5\n"),
    ];
    let (place, _) = files(&texts);
    let folder = [place.path().join("d")];
    let read = |label: Option<&str>| {
        let table = read_all(&folder, &ReadOptions::labelled(label)).expect("a table");
        let labels = table.labels.clone().expect("labels");
        (labels.column, labels.classes, labels.of_row, table.columns)
    };
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(|&of| of.to_owned()).collect() };
    let (sides, both) = (names(&["left", "right"]), names(&["x", "k"]));
    let expected = |label: &str| (label.to_owned(), sides.clone(), vec![0, 0, 1], both.clone());
    assert_eq!(read(None), expected("label"));
    assert_eq!(read(Some("side")), expected("side"));
    let by_column = (
        "k".to_owned(),
        names(&["5", "6"]),
        vec![0, 1, 0],
        names(&["x"]),
    );
    assert_eq!(read(Some("k")), by_column);
    // Spark names the label too.
    let (place, _) = files(&[("d/day=1/a.csv", texts[0].1), ("d/day=2/a.csv", texts[1].1)]);
    let table = read_all(&[place.path().join("d")], &ReadOptions::default()).expect("a table");
    let labels = table.labels.expect("labels");
    assert_eq!(
        (labels.column, labels.classes),
        ("day".to_owned(), names(&["1", "2"]))
    );
}

/// The 40 ramps of a file are kept apart, in windows and in the split.
#[test]
fn recordings_of_one_file_are_kept_apart() {
    let text: String = (0..40)
        .flat_map(|id| (0..20 + id % 3).map(move |at| format!("{id},{}\n", 100 * id + at)))
        .collect();
    let options = ReadOptions {
        group: Some("id".to_owned()),
        ..windowed(8)
    };
    let table = good(&format!("id,pressure\n{text}"), &options);
    assert_eq!(table.values.dim(), (80, 8));
    for row in table.values.outer_iter() {
        assert_eq!(row[7] - row[0], 7.0, "a window is within one ramp");
    }
    let split = Split::new(&table, 0.2, 0).expect("a split");
    let counts = [32, 8];
    let column = "id".to_owned();
    assert_eq!(split.by, SplitBy::Groups { column, counts });
    let id = |row: &usize| (table.values[[*row, 0]] / 100.0).floor();
    let validation: Vec<f64> = split.validation.iter().map(id).collect();
    assert!(
        split
            .training
            .iter()
            .all(|row| !validation.contains(&id(row)))
    );
}
