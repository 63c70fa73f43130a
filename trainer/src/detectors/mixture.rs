//! A mixture of Gaussians.

use ndarray::{Array2, ArrayView2};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::gaussian::Gaussian;
use super::kmeans::KMeans;
use crate::metrics::neighbours::nearest;

/// Number of Gaussians.
const COMPONENTS: usize = 4;
/// Variance that is added to each column, in variances of the columns.
const RIDGE: f64 = 1e-2;
/// Most iterations, and the least gain in log-likelihood per row that continues them.
const ITERATIONS: usize = 100;
const LEAST_GAIN: f64 = 1e-3;

/// A mixture of four Gaussians with full covariances.
///
/// ```
/// use flowlet_trainer::detectors::GaussianMixture;
/// use ndarray::Array2;
///
/// let rows = Array2::from_shape_fn((60, 2), |(row, column)| ((row * (column + 2)) % 7) as f32);
/// let mixture = GaussianMixture::fit(rows.view(), 0);
/// assert_eq!(mixture.draw(10, [1.0, 5.0], 1).dim(), (10, 2));
/// ```
#[derive(Clone, Debug)]
pub struct GaussianMixture {
    /// Logarithms of the shares, and the Gaussians.
    components: Vec<(f64, Gaussian)>,
}

impl GaussianMixture {
    /// Fits by expectation maximisation, from clusters of k-means.
    ///
    /// # Panics
    /// If there is no row.
    #[must_use]
    pub fn fit(rows: ArrayView2<'_, f32>, seed: u64) -> Self {
        let clusters = KMeans::fit(rows, COMPONENTS, seed).centres;
        let of_row: Vec<usize> = nearest(rows, clusters.view())
            .into_iter()
            .map(|(cluster, _)| cluster)
            .collect();
        let indicator = |cluster: usize| {
            let weights = of_row.iter().map(|&of| f64::from(u8::from(of == cluster)));
            weights.collect::<Vec<f64>>()
        };
        let weights: Vec<Vec<f64>> = (0..clusters.nrows()).map(indicator).collect();
        let mut fitted = Self::of_weights(rows, &weights);
        let mut likelihood = f64::NEG_INFINITY;
        for _ in 0..ITERATIONS {
            let (weights, next) = fitted.responsibilities(rows);
            fitted = Self::of_weights(rows, &weights);
            if next - likelihood < LEAST_GAIN {
                break;
            }
            likelihood = next;
        }
        fitted
    }

    /// Fits each Gaussian to the rows with its weights.
    fn of_weights(rows: ArrayView2<'_, f32>, weights: &[Vec<f64>]) -> Self {
        let component = |weights: &Vec<f64>| {
            let share = weights.iter().sum::<f64>() / rows.nrows() as f64;
            let gaussian = Gaussian::weighted(rows, weights, RIDGE);
            (share.max(f64::MIN_POSITIVE).ln(), gaussian)
        };
        Self {
            components: weights.iter().map(component).collect(),
        }
    }

    /// Returns the share that each Gaussian has in each row, and the mean log-likelihood.
    fn responsibilities(&self, rows: ArrayView2<'_, f32>) -> (Vec<Vec<f64>>, f64) {
        let mut shares = vec![Vec::with_capacity(rows.nrows()); self.components.len()];
        let mut sum = 0.0;
        for row in rows.outer_iter() {
            let logs = self.logs(row.iter().copied());
            let all = log_sum(&logs);
            sum += all;
            for (shares, log) in shares.iter_mut().zip(logs) {
                shares.push((log - all).exp());
            }
        }
        (shares, sum / rows.nrows() as f64)
    }

    /// Returns the logarithm of each Gaussian's part of the density of a row.
    fn logs(&self, row: impl Iterator<Item = f32> + Clone) -> Vec<f64> {
        let of = |(share, gaussian): &(f64, Gaussian)| share + gaussian.log_density(row.clone());
        self.components.iter().map(of).collect()
    }

    /// Draws rows with all means and all covariances multiplied by a factor.
    #[must_use]
    pub fn draw(&self, count: usize, [mean, covariance]: [f64; 2], seed: u64) -> Array2<f32> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let columns = self.components[0].1.columns();
        let mut rows = Array2::zeros((count, columns));
        for mut row in rows.outer_iter_mut() {
            let mut left: f64 = rng.random();
            let chosen = self.components.iter().find(|(share, _)| {
                left -= share.exp();
                left < 0.0
            });
            let (_, gaussian) = chosen.unwrap_or(&self.components[0]);
            let drawn = gaussian.draw(mean, covariance.sqrt(), &mut rng);
            row.iter_mut().zip(drawn).for_each(|(x, value)| *x = value);
        }
        rows
    }

    /// Returns the negative logarithm of the density of each row.
    pub(super) fn score(&self, rows: ArrayView2<'_, f32>) -> Vec<f64> {
        let of = |row: ndarray::ArrayView1<'_, f32>| -log_sum(&self.logs(row.iter().copied()));
        rows.outer_iter().map(of).collect()
    }
}

fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln()
}
