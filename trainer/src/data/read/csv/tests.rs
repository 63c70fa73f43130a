//! The table of every good file, and the message of every bad one.

use std::path::Path;

use ndarray::array;

use super::parse;
use crate::data::Table;
use crate::data::read::{Missing, ReadOptions, Window, read};

fn good(text: &str, label: Option<&str>) -> Table {
    parse(text.as_bytes(), "a.csv", &ReadOptions::labelled(label)).expect("a good file")
}

fn refusal(bytes: impl AsRef<[u8]>, label: Option<&str>) -> String {
    parse(bytes.as_ref(), "a.csv", &ReadOptions::labelled(label))
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
fn without_a_label_every_column_is_a_feature() {
    let table = good("x,y\n1,2\n3,4\n", None);
    assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
    assert!(table.labels.is_none());
}

#[test]
fn numeric_classes_sort_by_value() {
    let table = good("x,k\n0,10\n0,9\n0,-1\n0,9\n", Some("k"));
    let labels = table.labels.expect("labels");
    assert_eq!(labels.classes, ["-1", "9", "10"]);
    assert_eq!(labels.of_row, [2, 1, 0, 1]);
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
        let options = ReadOptions {
            delimiter,
            ..ReadOptions::default()
        };
        parse(text.as_bytes(), "a.csv", &options).map_err(|error| error.to_string())
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
        "src: the folder has no tables, images or WAV files; name a data file in it"
    );
}

#[test]
fn an_empty_file() {
    for text in ["", "\n \n", "\u{feff}"] {
        assert_eq!(
            refusal(text, None),
            "a.csv: the file is empty; it needs a header row and rows of numbers"
        );
    }
}

#[test]
fn a_header_alone() {
    assert_eq!(
        refusal("x,y\n", None),
        "a.csv: the file has a header but no rows; add at least 2 rows"
    );
}

#[test]
fn a_single_row() {
    assert_eq!(
        refusal("x,y\n1,2\n", None),
        "a.csv: the file has a single row; add at least one more"
    );
}

#[test]
fn a_ragged_row() {
    let message = "a.csv, line 3: the row has 1 cell, but the header has 2; make every row as long as the header";
    assert_eq!(refusal("x,y\n1,2\n3\n", None), message);
    assert_eq!(refusal("x,y\r\n1,2\r\n3\r\n", None), message);
    let message = "a.csv, line 5: the row has 3 cells, but the header has 2; make every row as long as the header";
    assert_eq!(refusal("x,y\n\n1,2\n\n3,4,5\n", None), message);
}

#[test]
fn an_empty_cell() {
    let message = "a.csv, line 3, column `y`: the value is missing; fill it in, or drop the row";
    assert_eq!(refusal("x,y\n1,2\n3, \n", None), message);
    assert_eq!(refusal("x,y\r\n1,2\r\n3,\r\n", Some("y")), message);
}

#[test]
fn a_cell_after_a_quoted_line_break_keeps_its_line() {
    let message = "a.csv, line 4, column `x`: the value is missing; fill it in, or drop the row";
    assert_eq!(refusal("x,\"y\n m\"\n1,2\n,3\n", None), message);
    assert_eq!(good("x,\"y\n m\"\n1,2\n3,4\n", None).columns, ["x", "y m"]);
    assert_eq!(refusal("x,y\n\"1\n\",2\n,3\n", None), message);
}

#[test]
fn a_number_that_is_not_finite() {
    for text in ["inf", "-Infinity"] {
        assert_eq!(
            refusal(format!("x,y\n1,{text}\n3,4\n"), None),
            format!(
                "a.csv, line 2, column `y`: `{text}` is not a finite number; correct it or remove the row"
            )
        );
    }
}

#[test]
fn a_number_beyond_32_bits() {
    for text in ["1e300", "-1e39", "3e38", "1e999"] {
        assert_eq!(
            refusal(format!("x,y\n1,{text}\n3,4\n"), None),
            format!("a.csv, line 2, column `y`: `{text}` is beyond ±1e36; rescale the column")
        );
    }
}

#[test]
fn a_text_cell() {
    let message = "a.csv, line 3, column `y`: `two` is not a number; correct it or remove the row";
    assert_eq!(refusal("x,y\n1,2\n3,two\n", None), message);
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
fn columns_of_text_are_categories() {
    let table = good("x,sky,y\n1,sun,2\n3,none,4\n5,sun,6\n", None);
    assert_eq!(table.columns, ["x", "sky=none", "sky=sun", "y"]);
    assert_eq!(table.categories, vec![1..3; 1]);
    assert_eq!(
        table.values,
        array![
            [1.0, 0.0, 1.0, 2.0],
            [3.0, 1.0, 0.0, 4.0],
            [5.0, 0.0, 1.0, 6.0]
        ]
    );
    // A number among many texts is a name. A text among numbers is an error.
    let rows: String = (0..9).map(|row| format!("{row},{row}a\n")).collect();
    let table = good(&format!("x,k\n{rows}9,9\n"), None);
    assert_eq!(table.columns.len(), 11);
    assert_eq!(table.columns[10], "k=9");
    assert_eq!(
        refusal("x,sky\n1,sun\n2,3\n", None),
        "a.csv, line 2, column `sky`: `sun` is not a number; correct it or remove the row"
    );
    assert_eq!(
        refusal("x,sky\n1,sun\ntwo,rain\n3,sun\n", None),
        "a.csv, line 3, column `x`: `two` is not a number; correct it or remove the row"
    );
}

#[test]
fn columns_that_are_declared_to_have_categories() {
    let options = ReadOptions {
        categories: vec!["k".into()],
        ..ReadOptions::default()
    };
    let read = |text: &str| parse(text.as_bytes(), "a.csv", &options);
    let table = read("k,x\n10,1\n9,2\n10,3\n").expect("a table");
    assert_eq!(table.columns, ["k=9", "k=10", "x"]);
    assert_eq!(table.values.row(0), array![0.0, 1.0, 1.0]);
    // Any number of categories, as long as a model can have them.
    let rows = |count: usize| {
        (0..count)
            .map(|row| format!("{row},0\n"))
            .collect::<String>()
    };
    let table = read(&format!("k,x\n{}", rows(1023))).expect("a table");
    assert_eq!(table.columns.len(), 1024);
    assert_eq!(
        read(&format!("k,x\n{}", rows(1024)))
            .expect_err("refused")
            .to_string(),
        "a.csv, column `k`: a row has 1025 values, 1024 of them for the categories of this column, but a model has at most 1024; leave the column out"
    );
}

#[test]
fn missing_categories_are_counted_dropped_or_filled() {
    let text = "x,k\n1,b\n2,\n3,a\n4,?\n5,a\n";
    assert_eq!(
        refusal(text, None),
        "a.csv, line 3, column `k`: the value is missing, and 2 are missing in all; \
         fill them in, or drop their rows"
    );
    let with = |missing| {
        let options = ReadOptions {
            missing,
            ..ReadOptions::default()
        };
        let table = parse(text.as_bytes(), "a.csv", &options).expect("a table");
        assert_eq!(table.columns, ["x", "k=a", "k=b"]);
        table.values.column(1).to_vec()
    };
    assert_eq!(with(Missing::Drop), [0.0, 1.0, 1.0]);
    assert_eq!(
        with(Missing::Mean),
        [0.0, 1.0, 1.0, 1.0, 1.0],
        "`a` is commonest"
    );
}

#[test]
fn texts_that_cannot_be_categories() {
    let row = |row| format!("{row},day {}\n", row % 33);
    let rows: String = (0..34).map(row).collect();
    assert_eq!(
        refusal(format!("x,day kind\n{rows}"), None),
        "a.csv, line 34, column `day kind`: `day 32` would be category 33 of this column, and more than 32 are \
         rarely intended; leave the column out, or declare that it has categories"
    );
    assert_eq!(
        refusal("x,a=b\n1,sun\n3,rain\n", None),
        "a.csv, column `a=b`: the column has categories, so its name must have no `=`; rename it"
    );
    assert_eq!(
        refusal("x,k\n1,sun\n3,a\u{7}b\n", None),
        "a.csv, line 3, column `k`: the name `a\\u{7}b` has a control character; rename it"
    );
    let options = ReadOptions {
        window: Some(Window {
            length: 2,
            stride: 2,
        }),
        ..ReadOptions::default()
    };
    let refused = parse(b"x,k\n1,sun\n3,rain\n", "a.csv", &options).expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "a.csv, column `k`: only 0 windows of 2 rows have one name in this column, which has 1 change; leave \
         the column out"
    );
}

#[test]
fn an_unknown_label() {
    assert_eq!(
        refusal("x,label\n1,2\n3,4\n", Some("Labl")),
        "a.csv: there is no column `Labl` to take as the label; did you mean `label`? the columns are `x`, `label`"
    );
    let header: Vec<String> = (0..12).map(|column| format!("c{column}")).collect();
    assert_eq!(
        refusal(header.join(","), Some("kind")),
        "a.csv: there is no column `kind` to take as the label; \
         the columns are `c0`, `c1`, `c2`, `c3`, `c4`, `c5`, `c6`, `c7` and 4 more"
    );
}

#[test]
fn a_label_alone() {
    assert_eq!(
        refusal("kind\na\nb\n", Some("kind")),
        "a.csv: the label `kind` is the only column; add at least one column of numbers"
    );
}

#[test]
fn a_repeated_column_name() {
    assert_eq!(
        refusal("x,y, x\n1,2,3\n", None),
        "a.csv: columns 1 and 3 are both named `x`; rename one, or choose by position"
    );
}

#[test]
fn a_column_without_a_name() {
    assert_eq!(
        refusal("x,,y\n1,2,3\n", None),
        "a.csv: column 2 of the header has no name; name it"
    );
}

#[test]
fn control_characters_in_names() {
    assert_eq!(
        refusal("x,a\u{7}b\n1,2\n3,4\n", None),
        "a.csv: the name `a\\u{7}b` of column 2 has a control character; rename it"
    );
    assert_eq!(
        refusal("x,k\n1,ok\n3,a\u{7}b\n", Some("k")),
        "a.csv, line 3, column `k`: the name `a\\u{7}b` has a control character; rename it"
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
    let options = ReadOptions {
        delimiter: Some(b' '),
        ..ReadOptions::default()
    };
    let table = parse(b"x y\n1 2.5\n3 4\n", "a.csv", &options).expect("a table");
    assert_eq!(table.values, same);
}

#[test]
fn a_file_without_a_header() {
    let numbered = vec!["c0".to_owned(), "c1".to_owned()];
    let options = ReadOptions {
        no_header: true,
        ..ReadOptions::default()
    };
    let text = "1,2.5\n3,4\n";
    let found = good(text, None);
    assert_eq!(
        found.notes[0].to_string(),
        "a.csv, line 1: this line is a row, so the file has no header; its columns are numbered"
    );
    let told = parse(text.as_bytes(), "a.csv", &options).expect("a table");
    assert!(told.notes.is_empty());
    for table in [found, told] {
        assert_eq!(
            (table.columns, table.values),
            (numbered.clone(), array![[1.0, 2.5], [3.0, 4.0]])
        );
    }
    let table = good("5.1,3.5,setosa\n4.9,3.0,virginica\n6.2,3.4,setosa\n", None);
    assert_eq!(table.columns, ["c0", "c1", "c2=setosa", "c2=virginica"]);
    assert_eq!(table.values.nrows(), 3);
    // Numbers that count the columns are names. Others that are evenly spaced may be.
    assert_eq!(good("0,1\n1,2.5\n3,4\n", None).columns, ["0", "1"]);
    assert_eq!(
        refusal("400,410,420\n0.1,0.2,0.4\n0.2,0.3,0.1\n", None),
        "a.csv, line 1: the first line has evenly spaced numbers, which may be names or a row; \
         say whether it is a header"
    );
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
        let options = ReadOptions {
            missing,
            ..ReadOptions::default()
        };
        parse(text.as_bytes(), "a.csv", &options)
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
fn columns_are_chosen_and_dropped() {
    let with = |columns: &str, drop: &str| {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let options = ReadOptions {
            label: Some("k".into()),
            columns: names(columns),
            drop: names(drop),
            ..ReadOptions::default()
        };
        parse(b"when,x,k,y\nmon,1,a,2\ntue,3,b,4\n", "a.csv", &options)
    };
    let table = with("y x", "").expect("chosen");
    assert_eq!(
        (&table.columns[..], table.values),
        (
            &["y".into(), "x".into()][..],
            array![[2.0, 1.0], [4.0, 3.0]]
        )
    );
    let table = with("", "when").expect("dropped");
    assert_eq!(
        (table.columns, table.labels.expect("labels").position),
        (vec!["x".into(), "y".into()], 1)
    );
    assert_eq!(
        with("z", "").expect_err("unknown").to_string(),
        "a.csv: there is no column `z`; the columns are `when`, `x`, `k`, `y`"
    );
    assert_eq!(
        with("", "when x y").expect_err("none left").to_string(),
        "a.csv: no columns are left; leave out fewer of them"
    );
}

#[test]
fn bytes_that_are_not_utf8() {
    let table = parse(
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

#[test]
fn too_many_columns() {
    let file = |columns: usize| {
        let header = (0..columns)
            .map(|column| format!("c{column}"))
            .collect::<Vec<_>>()
            .join(",");
        let row = vec!["0"; columns].join(",");
        format!("{header}\n{row}\n{row}\n")
    };
    assert_eq!(good(&file(1024), None).columns.len(), 1024);
    assert_eq!(
        refusal(file(1025), None),
        "a.csv: a row has 1025 values, but a model has at most 1024; leave out columns, or cut long rows into windows"
    );
    assert_eq!(good(&file(1025), Some("c7")).columns.len(), 1024);
}

#[test]
fn too_many_classes() {
    let file = |classes: usize| {
        let rows: String = (0..classes).map(|class| format!("0,{class}\n")).collect();
        format!("x,k\n{rows}")
    };
    let labels = good(&file(256), Some("k")).labels.expect("labels");
    assert_eq!((labels.classes.len(), labels.of_row[255]), (256, 255));
    assert_eq!(
        refusal(file(257), Some("k")),
        "a.csv, column `k`: 257 classes, but a model has at most 256; check that the column is a label"
    );
}
