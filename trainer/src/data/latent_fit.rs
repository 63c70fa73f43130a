//! Fits the components of a latent to rows.

use std::ops::Range;

use linfa_linalg::eigh::{EigSort, Eigh};
use ndarray::{Array1, Array2, ArrayView2, Axis, s};

use super::Labels;
use super::latent::{Basis, Latent};
use super::latent_rank::LatentRank;
use super::scaling::MAX_STANDARDISED;

/// Share of the variance that half of the components must hold.
const SHARE: f64 = 0.99;
/// Share of the variance that the components hold. With less, series are too smooth.
const HELD: f64 = 0.995;
/// Most components. More bring the grain of small networks back.
const MAX_RANK: usize = 48;
/// Least variance of a component, in common scales squared: the drift has no smaller one.
const MIN_VARIANCE: f64 = 1.0 / 256.0;
/// Most rows for the covariances.
const MAX_ROWS: usize = 16_384;
/// Rows of all classes that count with those of a class, so that one of few rows has directions.
const SHARED_ROWS: f64 = 1.0;

impl Latent {
    /// Fits components to standardised rows, `rows × D`, with these labels. Returns `None` if
    /// `rank` is automatic and the columns are not alike enough, or if they have no variance.
    ///
    /// # Panics
    /// If each class is to have its own components, and there is not one label per row.
    #[must_use]
    pub fn fit(
        x: ArrayView2<'_, f32>,
        columns: Range<usize>,
        rank: LatentRank,
        labels: Option<&Labels>,
    ) -> Option<Self> {
        let every = x.nrows().div_ceil(MAX_ROWS).max(1);
        let rows = (0..x.nrows()).step_by(every);
        let groups = match rank {
            LatentRank::PerClass(_) => {
                let labels = labels.expect("labels");
                let mut groups = vec![Vec::new(); labels.classes.len()];
                rows.for_each(|row| groups[usize::from(labels.of_row[row])].push(row));
                groups
            }
            _ => vec![rows.collect()],
        };
        let groups = Group::of_each(x.slice(s![.., columns.clone()]), &groups)?;
        let variance = |count: usize| groups.iter().map(|of| of.variance(count)).sum::<f64>();
        let total = variance(columns.len());
        let held = |count: usize| variance(count) / total;
        let most = match rank {
            LatentRank::Off => return None,
            LatentRank::Components(rank) | LatentRank::PerClass(rank) => rank.min(columns.len()),
            LatentRank::Auto => {
                (1..=columns.len() / 2).find(|&count| held(count) >= SHARE)?;
                let enough = (1..=columns.len()).find(|&count| held(count) >= HELD);
                enough.unwrap_or(columns.len()).min(MAX_RANK)
            }
        };
        let largest: Vec<f64> = groups.iter().map(|of| of.largest(most)).collect();
        let scales = |rank: usize| {
            groups
                .iter()
                .zip(&largest)
                .map(move |(of, &z)| of.scale(rank, z))
        };
        let is_large = |&rank: &usize| {
            let last = groups.iter().zip(scales(rank));
            let last = last.map(|(of, scale)| of.share * of.variances[rank - 1] / (scale * scale));
            scales(rank).all(|scale| scale > 0.0) && last.sum::<f64>() >= MIN_VARIANCE
        };
        let rank = (1..=most).rev().find(is_large)?;
        let bases = groups.iter().zip(scales(rank));
        Some(Self {
            columns,
            bases: bases.map(|(of, scale)| of.basis(rank, scale)).collect(),
            share: Some(held(rank)),
        })
    }
}

/// Rows of a class, or all, and the principal directions of their columns.
struct Group {
    /// Share of all rows.
    share: f64,
    mean: Array1<f32>,
    centred: Array2<f64>,
    /// Variances in the directions, decreasing.
    variances: Array1<f64>,
    /// Directions, columns × columns.
    vectors: Array2<f64>,
}

impl Group {
    /// Finds the directions of some rows of `x` each.
    fn of_each(x: ArrayView2<'_, f32>, groups: &[Vec<usize>]) -> Option<Vec<Self>> {
        let count: usize = groups.iter().map(Vec::len).sum();
        let mut each = Vec::new();
        for rows in groups {
            let own = x.select(Axis(0), rows);
            let mean = own.mean_axis(Axis(0)).or_else(|| x.mean_axis(Axis(0)))?;
            let centred = (&own - &mean).mapv(f64::from);
            each.push((mean, centred));
        }
        let squares: Vec<Array2<f64>> = each.iter().map(|(_, own)| own.t().dot(own)).collect();
        let mut sum = squares[0].clone();
        squares[1..].iter().for_each(|of| sum += of);
        let common = sum / count as f64;
        let mut all = Vec::new();
        for ((mean, centred), squares) in each.into_iter().zip(squares) {
            let rows = centred.nrows() as f64;
            let covariance = match groups.len() {
                1 => common.clone(),
                _ => (squares + &common * SHARED_ROWS) / (rows + SHARED_ROWS),
            };
            let (variances, vectors) = covariance.eigh().ok()?.sort_eig_desc();
            all.push(Self {
                share: rows / count as f64,
                mean,
                centred,
                variances,
                vectors,
            });
        }
        Some(all)
    }

    /// Returns the group's part of the variance of all rows in the first directions.
    fn variance(&self, count: usize) -> f64 {
        let first = self.variances.iter().take(count);
        self.share * first.map(|&of| of.max(0.0)).sum::<f64>()
    }

    /// Returns the largest value of a row in the first directions.
    fn largest(&self, count: usize) -> f64 {
        let z = self.centred.dot(&self.vectors.slice(s![.., ..count]));
        z.iter().fold(0.0, |largest, z| largest.max(z.abs()))
    }

    /// Returns the common scale of the first directions, in which no value is above `largest`.
    fn scale(&self, rank: usize, largest: f64) -> f64 {
        let variance = self.variances.iter().take(rank).sum::<f64>() / rank as f64;
        variance.sqrt().max(largest / MAX_STANDARDISED)
    }

    fn basis(&self, rank: usize, scale: f64) -> Basis {
        let vectors = self.vectors.slice(s![.., ..rank]);
        Basis {
            mean: self.mean.clone(),
            vectors: vectors.mapv(|value| (value * scale) as f32),
            projection: vectors.mapv(|value| (value / scale) as f32),
        }
    }
}
