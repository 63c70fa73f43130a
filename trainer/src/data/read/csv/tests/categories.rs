//! Columns of names, and classes.

use ndarray::array;

use super::{good, refusal};
use crate::data::read::tests::options_with;
use crate::data::read::{Missing, ReadOptions, Window, parse_csv};

#[test]
fn numeric_classes_sort_by_value() {
    let table = good("x,k\n0,10\n0,9\n0,-1\n0,9\n", Some("k"));
    let labels = table.labels.expect("labels");
    assert_eq!(labels.classes, ["-1", "9", "10"]);
    assert_eq!(labels.of_row, [2, 1, 0, 1]);
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
    let options = options_with(|of| of.categories = vec!["k".into()]);
    let read = |text: &str| parse_csv(text.as_bytes(), "a.csv", &options);
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
        let options = options_with(|of| of.missing = missing);
        let table = parse_csv(text.as_bytes(), "a.csv", &options).expect("a table");
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
fn a_row_of_names_is_no_unit_if_they_are_known() {
    let text = "k,x,y\nsun,,\nrain,1,2\n,3,4\n";
    let rows = |categories: &[&str]| {
        let options = ReadOptions {
            missing: Missing::Keep,
            inferred_categories: categories.iter().map(|&name| name.to_owned()).collect(),
            ..ReadOptions::default()
        };
        let table = parse_csv(text.as_bytes(), "a.csv", &options).expect("a table");
        (table.values.nrows(), table.notes.len())
    };
    assert_eq!(rows(&["k"]), (3, 0));
    // A text in a column of numbers may be a unit.
    assert_eq!(rows(&[]), (2, 1));
    let options = ReadOptions {
        missing: Missing::Keep,
        ..ReadOptions::labelled(Some("k"))
    };
    let refused = parse_csv(text.as_bytes(), "a.csv", &options).expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "a.csv, line 4, column `k`: the value is missing, but a class, a group or a time cannot be \
         filled in; give it in all rows, or leave the column out"
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
        "a.csv, column `a=b`: the column has names or dates, so its own name must have no `=`; rename it"
    );
    assert_eq!(
        refusal("x,k\n1,sun\n3,a\u{7}b\n", None),
        "a.csv, line 3, column `k`: the name `a\\u{7}b` has a control character; rename it"
    );
    let options = options_with(|of| {
        of.window = Some(Window {
            length: 2,
            stride: 2,
        })
    });
    let refused = parse_csv(b"x,k\n1,sun\n3,rain\n", "a.csv", &options).expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "a.csv, column `k`: only 0 windows of 2 rows have one name in this column, which has 1 change; leave \
         the column out"
    );
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
