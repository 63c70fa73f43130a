//! Decoding of category columns compared with an oracle in wide integers.

use flowlet::{Column, ColumnKind, Fixed, Model, Sampler};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, random_model};

/// Returns `dim` dimensions: real columns, and columns of two to five categories, many of whose
/// scores are equal.
fn random_columns(dim: usize, draw: &mut Draw) -> Vec<Column> {
    let mut columns = Vec::new();
    while columns.len() < dim {
        let left = dim - columns.len();
        let frac = draw.within(-96, 126) as i8;
        let mut column = |kind| Column {
            kind,
            min: -(draw.within(0, 1) << 30) as i32 - 1,
            ..Column::real(
                draw.within(-2, 2) as i32 * (1 << 28),
                (draw.within(-1, 1) << draw.within(0, 25)) as i32,
                frac,
            )
        };
        if left < 2 || column(ColumnKind::Real).offset > 0 {
            columns.push(column(ColumnKind::Real));
            continue;
        }
        columns.push(column(ColumnKind::Category));
        let more = columns.len() % 4 + 1;
        columns.extend((0..more.min(left - 1)).map(|_| column(ColumnKind::NextCategory)));
    }
    columns
}

/// Returns the score or the value of a dimension.
fn decoded(column: &Column, x: i32) -> i128 {
    let scaled = (i128::from(x) * i128::from(column.multiplier) + (1 << 25)) >> 26;
    (i128::from(column.offset) + scaled).clamp(column.min.into(), column.max.into())
}

/// Returns the value of each dimension, and the category at each dimension that starts a category
/// column.
fn oracle(columns: &[Column], state: &[i32]) -> (Vec<i128>, Vec<Option<u16>>) {
    let scores: Vec<i128> = columns
        .iter()
        .zip(state)
        .map(|(column, &x)| decoded(column, x))
        .collect();
    let (mut values, mut categories) = (scores.clone(), vec![None; columns.len()]);
    for first in (0..columns.len()).filter(|&first| columns[first].kind == ColumnKind::Category) {
        let more = columns[first + 1..].iter();
        let end = first
            + 1
            + more
                .take_while(|column| column.kind == ColumnKind::NextCategory)
                .count();
        let group = &scores[first..end];
        let highest = group.iter().max().expect("a score");
        let chosen = group
            .iter()
            .position(|score| score == highest)
            .expect("the highest score");
        values[first..end].fill(0);
        values[first + chosen] = 1;
        categories[first] = Some(chosen as u16);
    }
    (values, categories)
}

#[test]
fn the_first_of_the_highest_scores_is_the_category() {
    let mut draw = Draw::new(77);
    let mut counts = [0; 5];
    for seed in 0..300 {
        let shape = Shape::random(&mut draw);
        let mut model = random_model(&shape, &mut draw);
        model.columns = random_columns(shape.dim, &mut draw);
        let bytes = model.encode().expect("a model");
        let parsed = Model::parse(&bytes).expect("a model");
        let mut sampler = Sampler::<24, 24>::new(parsed).expect("it fits");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let sample = sampler.sample(&mut rng).expect("a sample");
        let (values, categories) = oracle(&model.columns, sample.standardised());
        for (at, column) in model.columns.iter().enumerate() {
            let frac = if column.kind.is_category() {
                0
            } else {
                column.frac
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
            counts[usize::from(category)] += 1;
        }
        let fixed = (0..shape.dim).filter_map(|at| Some(sample.fixed(at)?.to_f32()));
        assert!(sample.values().eq(fixed));
        assert_eq!(sample.category(shape.dim), None);
        assert_eq!(sample.category(usize::MAX), None);
    }
    assert!(counts[..4].iter().all(|&count| count > 20), "{counts:?}");
}
