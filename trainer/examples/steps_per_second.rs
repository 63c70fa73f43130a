//! Measures optimiser steps per second on one thread, which `pytorch/run.sh` compares with PyTorch:
//! batch 256, networks of 2 and 64 coordinates. Draws, path, gradient, clipping, AdamW and the
//! moving average are included.

use std::ops::ControlFlow;
use std::time::Instant;

use flowlet_trainer::train::{Dataset, RunProgress, TrainConfig, train};
use ndarray::Array2;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a thread").install(|| {
        for (dim, width, steps) in [(2, 64, 6000), (64, 256, 800)] {
            println!(
                "flowlet {dim} → 3×{width}: {:.0} steps per second",
                rate(dim, width, steps)
            );
        }
    });
}

fn rate(dim: usize, width: usize, steps: usize) -> f64 {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let rows = Array2::from_shape_simple_fn((2000, dim), || StandardNormal.sample(&mut rng));
    let data = Dataset::unlabelled(rows).expect("rows");
    let config = TrainConfig {
        hidden: vec![width; 3],
        iterations: steps,
        // PyTorch does not round weights either.
        quantisation_aware: false,
        ..TrainConfig::default()
    };
    let start = Instant::now();
    train(&data, None, &config, None, &mut |_: RunProgress| {
        ControlFlow::Continue(())
    })
    .expect("trained");
    steps as f64 / start.elapsed().as_secs_f64()
}
