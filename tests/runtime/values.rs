//! Conversions of values compared with wide integers, and iteration by column.

use std::ops::RangeInclusive;

use flowlet::{Column, ColumnKind, Fixed, Model, Sampler, Value};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, random_model};

/// Returns extreme and random values. Those of a column have −96 to 126 fractional bits.
fn values(draw: &mut Draw) -> Vec<i32> {
    let extremes = [
        i32::MIN,
        i32::MIN + 1,
        -(1 << 30) - 1,
        -3,
        -2,
        -1,
        0,
        1,
        2,
        3,
    ];
    let mut all = Vec::from(extremes);
    all.extend(extremes.map(|raw| !raw));
    all.extend((0..20).map(|_| draw.within(i32::MIN.into(), i32::MAX.into()) as i32));
    all.extend((0..20).map(|_| (draw.within(-1, 1) << draw.within(0, 30)) as i32));
    all
}

/// Returns raw · 2^shift, rounded half up, or `None` beyond an i128.
fn scaled(raw: i32, shift: i32) -> Option<i128> {
    match shift {
        0..=90 => Some(i128::from(raw) << shift),
        -90..=-1 => Some((i128::from(raw) + (1 << (-1 - shift))) >> -shift),
        ..=-91 => Some(0),
        _ if raw == 0 => Some(0),
        _ => None,
    }
}

#[test]
fn rescaled_values_are_rounded_or_refused() {
    let mut draw = Draw::new(8);
    let fracs = [
        -128, -96, -33, -32, -31, -1, 0, 1, 30, 31, 32, 33, 60, 126, 127,
    ];
    for raw in values(&mut draw) {
        for frac in fracs {
            let value = Fixed { raw, frac };
            for to in fracs
                .into_iter()
                .chain((0..9).map(|d| frac.saturating_add(d)))
            {
                let exact = scaled(raw, i32::from(to) - i32::from(frac));
                let fits = exact.and_then(|exact| i32::try_from(exact).ok());
                assert_eq!(value.rescale(to), fits, "{value:?} {to}");
                let limit = if raw < 0 { i32::MIN } else { i32::MAX };
                let limited = value.rescale_saturating(to);
                assert_eq!(limited, fits.unwrap_or(limit), "{value:?} {to}");
            }
        }
    }
}

/// Returns the exact result: every value is a multiple of 2^−frac of the largest `frac`.
fn mapped(value: Fixed, low: Fixed, high: Fixed, range: &RangeInclusive<i32>) -> i32 {
    let frac = [value, low, high].map(|fixed| fixed.frac).into_iter().max();
    let frac = i32::from(frac.unwrap());
    let wide = |fixed: Fixed| scaled(fixed.raw, frac - i32::from(fixed.frac)).unwrap();
    let [value, low, high] = [value, low, high].map(wide);
    let (part, all) = ((value - low) * (high - low).signum(), (high - low).abs());
    let span = i128::from(*range.end()) - i128::from(*range.start());
    if all == 0 {
        return *range.start();
    }
    let share = (2 * part.clamp(0, all) * span + all).div_euclid(2 * all);
    (i128::from(*range.start()) + share) as i32
}

#[test]
fn values_map_to_the_nearest_integer_of_a_range() {
    let mut draw = Draw::new(9);
    let ranges = [0..=4095, -100..=100, 7..=7, 0..=1, i32::MIN..=i32::MAX];
    let raws = values(&mut draw);
    let mut inside = 0;
    for round in 0..200_000 {
        let base = draw.within(-96, 96) as i8;
        let mut fixed = || Fixed {
            raw: raws[draw.within(0, raws.len() as i64 - 1) as usize],
            frac: base + draw.within(0, 30) as i8,
        };
        let [value, low, high] = [fixed(), fixed(), fixed()];
        let range = &ranges[round % ranges.len()];
        let expected = mapped(value, low, high, range);
        let got = value.to_range(low, high, range.clone());
        assert_eq!(got, expected, "{value:?} {low:?} {high:?} {range:?}");
        inside += i32::from(expected != *range.start() && expected != *range.end());
    }
    assert!(inside > 10_000, "{inside}");
}

/// Formats that differ by more than 30 bits: the result is within 1 of that in f64.
#[test]
fn values_of_any_format_map_to_a_range() {
    let mut draw = Draw::new(10);
    let real = |fixed: Fixed| f64::from(fixed.raw) * 2f64.powi(-i32::from(fixed.frac));
    for _ in 0..200_000 {
        let mut fixed = || Fixed {
            raw: draw.within(i32::MIN.into(), i32::MAX.into()) as i32 >> draw.within(0, 31),
            frac: draw.within(-128, 127) as i8,
        };
        let [value, low, high] = [fixed(), fixed(), fixed()];
        let share = (real(value) - real(low)) / (real(high) - real(low));
        let share = if real(low) == real(high) { 0.0 } else { share };
        let expected = share.clamp(0.0, 1.0) * 4095.0;
        let got = f64::from(value.to_range(low, high, 0..=4095));
        assert!(
            (got - expected).abs() <= 1.0,
            "{value:?} {low:?} {high:?}: {got} {expected}"
        );
    }
}

#[test]
fn an_empty_range_gives_its_start() {
    let [low, value, high] = [0, 1, 2].map(|raw| Fixed { raw, frac: 0 });
    let (start, end) = (5, -5);
    assert_eq!(value.to_range(low, high, start..=end), 5);
    assert_eq!(value.to_range(high, high, 3..=9), 3);
}

/// No value of a column leaves its limits, and the limits are reached.
#[test]
fn limits_are_those_of_the_columns() {
    let mut draw = Draw::new(11);
    for _ in 0..100 {
        let shape = Shape::random(&mut draw);
        let model = random_model(&shape, &mut draw);
        let bytes = model.encode().unwrap();
        let parsed = Model::parse(&bytes).unwrap();
        let real = |fixed: Fixed| f64::from(fixed.raw) * 2f64.powi(-i32::from(fixed.frac));
        let (low, high) = parsed.limits(0..shape.dim).unwrap();
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for (index, column) in model.columns.iter().enumerate() {
            let own = parsed.limits(index..index + 1).unwrap();
            for x in [-1 << 30, 0, 12_345, (1 << 30) - 1] {
                let raw = column.decode(x);
                let inside = (own.0.raw..=own.1.raw).contains(&raw);
                assert!(inside || column.kind.is_category(), "{column:?} {x}");
            }
            lowest = lowest.min(real(own.0));
            highest = highest.max(real(own.1));
        }
        assert_eq!((real(low), real(high)), (lowest, highest));
        assert_eq!(parsed.limits(0..shape.dim + 1), None);
        assert_eq!(parsed.limits(1..1), None);
    }
}

#[test]
fn a_sample_has_its_columns_with_names() {
    let mut draw = Draw::new(12);
    let kinds = [
        ("t", ColumnKind::Real),
        ("sky=clear", ColumnKind::Category),
        ("sky=a=b", ColumnKind::NextCategory),
        ("sky=rain", ColumnKind::NextCategory),
        ("count", ColumnKind::Integer),
        ("on=no", ColumnKind::Category),
        ("on=yes", ColumnKind::NextCategory),
    ];
    let shape = Shape {
        dim: kinds.len(),
        ..Shape::random(&mut draw)
    };
    let mut met = std::collections::BTreeSet::new();
    for seed in 0..30 {
        let mut model = random_model(&shape, &mut draw);
        model.column_names = kinds.map(|(name, _)| name.to_owned()).into();
        model.columns = kinds
            .map(|(_, kind)| Column {
                kind,
                ..Column::real(0, 5 << 8, 8)
            })
            .into();
        let bytes = model.encode().unwrap();
        let parsed = Model::parse(&bytes).unwrap();
        let mut sampler = Sampler::<24, 24>::new(parsed).unwrap();
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let sample = sampler.sample(&mut rng).unwrap();
        let columns: Vec<_> = sample.columns().collect();
        let names: Vec<_> = columns.iter().map(|column| column.name).collect();
        assert_eq!(names, ["t", "sky", "count", "on"]);
        assert_eq!(columns[0].value, Value::Real(sample.fixed(0).unwrap()));
        let count = sample.values().nth(4).unwrap();
        assert_eq!(columns[2].value, Value::Integer(count as i64));
        for (at, first, names) in [
            (1, 1, &["clear", "a=b", "rain"][..]),
            (3, 5, &["no", "yes"]),
        ] {
            let index = sample.category(first).unwrap();
            let name = names[usize::from(index)];
            assert_eq!(columns[at].value, Value::Category { index, name });
            met.insert(name);
        }
        let code = sample.to_range(1, 0..=9).unwrap();
        assert_eq!(code, if sample.category(1) == Some(0) { 9 } else { 0 });
        assert_eq!(sample.to_range(kinds.len(), 0..=9), None);
    }
    assert!(met.len() > 3, "{met:?}");
}

// Iterators without drop glue may borrow from the last expression of a block in edition 2021. The
// example of `Sample::values` is such a block.
const _: () = {
    assert!(!std::mem::needs_drop::<flowlet::Values<'_>>());
    assert!(!std::mem::needs_drop::<flowlet::Columns<'_>>());
    assert!(!std::mem::needs_drop::<flowlet::Samples<'_, 2, 64>>());
};
