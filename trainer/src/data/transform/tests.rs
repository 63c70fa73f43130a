//! Values come back from where they were sent, and scales and curves are those declared.

use ndarray::{Array2, array, s};

use super::{LatentRank, Schema, Transform, ValueRange, shared_scales};
use crate::data::Table;

#[test]
fn the_pixels_of_an_image_share_a_scale_and_a_series_does_if_declared() {
    let scales = |stem: &str, text: &str| {
        let schema = Schema::parse(text).expect("a schema");
        let table = Table {
            columns: (0..9).map(|at| format!("{stem}{at}")).collect(),
            values: Array2::from_shape_fn((4, 9), |(row, column)| (row + column) as f64),
            ..Table::default()
        };
        schema.check("s.toml".as_ref(), &table).expect("it fits");
        shared_scales(&table, &schema, 0..0)
    };
    let own: Vec<usize> = (0..9).collect();
    assert_eq!(scales("p", ""), [0; 9]);
    assert_eq!(scales("h", ""), own);
    assert_eq!(scales("h", "h = { series = true }"), [0; 9]);
    assert_eq!(scales("p", "p = { series = false }"), own);
    assert_eq!(scales("p", "p4 = { series = false, min = 0 }"), own);
}

#[test]
fn a_schema_gives_a_column_a_curve_or_takes_it() {
    let table = Table {
        columns: ["income", "x", "h"].map(str::to_owned).to_vec(),
        values: Array2::from_shape_fn((400, 3), |(row, column)| match column {
            0 => (row as f64 / 40.0).exp(),
            _ => row as f64 / 7.0,
        }),
        ..Table::default()
    };
    let curves = |text: &str| {
        let schema = Schema::parse(text).expect("a schema");
        let ranges = ValueRange::of_table(&table);
        let (transform, standardised) =
            Transform::fit_declared(&table, ranges, &schema, LatentRank::Off, 0);
        let back = transform.decode(standardised.view());
        let errors = (&back - &table.values) / &table.values.mapv(|value| value.max(100.0));
        assert!(errors.iter().all(|error| error.abs() < 1e-5), "{text}");
        [0, 1, 2].map(|at| transform.curves[at].is_some())
    };
    assert_eq!(curves(""), [true, false, false]);
    assert_eq!(curves("income = { curve = false }"), [false; 3]);
    assert_eq!(curves("x = { curve = true }"), [true, true, false]);
}

/// With one scale, the nearest corner is that of the highest score.
#[test]
fn the_highest_score_is_the_category() {
    let table = Table {
        columns: ["x", "k=a", "k=b", "k=c", "k=never"]
            .map(str::to_owned)
            .to_vec(),
        categories: std::iter::once(1..5).collect(),
        values: Array2::from_shape_fn((20, 5), |(row, column)| match (column, row) {
            (0, _) => row as f64 / 8.0,
            (1, ..10) | (2, 10..16) | (3, 16..) => 1.0,
            _ => 0.0,
        }),
        ..Table::default()
    };
    let ranges = ValueRange::of_each(table.values.view());
    let (transform, standardised) = Transform::fit(&table, ranges, 1);
    let back = transform.decode(standardised.view());
    assert_eq!(back.slice(s![.., 1..]), table.values.slice(s![.., 1..]));
    assert!(
        transform.scaling.scale[1..]
            .iter()
            .all(|&scale| scale == transform.scaling.scale[1])
    );
    let decoded = |scores: [f32; 4]| {
        let mut row = Array2::zeros((1, 5));
        for (place, score) in (1..).zip(scores) {
            let (mean, scale) = (
                transform.scaling.mean[place],
                transform.scaling.scale[place],
            );
            row[[0, place]] = ((f64::from(score) - mean) / scale) as f32;
        }
        transform.decode(row.view()).row(0).to_vec()[1..].to_vec()
    };
    assert_eq!(decoded([0.25, 0.5, -9.0, 0.375]), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(decoded([-3.0, -3.5, -2.0, -1.0]), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(
        transform.decode(Array2::zeros((1, 5)).view())[[0, 1]],
        1.0,
        "the commonest"
    );
}

#[test]
fn rows_come_back_from_where_they_were_sent() {
    let rows = Array2::from_shape_fn((40, 2), |(row, column)| match column {
        0 => row as f64,
        _ => row.saturating_sub(20) as f64 / 8.0,
    });
    let table = Table {
        columns: vec!["count".into(), "rain".into()],
        values: rows.clone(),
        ..Table::default()
    };
    let (transform, standardised) = Transform::fit(&table, ValueRange::of_each(rows.view()), 1);
    let back = transform.decode(standardised.view());
    assert!((back - rows).iter().all(|error| error.abs() < 1e-5));
    let far = transform.standardise(array![[1e9, -1.0]], 1);
    assert_eq!(far[[0, 0]], standardised[[39, 0]]);
    assert_eq!(transform.decode(far.view()), array![[39.0, 0.0]]);
}
