use std::collections::BTreeSet;

use super::strata::quotas;
use super::{Split, SplitBy};
use crate::data::read::{ReadOptions, parse_csv};
use crate::data::recordings::{Recordings, Span};
use crate::data::{DataErrorKind, Table};

fn table(labels: &[&str]) -> Table {
    let rows: String = labels
        .iter()
        .enumerate()
        .map(|(row, label)| format!("{row},{label}\n"))
        .collect();
    parse_csv(
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
fn every_category_keeps_a_training_row() {
    let row = |row: usize| format!("{row},{}\n", ["on", "eco"][usize::from(row == 7)]);
    let rows: String = (0..40).map(row).collect();
    let text = format!("x,mode\n{rows}");
    let table = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default()).expect("a table");
    for seed in 0..50 {
        let split = Split::new(&table, 0.5, seed).expect("a split");
        assert!(split.training.contains(&7), "seed {seed}");
        assert!((19..=20).contains(&split.validation.len()));
    }
}

#[test]
fn copies_of_a_row_stay_on_one_side() {
    let text = |row: &dyn Fn(usize) -> String| {
        let rows: String = (0..200).map(row).collect();
        format!("x,y\n{rows}")
    };
    let split = |text: &str| {
        let table = parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default());
        Split::new(&table.expect("a table"), 0.2, 3).expect("a split")
    };
    let twice = split(&text(&|row| {
        format!("{}.5,{}\n", row % 50, row % 50 * 7 % 11)
    }));
    let SplitBy::Copies { copies, counts } = twice.by else {
        panic!("{:?}", twice.by);
    };
    assert_eq!((copies, counts.iter().sum::<usize>()), (150, 50));
    let values = |rows: &[usize]| rows.iter().map(|row| row % 50).collect::<BTreeSet<_>>();
    assert!(values(&twice.training).is_disjoint(&values(&twice.validation)));
    let message = "10 of 50 different rows; 150 rows are copies of others, which stay on one side; \
                   remove them if they count an observation twice";
    assert_eq!(twice.by.to_string(), message);
    for by_chance in [
        // Small integers, a single column with ties, and one next to a constant.
        text(&|row| format!("{},{}\n", row % 6, row % 5)),
        text(&|row| format!("{}.5,1\n", row * row % 151)),
        text(&|row| format!("{}.5,{}\n", row * row % 151, row % 2)),
        // Few different rows, and few copies.
        text(&|row| format!("{}.5,{}\n", row % 19, row % 19 * 7 % 11)),
        text(&|row| format!("{}.5,{}\n", row.max(1), row.max(1) * 7 % 11)),
    ] {
        assert_eq!(split(&by_chance).by, SplitBy::Rows, "{by_chance}");
    }
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

/// A table of one column with these recordings and labels.
fn recorded(column: Option<&str>, spans: &[(usize, usize)], labels: Option<&[&str]>) -> Table {
    let plain = vec!["a"; spans.len()];
    let length = if column.is_some() { 1 } else { 8 };
    let span = |&(recording, start): &(usize, usize)| Span {
        recording,
        start,
        length,
    };
    let read = table(labels.unwrap_or(&plain));
    Table {
        labels: labels.and(read.labels.clone()),
        recordings: Some(Recordings {
            column: column.map(str::to_owned),
            count: spans
                .iter()
                .map(|span| span.0)
                .max()
                .map_or(0, |last| last + 1),
            names: Vec::new(),
            of_row: spans.iter().map(span).collect(),
        }),
        ..read
    }
}

fn recordings_of(table: &Table, rows: &[usize]) -> BTreeSet<usize> {
    let recordings = table.recordings.as_ref().expect("recordings");
    rows.iter()
        .map(|&row| recordings.of_row[row].recording)
        .collect()
}

#[test]
fn groups_are_on_one_side_and_classes_give_their_share() {
    // Group g has 3 + g rows; the first half of the groups has class a.
    let spans: Vec<_> = (0..20)
        .flat_map(|group| vec![(group, 0); 3 + group])
        .collect();
    let labels: Vec<&str> = spans
        .iter()
        .map(|of| if of.0 < 10 { "a" } else { "b" })
        .collect();
    let table = recorded(Some("id"), &spans, Some(&labels));
    for seed in 0..20 {
        let split = Split::new(&table, 0.2, seed).expect("a split");
        let [training, validation] =
            [&split.training, &split.validation].map(|rows| recordings_of(&table, rows));
        assert!(training.is_disjoint(&validation));
        assert_eq!(split.training.len() + split.validation.len(), spans.len());
        for class in ["a", "b"] {
            let of_class =
                |rows: &[usize]| rows.iter().filter(|&&row| labels[row] == class).count();
            let share = of_class(&split.validation) as f64 / of_class(&split.training) as f64;
            assert!((0.1..0.5).contains(&share), "{share}");
        }
    }
}

#[test]
fn two_groups_are_enough_and_one_class_per_group_is_not() {
    let table = recorded(Some("id"), &[(0, 0), (0, 0), (0, 0), (1, 0)], None);
    let split = Split::new(&table, 0.2, 0).expect("a split");
    assert_eq!((split.training, split.validation), (vec![0, 1, 2], vec![3]));
    assert_eq!(split.by.to_string(), "1 of 2 groups in `id`");
    let table = recorded(
        Some("id"),
        &[(0, 0), (0, 0), (1, 0)],
        Some(&["a", "a", "b"]),
    );
    let error = Split::new(&table, 0.2, 0).expect_err("refused");
    assert_eq!(error.kind, DataErrorKind::OneGroup);
}

#[test]
fn windows_of_one_recording_are_split_by_blocks_without_overlap() {
    for (count, stride) in [(400, 1), (100, 4), (60, 8), (12, 4)] {
        let spans: Vec<_> = (0..count).map(|at| (0, at * stride)).collect();
        let table = recorded(None, &spans, None);
        for (seed, fraction) in [(0, 0.2), (1, 0.5), (2, 0.1)] {
            let split = Split::new(&table, fraction, seed).expect("a split");
            let of_row = &table.recordings.as_ref().expect("recordings").of_row;
            let shared = |&training: &usize| {
                let mut validation = split.validation.iter();
                validation.any(|&row| of_row[training].overlaps(&of_row[row]))
            };
            assert!(!split.training.iter().any(shared), "{count}, {stride}");
            assert!(!split.training.is_empty());
            let SplitBy::Blocks { left_out, .. } = split.by else {
                panic!("{:?}", split.by);
            };
            assert_eq!(
                split.training.len() + split.validation.len() + left_out,
                count
            );
            assert!(
                split.validation.len() * 4 < count * 3,
                "{}",
                split.validation.len()
            );
        }
    }
}

#[test]
fn windows_of_many_recordings_are_split_by_recordings() {
    let spans: Vec<_> = (0..12)
        .flat_map(|of| (0..5).map(move |at| (of, at)))
        .collect();
    let table = recorded(None, &spans, None);
    let split = Split::new(&table, 0.2, 0).expect("a split");
    assert_eq!(split.by, SplitBy::Recordings { counts: [10, 2] });
    let sides = [&split.training, &split.validation].map(|rows| recordings_of(&table, rows));
    assert!(sides[0].is_disjoint(&sides[1]));
}

#[test]
fn two_overlapping_windows_are_split_and_said_to_overlap() {
    let table = recorded(None, &[(0, 0), (0, 1)], None);
    let split = Split::new(&table, 0.2, 0).expect("a split");
    assert_eq!((split.training.len(), split.validation.len()), (1, 1));
    assert!(matches!(split.by, SplitBy::Blocks { overlap: true, .. }));
}
