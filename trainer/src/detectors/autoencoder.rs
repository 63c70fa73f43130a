//! An autoencoder: a network that reproduces a row through a narrow layer.

use ndarray::{ArrayView2, Axis};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use crate::network::{Conditioning, Inputs, NetShape, Pass, Targets, VelocityNet, write_gradient};
use crate::optim::{AdamW, clipping_factor, learning_rate};

/// Values per unit of the narrow layer, and its most units.
const VALUES_PER_UNIT: usize = 3;
const MAX_NARROW: usize = 16;
/// Optimiser steps, rows of each, and the peak learning rate.
const STEPS: usize = 3000;
const BATCH: usize = 128;
const RATE: f32 = 3e-3;

/// A network with three hidden layers, of which the second is narrow.
#[derive(Clone, Debug)]
pub(super) struct Autoencoder {
    net: VelocityNet,
}

impl Autoencoder {
    /// Trains a network whose weights take at most `bytes` bytes, if one unit per layer does.
    pub fn fit(rows: ArrayView2<'_, f32>, bytes: usize, seed: u64) -> Self {
        let dim = rows.ncols();
        let narrow = (dim / VALUES_PER_UNIT).clamp(1, MAX_NARROW);
        let wide = (bytes / (2 * (dim + narrow))).max(1);
        let shape = NetShape {
            dim,
            hidden: vec![wide, narrow, wide],
            classes: 0,
            query: 0,
            conditioning: Conditioning::First,
        };
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let mut pass = Pass::new(&shape, BATCH);
        let mut net = VelocityNet::random(shape, &mut rng);
        let mut optimiser = AdamW::new(&net.decays(), 0.0);
        let mut gradient = vec![0.0; net.parameters().len()];
        for step in 0..STEPS {
            let batch: Vec<usize> = (0..BATCH)
                .map(|_| rng.random_range(0..rows.nrows()))
                .collect();
            let x = rows.select(Axis(0), &batch);
            let targets = Targets {
                target: x.view(),
                weights: None,
            };
            pass.squared_error(&net, &inputs(x.view(), &[0.0; BATCH]), targets);
            pass.backward(&net, 1.0 / (BATCH * dim) as f32);
            write_gradient(&net, &[&pass], &mut gradient);
            let rate = learning_rate(step, STEPS, RATE);
            let factor = clipping_factor(&gradient, 1.0);
            optimiser.step(net.parameters_mut(), &gradient, factor, rate);
        }
        Self { net }
    }

    /// Returns the squared error of each row.
    pub fn score(&self, rows: ArrayView2<'_, f32>) -> Vec<f64> {
        let times = vec![0.0; rows.nrows()];
        let made = self.net.forward(&inputs(rows.view(), &times));
        let error = |(row, made): (ndarray::ArrayView1<'_, f32>, ndarray::ArrayView1<'_, f32>)| {
            let squares = row.iter().zip(made).map(|(a, b)| f64::from(a - b).powi(2));
            squares.sum::<f64>()
        };
        rows.outer_iter()
            .zip(made.outer_iter())
            .map(error)
            .collect()
    }
}

/// Returns the inputs of rows, at one time for all.
fn inputs<'a>(x: ArrayView2<'a, f32>, t: &'a [f32]) -> Inputs<'a> {
    Inputs {
        x,
        t,
        class: None,
        query: None,
    }
}
