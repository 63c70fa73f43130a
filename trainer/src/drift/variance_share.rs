//! The share of the coordinates' variances that the drift takes, so that a narrow network can do
//! the rest.
//!
//! Noise has D directions, but correlated data have far fewer. In the others, a drift with the full
//! variances leaves noise that the network must remove. It cannot, because its output spans no more
//! directions than its narrowest layer has units. With a drift of less variance, the network must
//! add the few directions of the data instead, which it can. A direction takes two units, because
//! SiLU(u) − SiLU(−u) = u.
//!
//! For Gaussian data, the velocity without the drift is (r(t, λ) − r(t, s))·x along an eigenvector
//! of variance λ. Assume that the network learns it along the directions in which it is largest.
//! Along the others, samples have the drift's variance s, at a squared W2 distance of (√s − √λ)².
//! The share s with the least sum of distances is taken. It costs the device nothing.

use linfa_linalg::eigh::EigValshInto;
use ndarray::{Array2, ArrayView2, Axis, Slice};

use super::{VARIANCE_FLOOR, gaussian_rate};
use crate::coupling::Coupling;

/// Most rows for the correlations.
const MAX_ROWS: usize = 16_384;
/// Weight of the mean square velocity along learnt directions, because a share that leaves the
/// network less to learn is better.
const LEARNT_WEIGHT: f32 = 0.005;
/// The same with optimal transport. Its paths are straight, so the network's part costs few solver
/// steps. Its Euler solver has no gain from a large drift, which only the exponential one
/// integrates exactly.
const PAIRED_WEIGHT: f32 = 0.0025;
/// Number of times over which errors are averaged.
const TIMES: usize = 32;
/// Number of shares that are tried, geometric from [`VARIANCE_FLOOR`] to 1.
const SHARES: usize = 48;

/// What the share of the variances depends on, in addition to the data.
#[derive(Clone, Copy, Debug)]
pub struct ShareRule {
    /// Directions that the network learns.
    pub directions: usize,
    /// Pairing of noise and rows.
    pub coupling: Coupling,
    /// Largest share.
    pub max: f32,
}

impl ShareRule {
    #[cfg(test)]
    pub const OF_TESTS: Self = Self {
        directions: 32,
        coupling: Coupling::Independent,
        max: 1.0,
    };

    /// Returns the share s. `x` is `rows × D` minus the means of the components.
    pub(super) fn share(self, x: ArrayView2<f32>) -> f32 {
        let spectrum = spectrum(x);
        let weight = match self.coupling {
            Coupling::Independent => LEARNT_WEIGHT,
            Coupling::OptimalTransport | Coupling::Schrodinger { .. } => PAIRED_WEIGHT,
        };
        let shares = (0..SHARES).map(|k| VARIANCE_FLOOR.powf(k as f32 / (SHARES - 1) as f32));
        let error = |share: f32| error(&spectrum, share, self.directions, weight);
        // Of equal shares the first one, which is the largest.
        let best = shares.min_by(|&a, &b| error(a).total_cmp(&error(b)));
        best.unwrap_or(1.0).min(self.max)
    }
}

/// Returns the eigenvalues of the correlations between the columns that vary.
fn spectrum(x: ArrayView2<f32>) -> Vec<f32> {
    let every = x.nrows().div_ceil(MAX_ROWS).max(1);
    let x = x.slice_axis(Axis(0), Slice::new(0, None, every as isize));
    let size = |column: usize| x.column(column).dot(&x.column(column)) / x.nrows() as f32;
    let varied: Vec<usize> = (0..x.ncols())
        .filter(|&column| size(column) > VARIANCE_FLOOR)
        .collect();
    let mut x: Array2<f32> = x.select(Axis(1), &varied);
    for mut column in x.columns_mut() {
        let length = column.dot(&column).sqrt();
        column /= length;
    }
    let correlations = x.t().dot(&x);
    let eigenvalues = correlations.eigvalsh_into().expect("a square matrix");
    eigenvalues
        .into_iter()
        .map(|value| value.max(VARIANCE_FLOOR))
        .collect()
}

/// Returns the squared distance of samples.
fn error(spectrum: &[f32], share: f32, directions: usize, weight: f32) -> f32 {
    let mut fields: Vec<(f32, f32)> = spectrum
        .iter()
        .map(|&variance| (velocity(variance, share), variance))
        .collect();
    fields.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let (learnt, rest) = fields.split_at(directions.min(fields.len()));
    let ends = |&(_, variance): &(f32, f32)| (share.sqrt() - variance.sqrt()).powi(2);
    let left = |&(field, _): &(f32, f32)| weight * field;
    rest.iter().map(ends).sum::<f32>() + learnt.iter().map(left).sum::<f32>()
}

/// Returns the mean square over t of (r(t, variance) − r(t, share))·x for x of variance
/// (1−t)² + t²·variance.
fn velocity(variance: f32, share: f32) -> f32 {
    let at = |k: usize| {
        let t = (k as f32 + 0.5) / TIMES as f32;
        let slope = gaussian_rate(t, variance) - gaussian_rate(t, share);
        slope.powi(2) * ((1.0 - t).powi(2) + t * t * variance)
    };
    (0..TIMES).map(at).sum::<f32>() / TIMES as f32
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// Returns 2000 rows of `dim` columns of unit variance in `rank` directions, and noise of
    /// variance 0.01.
    fn rows(dim: usize, rank: usize) -> Array2<f32> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut normal = |shape| {
            Array2::from_shape_simple_fn(shape, || -> f32 { StandardNormal.sample(&mut rng) })
        };
        let along = normal((2000, rank)).dot(&normal((rank, dim))) / (rank as f32).sqrt();
        along + normal((2000, dim)) * 0.1
    }

    fn share(x: &Array2<f32>, directions: usize, coupling: Coupling) -> f32 {
        let rule = ShareRule {
            directions,
            coupling,
            max: 1.0,
        };
        rule.share(x.view())
    }

    #[test]
    fn a_wide_network_leaves_the_drift_its_variance() {
        assert!(share(&rows(24, 24), 32, Coupling::Independent) > 0.8);
        assert!(share(&rows(2, 2), 32, Coupling::Independent) > 0.9);
    }

    /// The directions without data have a variance of 0.01.
    #[test]
    fn a_narrow_network_adds_the_few_directions_of_the_data() {
        let share = share(&rows(96, 8), 16, Coupling::Independent);
        assert!((0.005..0.05).contains(&share), "{share}");
    }

    #[test]
    fn optimal_transport_makes_the_share_smaller() {
        let rows = rows(48, 24);
        let of = |coupling| share(&rows, 30, coupling);
        let [independent, paired] = [Coupling::Independent, Coupling::OptimalTransport].map(of);
        assert!(paired < 0.8 * independent, "{paired}, {independent}");
    }

    #[test]
    fn independent_columns_keep_their_variance_with_any_network() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let x = Array2::from_shape_simple_fn((4000, 96), || StandardNormal.sample(&mut rng));
        assert!(share(&x, 4, Coupling::Independent) > 0.8);
    }

    #[test]
    fn columns_that_do_not_vary_do_not_count() {
        assert_eq!(share(&Array2::zeros((9, 3)), 1, Coupling::Independent), 1.0);
    }
}
