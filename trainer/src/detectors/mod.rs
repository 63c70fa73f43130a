//! Common detectors of anomalies, with which the score of a model is compared.
//!
//! All of them work on standardised rows without the columns that do not vary, and give anomalies
//! a larger score. They are fitted to normal rows only.

mod autoencoder;
mod forest;
mod gaussian;
mod kmeans;
mod mixture;

use std::fmt;

use ndarray::{Array2, ArrayView2, Axis};
use serde::Serialize;

use crate::metrics::neighbours::kth_nearest;
use autoencoder::Autoencoder;
use forest::Forest;
use gaussian::Gaussian;
use kmeans::{KMeans, MAX_CENTRES};
pub use mixture::GaussianMixture;

/// Neighbour whose distance is the score of [`DetectorKind::Neighbours`].
const NEIGHBOUR: usize = 5;
/// Standard deviation below which a column does not vary.
const SMALLEST: f32 = 1e-6;

/// A method of anomaly detection.
///
/// ```
/// use flowlet_trainer::detectors::DetectorKind;
///
/// assert_eq!(DetectorKind::KMeans.to_string(), "k-means, 32 clusters");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DetectorKind {
    /// Distance to the fifth nearest training row, of which all are kept (Ramaswamy and others
    /// 2000, *SIGMOD*).
    Neighbours,
    /// Distance to the nearest of 32 centres.
    KMeans,
    /// Density of a mixture of four Gaussians.
    Mixture,
    /// Isolation forest (Liu and others 2008, *ICDM*).
    Forest,
    /// Mahalanobis distance.
    Mahalanobis,
    /// Error of an autoencoder whose weights take as many bytes as the model.
    Autoencoder,
}

impl DetectorKind {
    /// All methods.
    pub const ALL: [Self; 6] = [
        Self::Neighbours,
        Self::KMeans,
        Self::Mixture,
        Self::Forest,
        Self::Mahalanobis,
        Self::Autoencoder,
    ];
}

impl fmt::Display for DetectorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Neighbours => "kNN, all rows",
            Self::KMeans => "k-means, 32 clusters",
            Self::Mixture => "Gaussian mixture",
            Self::Forest => "isolation forest",
            Self::Mahalanobis => "Mahalanobis distance",
            Self::Autoencoder => "autoencoder, same flash",
        })
    }
}

/// A detector that was fitted to normal rows.
///
/// ```
/// use flowlet_trainer::detectors::{Detector, DetectorKind};
/// use ndarray::Array2;
///
/// let normal = Array2::from_shape_fn((50, 2), |(row, column)| ((7 * row + column) % 11) as f32);
/// let detector = Detector::fit(DetectorKind::KMeans, normal.view(), 10_000, 0);
/// let scores = detector.score(ndarray::array![[5.0, 6.0], [50.0, 6.0]].view());
/// assert!(scores[1] > scores[0]);
/// ```
#[derive(Clone, Debug)]
pub struct Detector {
    columns: Vec<Column>,
    fitted: Fitted,
}

/// A column that varies.
#[derive(Clone, Copy, Debug)]
struct Column {
    at: usize,
    mean: f32,
    stddev: f32,
}

#[derive(Clone, Debug)]
enum Fitted {
    /// Without columns that vary there is nothing to compare.
    Nothing,
    Neighbours(Array2<f32>),
    KMeans(KMeans),
    Mixture(GaussianMixture),
    Forest(Forest),
    Mahalanobis(Gaussian),
    Autoencoder(Autoencoder),
}

impl Detector {
    /// Fits a method to normal rows. Only the autoencoder depends on `bytes`.
    ///
    /// # Panics
    /// If there is no row.
    #[must_use]
    pub fn fit(kind: DetectorKind, rows: ArrayView2<'_, f32>, bytes: usize, seed: u64) -> Self {
        assert!(rows.nrows() > 0, "a detector needs rows");
        let column = |(at, values): (usize, ndarray::ArrayView1<'_, f32>)| Column {
            at,
            mean: values.mean().unwrap_or(0.0),
            stddev: values.std(0.0),
        };
        let columns = rows.columns().into_iter().enumerate().map(column);
        let columns: Vec<Column> = columns.filter(|of| of.stddev > SMALLEST).collect();
        let rows = standardise(&columns, rows);
        let fitted = match kind {
            _ if columns.is_empty() => Fitted::Nothing,
            DetectorKind::Neighbours => Fitted::Neighbours(rows),
            DetectorKind::KMeans => Fitted::KMeans(KMeans::fit(rows.view(), MAX_CENTRES, seed)),
            DetectorKind::Mixture => Fitted::Mixture(GaussianMixture::fit(rows.view(), seed)),
            DetectorKind::Forest => Fitted::Forest(Forest::fit(rows.view(), seed)),
            DetectorKind::Mahalanobis => Fitted::Mahalanobis(Gaussian::fit(rows.view())),
            DetectorKind::Autoencoder => {
                Fitted::Autoencoder(Autoencoder::fit(rows.view(), bytes, seed))
            }
        };
        Self { columns, fitted }
    }

    /// Returns the score of each row. Anomalies have larger ones.
    ///
    /// # Panics
    /// If the number of columns differs.
    #[must_use]
    pub fn score(&self, rows: ArrayView2<'_, f32>) -> Vec<f64> {
        let count = rows.nrows();
        let rows = standardise(&self.columns, rows);
        match &self.fitted {
            Fitted::Nothing => vec![0.0; count],
            Fitted::Neighbours(known) => {
                kth_nearest(rows.view(), known.view(), NEIGHBOUR.min(known.nrows()))
            }
            Fitted::KMeans(fitted) => fitted.score(rows.view()),
            Fitted::Mixture(fitted) => fitted.score(rows.view()),
            Fitted::Forest(fitted) => fitted.score(rows.view()),
            Fitted::Mahalanobis(fitted) => fitted.score(rows.view()),
            Fitted::Autoencoder(fitted) => fitted.score(rows.view()),
        }
    }
}

fn standardise(columns: &[Column], rows: ArrayView2<'_, f32>) -> Array2<f32> {
    let kept: Vec<usize> = columns.iter().map(|column| column.at).collect();
    let mut rows = rows.select(Axis(1), &kept);
    for (mut values, column) in rows.columns_mut().into_iter().zip(columns) {
        values.mapv_inplace(|value| (value - column.mean) / column.stddev);
    }
    rows
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro128PlusPlus;

    use super::{Detector, DetectorKind};
    use crate::metrics::ranking::auroc;

    /// Returns rows whose second column follows the first, and whose third does not vary.
    fn rows(count: usize, follows: bool, seed: u64) -> Array2<f32> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let mut normal = || -> f32 { StandardNormal.sample(&mut rng) };
        let mut rows = Array2::from_elem((count, 3), 4.0);
        for mut row in rows.rows_mut() {
            row[0] = normal();
            row[1] = match follows {
                true => row[0] + 0.1 * normal(),
                false => normal(),
            };
        }
        rows
    }

    #[test]
    fn every_method_finds_a_broken_dependency() {
        let [normal, test, odd] = [(400, true, 1), (200, true, 2), (200, false, 3)]
            .map(|(count, follows, seed)| rows(count, follows, seed));
        for kind in DetectorKind::ALL {
            let detector = Detector::fit(kind, normal.view(), 2000, 0);
            let area = auroc(&detector.score(test.view()), &detector.score(odd.view()));
            // A forest splits along the axes, which hardly sees a dependency.
            let least = if kind == DetectorKind::Forest {
                0.65
            } else {
                0.85
            };
            assert!(area > least, "{kind}: {area}");
        }
    }

    #[test]
    fn far_rows_score_highest_and_equal_rows_are_accepted() {
        let mut far = rows(1, true, 4);
        far.row_mut(0).assign(&ndarray::array![30.0, -30.0, 4.0]);
        for kind in DetectorKind::ALL {
            let normal = rows(100, true, 1);
            let detector = Detector::fit(kind, normal.view(), 2000, 0);
            let [far] = detector.score(far.view())[..] else {
                panic!("one row")
            };
            let scores = detector.score(normal.view());
            let below = scores.iter().filter(|&&score| score < far).count();
            // A forest isolates the outermost normal rows as soon as rows that are far away.
            let least = if kind == DetectorKind::Forest {
                95
            } else {
                100
            };
            assert!(below >= least, "{kind}: {below}");
            let same = Array2::from_elem((5, 2), 1.0f32);
            let detector = Detector::fit(kind, same.view(), 2000, 0);
            assert_eq!(detector.score(same.view()), [0.0; 5], "{kind}");
        }
    }
}
