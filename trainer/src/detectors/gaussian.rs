//! A Gaussian with a full covariance.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2, ArrayView2};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// Variance that is added to each column, in variances of the columns.
const RIDGE: f64 = 1e-3;

/// Mean and Cholesky factor of the covariance.
#[derive(Clone, Debug)]
pub(super) struct Gaussian {
    mean: Array1<f64>,
    /// Lower triangle L with L·Lᵀ = the covariance.
    factor: Array2<f64>,
}

impl Gaussian {
    pub fn fit(rows: ArrayView2<'_, f32>) -> Self {
        Self::weighted(rows, &vec![1.0; rows.nrows()], RIDGE)
    }

    /// Fits to rows with weights, and adds `ridge` to the variances.
    pub fn weighted(rows: ArrayView2<'_, f32>, weights: &[f64], ridge: f64) -> Self {
        let total = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let mut mean = Array1::<f64>::zeros(rows.ncols());
        for (row, &weight) in rows.outer_iter().zip(weights) {
            mean.zip_mut_with(&row, |sum, &x| *sum += weight / total * f64::from(x));
        }
        let mut scaled = rows.mapv(f64::from) - &mean;
        for (mut row, &weight) in scaled.outer_iter_mut().zip(weights) {
            row *= (weight / total).sqrt();
        }
        let mut covariance = scaled.t().dot(&scaled);
        covariance.diag_mut().mapv_inplace(|value| value + ridge);
        let factor = cholesky(covariance);
        Self { mean, factor }
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.mean.len()
    }

    /// Draws a row, with the mean and the deviation from it multiplied by a factor.
    pub fn draw(&self, mean: f64, deviation: f64, rng: &mut impl Rng) -> Vec<f32> {
        let normal = Array1::from_shape_simple_fn(self.columns(), || StandardNormal.sample(rng));
        let row: Array1<f64> = &self.mean * mean + self.factor.dot(&normal) * deviation;
        row.iter().map(|&value| value as f32).collect()
    }

    /// Returns the squared Mahalanobis distance of a row.
    pub fn square(&self, row: impl Iterator<Item = f32>) -> f64 {
        let mut solved = Vec::with_capacity(self.mean.len());
        for (at, value) in row.enumerate() {
            let known = self.factor.row(at);
            let sum: f64 = known.iter().zip(&solved).map(|(l, y)| l * y).sum();
            solved.push((f64::from(value) - self.mean[at] - sum) / known[at]);
        }
        solved.iter().map(|y| y * y).sum()
    }

    /// Returns the logarithm of the density of a row.
    pub fn log_density(&self, row: impl Iterator<Item = f32>) -> f64 {
        let log_root: f64 = self.factor.diag().iter().map(|value| value.ln()).sum();
        let constant = self.mean.len() as f64 * TAU.ln() / 2.0;
        -self.square(row) / 2.0 - log_root - constant
    }

    /// Returns the squared Mahalanobis distance of each row.
    pub fn score(&self, rows: ArrayView2<'_, f32>) -> Vec<f64> {
        let rows = rows.outer_iter();
        rows.map(|row| self.square(row.iter().copied())).collect()
    }
}

/// Returns the Cholesky factor of a symmetric matrix whose eigenvalues are positive.
fn cholesky(matrix: Array2<f64>) -> Array2<f64> {
    let mut factor = Array2::zeros(matrix.dim());
    for row in 0..matrix.nrows() {
        for column in 0..=row {
            let known = (0..column).map(|k| factor[[row, k]] * factor[[column, k]]);
            let rest = matrix[[row, column]] - known.sum::<f64>();
            factor[[row, column]] = match row == column {
                true => rest.max(f64::EPSILON).sqrt(),
                false => rest / factor[[column, column]],
            };
        }
    }
    factor
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{Gaussian, cholesky};

    #[test]
    fn the_factor_gives_the_matrix() {
        let matrix = array![[4.0, 2.0, -2.0], [2.0, 5.0, 3.0], [-2.0, 3.0, 9.0]];
        let factor = cholesky(matrix.clone());
        let error = (factor.dot(&factor.t()) - matrix).mapv(f64::abs).sum();
        assert!(error < 1e-12, "{error}");
    }

    #[test]
    fn distance_and_density_are_those_of_the_formula() {
        let gaussian = Gaussian {
            mean: array![1.0, 0.0],
            factor: cholesky(array![[4.0, 0.0], [0.0, 0.25]]),
        };
        let row = || [3.0f32, 1.0].into_iter();
        assert!((gaussian.square(row()) - 5.0).abs() < 1e-12);
        let expected = -2.5 - std::f64::consts::TAU.ln();
        assert!((gaussian.log_density(row()) - expected).abs() < 1e-12);
    }
}
