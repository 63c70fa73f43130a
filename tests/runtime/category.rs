//! Category columns as the device decodes them, beside an oracle in wide integers.

use flowlet::{Column, ColumnKind, Fixed, Model, Sampler};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, random_model};

/// Units of `dim` dimensions: numbers, and groups of two to five scores, many of which are equal.
pub fn units(dim: usize, draw: &mut Draw) -> Vec<Column> {
    let mut units = Vec::new();
    while units.len() < dim {
        let left = dim - units.len();
        let frac = draw.within(-96, 126) as i8;
        let mut unit = |kind| Column {
            kind,
            min: -(draw.within(0, 1) << 30) as i32 - 1,
            ..Column::real(
                draw.within(-2, 2) as i32 * (1 << 28),
                (draw.within(-1, 1) << draw.within(0, 25)) as i32,
                frac,
            )
        };
        if left < 2 || unit(ColumnKind::Real).offset > 0 {
            units.push(unit(ColumnKind::Real));
            continue;
        }
        units.push(unit(ColumnKind::Category));
        let more = units.len() % 4 + 1;
        units.extend((0..more.min(left - 1)).map(|_| unit(ColumnKind::NextCategory)));
    }
    units
}

/// The score, or the value, of a dimension.
fn decoded(unit: &Column, x: i32) -> i128 {
    let scaled = (i128::from(x) * i128::from(unit.multiplier) + (1 << 25)) >> 26;
    (i128::from(unit.offset) + scaled).clamp(unit.min.into(), unit.max.into())
}

/// What each dimension decodes to, and for each that starts a category column the category.
fn oracle(units: &[Column], state: &[i32]) -> (Vec<i128>, Vec<Option<u16>>) {
    let scores: Vec<i128> = units
        .iter()
        .zip(state)
        .map(|(u, &x)| decoded(u, x))
        .collect();
    let (mut values, mut categories) = (scores.clone(), vec![None; units.len()]);
    for first in (0..units.len()).filter(|&first| units[first].kind == ColumnKind::Category) {
        let more = units[first + 1..].iter();
        let end = first
            + 1
            + more
                .take_while(|unit| unit.kind == ColumnKind::NextCategory)
                .count();
        let group = &scores[first..end];
        let highest = group.iter().max().expect("a score");
        let chosen = group
            .iter()
            .position(|score| score == highest)
            .expect("it is there");
        values[first..end].fill(0);
        values[first + chosen] = 1;
        categories[first] = Some(chosen as u16);
    }
    (values, categories)
}

#[test]
fn the_first_of_the_highest_scores_is_the_category() {
    let mut draw = Draw::new(77);
    let mut met = [0; 5];
    for seed in 0..300 {
        let shape = Shape::random(&mut draw);
        let mut model = random_model(&shape, &mut draw);
        model.columns = units(shape.dim, &mut draw);
        let bytes = model.encode().expect("a model");
        let parsed = Model::parse(&bytes).expect("a model");
        let mut sampler = Sampler::<24, 24>::new(&parsed).expect("it fits");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let sample = sampler.sample(&mut rng).expect("a sample");
        let (values, categories) = oracle(&model.columns, sample.standardised());
        for (at, unit) in model.columns.iter().enumerate() {
            let frac = if unit.kind.is_category() {
                0
            } else {
                unit.frac
            };
            let raw = values[at] as i32;
            assert_eq!(
                sample.fixed(at),
                Some(Fixed { raw, frac }),
                "seed {seed}, {at}"
            );
            assert_eq!(sample.category(at), categories[at], "seed {seed}, {at}");
        }
        for &category in categories.iter().flatten() {
            met[usize::from(category)] += 1;
        }
        let fixed = (0..shape.dim).filter_map(|at| Some(sample.fixed(at)?.to_f32()));
        assert!(sample.values().eq(fixed));
        assert_eq!(sample.category(shape.dim), None);
        assert_eq!(sample.category(usize::MAX), None);
    }
    assert!(met[..4].iter().all(|&times| times > 20), "{met:?}");
}
