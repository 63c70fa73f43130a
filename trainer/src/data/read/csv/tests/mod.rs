//! The table of every good file, and the message of every bad one.

mod categories;
mod cells;
mod columns;
mod flaws;
mod headers;
mod lines;
mod numbers;
mod programs;
mod typed;

use std::path::Path;

use ndarray::array;

use super::super::parse_csv;
use super::super::{Missing, ReadOptions, read};
use crate::data::Table;
use crate::data::read::tests::options_with;

pub(crate) fn good(text: &str, label: Option<&str>) -> Table {
    parse_csv(text.as_bytes(), "a.csv", &ReadOptions::labelled(label)).expect("a good file")
}

pub(crate) fn refusal(bytes: impl AsRef<[u8]>, label: Option<&str>) -> String {
    parse_csv(bytes.as_ref(), "a.csv", &ReadOptions::labelled(label))
        .expect_err("a bad file")
        .to_string()
}

#[test]
fn numbers_and_labels_are_read_in_file_order() {
    let table = good("x,kind,y\n1,b,-2.5\n 3e2 ,a, 0\n5,b,6\n", Some("kind"));
    assert_eq!(table.columns, ["x", "y"]);
    assert_eq!(table.values, array![[1.0, -2.5], [300.0, 0.0], [5.0, 6.0]]);
    let labels = table.labels.expect("labels");
    assert_eq!((labels.column.as_str(), labels.position), ("kind", 1));
    assert_eq!(labels.classes, ["a", "b"]);
    assert_eq!(labels.of_row, [1, 0, 1]);
}

#[test]
fn byte_order_mark_crlf_quotes_and_blank_lines_are_accepted() {
    let table = good("\u{feff}x,\"y, m\"\r\n1,2\r\n\r\n\"3\",4\r\n", None);
    assert_eq!(table.columns, ["x", "y, m"]);
    assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
}

#[test]
fn a_wrong_delimiter_is_refused() {
    let by = |text: &str, delimiter: Option<u8>| {
        let options = options_with(|of| of.delimiter = delimiter);
        parse_csv(text.as_bytes(), "a.csv", &options).map_err(|error| error.to_string())
    };
    assert_eq!(
        by("a;b;c\n1;2;3\n4;5;6\n", Some(b',')).unwrap_err(),
        "a.csv: the delimiter ',' makes a single column, but ';' makes 3; choose ';'"
    );
    assert_eq!(
        by("a\tb\n1\t2\n4\t5\n", Some(b';')).unwrap_err(),
        "a.csv: the delimiter ';' makes a single column, but tab makes 2; choose tab"
    );
    assert_eq!(
        by("a:b\n1:2\n4:5\n", None).unwrap_err(),
        "a.csv: the delimiter ',' makes a single column, but ':' makes 2; choose ':'"
    );
    for delimiter in [None, Some(b' ')] {
        let table = by("a b\n1 2\n4 5\n", delimiter).unwrap();
        assert_eq!(table.columns, ["a", "b"]);
    }
    // These only look like several columns.
    for text in [
        "body mass\n1\n2\n",
        "kind of tree\nred oak\nbig ash\n",
        "a\n1,5\n2,5\n",
        "\"a, b\"\n1\n2\n",
    ] {
        let lone = by(text, Some(b';')).unwrap();
        assert_eq!(lone.file_columns().len(), 1, "{text}");
    }
}

#[test]
fn a_missing_file() {
    let error = read(Path::new("nowhere/a.csv"), &ReadOptions::default()).expect_err("missing");
    assert_eq!(
        error.to_string(),
        "nowhere/a.csv: no such file; check the path"
    );
}

#[test]
fn a_folder() {
    let error = read(Path::new("src"), &ReadOptions::default()).expect_err("a folder");
    assert_eq!(
        error.to_string(),
        "src: the folder has no files that end in .png, .jpg, .jpeg, .wav, .csv, .tsv, .npy, .npz, .parquet; name the files in it"
    );
}

#[test]
fn bad_files_are_refused() {
    let empty = "the file is empty; it needs a header row and rows of numbers";
    let short = "the row has 1 cell, but the header has 2; make every row as long as the header";
    let long = "the row has 3 cells, but the header has 2; make every row as long as the header";
    let missing = "the value is missing; fill it in, or drop the row";
    for (text, place, what) in [
        ("", "", empty),
        ("\n \n", "", empty),
        ("\u{feff}", "", empty),
        (
            "x,y\n",
            "",
            "the file has a header but no rows; add at least 2 rows",
        ),
        (
            "x,y\n1,2\n",
            "",
            "the file has a single row; add at least one more",
        ),
        ("x,y\n1,2\n3\n", ", line 3", short),
        ("x,y\r\n1,2\r\n3\r\n", ", line 3", short),
        ("x,y\n\n1,2\n\n3,4,5\n", ", line 5", long),
        ("x,y\n1,2\n3, \n", ", line 3, column `y`", missing),
        // Lines are those of an editor, even if a quoted cell has several.
        ("x,\"y\n m\"\n1,2\n,3\n", ", line 4, column `x`", missing),
        ("x,y\n\"1\n\",2\n,3\n", ", line 4, column `x`", missing),
    ] {
        assert_eq!(refusal(text, None), format!("a.csv{place}: {what}"));
    }
    let message = format!("a.csv, line 3, column `y`: {missing}");
    assert_eq!(refusal("x,y\r\n1,2\r\n3,\r\n", Some("y")), message);
    assert_eq!(good("x,\"y\n m\"\n1,2\n3,4\n", None).columns, ["x", "y m"]);
}

#[test]
fn bad_cells_are_refused() {
    let infinite = "is not a finite number; correct it or remove the row";
    let large = "is beyond ±1e36; rescale the column";
    for (cell, what) in [
        ("inf", infinite),
        ("-Infinity", infinite),
        ("1e300", large),
        ("-1e39", large),
        ("3e38", large),
        ("1e999", large),
        ("two", "is not a number; correct it or remove the row"),
    ] {
        let message = format!("a.csv, line 3, column `y`: `{cell}` {what}");
        assert_eq!(refusal(format!("x,y\n3,4\n1,{cell}\n"), None), message);
    }
}

#[test]
fn a_long_text_cell_is_shown_cut_and_escaped() {
    let cell = format!("a\u{1b}[31m{}", "é".repeat(100));
    assert_eq!(
        refusal(format!("x,y\n1,2\n3,{cell}\n"), None),
        format!(
            "a.csv, line 3, column `y`: `a\\u{{1b}}[31m{}…` is not a number; correct it or remove the row",
            "é".repeat(26)
        )
    );
}

#[test]
fn delimiters_are_inferred_from_the_first_lines() {
    let same = array![[1.0, 2.5], [3.0, 4.0]];
    for text in [
        "x;y\n1;2.5\n3;4\n",
        "x;y\n1;2,5\n3;4\n",
        "x\ty\n1\t2.5\n3\t4\n",
        "x|y\n1|2.5\n3|4\n",
        "'x','y'\n'1','2.5'\n3,4\n",
    ] {
        let table = good(text, None);
        assert_eq!(
            (table.columns, table.values),
            (vec!["x".into(), "y".into()], same.clone()),
            "{text}"
        );
    }
    let options = options_with(|of| of.delimiter = Some(b' '));
    let table = parse_csv(b"x y\n1 2.5\n3 4\n", "a.csv", &options).expect("a table");
    assert_eq!(table.values, same);
}

#[test]
fn missing_values_are_counted_dropped_or_filled() {
    let text = "x,y\n1,2\n,NaN\n3,6\n5,n/a\n";
    assert_eq!(
        refusal(text, None),
        "a.csv, line 3, column `x`: the value is missing, and 3 are missing in all; \
         fill them in, or drop their rows"
    );
    let with = |missing| {
        let options = options_with(|of| of.missing = missing);
        parse_csv(text.as_bytes(), "a.csv", &options)
            .expect("a table")
            .values
    };
    assert_eq!(with(Missing::Drop), array![[1.0, 2.0], [3.0, 6.0]]);
    assert_eq!(
        with(Missing::Mean),
        array![[1.0, 2.0], [3.0, 4.0], [3.0, 6.0], [5.0, 4.0]]
    );
}

#[test]
fn bytes_that_are_not_utf8() {
    let table = parse_csv(
        b"x,Gr\xf6\xdfe\n1,2\n3,4\n",
        "a.csv",
        &ReadOptions::default(),
    );
    let table = table.expect("a table");
    assert_eq!(table.columns, ["x", "Größe"]);
    assert_eq!(
        table.notes[0].to_string(),
        "a.csv, line 1: the file is not UTF-8, so it was read as Windows-1252, with `Größe`"
    );
    assert_eq!(
        refusal(b"x,y\n1,2\n3,\xff\x01\x02\n", None),
        "a.csv, line 3: the file is not a text; give a table in a text file"
    );
}
