//! How well generated rows imitate real ones, and whether they copy them.
//!
//! Every metric works on standardised rows ([`Scaling::standardise`](crate::data::scaling::Scaling::standardise)), gives the
//! same bits for a seed whatever the number of threads (each thread's results are summed in a fixed order), and means
//! little alone: judge it beside [`floor`], what real rows score in place of generated ones.

mod distance;
pub mod energy;
pub mod exact;
pub mod knn;
pub mod marginals;
pub mod mmd;
pub mod neighbours;
pub mod wasserstein;

use ndarray::{Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::index;
use rand_xoshiro::Xoshiro128PlusPlus;
use serde::Serialize;

/// Most rows of a set that a metric looks at: the brute-force ones take time in the square of it.
pub const MAX_ROWS: usize = 2000;
/// Most rows of the exact distance, an assignment problem, which takes time in their cube.
pub const MAX_EXACT_ROWS: usize = 1000;

/// Standardised rows, `rows × columns`, and the class of each where there are labels.
#[derive(Clone, Debug)]
pub struct Rows {
    values: Array2<f32>,
    classes: Option<Vec<u16>>,
}

impl Rows {
    /// Takes at most [`MAX_ROWS`] of the rows, drawn without replacement by the seed.
    ///
    /// # Panics
    /// When there is no row, or not a class for every row.
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

    /// The rows' values: `rows × columns`, standardised.
    #[must_use]
    pub fn values(&self) -> ArrayView2<'_, f32> {
        self.values.view()
    }

    fn labelled(&self) -> Option<knn::Labelled<'_>> {
        let classes = self.classes.as_deref()?;
        Some(knn::Labelled {
            values: self.values(),
            classes,
        })
    }
}

/// `most` of `0..rows` at random, ascending; all of them when there are no more.
pub fn draw(rows: usize, most: usize, seed: u64) -> Vec<usize> {
    if rows <= most {
        return (0..rows).collect();
    }
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let mut kept = index::sample(&mut rng, rows, most).into_vec();
    kept.sort_unstable();
    kept
}

/// What a set of rows scores against real ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// Sliced 2-Wasserstein distance to the held-out rows; less is better.
    pub sliced_w2: f64,
    /// Exact 2-Wasserstein distance to the held-out rows, of as many rows as both have, [`MAX_EXACT_ROWS`] at most.
    pub exact_w2: f64,
    /// Energy distance to the held-out rows; less is better.
    pub energy: f64,
    /// Maximum mean discrepancy from the held-out rows; less is better.
    pub mmd: f64,
    /// Kolmogorov–Smirnov statistic against the held-out rows, the mean over columns; less is better.
    pub mean_ks: f64,
    /// The same of the worst column.
    pub worst_ks: f64,
    /// Root mean square error of the columns' correlations; less is better.
    pub correlation_error: f64,
    /// Share of rows whose class real training rows confirm ([`knn`]); more is better.
    pub label_accuracy: Option<f64>,
    /// Share of held-out rows that these rows classify rightly: train on synthetic, test on real; more is better.
    pub tstr: Option<f64>,
    /// Median distance to the nearest training row; far below the floor's means copying.
    pub nearest_training: f64,
}

/// Scores generated rows against real rows that were trained on and real rows that were held out.
///
/// # Panics
/// When the numbers of columns differ.
#[must_use]
pub fn score(generated: &Rows, train: &Rows, test: &Rows, seed: u64) -> Scores {
    let (rows, real) = (generated.values(), test.values());
    let ks = marginals::kolmogorov_smirnov(rows, real);
    Scores {
        nearest_training: neighbours::median_nearest(rows, train.values()),
        label_accuracy: accuracy(train, generated),
        tstr: accuracy(generated, test),
        sliced_w2: wasserstein::sliced_w2(rows, real, seed),
        exact_w2: exact_w2(rows, real, seed),
        energy: energy::energy_distance(rows, real),
        mmd: mmd::mmd(rows, real),
        mean_ks: ks.iter().sum::<f64>() / ks.len() as f64,
        worst_ks: ks.iter().copied().fold(0.0, f64::max),
        correlation_error: marginals::correlation_error(rows, real),
    }
}

/// What a perfect generator would score: `count` real training rows in place of the generated ones, and held-out rows
/// where training rows would be compared with themselves.
///
/// `count` is the number of generated rows, since every distance between finite sets shrinks as they grow.
///
/// # Panics
/// When `count` is 0 or the numbers of columns differ.
#[must_use]
pub fn real_baseline(train: &Rows, test: &Rows, count: usize, seed: u64) -> Scores {
    let kept = draw(train.values.nrows(), count, seed);
    let classes = train
        .classes
        .as_ref()
        .map(|classes| kept.iter().map(|&row| classes[row]).collect());
    let drawn = Rows {
        values: train.values.select(Axis(0), &kept),
        classes,
    };
    Scores {
        nearest_training: neighbours::median_nearest(test.values(), train.values()),
        label_accuracy: accuracy(train, test),
        ..score(&drawn, train, test, seed)
    }
}

/// Of as many rows as both have, drawn by the seed.
fn exact_w2(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, seed: u64) -> f64 {
    let count = a.nrows().min(b.nrows()).min(MAX_EXACT_ROWS);
    let part = |rows: ArrayView2<'_, f32>| rows.select(Axis(0), &draw(rows.nrows(), count, seed));
    exact::w2(part(a).view(), part(b).view())
}

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
