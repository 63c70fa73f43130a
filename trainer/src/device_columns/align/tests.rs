use flowlet::{ColumnKind, Model};
use ndarray::array;

use super::AlignError;
use crate::data::Table;
use crate::data::read::{ReadOptions, parse_csv};
use crate::device_columns::category_columns;
use crate::standard_normal::standard_normal;

/// Aligns a table to a model with the columns a and b and the classes red, green and blue.
fn aligned(text: &str, labelled: bool) -> Result<Table, AlignError> {
    let bytes = standard_normal(&["a", "b"], labelled)
        .encode()
        .expect("a model");
    let label = text.contains("kind").then_some("kind");
    let table =
        parse_csv(text.as_bytes(), "a.csv", &ReadOptions::labelled(label)).expect("a table");
    table.align_to_model(&Model::parse(&bytes).expect("a model"))
}

#[test]
fn columns_and_classes_go_by_name() {
    let table = aligned("kind,b,a\nred,2,1\nblue,4,3\n", true).expect("it fits");
    assert_eq!(table.columns, ["a", "b"]);
    assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
    let labels = table.labels.expect("labels");
    assert_eq!(labels.classes, ["red", "green", "blue"]);
    assert_eq!(labels.of_row, [0, 2]);
}

#[test]
fn labels_are_left_out_if_either_has_none() {
    let table = aligned("a,b,kind\n1,2,pink\n3,4,pink\n", false).expect("it fits");
    assert!(table.labels.is_none());
    let table = aligned("a,b\n1,2\n3,4\n", true).expect("it fits");
    assert!(table.labels.is_none());
}

/// Aligns a table to a model with a number and three categories.
fn aligned_categories(text: &str) -> Result<Table, AlignError> {
    let mut model = standard_normal(&["a", "k=red", "k=green", "k=9"], false);
    for (unit, kind) in model.columns[1..].iter_mut().zip([
        ColumnKind::Category,
        ColumnKind::NextCategory,
        ColumnKind::NextCategory,
    ]) {
        unit.kind = kind;
    }
    let bytes = model.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    let options = ReadOptions {
        categories: category_columns(&model),
        ..ReadOptions::default()
    };
    let table = parse_csv(text.as_bytes(), "a.csv", &options).expect("a table");
    table.align_to_model(&model)
}

#[test]
fn categories_go_by_name() {
    let table = aligned_categories("k,a\n9,1\nred,2\n").expect("it fits");
    assert_eq!(table.columns, ["a", "k=red", "k=green", "k=9"]);
    assert_eq!(table.categories, vec![1..4; 1]);
    assert_eq!(
        table.values,
        array![[1.0, 0.0, 0.0, 1.0], [2.0, 1.0, 0.0, 0.0]]
    );
    assert_eq!(
        aligned_categories("k,a\n9,1\npink,2\n")
            .expect_err("refused")
            .to_string(),
        "row 2, column `k`: the model was not trained on `pink`; remove the rows with it"
    );
    assert_eq!(
        aligned_categories("k,a\n9,one\nred,two\n9,two\n").expect_err("refused"),
        AlignError::Names("a".to_owned())
    );
    assert_eq!(
        aligned_categories("k,b\n9,1\nred,2\n").expect_err("refused"),
        AlignError::Missing("a".to_owned())
    );
}

#[test]
fn rows_to_be_scored_may_have_unknown_names() {
    let mut model = standard_normal(&["a", "k=red", "k=green"], true);
    model.columns[1].kind = ColumnKind::Category;
    model.columns[2].kind = ColumnKind::NextCategory;
    let bytes = model.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    let text = b"a,k,kind\n1,green,red\n2,pink,lilac\n3,red,blue\n4,pink,red\n";
    let options = ReadOptions::labelled(Some("kind"));
    let table = parse_csv(text, "a.csv", &options).expect("a table");
    assert!(table.clone().align_to_model(&model).is_err());
    let table = table.align_openly_to_model(&model).expect("it fits");
    assert_eq!(
        table.values,
        array![
            [1.0, 0.0, 1.0],
            [2.0, 0.0, 0.0],
            [3.0, 1.0, 0.0],
            [4.0, 0.0, 0.0]
        ]
    );
    let labels = table.labels.expect("labels");
    assert_eq!(labels.classes, ["red", "green", "blue", "lilac"]);
    assert_eq!(labels.of_row, [0, 3, 2, 0]);
    let notes: Vec<String> = table.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "row 2, column `k`: the model was not trained on category `pink`; this row and \
             another are scored as out of range",
            "row 2, column `kind`: the model was not trained on class `lilac`; the row is \
             compared with the most similar class"
        ]
    );
}

#[test]
fn errors_name_what_does_not_fit() {
    let refused = |text| aligned(text, true).expect_err("refused");
    assert_eq!(
        refused("a,c\n1,2\n3,4\n"),
        AlignError::Missing("b".to_owned())
    );
    assert_eq!(
        refused("a,c,b\n1,2,3\n3,4,5\n"),
        AlignError::Unknown("c".to_owned())
    );
    let class = AlignError::Name {
        row: 2,
        column: "kind".to_owned(),
        name: "pink".to_owned(),
    };
    assert_eq!(refused("a,b,kind\n1,2,red\n3,4,pink\n"), class);
}
