//! Decoding of circular columns compared with the text of the format in wide integers, and with
//! the arctangent of f64.

use std::f64::consts::TAU;

use flowlet::{Column, ColumnKind, Decimal, Field, Fixed, Model, ModelError, Sampler, Value};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, end_in_circle, random_model};

/// Returns the value of a circular column as the format defines it.
fn oracle(column: &Column, cosine: i32, sine: i32) -> i128 {
    let (mut c, mut s, mut a) = (i128::from(cosine) >> 2, i128::from(sine) >> 2, 1i128 << 15);
    if c < 0 {
        (c, s, a) = (-c, -s, a + (1 << 31));
    }
    for i in 0..16 {
        if c == 0 && s == 0 {
            break;
        }
        let rotation = (f64::from(1 << i).recip().atan() / TAU * 2f64.powi(32)).round() as i128;
        let sign = if s > 0 { 1 } else { -1 };
        (c, s, a) = (
            c + sign * (s >> i),
            s - sign * (c >> i),
            a + sign * rotation,
        );
        assert!(i32::try_from(c).is_ok() && i32::try_from(s).is_ok());
    }
    let (start, end) = (i128::from(column.min), i128::from(column.max));
    let part = ((a.rem_euclid(1 << 32) >> 16) * (end - start) + (1 << 15)) >> 16;
    start + if part < end - start { part } else { 0 }
}

fn circular(min: i32, max: i32) -> Column {
    let kind = ColumnKind::Circular;
    let real = Column::real(0, 1 << 26, 0);
    Column {
        kind,
        min,
        max,
        ..real
    }
}

#[test]
fn circular_values_are_those_of_the_format() {
    let mut draw = Draw::new(31);
    let edges = [
        i32::MIN,
        -(1 << 30),
        -5,
        -4,
        -1,
        0,
        1,
        3,
        4,
        1 << 30,
        i32::MAX,
    ];
    for round in 0..300_000 {
        let mut any = |round: usize| match round % 7 {
            0 => edges[draw.within(0, 10) as usize],
            _ => draw.within(i32::MIN.into(), i32::MAX.into()) as i32 >> draw.within(0, 31),
        };
        let (one, other) = (any(round / 7), any(round / 49));
        let (cosine, sine) = (any(round), any(round / 2));
        let column = circular(one.min(other), one.max(other));
        let value = column.decode_circular(cosine, sine);
        let expected = oracle(&column, cosine, sine);
        assert_eq!(i128::from(value), expected, "{column:?} {cosine} {sine}");
        let inside = column.min <= value && (value < column.max || column.min == column.max);
        assert!(inside, "{column:?} {cosine} {sine}");
    }
}

/// The error is below 10^−4 turns for every angle, and the origin has a value.
#[test]
fn circular_values_are_near_the_angle() {
    let column = circular(-1_000_000, 1_000_000);
    for bits in [18, 22, 26, 30] {
        for i in 0..20_000 {
            let turns = f64::from(i) / 20_000.0;
            let radius = f64::from(1 << bits);
            let point = [(turns * TAU).cos(), (turns * TAU).sin()].map(|x| (x * radius) as i32);
            let value = column.decode_circular(point[0], point[1]);
            let error = (f64::from(value) + 1e6) / 2e6 - turns;
            assert!((error - error.round()).abs() < 1e-4, "{bits} {turns}");
        }
    }
    assert_eq!(column.decode_circular(0, 0), -1_000_000);
}

/// Returns a model of a column of decimals, and an hour with these decimal places.
fn model_of_hours(frac: i8, decimals: Option<u8>) -> Vec<u8> {
    let mut draw = Draw::new(32);
    let shape = Shape {
        dim: 3,
        hidden: vec![6],
        classes: 0,
        null_class: false,
        per_class_drift: false,
        table: false,
    };
    let mut model = random_model(&shape, &mut draw);
    model.column_names = ["price", "hour=cos", "hour=sin"].map(str::to_owned).into();
    model.card = "hours of the day".to_owned();
    let price = Column::real(12 << 20, 5 << 20, 20);
    let [cosine, sine] = [
        (24 << frac, ColumnKind::Circular),
        (1, ColumnKind::NextCircular),
    ];
    let part = |(max, kind)| Column {
        frac,
        min: 0,
        max,
        kind,
        ..Column::real(1000, 1 << 26, 0)
    };
    let cosine = Column {
        decimals,
        ..part(cosine)
    };
    model.columns = vec![
        Column {
            decimals: Some(2),
            ..price
        },
        cosine,
        part(sine),
    ];
    model.encode().expect("a model")
}

#[test]
fn a_circular_column_is_one_column() {
    for (frac, decimals) in [(0, Some(0)), (20, Some(1)), (26, None)] {
        let bytes = model_of_hours(frac, decimals);
        let model = Model::parse(&bytes).expect("a model");
        assert_eq!(model.card(), "hours of the day");
        let mut sampler = Sampler::<3, 6>::new(model).expect("it fits");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(4);
        for _ in 0..200 {
            let sample = sampler.sample(&mut rng).expect("a sample");
            let [_, x, y] = *sample.standardised() else {
                panic!("three values");
            };
            let [cosine, sine] = [1, 2].map(|index| model.column(index).expect("a column"));
            let raw = cosine.decode_circular(cosine.decode(x), sine.decode(y));
            let hour = Fixed { raw, frac };
            assert_eq!(sample.fixed(1), Some(hour));
            assert_eq!(sample.fixed(2).map(|fixed| fixed.raw), Some(0));
            let values: Vec<f32> = sample.values().skip(1).collect();
            assert_eq!(values, [hour.to_f32(), 0.0]);
            assert!((0.0..24.0).contains(&values[0]));
            let columns: Vec<_> = sample.columns().collect();
            assert_eq!(columns.len(), 2);
            assert_eq!(columns[1].name, "hour");
            assert!(matches!(columns[0].value, Value::Decimal(price) if price.decimals == 2));
            let expected = match (decimals, sample.decimal(1)) {
                (Some(0), Some(hour)) => Value::Integer(hour.digits.into()),
                (Some(1), Some(hour)) => Value::Decimal(hour),
                (None, None) => Value::Real(hour),
                other => panic!("{other:?}"),
            };
            assert_eq!(columns[1].value, expected);
            let code = sample.to_range(1, 0..=23).expect("a code");
            assert!((0..24).contains(&code));
        }
        let ends = [0, 24 << frac].map(|raw| Fixed { raw, frac });
        assert_eq!(model.limits(1..2), Some((ends[0], ends[1])));
    }
}

/// A decimal that is rounded up to the end of the period is the start.
#[test]
fn decimals_never_reach_the_end() {
    let bytes = model_of_hours(20, Some(1));
    let model = Model::parse(&bytes).expect("a model");
    let mut sampler = Sampler::<3, 6>::new(model).expect("it fits");
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(4);
    let mut wrapped = 0;
    for _ in 0..20_000 {
        let sample = sampler.sample(&mut rng).expect("a sample");
        let hour = sample.decimal(1).expect("a decimal");
        assert!((0..240).contains(&hour.digits), "{hour}");
        let near = sample.fixed(1).expect("a value").to_decimal(1);
        let (end, start) = (
            Decimal {
                digits: 240,
                decimals: 1,
            },
            Decimal {
                digits: 0,
                decimals: 1,
            },
        );
        if near == Some(end) {
            assert_eq!(hour, start);
            wrapped += 1;
        }
    }
    assert!(wrapped > 0, "{wrapped}");
}

#[test]
fn circular_columns_have_two_dimensions() {
    let mut draw = Draw::new(33);
    let shape = Shape {
        dim: 4,
        hidden: vec![5],
        classes: 0,
        null_class: false,
        per_class_drift: false,
        table: false,
    };
    let mut model = random_model(&shape, &mut draw);
    end_in_circle(&mut model);
    let [.., first, second] = &model.columns[..] else {
        panic!("four columns");
    };
    let (first, second) = (*first, *second);
    let encoded = |columns: [Column; 4]| {
        let mut changed = model.clone();
        changed.columns = columns.into();
        changed.encode().map(|_| ())
    };
    let real = Column {
        frac: first.frac,
        ..Column::real(0, 1, 0)
    };
    let invalid = |column| Err(ModelError::Invalid(Field::Column(column)));
    assert_eq!(encoded([first, second, first, second]), Ok(()));
    assert_eq!(encoded([real, first, second, real]), Ok(()));
    assert_eq!(encoded([real, real, real, first]), invalid(3));
    assert_eq!(encoded([second, real, real, real]), invalid(0));
    assert_eq!(encoded([first, second, second, real]), invalid(2));
    assert_eq!(encoded([first, first, second, real]), invalid(1));
    assert_eq!(encoded([real, first, real, second]), invalid(2));
    let other = Column {
        frac: second.frac ^ 1,
        ..second
    };
    assert_eq!(encoded([real, real, first, other]), invalid(3));
    for kind in [ColumnKind::NextCategory, ColumnKind::NextCircular] {
        let category = Column {
            kind: ColumnKind::Category,
            ..real
        };
        let next = Column { kind, ..real };
        let result = encoded([category, next, real, real]);
        assert_eq!(result.is_ok(), kind == ColumnKind::NextCategory);
        assert_eq!(
            encoded([first, next, real, real]).is_ok(),
            !kind.is_category()
        );
    }
}
