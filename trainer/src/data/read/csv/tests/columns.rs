//! The names of columns, and which are read.

use ndarray::array;

use super::{good, refusal};
use crate::data::read::tests::options_with;
use crate::data::read::{Missing, ReadOptions, parse_csv};

#[test]
fn without_a_label_every_column_is_a_feature() {
    let table = good("x,y\n1,2\n3,4\n", None);
    assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
    assert!(table.labels.is_none());
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
fn columns_that_cannot_be_used_are_refused() {
    for (text, label, message) in [
        (
            "kind\na\nb\n",
            Some("kind"),
            "a.csv: the label `kind` is the only column; add at least one column of numbers",
        ),
        (
            "x,y, x\n1,2,3\n",
            None,
            "a.csv: columns 1 and 3 are both named `x`; rename one, or choose by position",
        ),
        (
            "x,,y\n1,2,3\n",
            None,
            "a.csv: column 2 of the header has no name; name it",
        ),
        (
            "x,y,x,,x\n1,2,3,4,5\n",
            None,
            "a.csv: columns 1 and 3 are both named `x`; rename one, or choose by position; the \
             names of 2 more columns cannot be used either",
        ),
        (
            "x,a\u{7}b\n1,2\n3,4\n",
            None,
            "a.csv: the name `a\\u{7}b` of column 2 has a control character; rename it",
        ),
        (
            "x,k\n1,ok\n3,a\u{7}b\n",
            Some("k"),
            "a.csv, line 3, column `k`: the name `a\\u{7}b` has a control character; rename it",
        ),
    ] {
        assert_eq!(refusal(text, label), message);
    }
}

#[test]
fn classes_that_numpy_printed_are_plain_numbers() {
    let text = "1.0000000e+00  -5.5e-01  2.0e+01\n2.0000000e+00  4.5e-01  2.5e+01\n\
                1.0000000e+00  -2.5e-01  2.1e+01\n";
    let table = good(text, Some("c0"));
    assert_eq!(table.labels.expect("labels").classes, ["1", "2"]);
    let options = options_with(|of| of.categories = vec!["c0".to_owned()]);
    let table = parse_csv(text.as_bytes(), "a.csv", &options).expect("a table");
    assert_eq!(table.columns[..2], ["c0=1", "c0=2"]);
}

#[test]
fn all_columns_that_cannot_be_used_are_named_at_once() {
    // Two identifiers, too many names, and few of them.
    let row = |row: usize| format!("{row},u{row},v{row},town {},{}\n", row % 40, row % 3);
    let rows: String = (0..60).map(row).collect();
    let text = format!("x,id,name,town,kind\n{rows}");
    let error = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a.csv, column `id`: no two of the 60 names are equal, so that the column may be an \
         identifier; leave it out; `name`, `town` cannot be used either"
    );
    assert_eq!(error.place.other_columns, ["name", "town"]);
    // Without identifiers, names are counted among the rows that are kept.
    let options = options_with(|of| of.drop = vec!["id".to_owned(), "name".to_owned()]);
    let error = parse_csv(text.as_bytes(), "a.csv", &options).unwrap_err();
    assert_eq!(error.place.column.as_deref(), Some("town"));
    assert!(error.place.other_columns.is_empty());

    let text = "x,station,place\n1,s7,hill\n2,s7,hill\n4,s7,hill\n";
    let table = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default()).expect("a table");
    let error = table.check_categories().expect_err("equal names");
    assert_eq!(error.place.other_columns, ["place"]);
}

#[test]
fn the_only_value_of_a_column_may_be_in_the_first_row() {
    for (header, names) in [("a,b\n", ["a", "b"]), ("", ["c0", "c1"])] {
        let text = format!("{header},5\n3,\n4,\n3.5,\n");
        let options = options_with(|of| of.missing = Missing::Keep);
        let table = parse_csv(text.as_bytes(), "a.csv", &options).expect("a table");
        assert_eq!(table.columns, names);
        assert_eq!((table.values[[0, 1]], table.values[[3, 0]]), (5.0, 3.5));
    }
}

#[test]
fn a_file_without_a_header() {
    let numbered = vec!["c0".to_owned(), "c1".to_owned()];
    let options = options_with(|of| of.no_header = true);
    let text = "1,2.5\n3,4\n";
    let found = good(text, None);
    assert_eq!(
        found.notes[0].to_string(),
        "a.csv, line 1: this line is a row, so the file has no header; its columns are numbered"
    );
    let told = parse_csv(text.as_bytes(), "a.csv", &options).expect("a table");
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
        "a.csv, line 1: the numbers of the first line make a scale, which may be names or a \
         row; say whether it is a header"
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
        parse_csv(b"when,x,k,y\nmon,1,a,2\ntue,3,b,4\n", "a.csv", &options)
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
