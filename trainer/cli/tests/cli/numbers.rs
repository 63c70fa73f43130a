//! Large integers, decimals, and values close together: samples have the digits of the data.

use std::collections::BTreeSet;

use crate::place::{Place, TINY};

/// Trains on a table, and returns the cells of a column of its samples.
fn cells(place: &Place, rows: &str, column: usize) -> Vec<String> {
    place.put("data.csv", rows);
    place.done(&format!("train data.csv -o model.flow -q {TINY}"));
    let made = place.says("sample model.flow -n 200 -o -");
    let cell = |line: &str| line.split(',').nth(column).expect("a cell").to_owned();
    made.lines().skip(1).map(cell).collect()
}

/// Returns a table of two columns.
fn table(row: impl Fn(u32) -> String) -> String {
    let rows: String = (0..200).map(|at| row(at * 7919 % 200) + "\n").collect();
    format!("x,y\n{rows}")
}

#[test]
fn large_integers_are_exact() {
    let place = Place::new();
    let seconds = table(|at| format!("{},{}", 1_709_251_211 + at, at % 7));
    let made = cells(&place, &seconds, 0);
    let of_data = 1_709_251_211..1_709_251_411;
    let numbers = made.iter().map(|cell| cell.parse().expect("an integer"));
    let numbers: BTreeSet<i64> = numbers.collect();
    assert!(numbers.iter().all(|number| of_data.contains(number)));
    assert!(numbers.len() > 50 && numbers.iter().any(|number| number % 2 == 1));
    let card = place.says("inspect model.flow");
    let range = "integer, 1709251211 to 1709251410";
    assert!(card.contains(range), "{card}");
}

#[test]
fn samples_have_the_decimals_of_the_data() {
    let place = Place::new();
    let prices = table(|at| format!("{}.{:02},{}", at / 3, at % 100, at % 7));
    for cell in cells(&place, &prices, 0) {
        let (_, decimals) = cell.split_once('.').expect("a point");
        assert_eq!(decimals.len(), 2, "{cell}");
    }
    place.done("sample model.flow -n 20 -o made.npy");
    for value in place.get("made.npy").rchunks_exact(8).take(40) {
        let value = f64::from_le_bytes(value.try_into().expect("8 bytes"));
        assert_eq!((value * 100.0).round() / 100.0, value);
    }
}

#[test]
fn values_close_together_keep_their_resolution_or_are_refused() {
    let place = Place::new();
    let degrees = table(|at| format!("51.5{at:05},{}", at % 7));
    let made = cells(&place, &degrees, 0);
    let distinct: BTreeSet<&String> = made.iter().collect();
    assert!(distinct.len() > 50 && distinct.iter().all(|cell| cell.starts_with("51.")));
    assert!(made.iter().all(|cell| cell.len() == "51.500123".len()));
    place.put(
        "close.csv",
        table(|at| format!("101325.0000{at:03},{}", at % 7)),
    );
    assert_eq!(
        place.refused(&format!("train close.csv -o close.flow {TINY}")),
        "column `x`: the values are close together compared with their size, and a device only \
         resolves steps of 0.000061035156 here; subtract a constant, such as 101325, from all"
    );
}
