//! Samples of a network in training, compared with the training rows: does it copy rows?
//!
//! On few rows, a network learns the distribution first and then the rows themselves. The
//! validation loss rises long before samples are nearer to training rows than real rows are to each
//! other.

use flowlet::Solver;
use ndarray::{Array2, Axis};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Dataset;
use crate::drift::GaussianDrift;
use crate::float_sampler::{Integration, VelocityField};
use crate::known::Known;
use crate::metrics::neighbours::{nearest, nearest_other};
use crate::network::VelocityNet;

/// Number of samples.
const SAMPLES: usize = 1024;
/// Most training rows for distances.
const MAX_ROWS: usize = 4096;
/// Mixed into the seed of the samples' noise.
const SEED: u64 = 0x7761_7463_6800_0000;
/// Quantile of the distances between training rows below which a sample is near.
const NEAR: f64 = 0.05;
/// Share of near samples above which they are copies. It is below [`NEAR`], because the time grid
/// brings samples nearer to rows.
const MAX_NEAR: f64 = 0.04;

/// Steps of Heun's method per sample.
const STEPS: usize = 8;

/// What samples are compared with, and their noise, which is the same every time.
pub(super) struct CopyWatch {
    noise: Array2<f32>,
    class: Option<Vec<u16>>,
    /// Training rows, at most [`MAX_ROWS`].
    rows: Array2<f32>,
    /// Distance below which a sample is near.
    near: f64,
}

impl CopyWatch {
    /// Creates a watch of a network that trains on `data`, which has at least two rows.
    pub fn new(data: &Dataset, seed: u64) -> Self {
        let count = data.x().nrows();
        let kept = count.min(MAX_ROWS);
        let every: Vec<usize> = (0..kept).map(|k| k * count / kept).collect();
        let rows = data.x().select(Axis(0), &every);
        let mut distances = nearest_other(rows.view());
        distances.sort_unstable_by(f64::total_cmp);
        let of_class = |class: &[u16]| (0..SAMPLES).map(|k| class[k * count / SAMPLES]).collect();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ SEED);
        let normal = || StandardNormal.sample(&mut rng);
        Self {
            noise: Array2::from_shape_simple_fn((SAMPLES, data.x().ncols()), normal),
            class: data.class().map(of_class),
            near: distances[(NEAR * distances.len() as f64) as usize],
            rows,
        }
    }

    /// Returns whether samples of `net` are nearer to training rows than those are to each other.
    pub fn sees_copies(&self, net: &VelocityNet, drift: &GaussianDrift) -> bool {
        let class = self.class.as_deref();
        let field = VelocityField {
            net,
            drift,
            class,
            known: &Known::Nothing,
        };
        let integration = Integration::uniform(STEPS, Solver::Heun);
        let samples = field.sample(self.noise.clone(), &integration, |_, _| {});
        let nearest = nearest(samples.view(), self.rows.view());
        let near = nearest.iter().filter(|(_, distance)| *distance < self.near);
        near.count() as f64 > MAX_NEAR * SAMPLES as f64
    }
}
