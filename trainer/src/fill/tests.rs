//! Filling in a Gaussian, of which the conditional distribution is known.

use std::ops::ControlFlow;
use std::sync::Arc;

use flowlet::Solver;
use ndarray::Array2;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::draws::{gains, masked, steered};
use super::gain::{Directions, RIDGES};
use crate::data::Table;
use crate::float_sampler::Integration;
use crate::known::Known;
use crate::masks::Masks;
use crate::quantise::quantise_gains;
use crate::train::{Dataset, FloatModel, Queries, RunProgress, TrainConfig, train};

/// Correlation of the two columns.
const CORRELATION: f32 = 0.8;

fn rows(count: usize, seed: u64) -> Array2<f32> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut x = Array2::zeros((count, 2));
    for mut row in x.rows_mut() {
        let (a, b): (f32, f32) = (
            StandardNormal.sample(&mut rng),
            StandardNormal.sample(&mut rng),
        );
        row[0] = a.clamp(-4.0, 4.0);
        row[1] = CORRELATION * row[0] + (1.0 - CORRELATION * CORRELATION).sqrt() * b;
    }
    x
}

fn trained() -> (FloatModel, Array2<f32>) {
    let table = Table::parse_csv(b"a,b\n1,2\n2,1\n", "rows.csv").expect("a table");
    let masks = Queries::Masked(Arc::new(Masks::new(&table, Vec::new())));
    let x = rows(2000, 1);
    let data = Dataset::unlabelled(x.clone()).expect("rows").queried(masks);
    let config = TrainConfig {
        hidden: vec![24, 24],
        iterations: 1200,
        batch: 128,
        ..TrainConfig::default()
    };
    let quiet = &mut |_: RunProgress| ControlFlow::Continue(());
    (
        train(&data, None, &config, None, quiet).expect("trained"),
        x,
    )
}

/// Checks that draws of the second column have the conditional mean and standard deviation.
fn check(draws: &Array2<f32>, given: f32, name: &str) {
    let column = draws.column(1);
    let mean = column.mean().expect("rows");
    let stddev = column.std(0.0);
    assert!(
        (mean - CORRELATION * given).abs() < 0.25,
        "{name}: mean {mean}"
    );
    assert!(
        (stddev - 0.6).abs() < 0.15,
        "{name}: standard deviation {stddev}"
    );
    assert!(
        draws.column(0).iter().all(|&x| (x - given).abs() < 1e-5),
        "{name}: {draws}"
    );
}

#[test]
fn masks_and_gains_draw_from_the_conditional_distribution() {
    let (float, x) = trained();
    let known = [true, false];
    for given in [-1.0, 1.5] {
        let states = Array2::from_elem((2000, 2), given);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        let mut noise =
            || Array2::from_shape_simple_fn((2000, 2), || StandardNormal.sample(&mut rng));
        let integration = Integration::uniform(8, Solver::ExponentialEuler);
        let mask = Known::mask(&known, 2000);
        let draws = masked(&float, states.view(), &mask, None, &integration, noise());
        check(&draws, given, "masks");
        let integration = Integration::uniform(16, Solver::Euler);
        let directions = Directions::fit(x.view(), None);
        let matrices = gains(&directions, &integration, &known, RIDGES[0]);
        let steps = (&integration, &matrices[..]);
        let draws = steered(&float, states.view(), &known, None, steps, noise());
        check(&draws, given, "gain");
    }
}

/// At t = 0 the gain is the regression of the unknown column on the known one.
#[test]
fn the_first_gain_is_a_regression() {
    let x = rows(5000, 2);
    let gain = Directions::fit(x.view(), None).gain(0.0, &[true, false], RIDGES[0]);
    assert!(
        (gain[[0, 0]] - f64::from(CORRELATION)).abs() < 0.03,
        "{gain}"
    );
    let last = Directions::fit(x.view(), None).gain(0.999, &[true, false], RIDGES[0]);
    assert!(last[[0, 0]].abs() < 0.03, "{last}");
}

/// Each of a hundred known columns of small variance has a share of the unknown one.
#[test]
fn a_gain_that_is_too_large_for_the_device_gets_a_larger_ridge() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(6);
    let mut x = Array2::from_shape_simple_fn((2000, 101), || StandardNormal.sample(&mut rng));
    for mut row in x.outer_iter_mut() {
        let sum: f32 = row.iter().skip(1).sum();
        row.mapv_inplace(|x: f32| 0.03 * x);
        row[0] = 0.1 * sum;
    }
    let directions = Directions::fit(x.view(), None);
    let mut known = [true; 101];
    known[0] = false;
    let norm = |gain: &Array2<f32>| gain.iter().map(|w| w.abs()).sum::<f32>();
    let plain = directions.gain(0.0, &known, RIDGES[0]).mapv(|of| of as f32);
    assert!(norm(&plain) > 100.0, "{}", norm(&plain));
    let steps = Integration::uniform(4, Solver::Euler);
    let made = gains(&directions, &steps, &known, RIDGES[0]);
    assert!(norm(&made[0]) > 10.0, "{}", norm(&made[0]));
    assert!(quantise_gains(&made).is_ok());
}
