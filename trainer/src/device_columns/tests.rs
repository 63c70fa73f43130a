//! The columns of a device compared with what the host trains on.

use ndarray::Array2;

use super::*;
use crate::data::Table;
use crate::generate::{Request, generate};
use crate::quantile::quantile;
use crate::standard_normal::standard_normal;

#[test]
fn values_come_back_to_f32_precision() {
    for (mean, scale) in [
        (0.0, 1.0),
        (1013.25, 7.3),
        (-4e-9, 1e-12),
        (3e9, 0.0),
        (1e30, 1e29),
        (0.0, 0.0),
    ] {
        let column = super::column(mean, scale, frac(mean, scale), ValueRange::REAL);
        let Column {
            offset, multiplier, ..
        } = column;
        assert!(offset > i32::MIN && multiplier.unsigned_abs() < 1 << 27);
        let real = |fixed: i32| f64::from(fixed) * 2f64.powi(-i32::from(column.frac));
        let allowed = 1e-8 * (mean.abs() + 16.0 * scale);
        assert!((real(offset) - mean).abs() <= allowed, "{mean}");
        assert!((real(multiplier) - scale).abs() <= allowed, "{scale}");
        assert_eq!((column.min, column.max), (i32::MIN, i32::MAX));
    }
}

/// Seconds since 1970 of some years. Only what no training row reaches is limited.
#[test]
fn large_integers_keep_their_last_bit() {
    let range = ValueRange {
        integer: true,
        min: 1.4e9,
        max: 2e9,
        ..ValueRange::REAL
    };
    let (mean, scale) = (1.7e9, 5e7);
    let column = super::column(mean, scale, frac(mean, scale), range);
    assert_eq!(column.frac, 0);
    assert_eq!(
        [-6, 0, 5].map(|x| column.decode(x << 26)),
        [1_400_000_000, 1_700_000_000, 1_950_000_000]
    );
    assert_eq!(column.decode(13 << 22), 1_740_625_000);
    let unlimited = Column {
        max: i32::MAX,
        ..column
    };
    assert_eq!(unlimited.decode(15 << 26), i32::MAX);
    assert_eq!(frac(1.7e9, 1e8), -1);
}

#[test]
fn columns_beyond_an_i32_and_its_format_are_seen() {
    let is_beyond = |mean, scale| {
        let transform = Transform {
            scaling: Scaling {
                mean: vec![0.0, mean],
                scale: vec![1.0, scale],
            },
            ranges: vec![ValueRange::REAL; 2],
            piles: vec![[false; 2]; 2],
            curves: vec![None; 2],
            categories: Vec::new(),
            circular: Vec::new(),
            latent: None,
        };
        unrepresentable(&transform) == Some(1)
    };
    let nan = f64::NAN;
    for (mean, scale) in [
        (3e38, 0.0),
        (0.0, 2e37),
        (0.0, 1e-40),
        (1e-32, 0.0),
        (1e-31, 5e-39),
    ] {
        assert!(
            is_beyond(mean, scale) && is_beyond(-mean, scale),
            "{mean}, {scale}"
        );
    }
    assert!(is_beyond(nan, nan) && is_beyond(f64::INFINITY, nan));
    for (mean, scale) in [
        (0.0, 0.0),
        (1e37, 9e36),
        (1e-30, 0.0),
        (0.0, 1e-31),
        (1e-31, 1e-38),
        (1e6, 1e-9),
    ] {
        assert!(!is_beyond(mean, scale), "{mean}, {scale}");
    }
}

#[test]
fn integers_and_decimals_are_exact_if_an_i32_holds_them() {
    let of = |mean: f64, scale: f64, range: ValueRange| {
        super::column(mean, scale, frac(mean, scale), range)
    };
    let integer = |min, max| ValueRange {
        integer: true,
        decimals: None,
        min,
        max,
    };
    let seconds = of(
        1_709_251_416.0,
        114.0,
        integer(1_709_251_211.0, 1_709_251_610.0),
    );
    assert_eq!((seconds.frac, seconds.min), (0, 1_709_251_211));
    assert_eq!(seconds.decode(1 << 26), 1_709_251_530);
    // Multiples of 16 within the limits.
    let wide = of(0.0, 1.2e9, integer(-2_147_483_647.0, 2_147_483_647.0));
    assert_eq!(
        (wide.frac, wide.min, wide.max),
        (-4, -134_217_727, 134_217_727)
    );
    assert_eq!(range(wide).max, 2_147_483_632.0);
    let decimals = |mean, scale, decimals| {
        let decimals = Some(decimals);
        let range = ValueRange {
            decimals,
            ..ValueRange::REAL
        };
        of(mean, scale, range).decimals
    };
    assert_eq!(decimals(51.5, 1e-5, 7), Some(7));
    assert_eq!(decimals(51.5, 1e-5, 8), None);
    assert_eq!(decimals(101_325.0, 0.02, 4), Some(4));
    assert_eq!(decimals(0.0, 100.0, 7), None);
}

#[test]
fn values_that_are_too_close_together_are_seen() {
    let found = |mean, scale, range: ValueRange| {
        let transform = Transform {
            scaling: Scaling {
                mean: vec![mean],
                scale: vec![scale],
            },
            ranges: vec![range],
            piles: vec![[false; 2]],
            curves: vec![None],
            categories: Vec::new(),
            circular: Vec::new(),
            latent: None,
        };
        unresolved(&transform)
    };
    let decimals = ValueRange {
        decimals: Some(2),
        ..ValueRange::REAL
    };
    let step = 2f64.powi(-14);
    assert_eq!(found(101_325.0, step, ValueRange::REAL), Some((0, step)));
    assert_eq!(found(101_325.0, 64.0 * step, ValueRange::REAL), None);
    assert_eq!(found(101_325.0, step, decimals), None);
    assert_eq!(found(101_325.0, 0.0, ValueRange::REAL), None);
}

#[test]
fn scores_of_a_column_have_one_format() {
    let transform = Transform {
        scaling: Scaling {
            mean: vec![5.0, 0.02, 0.9, 0.08],
            scale: vec![100.0, 0.25, 0.25, 0.25],
        },
        ranges: vec![
            ValueRange::REAL,
            ValueRange::ONE_HOT,
            ValueRange::ONE_HOT,
            ValueRange::ONE_HOT,
        ],
        piles: vec![[false; 2]; 4],
        curves: vec![None; 4],
        categories: std::iter::once(1..4).collect(),
        circular: Vec::new(),
        latent: None,
    };
    let encoded = columns(&transform);
    let kinds = [
        ColumnKind::Real,
        ColumnKind::Category,
        ColumnKind::NextCategory,
        ColumnKind::NextCategory,
    ];
    assert!(encoded.iter().map(|of| of.kind).eq(kinds));
    assert!(
        encoded[1..]
            .iter()
            .all(|of| of.frac == 28 && of.min == i32::MIN)
    );
    let mut quantised = standard_normal(&["x", "k=a", "k=b=c", "k="], false);
    quantised.columns = encoded;
    let bytes = quantised.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    let back = super::transform(&model);
    assert_eq!(
        (back.ranges, back.categories),
        (transform.ranges, transform.categories)
    );
    assert_eq!(category_columns(&model), ["k"]);
    let columns = file_columns(&model);
    assert_eq!(columns[1].categories, Some(vec!["a", "b=c", ""]));
}

/// The device decodes like the library.
#[test]
fn the_device_rounds_and_limits_alike() {
    let ranges = [
        (true, -3.0, 12.0),
        (false, 0.0, f64::INFINITY),
        (true, f64::NEG_INFINITY, f64::INFINITY),
        (false, 2.5, 2.5),
    ];
    for (integer, min, max) in ranges {
        let range = ValueRange {
            integer,
            decimals: None,
            min,
            max,
        };
        let column = super::column(4.25, 2.5, frac(4.25, 2.5), range);
        for x in (-1024..=1024).map(|x| x << 20) {
            let real = 4.25 + 2.5 * f64::from(x) / f64::from(1 << 26);
            let decoded = f64::from(column.decode(x)) * 2f64.powi(-i32::from(column.frac));
            assert!(
                (decoded - range.nearest(real)).abs() < 1e-6,
                "{range:?} {x}"
            );
        }
    }
}

/// Returns incomes, of which each tenth is 0, and temperatures, of which each tenth is 0.5.
fn far_and_recurring() -> Table {
    let row = |row: usize, scale: f64| scale * quantile((row as f64 + 0.5) / 1000.0);
    Table {
        columns: vec!["income".to_owned(), "warm".to_owned()],
        values: Array2::from_shape_fn((1000, 2), |(at, column)| match (column, at % 10) {
            (0, 3) => 0.0,
            (0, _) => (8.0 + row(at, 1.5)).exp(),
            (_, 7) => 0.5,
            _ => row(at, 3.0),
        }),
        ..Table::default()
    }
}

#[test]
fn a_device_decodes_curves_as_the_host_does() {
    let table = far_and_recurring();
    let ranges = ValueRange::of_table(&table);
    let (expected, standardised) = Transform::fit(&table, ranges, 1);
    assert!(expected.curves.iter().all(Option::is_some));
    let mut quantised = standard_normal(&["income", "warm"], false);
    quantised.columns = columns(&expected);
    quantised.curves = curves(&expected);
    let bytes = quantised.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    let request = Request {
        count: 2000,
        ..Request::default()
    };
    let generated = generate(&model, &request).expect("samples");
    let decoded = expected.decode(generated.standardised.view());
    for (at, scale) in [(0, 8f64.exp()), (1, 3.0)] {
        for (device, host) in generated.values.column(at).iter().zip(decoded.column(at)) {
            let error = (device - host).abs();
            assert!(error <= 2e-3 * host.abs().max(scale), "{device} {host}");
        }
    }
    let share = |column: usize, value: f64| {
        let values = generated.values.column(column);
        values
            .iter()
            .filter(|of| (*of - value).abs() < 1e-6)
            .count() as f64
            / 2000.0
    };
    let shares = [share(0, 0.0), share(1, 0.5)];
    assert!(shares[0] > 0.003 && shares[1] > 0.3, "{shares:?}");
    assert!(
        generated
            .values
            .column(0)
            .iter()
            .all(|&income| income >= 0.0)
    );
    let found = transform(&model);
    assert_eq!(found.ranges, expected.ranges);
    for (one, other) in standardised.iter().zip(&found.standardise(table.values, 1)) {
        assert!((one - other).abs() < 5e-3, "{one} {other}");
    }
}

/// What the device standardises is what the trainer placed, to the precision of its numbers.
#[test]
fn a_device_standardises_rows_as_the_trainer_does() {
    let columns = ["rain", "count", "income", "day", "none"];
    let value = |row: usize, column: usize| match column {
        0 => row.saturating_sub(99) as f64 / 7.0,
        1 => row.saturating_sub(99) as f64,
        2 => (row as f64 / 20.0).exp(),
        3 => row as f64 * 0.37,
        _ if row.is_multiple_of(3) => 0.0,
        _ => row as f64 - 90.0,
    };
    let table = Table {
        columns: columns.map(str::to_owned).into(),
        values: Array2::from_shape_fn((200, 5), |(row, column)| value(row, column)),
        ..Table::default()
    };
    let ranges = ValueRange::of_each(table.values.view());
    let (transform, placed) = Transform::fit(&table, ranges, 1);
    assert!(transform.curves.iter().any(Option::is_some));
    let mut quantised = standard_normal(&columns, false);
    quantised.columns = super::columns(&transform);
    quantised.curves = curves(&transform);
    assert_eq!(quantised.columns[1].gaps, [true, false]);
    let bytes = quantised.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    for (row, expected) in table.values.rows().into_iter().zip(placed.rows()) {
        let row: Vec<f32> = row.iter().map(|&value| value as f32).collect();
        for (at, &expected) in expected.iter().enumerate() {
            let found = model.standardise(&row, at).expect("a dimension");
            let x = found.x as f32 / (1 << 26) as f32;
            // Five times the standard deviation by which values that recur are spread.
            let near = (x - expected).abs() < 0.1;
            assert!(near && !found.is_outside, "{at}: {x} {expected}");
        }
    }
}
