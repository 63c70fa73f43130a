//! Decimal values compared with wide integers, and their text.

use flowlet::{Column, ColumnKind, Decimal, Fixed, Model, Sampler};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, random_model};

/// Returns raw · 10^decimals · 2^−frac, rounded half up, if it fits an i32.
fn digits(Fixed { raw, frac }: Fixed, decimals: u32) -> Option<i32> {
    let product = i128::from(raw) * 10i128.pow(decimals);
    let rounded = match i32::from(frac) {
        frac @ 1.. => (product + (1 << (frac - 1))) >> frac,
        // Beyond an i128 only values are lost that do not fit an i32.
        frac => product << (-frac).min(64),
    };
    i32::try_from(rounded).ok()
}

#[test]
fn decimals_are_rounded_or_refused() {
    let mut draw = Draw::new(21);
    let mut fits = [0; 2];
    for round in 0..400_000 {
        let raw = draw.within(i32::MIN.into(), i32::MAX.into()) as i32 >> draw.within(0, 31);
        let raw = [raw, 0, i32::MIN, i32::MAX][if round % 50 == 0 { round / 50 % 4 } else { 0 }];
        let frac = draw.within(if round % 3 == 0 { -96 } else { 0 }, 126) as i8;
        let places = draw.within(0, 9) as u8;
        let value = Fixed { raw, frac };
        let expected = digits(value, places.into());
        let found = value.to_decimal(places);
        assert_eq!(found.map(|of| of.digits), expected, "{value:?} {places}");
        assert_eq!(found.map_or(places, |of| of.decimals), places);
        fits[usize::from(expected.is_some_and(|digits| digits != 0))] += 1;
    }
    assert!(fits.iter().all(|&count| count > 50_000), "{fits:?}");
    let half = Fixed { raw: 1, frac: 1 };
    assert_eq!(half.to_decimal(200), half.to_decimal(9));
}

#[test]
fn the_text_is_the_decimal_and_reads_back() {
    let mut draw = Draw::new(22);
    for round in 0..100_000 {
        let digits = draw.within(i32::MIN.into(), i32::MAX.into()) as i32 >> draw.within(0, 31);
        let digits = if round == 0 { i32::MIN } else { digits };
        let decimals = draw.within(0, 9) as u8;
        let decimal = Decimal { digits, decimals };
        let text = decimal.to_string();
        let places = text.split_once('.').map_or(0, |(_, places)| places.len());
        assert_eq!(places, usize::from(decimals), "{decimal:?}");
        assert_eq!(text.replace('.', "").parse::<i64>(), Ok(digits.into()));
        assert_eq!(text.parse::<f64>(), Ok(decimal.to_f64()), "{text}");
        let near = text.parse::<f32>().expect("a number");
        let found = decimal.to_f32();
        match digits.unsigned_abs() {
            ..=0x0100_0000 => assert_eq!(found, near, "{text}"),
            _ => assert!(near.to_bits().abs_diff(found.to_bits()) <= 1, "{text}"),
        }
    }
}

#[test]
fn the_text_has_width_fill_and_sign() {
    let decimal = |digits, decimals| Decimal { digits, decimals };
    assert_eq!(format!("{:>8}|", decimal(-1230, 2)), "  -12.30|");
    assert_eq!(format!("{:08}|", decimal(-5, 3)), "-000.005|");
    assert_eq!(format!("{:+}", decimal(0, 1)), "+0.0");
    assert_eq!(decimal(0, 0).to_string(), "0");
    assert_eq!(decimal(i32::MIN, 255).to_string(), "-2.147483648");
}

#[test]
fn a_sample_has_the_decimals_of_its_columns() {
    let mut draw = Draw::new(23);
    let kinds = [
        (ColumnKind::Real, None),
        (ColumnKind::Real, Some(2)),
        (ColumnKind::Integer, None),
        (ColumnKind::Category, None),
        (ColumnKind::NextCategory, None),
    ];
    let shape = Shape {
        dim: kinds.len(),
        ..Shape::random(&mut draw)
    };
    let mut model = random_model(&shape, &mut draw);
    let column = |(kind, decimals)| Column {
        kind,
        decimals,
        ..Column::real(3 << 20, 5 << 20, 20)
    };
    model.columns = kinds.map(column).into();
    let bytes = model.encode().expect("a model");
    let parsed = Model::parse(&bytes).expect("a model");
    let mut sampler = Sampler::<24, 24>::new(parsed).expect("it fits");
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    let sample = sampler.sample(&mut rng).expect("a sample");
    let decimal = |index: usize, places| sample.fixed(index)?.to_decimal(places);
    assert_eq!(sample.decimal(0), None);
    assert_eq!(sample.decimal(1), decimal(1, 2));
    for index in 2..kinds.len() {
        assert_eq!(sample.decimal(index), decimal(index, 0));
    }
    let chosen = [3, 4].map(|index| sample.decimal(index).expect("0 or 1").digits);
    assert_eq!(chosen[0] + chosen[1], 1);
    assert_eq!(sample.decimal(kinds.len()), None);
}
