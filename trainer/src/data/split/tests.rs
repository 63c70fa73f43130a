use super::Split;
use super::strata::quotas;
use crate::data::Table;
use crate::data::read::{ReadOptions, csv};

fn table(labels: &[&str]) -> Table {
    let rows: String = labels
        .iter()
        .enumerate()
        .map(|(row, label)| format!("{row},{label}\n"))
        .collect();
    csv::parse(
        format!("x,k\n{rows}").as_bytes(),
        "a.csv",
        &ReadOptions::labelled(Some("k")),
    )
    .expect("a table")
}

#[test]
fn every_row_is_on_one_side() {
    let table = Table {
        labels: None,
        ..table(&["a"; 101])
    };
    let split = Split::new(&table, 0.2, 1).expect("a split");
    assert_eq!(split.validation.len(), 20);
    let mut all = [split.training, split.validation].concat();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..101));
}

#[test]
fn the_seed_decides() {
    let table = table(&["a"; 100]);
    let split = |seed| Split::new(&table, 0.3, seed).expect("a split");
    assert_eq!(split(7), split(7));
    assert_ne!(split(7), split(8));
}

#[test]
fn every_class_gives_its_share() {
    let labels = [vec!["a"; 60], vec!["b"; 30], vec!["c"; 10]].concat();
    let table = table(&labels);
    let split = Split::new(&table, 0.2, 3).expect("a split");
    let share = |class: &str| {
        split
            .validation
            .iter()
            .filter(|&&row| labels[row] == class)
            .count()
    };
    assert_eq!([share("a"), share("b"), share("c")], [12, 6, 2]);
}

#[test]
fn neither_side_is_empty() {
    let table = Table {
        labels: None,
        ..table(&["a", "a", "a"])
    };
    for fraction in [1e-9, 1.0 - 1e-9] {
        let split = Split::new(&table, fraction, 0).expect("a split");
        assert!(!split.training.is_empty() && !split.validation.is_empty());
    }
}

#[test]
fn a_class_keeps_its_only_row() {
    assert_eq!(quotas(&[1, 1, 10], 6), [0, 0, 6]);
    assert_eq!(quotas(&[3, 3, 3], 8), [2, 2, 2]);
}

#[test]
fn single_row_classes_have_no_validation_rows() {
    let error = Split::new(&table(&["a", "b", "c"]), 0.5, 0).expect_err("refused");
    assert_eq!(
        error.to_string(),
        "column `k`: every class has a single row, so none can be kept for validation; check that the \
         column is a label"
    );
}
