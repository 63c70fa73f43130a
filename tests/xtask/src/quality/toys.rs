//! The two point sets of the tutorial of torchcfm, by its protocol. It takes a network of 3×64
//! units, 20 000 optimiser steps of 256 fresh points, and noise N(0, I). The measure is the exact
//! W2 of 1000 samples and 1000 fresh points, in the data's units.
//!
//! Training uses minibatch optimal transport. The network is distilled for each number of solver
//! steps.

use flowlet::Solver;
use ndarray::{Array2, Axis, concatenate};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::f32::consts::{FRAC_PI_4, PI};

use super::{Case, Figure};
use crate::Failure;
use flowlet_trainer::device_columns::transform;
use flowlet_trainer::evaluate::float_rows;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::exact::w2;
use flowlet_trainer::{Coupling, Progress, Seed, Table, Trained, Trainer};

/// Optimiser steps.
const ITERATIONS: usize = 20_000;
/// Number of points that are compared.
const POINTS: usize = 1000;
/// Number and size of the batches that training draws from, in place of fresh points.
const BATCHES: usize = 200;
const BATCH: usize = 256;
/// Solver steps, and names of the measures of independent samples and of antithetic pairs.
const STEPS: [(u16, [&str; 2]); 3] = [
    (1, ["W2, 1 step", "W2, 1 step, antithetic"]),
    (4, ["W2, 4 steps", "W2, 4 steps, antithetic"]),
    (8, ["W2, 8 steps", "W2, 8 steps, antithetic"]),
];

/// Draws a number of points.
type Points = fn(usize, &mut Xoshiro256PlusPlus) -> Array2<f32>;

/// Two half circles: angles on a grid, noise from U[0, 0.2] per point, scaled by 3, shifted by −1.
fn moons(count: usize, rng: &mut Xoshiro256PlusPlus) -> Array2<f32> {
    let outer = count / 2;
    let mut points = Array2::zeros((count, 2));
    for (index, mut point) in points.outer_iter_mut().enumerate() {
        let (place, of) = match index.checked_sub(outer) {
            None => (index, outer),
            Some(inner) => (inner, count - outer),
        };
        let (sin, cos) = (PI * place as f32 / (of - 1) as f32).sin_cos();
        let (x, y) = if index < outer {
            (cos, sin)
        } else {
            (1.0 - cos, 0.5 - sin)
        };
        let noise = 0.2 * rng.random::<f32>();
        point[0] = 3.0 * (x + noise) - 1.0;
        point[1] = 3.0 * (y + noise) - 1.0;
    }
    points
}

/// Eight Gaussians of variance √0.1 on a circle of radius 5.
fn gaussians(count: usize, rng: &mut Xoshiro256PlusPlus) -> Array2<f32> {
    let deviation = 0.1f32.powf(0.25);
    let mut points = Array2::zeros((count, 2));
    for mut point in points.outer_iter_mut() {
        let (sin, cos) = (FRAC_PI_4 * rng.random_range(0..8u8) as f32).sin_cos();
        for (coordinate, centre) in point.iter_mut().zip([cos, sin]) {
            let normal: f32 = StandardNormal.sample(rng);
            *coordinate = 5.0 * centre + deviation * normal;
        }
    }
    points
}

pub(super) fn measure(
    case: Case,
    seed: u64,
    iterations: Option<usize>,
) -> Result<Vec<Figure>, Failure> {
    let points: Points = if case == Case::Moons {
        moons
    } else {
        gaussians
    };
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1000 + seed);
    let batches: Vec<_> = (0..BATCHES).map(|_| points(BATCH, &mut rng)).collect();
    let views: Vec<_> = batches.iter().map(|points| points.view()).collect();
    let table = Table {
        columns: vec!["x".to_owned(), "y".to_owned()],
        values: concatenate(Axis(0), &views)
            .expect("two columns each")
            .mapv(f64::from),
        ..Table::default()
    };
    let (real, again) = (points(POINTS, &mut rng), points(POINTS, &mut rng));
    let baseline = w2(again.view(), real.view());
    let mut figures = Vec::new();
    let plan = Trainer::new(&table)
        .coupling(Coupling::OptimalTransport)
        .solver(Solver::Euler)
        .iterations(iterations.unwrap_or(ITERATIONS))
        .seed(Seed(seed))
        .validation(0.02)
        .distil()
        .plan()?;
    let steps = STEPS.map(|(steps, _)| steps);
    let models = plan.fit_each(&steps, &mut |_: &Progress| {})?;
    for ((_, measures), trained) in STEPS.into_iter().zip(models) {
        for (measure, antithetic) in measures.into_iter().zip([false, true]) {
            let (float, int8) = samples(&trained, seed, antithetic);
            figures.push(Figure {
                measure,
                float: Some(w2(float.view(), real.view())),
                int8: w2(int8.view(), real.view()),
                real_baseline: Some(baseline),
            });
        }
    }
    Ok(figures)
}

/// Returns samples of the float network and of the runtime, from the same noise.
fn samples(trained: &Trained, seed: u64, antithetic: bool) -> (Array2<f32>, Array2<f32>) {
    let model = trained.model();
    let request = Request {
        count: POINTS,
        seed: 77 + seed,
        antithetic,
        ..Request::default()
    };
    let int8 = generate(&model, &request)
        .expect("the model's own steps")
        .values
        .mapv(|value| value as f32);
    let float = float_rows(&model, trained.float(), &request, None);
    let float = transform(&model).decode(float.view());
    (float.mapv(|value| value as f32), int8)
}
