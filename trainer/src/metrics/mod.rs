//! Metrics: how well generated rows imitate real ones, and whether they copy them.
//!
//! Every metric works on standardised rows
//! ([`Scaling::standardise`](crate::data::scaling::Scaling::standardise)). For a seed it gives the
//! same bits with any number of threads, because results are summed in a fixed order. Compare it
//! with [`real_baseline`], the score of real rows.

pub mod c2st;
pub mod coverage;
mod distance;
pub mod energy;
pub mod exact;
pub mod knn;
pub mod marginals;
pub mod mmd;
pub mod neighbours;
pub mod ranking;
pub mod series;
pub mod wasserstein;

use ndarray::{Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::index;
use rand_xoshiro::Xoshiro128PlusPlus;
use serde::Serialize;

use series::Smoothness;

/// Most rows of a set for a metric. The time of some metrics grows with its square.
pub const MAX_ROWS: usize = 2000;
/// Most rows for the exact distance, whose time grows with their cube.
pub const MAX_EXACT_ROWS: usize = 1000;

/// Standardised rows, `rows × columns`, and their classes if there are labels.
#[derive(Clone, Debug)]
pub struct Rows {
    values: Array2<f32>,
    classes: Option<Vec<u16>>,
}

impl Rows {
    /// Takes at most [`MAX_ROWS`] of the rows, drawn without replacement.
    ///
    /// # Panics
    /// If there is no row, or not one class per row.
    #[must_use]
    pub fn new(values: ArrayView2<'_, f32>, classes: Option<&[u16]>, seed: u64) -> Self {
        assert!(values.nrows() > 0, "a metric needs rows");
        assert!(
            classes.is_none_or(|classes| classes.len() == values.nrows()),
            "a class for every row"
        );
        let kept = draw(values.nrows(), MAX_ROWS, seed);
        Self {
            values: values.select(Axis(0), &kept),
            classes: classes.map(|classes| kept.iter().map(|&row| classes[row]).collect()),
        }
    }

    /// Takes all rows.
    ///
    /// # Panics
    /// If there is no row, or not one class per row.
    #[must_use]
    pub fn of(values: Array2<f32>, classes: Option<Vec<u16>>) -> Self {
        assert!(values.nrows() > 0, "a metric needs rows");
        let classed = |classes: &Vec<u16>| classes.len() == values.nrows();
        assert!(
            classes.as_ref().is_none_or(classed),
            "a class for every row"
        );
        Self { values, classes }
    }

    /// Returns the standardised values, `rows × columns`.
    #[must_use]
    pub fn values(&self) -> ArrayView2<'_, f32> {
        self.values.view()
    }

    /// Returns the class of each row, if there are labels.
    #[must_use]
    pub fn classes(&self) -> Option<&[u16]> {
        self.classes.as_deref()
    }

    fn labelled(&self) -> Option<knn::Labelled<'_>> {
        let classes = self.classes.as_deref()?;
        Some(knn::Labelled {
            values: self.values(),
            classes,
        })
    }
}

/// Draws at most `max` of `0..rows`, ascending. Takes all of them if there are no more.
pub fn draw(rows: usize, max: usize, seed: u64) -> Vec<usize> {
    if rows <= max {
        return (0..rows).collect();
    }
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let mut kept = index::sample(&mut rng, rows, max).into_vec();
    kept.sort_unstable();
    kept
}

/// Scores of a set of rows compared with equally many test rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// Sliced W2 to the test rows. Less is better.
    pub sliced_w2: f64,
    /// Exact W2 to the test rows, of at most [`MAX_EXACT_ROWS`]. Less is better.
    pub exact_w2: f64,
    /// Energy distance to the test rows. Less is better.
    pub energy: f64,
    /// Maximum mean discrepancy (MMD) from the test rows. Less is better.
    pub mmd: f64,
    /// C2ST: share of rows that a classifier tells from test rows. 0.5 is best ([`c2st`]).
    pub c2st: Option<f64>,
    /// Coverage: share of test rows with one of these rows nearby ([`coverage`]). More is better.
    pub coverage: Option<f64>,
    /// Kolmogorov–Smirnov statistic (KS) against the test rows, mean over the columns. Less is
    /// better.
    pub mean_ks: f64,
    /// KS of the worst column. Less is better.
    pub worst_ks: f64,
    /// Root mean square error of the columns' correlations. Less is better.
    pub correlation_error: f64,
    /// Label accuracy: share of rows whose class real training rows confirm ([`knn`]). More is
    /// better.
    pub label_accuracy: Option<f64>,
    /// TSTR: share of test rows whose class these rows predict. More is better.
    pub tstr: Option<f64>,
    /// Median distance to the nearest training row of the same class. Far below the real baseline,
    /// rows are memorised.
    pub nearest_training: f64,
    /// Roughness of the series, over that of the test rows ([`series`]). 1 is best.
    pub roughness: Option<f64>,
    /// Error of the power spectrum of the series, dB ([`series`]). Less is better.
    pub spectrum_error: Option<f64>,
}

impl Scores {
    /// Returns the mean of each score.
    ///
    /// # Panics
    /// If there are no scores.
    #[must_use]
    pub fn mean(of: &[Self]) -> Self {
        assert!(!of.is_empty(), "a mean of something");
        let some = |score: fn(&Self) -> Option<f64>| -> Option<f64> {
            let scores: Option<Vec<f64>> = of.iter().map(score).collect();
            scores.map(|scores| scores.iter().sum::<f64>() / of.len() as f64)
        };
        let mean = |score: fn(&Self) -> f64| of.iter().map(score).sum::<f64>() / of.len() as f64;
        Self {
            sliced_w2: mean(|of| of.sliced_w2),
            exact_w2: mean(|of| of.exact_w2),
            energy: mean(|of| of.energy),
            mmd: mean(|of| of.mmd),
            c2st: some(|of| of.c2st),
            coverage: some(|of| of.coverage),
            mean_ks: mean(|of| of.mean_ks),
            worst_ks: mean(|of| of.worst_ks),
            correlation_error: mean(|of| of.correlation_error),
            label_accuracy: some(|of| of.label_accuracy),
            tstr: some(|of| of.tstr),
            nearest_training: mean(|of| of.nearest_training),
            roughness: some(|of| of.roughness),
            spectrum_error: some(|of| of.spectrum_error),
        }
    }
}

impl Scores {
    /// Adds the scores of series, if there are any.
    #[must_use]
    pub fn with_smoothness(self, of: Option<Smoothness>) -> Self {
        Self {
            roughness: of.map(|of| of.roughness),
            spectrum_error: of.map(|of| of.spectrum_error),
            ..self
        }
    }
}

/// Compares generated rows with training rows and with test rows.
///
/// There are as many generated rows as test rows, because distances between finite sets shrink as
/// the sets grow. The scores of series are left out, because they need physical units
/// ([`Scores::with_smoothness`]).
///
/// # Panics
/// If the numbers of columns differ, or those of generated and test rows.
#[must_use]
pub fn score(generated: &Rows, train: &Rows, test: &Rows, seed: u64) -> Scores {
    let (rows, real) = (generated.values(), test.values());
    assert_eq!(rows.dim(), real.dim(), "two sets of one shape");
    let ks = marginals::kolmogorov_smirnov(rows, real);
    Scores {
        nearest_training: median(neighbours::nearest_of_class(generated, train)),
        label_accuracy: accuracy(train, generated),
        tstr: accuracy(generated, test),
        sliced_w2: wasserstein::sliced_w2(rows, real, seed),
        exact_w2: exact_w2(rows, real, seed),
        energy: energy::energy_distance(rows, real),
        mmd: mmd::mmd(rows, real),
        c2st: c2st::c2st(rows, real, seed),
        coverage: coverage::coverage(rows, real),
        mean_ks: ks.iter().sum::<f64>() / ks.len() as f64,
        worst_ks: ks.iter().copied().fold(0.0, f64::max),
        correlation_error: marginals::correlation_error(rows, real),
        roughness: None,
        spectrum_error: None,
    }
}

/// Returns the scores of `real` rows in the place of generated ones. They are training rows, so
/// test rows are compared with `train` in their place.
///
/// # Panics
/// As for [`score`].
#[must_use]
pub fn real_baseline(real: &Rows, train: &Rows, test: &Rows, seed: u64) -> Scores {
    Scores {
        nearest_training: median(neighbours::nearest_of_class(test, train)),
        label_accuracy: accuracy(train, test),
        ..score(real, train, test, seed)
    }
}

/// Returns the exact W2 of equally many rows of both sets.
fn exact_w2(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, seed: u64) -> f64 {
    let count = a.nrows().min(b.nrows()).min(MAX_EXACT_ROWS);
    let part = |rows: ArrayView2<'_, f32>| rows.select(Axis(0), &draw(rows.nrows(), count, seed));
    exact::w2(part(a).view(), part(b).view())
}

/// Returns the median.
///
/// # Panics
/// If there are no values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

fn accuracy(known: &Rows, asked: &Rows) -> Option<f64> {
    Some(knn::accuracy(known.labelled()?, asked.labelled()?))
}

#[cfg(test)]
mod tests;
