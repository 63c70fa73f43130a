//! Standardising is the inverse of decoding, for every kind of column.

use flowlet::fixed::GAP;
use flowlet::{Column, ColumnKind, Fixed, Model, Sampler};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, add_curves, end_in_category, end_in_circle, random_model};
use crate::standard_normal::standard_normal;

/// Returns the value of the curve of a dimension, by its definition.
fn on_curve(model: &Model<'_>, index: usize, x: i32) -> f64 {
    let knots: Vec<(f64, f64)> = model
        .curve(index)
        .map(|knot| (f64::from(knot.x) * 32_768.0, knot.value.into()))
        .collect();
    let x = f64::from(x);
    let after = knots.partition_point(|knot| knot.0 <= x);
    match after {
        0 => knots[0].1,
        after if after == knots.len() => knots[after - 1].1,
        after => {
            let ((x0, y0), (x1, y1)) = (knots[after - 1], knots[after]);
            y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        }
    }
}

#[test]
fn a_sample_has_the_values_that_its_standardised_values_decode_to() {
    let mut draw = Draw::new(71);
    let (mut numbers, mut curves, mut angles, mut categories) = (0, 0, 0, 0);
    for case in 0..300 {
        let mut shape = Shape::random(&mut draw);
        shape.dim = shape.dim.max(4);
        let mut quantised = random_model(&shape, &mut draw);
        match case % 3 {
            0 => add_curves(&mut quantised, &mut draw),
            1 => end_in_circle(&mut quantised),
            _ => end_in_category(&mut quantised),
        }
        let bytes = quantised.encode().expect("a model");
        let model = Model::parse(&bytes).expect("a model");
        let mut sampler = Sampler::<32, 32>::new(model).expect("a sampler");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(case);
        let sample = sampler.sample(&mut rng).expect("a sample");
        let row: Vec<Fixed> = (0..model.dim()).filter_map(|at| sample.fixed(at)).collect();
        let x: Vec<i32> = (0..model.dim())
            .map(|at| {
                let standardised = model.standardise(&row, at).expect("a dimension");
                assert!(standardised.x.abs() <= 1 << 30);
                standardised.x
            })
            .collect();
        assert_eq!(model.standardise(&row, model.dim()), None);
        for (at, &value) in row.iter().enumerate() {
            let column = model.column(at).expect("a column");
            // One unit of x changes the value by up to two of its last places.
            match column.kind {
                ColumnKind::Integer if column.frac > 31 => {} // all are below one half
                ColumnKind::Real | ColumnKind::Integer if column.knots > 0 => {
                    curves += 1;
                    let found = on_curve(&model, at, x[at]);
                    let slope = on_curve(&model, at, x[at].saturating_add(1)) - found;
                    let limit = [column.min, column.max].contains(&value.raw);
                    let error = (found - f64::from(value.raw)).abs();
                    // Integers at an end may be rounded beyond it.
                    let half = match (column.kind, column.frac) {
                        (ColumnKind::Integer, 1..) => f64::from(1u32 << (column.frac - 1)),
                        _ => 0.0,
                    };
                    let near = error <= 2.0 + half + 2.0 * slope.abs();
                    assert!(limit || near, "{found} {value:?}");
                }
                ColumnKind::Real | ColumnKind::Integer => {
                    numbers += 1;
                    let error = column.decode(x[at]).abs_diff(value.raw);
                    let state = sample.standardised()[at];
                    // Only random limits of integers are no integers.
                    let limit = [column.min, column.max].contains(&value.raw);
                    let odd = column.kind == ColumnKind::Integer && limit;
                    let same = column.decode(state) == column.decode(x[at]);
                    assert!(error <= 2 || same || odd, "{error}: {column:?} {value:?}");
                }
                ColumnKind::Circular => {
                    angles += 1;
                    let next = model.column(at + 1).expect("a column");
                    let found =
                        column.decode_circular(column.decode(x[at]), next.decode(x[at + 1]));
                    let error = f64::from(found.wrapping_sub(value.raw)) / f64::from(24 << 20);
                    assert!((error - error.round()).abs() < 2e-4, "{found} {value:?}");
                }
                _ => {}
            }
        }
        if case % 3 == 2 {
            let first = model.dim() - 2;
            // Their scores are those of 1 and 0, if the state can hold them.
            let scores = [first, first + 1].map(|at| {
                let column = model.column(at).expect("a column");
                let one = Fixed { raw: 1, frac: 0 }.rescale(column.frac);
                let is_within = x[at].abs() < (1 << 30) - 1 && column.max > column.min;
                (one.is_some() && is_within).then(|| column.decode(x[at]))
            });
            if let [Some(a), Some(b)] = scores {
                categories += 1;
                assert!(
                    (row[first].raw == 1) == (a > b) || a.abs_diff(b) <= 4,
                    "{a} {b}"
                );
            }
        }
    }
    assert!(
        numbers > 1000 && curves > 100 && angles == 100 && categories > 5,
        "{categories}"
    );
}

#[test]
fn limits_with_a_gap_have_it_beyond_them() {
    let mut quantised = standard_normal(&["rain", "level"], false);
    let rain = Column {
        min: 0,
        max: 100 << 16,
        gaps: [true, true],
        ..Column::real(20 << 16, 10 << 16, 16)
    };
    quantised.columns = vec![
        rain,
        Column {
            gaps: [false; 2],
            ..rain
        },
    ];
    let bytes = quantised.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    assert_eq!(model.column(0), Some(rain));
    let x = |value: f32, at| model.standardise(&[value; 2], at).expect("a dimension");
    let one = 1 << 26;
    assert_eq!((x(0.0, 1).x, x(100.0, 1).x), (-2 * one, 8 * one));
    assert_eq!(
        (x(0.0, 0).x, x(100.0, 0).x),
        (-2 * one - GAP, 8 * one + GAP)
    );
    assert_eq!((x(30.0, 0).x, x(30.0, 0).is_outside), (one, false));
    for value in [-0.1, 100.1, f32::INFINITY, f32::NAN] {
        assert!(x(value, 0).is_outside && x(value, 1).is_outside, "{value}");
    }
    for value in [0.0, -1e-7, 100.0, 100.000_01] {
        assert!(!x(value, 0).is_outside, "{value}");
    }
}

#[test]
fn constant_columns_have_one_value() {
    let mut quantised = standard_normal(&["gravity", "mode"], false);
    quantised.columns[0] = Column::real((9.81 * 67_108_864.0) as i32, 0, 26);
    quantised.columns[1] = Column {
        kind: ColumnKind::Integer,
        ..Column::real(3, 0, 0)
    };
    let bytes = quantised.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    let outside = |row: [f32; 2]| {
        [0, 1].map(|at| model.standardise(&row, at).expect("a dimension").is_outside)
    };
    assert_eq!(outside([9.81, 3.0]), [false; 2]);
    assert_eq!(outside([9.82, 4.0]), [true; 2]);
}

#[test]
fn floats_are_converted_exactly_or_limited() {
    let mut draw = Draw::new(72);
    for _ in 0..200_000 {
        let bits = draw.within(0, u32::MAX.into()) as u32;
        let value = f32::from_bits(bits);
        let fixed = Fixed::from(value);
        if value.abs() < 2f32.powi(-103) {
            assert_eq!(fixed.raw, 0, "{value:e}");
        } else if value.abs() < 2f32.powi(127) {
            assert_eq!(fixed.to_f32(), value);
        } else if value.is_nan() {
            assert_eq!(fixed.raw, i32::MIN);
        } else {
            assert_eq!(fixed.raw.abs(), i32::MAX, "{value:e}");
            assert_eq!(fixed.raw < 0, value < 0.0);
        }
        let integer = bits as i32;
        assert_eq!(
            Fixed::from(integer),
            Fixed {
                raw: integer,
                frac: 0
            }
        );
    }
}
