//! The values of cells as people write them, and the notes about them.

use ndarray::array;

use crate::data::read::tests::options_with;
use crate::data::read::{Missing, ReadOptions, parse_csv};
use crate::data::{DataErrorKind, NoteKind, Table};

pub(crate) fn with(text: &str, options: &ReadOptions) -> Table {
    parse_csv(text.as_bytes(), "a.csv", options).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub(crate) fn good(text: &str) -> Table {
    with(text, &ReadOptions::default())
}

pub(crate) fn refusal(text: &str) -> String {
    let read = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default());
    read.map_or_else(|error| error.to_string(), |table| format!("{table:?}"))
}

/// Values of the first column, and the notes.
pub(crate) fn read(text: &str) -> (Vec<f64>, Vec<String>) {
    let table = good(text);
    let notes = table.notes.iter().map(ToString::to_string);
    (table.values.column(0).to_vec(), notes.collect())
}

#[test]
fn markers_of_spreadsheets_and_instruments_are_missing_values() {
    let markers = [
        "#N/A", "#DIV/0!", "#VALUE!", "1.#QNAN", "1.#IND", "<NA>", "-", "--", "ERR", "OVER", "OL",
        "n/a", "None", "nan", "NULL", ".", "-999", "-999.0", "bad",
    ];
    let options = |missing| ReadOptions {
        missing,
        missing_values: vec!["-999".into(), "bad".into()],
        ..ReadOptions::default()
    };
    for marker in markers {
        let text = format!("x,y\n1,2\n3,{marker}\n5,6\n");
        let table = with(&text, &options(Missing::Drop));
        assert_eq!(table.values, array![[1.0, 2.0], [5.0, 6.0]], "{marker}");
        let refuse = options(Missing::Refuse);
        let error = parse_csv(text.as_bytes(), "a.csv", &refuse).expect_err("missing");
        assert_eq!(error.kind, DataErrorKind::MissingValue, "{marker}");
    }
    let table = with("x;y\n1;-999,0\n3;-5,5\n4;1,5\n", &options(Missing::Drop));
    assert_eq!(table.values, array![[3.0, -5.5], [4.0, 1.5]]);
    assert_eq!(
        refusal("x,y\n1,ERR\n3,4\n5,--\n"),
        "a.csv, line 2, column `y`: `ERR` means that the value is missing, and 2 are missing in \
         all; fill them in, or drop their rows"
    );
    let options = options_with(|of| of.missing = Missing::Drop);
    let notes = with("x,y\n1,ERR\n3,4\n5,--\n6,7\n", &options).notes;
    assert_eq!(
        notes[0].to_string(),
        "a.csv, line 2, column `y`: `ERR` counts as a missing value, and so do 1 more cells"
    );
}

#[test]
fn quoted_or_declared_words_stay_names() {
    let quoted = "iso,x\n\"DE\",1.25\n\"NA\",0.86\n\"DE\",-0.18\n";
    assert_eq!(good(quoted).columns, ["iso=DE", "iso=NA", "x"]);
    let bare = quoted.replace('"', "");
    assert_eq!(
        refusal(&bare),
        "a.csv, line 3, column `iso`: `NA` without quotes means that the value is missing; fill it \
         in, or drop the row"
    );
    let declared = options_with(|of| of.categories = vec!["iso".into()]);
    assert_eq!(with(&bare, &declared).columns, ["iso=DE", "iso=NA", "x"]);
    // The same for classes.
    let labelled = ReadOptions::labelled(Some("iso"));
    let classes = |text: &str, options| with(text, options).labels.expect("labels").classes;
    assert_eq!(classes(quoted, &labelled), ["DE", "NA"]);
    assert!(parse_csv(bare.as_bytes(), "a.csv", &labelled).is_err());
    let both = ReadOptions {
        label: Some("iso".into()),
        ..declared.clone()
    };
    assert_eq!(classes(&bare, &both), ["DE", "NA"]);
    // A token that is declared to be missing is missing, quoted or not.
    let missing = ReadOptions {
        missing_values: vec!["NA".into()],
        missing: Missing::Drop,
        ..declared
    };
    assert_eq!(with(quoted, &missing).values.nrows(), 2);
    // What a model has as categories may be missing.
    let inferred = ReadOptions {
        inferred_categories: vec!["iso".into()],
        missing: Missing::Drop,
        ..ReadOptions::default()
    };
    assert_eq!(with(&bare, &inferred).columns, ["iso=DE", "x"]);
}

#[test]
fn leading_zeros_suggest_names() {
    let (values, notes) = read("zip,x\n98101,-0.52\n02139,1.25\n01234,-0.99\n");
    assert_eq!(values, [98101.0, 2139.0, 1234.0]);
    assert_eq!(
        notes,
        ["a.csv, line 3, column `zip`: `02139` is read as 2139, without its leading zero"]
    );
    let options = options_with(|of| of.categories = vec!["zip".into()]);
    let table = with("zip,x\n98101,-0.52\n02139,1.25\n", &options);
    assert_eq!(table.columns, ["zip=02139", "zip=98101", "x"]);
    assert_eq!(table.notes, []);
    for text in ["x\n0\n1\n", "x\n0.5\n00.7\n"] {
        assert_eq!(read(text).1, [""; 0], "{text}");
    }
}

#[test]
fn numbers_that_alone_are_quoted_suggest_names() {
    let (values, notes) = read("k,x\n\"2\",1.5\n\"1\",2\n\"2\",4\n");
    assert_eq!(values, [2.0, 1.0, 2.0]);
    assert_eq!(
        notes,
        ["a.csv, column `k`: the cells are read as numbers, but are quoted as names are"]
    );
    for text in [
        "k,x\n\"2\",\"1.5\"\n\"1\",\"2\"\n",
        "k,x\n\"2,5\",\"1,5\"\n\"1,5\",2\n",
        "k,x\n\"2\",1.5\n1,2\n",
    ] {
        assert_eq!(read(text).1, [""; 0], "{text}");
    }
}

#[test]
fn columns_that_count_the_rows_are_noted() {
    let rows = |cell: &dyn Fn(usize) -> String| -> String {
        (0..40)
            .map(|row| format!("{},{}\n", cell(row), row % 7))
            .collect()
    };
    let kinds = |cell: &dyn Fn(usize) -> String| {
        let table = good(&format!("id,x\n{}", rows(cell)));
        table.notes.iter().map(|note| note.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&|row| row.to_string()), [NoteKind::Identifier]);
    assert_eq!(
        kinds(&|row| format!("{:.1}", 0.1 * row as f64)),
        [NoteKind::Identifier]
    );
    assert_eq!(
        kinds(&|row| (row * 7 % 40).to_string()),
        [NoteKind::Identifier]
    );
    assert_eq!(kinds(&|row| (row * 7 % 39).to_string()), []);
    assert_eq!(kinds(&|row| (row * row).to_string()), []);
    let error = refusal(&format!("id,x\n{}", rows(&|row| format!("s{row}"))));
    assert_eq!(
        error,
        "a.csv, column `id`: no two of the 40 names are equal, so that the column may be an \
         identifier; leave it out"
    );
}

#[test]
fn texts_among_numbers_are_counted() {
    let text = |odd: &[&str]| {
        let rows: String = (0..20).map(|row| format!("{row}.5,1\n")).collect();
        let odd: String = odd.iter().map(|cell| format!("{cell},1\n")).collect();
        format!("x,y\n{rows}{odd}")
    };
    assert!(refusal(&text(&["two", "two"])).contains(
        "line 22, column `x`: `two` is not a number, and is in 2 cells of this column; declare it"
    ));
    assert!(
        refusal(&text(&["two", "three"]))
            .ends_with("`two` is not a number, like 1 more of the 22 cells of this column; correct them or remove the rows")
    );
    // Few numbers among names.
    let rows = "a,1\nb,2\n".repeat(9);
    let table = good(&format!("k,x\n{rows}5,3\n"));
    assert_eq!(table.columns[0], "k=5");
    assert_eq!(
        table.notes[0].to_string(),
        "a.csv, line 20, column `k`: 1 of the 19 cells are numbers, such as `5`; the column is \
         read as names"
    );
}

#[test]
fn a_value_that_recurs_far_away_is_noted() {
    let rows: String = (0..40)
        .map(|row| format!("{}.5,1\n", 10 + row * 7 % 40))
        .collect();
    let text = format!("t,h\n{rows}{}", "-999,2\n".repeat(4));
    let table = good(&text);
    assert_eq!(table.notes.len(), 1);
    assert_eq!(
        table.notes[0].to_string(),
        "a.csv, column `t`: -999 comes 4 times, apart from all other values"
    );
    let options = ReadOptions {
        missing_values: vec!["-999.0".into()],
        missing: Missing::Drop,
        ..ReadOptions::default()
    };
    let table = with(&text, &options);
    let message = "a.csv: 4 rows are left out, because values are missing, and not counted";
    let notes: Vec<String> = table.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        (table.values.nrows(), notes),
        (40, vec![message.to_owned()])
    );
}

#[test]
fn dates_in_digits_are_noted() {
    let text = "month,day,hour,x\n202402,20240228,2024022823,202413\n\
                202403,20240301,2024030100,202401\n";
    let table = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default()).expect("a table");
    let notes: Vec<String> = table.notes.iter().map(ToString::to_string).collect();
    let expected = [
        "month`: `202402`",
        "day`: `20240228`",
        "hour`: `2024022823`",
    ]
    .map(|which| {
        format!(
            "a.csv, line 2, column `{which} looks like a date, but is read as a number; samples \
             may have dates that do not exist"
        )
    });
    assert_eq!(notes, expected);
}

#[test]
fn integers_of_64_bits_are_no_index() {
    let rows: String = (0..30)
        .map(|row| format!("{},{row}\n", row * row))
        .collect();
    let text = format!("a,b\n18446744073709551615,2\n{rows}");
    let table = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default()).expect("a table");
    assert_eq!(table.values.nrows(), 31);
}

#[test]
fn integers_that_are_rounded_are_noted_or_refused() {
    let rows = |ids: [&str; 3]| format!("id,x\n{},1\n{},2\n{},4\n", ids[0], ids[1], ids[2]);
    let ids = ["9007199254740993", "-9007199254740993", "7"];
    let table = parse_csv(rows(ids).as_bytes(), "a.csv", &ReadOptions::default()).expect("numbers");
    assert_eq!(
        table.values.column(0).to_vec(),
        [2f64.powi(53), -2f64.powi(53), 7.0]
    );
    let note = "a.csv, column `id`: 9007199254740993 is read as 9007199254740992, because numbers \
                beyond ±2^53 are rounded; subtract a constant from all for exact ones";
    assert!(
        table.notes.iter().any(|of| of.to_string() == note),
        "{:?}",
        table.notes
    );
    let ids = [
        "18446744073709551613",
        "18446744073709551615",
        "18446744073709551614",
    ];
    let error = parse_csv(rows(ids).as_bytes(), "a.csv", &ReadOptions::default());
    let error = error.expect_err("a constant").to_string();
    assert!(error.contains("are too large to be told apart"), "{error}");
}

#[test]
fn times_with_a_dot_are_noted() {
    let notes = |cells: [&str; 3]| {
        let text = format!("x,at\n1,{}\n2,{}\n4,{}\n", cells[0], cells[1], cells[2]);
        let table = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default()).expect("numbers");
        let notes = table.notes.iter().map(ToString::to_string);
        notes
            .filter(|note| note.contains("may be a time"))
            .collect::<Vec<_>>()
    };
    let note = "a.csv, line 3, column `at`: `08.15` is read as 8.15, but may be a time; if so, \
                write it with a colon";
    assert_eq!(notes(["12.30", "08.15", "23.59"]), [note]);
    for prices in [
        ["12.30", "8.15", "23.59"],
        ["12.30", "08.15", "24.75"],
        ["1.10", "1.9", "2"],
    ] {
        assert!(notes(prices).is_empty(), "{prices:?}");
    }
}
