//! The four kinds of synthetic anomalies of ADBench (Han and others 2022, arXiv:2206.09426, section
//! 3.2), made of normal rows.

use flowlet_trainer::detectors::GaussianMixture;
use ndarray::{Array2, ArrayView2, Axis};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

/// Factor of the covariances of local anomalies, and of the means of clusters.
const FACTOR: f64 = 5.0;
/// Part of the range of a column that global anomalies go beyond.
const BEYOND: f64 = 0.1;

/// A kind of synthetic anomalies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Synthetic {
    /// Gaussians as wide as 5 times the covariance of the normal ones.
    Local,
    /// Uniform in the range of the columns and a tenth beyond.
    Global,
    /// Gaussians 5 times as far from the centre.
    Cluster,
    /// Each column by itself, without their dependency.
    Dependency,
}

impl Synthetic {
    pub(super) const ALL: [Self; 4] = [Self::Local, Self::Global, Self::Cluster, Self::Dependency];

    /// Draws anomalies. `normal` has standardised rows.
    pub(super) fn draw(self, normal: ArrayView2<'_, f32>, count: usize, seed: u64) -> Array2<f32> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed << 8 | self as u64);
        let columns = normal.axis_iter(Axis(1));
        let mut of_columns = |value: &mut dyn FnMut(
            ndarray::ArrayView1<'_, f32>,
            &mut Xoshiro128PlusPlus,
        ) -> f32| {
            let mut rows = Array2::zeros((count, normal.ncols()));
            for (mut made, known) in rows.axis_iter_mut(Axis(1)).zip(columns.clone()) {
                made.mapv_inplace(|_| value(known, &mut rng));
            }
            rows
        };
        match self {
            Self::Dependency => {
                of_columns(&mut |known, rng| known[rng.random_range(0..known.len())])
            }
            Self::Global => of_columns(&mut |known, rng| {
                let least = known.fold(f32::INFINITY, |a, &b| a.min(b));
                let most = known.fold(f32::NEG_INFINITY, |a, &b| a.max(b));
                let beyond = BEYOND as f32 * (most - least);
                match least < most {
                    true => rng.random_range(least - beyond..most + beyond),
                    false => least,
                }
            }),
            Self::Local => GaussianMixture::fit(normal, seed).draw(count, [1.0, FACTOR], seed),
            Self::Cluster => GaussianMixture::fit(normal, seed).draw(count, [FACTOR, 1.0], seed),
        }
    }
}
