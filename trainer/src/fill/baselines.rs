//! What else fills in rows: the mean of a column, the nearest training rows, a Gaussian.

use std::collections::HashMap;

use linfa_linalg::cholesky::{Cholesky, SolveC};
use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use crate::data::Table;
use crate::data::unit::Unit;

/// Nearest rows that are draws.
const NEIGHBOURS: usize = 10;
/// Added to the variances of a Gaussian.
const RIDGE: f64 = 1e-4;

/// Rows in units, and what is known of them.
pub(super) struct Problem {
    /// Training rows, `rows × (D + classes)`.
    pub training: Array2<f32>,
    /// Rows to fill in.
    pub rows: Array2<f32>,
    /// Whether each value is known: 1 or 0.
    pub mask: Array2<f32>,
    /// Values without those of the class.
    pub dim: usize,
}

impl Problem {
    /// Joins values with the classes and the conditions, which are always known.
    pub fn new(
        training: (ArrayView2<'_, f32>, Array2<f32>),
        rows: (ArrayView2<'_, f32>, Array2<f32>),
        mask: &Array2<f32>,
    ) -> Self {
        let (dim, training) = (rows.0.ncols(), joined(training));
        let mut all = Array2::ones((mask.nrows(), training.ncols()));
        all.slice_mut(ndarray::s![.., ..dim]).assign(mask);
        Self {
            rows: joined(rows),
            training,
            mask: all,
            dim,
        }
    }

    /// Returns the means of the columns, as two equal draws.
    pub fn means(&self) -> Vec<Array2<f32>> {
        let mean = self.training.mean_axis(Axis(0)).expect("there are rows");
        let all = mean.broadcast(self.rows.dim()).expect("as many columns");
        vec![all.to_owned(); 2]
    }

    /// Returns the nearest of the first `count` training rows by the known values.
    pub fn nearest(&self, count: usize) -> Vec<Array2<f32>> {
        let kept = count.clamp(NEIGHBOURS, self.training.nrows().max(NEIGHBOURS));
        // Evenly, because rows may be in the order of time.
        let of = self.training.nrows();
        let kept: Vec<usize> = (0..kept.min(of))
            .map(|row| row * of / kept.min(of))
            .collect();
        let training = self.training.select(Axis(0), &kept);
        let nearest = |row: usize| {
            let (values, mask) = (self.rows.row(row), self.mask.row(row));
            let distance = |other: usize| -> f32 {
                let other = training.row(other);
                let each = values.iter().zip(other).zip(mask);
                each.map(|((a, b), known)| known * (a - b) * (a - b)).sum()
            };
            let mut all: Vec<(f32, usize)> = (0..training.nrows())
                .map(|other| (distance(other), other))
                .collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            all
        };
        let nearest: Vec<_> = (0..self.rows.nrows())
            .into_par_iter()
            .map(nearest)
            .collect();
        let draw = |place: usize| {
            let rows: Vec<usize> = nearest
                .iter()
                .map(|all| all[place.min(all.len() - 1)].1)
                .collect();
            training.select(Axis(0), &rows)
        };
        (0..NEIGHBOURS).map(draw).collect()
    }

    /// Returns draws of the Gaussian of the training rows, given the known values.
    pub fn gaussian(&self, draws: usize, rng: &mut impl Rng) -> Vec<Array2<f32>> {
        let training = self.training.mapv(f64::from);
        let mean = training.mean_axis(Axis(0)).expect("there are rows");
        let centred = &training - &mean;
        let mut covariance = centred.t().dot(&centred) / training.nrows() as f64;
        covariance
            .diag_mut()
            .mapv_inplace(|variance| variance + RIDGE);
        let mut all = vec![self.rows.clone(); draws];
        for (known, rows) in self.by_mask() {
            let of = |wanted: bool| -> Vec<usize> {
                (0..known.len()).filter(|&at| known[at] == wanted).collect()
            };
            let (given, others) = (of(true), of(false));
            let across = covariance.select(Axis(0), &given);
            let mut within = across.select(Axis(1), &given);
            let across = across.select(Axis(1), &others);
            let slopes = match given.is_empty() {
                true => Array2::zeros((0, others.len())),
                false => within.solvec(&across).expect("variances above 0"),
            };
            let left = covariance.select(Axis(0), &others).select(Axis(1), &others);
            let left = left - across.t().dot(&slopes);
            let factor = left
                .cholesky()
                .unwrap_or_else(|_| Array2::zeros((others.len(), others.len())));
            for row in rows {
                let values = self.rows.row(row).mapv(f64::from);
                let about = |list: &[usize]| -> Array1<f64> {
                    list.iter().map(|&at| values[at] - mean[at]).collect()
                };
                let middle = about(&given).dot(&slopes);
                for draw in &mut all {
                    let normal = |_: &usize| -> f64 { StandardNormal.sample(rng) };
                    let normals: Array1<f64> = others.iter().map(normal).collect();
                    let change = factor.dot(&normals);
                    for (place, &at) in others.iter().enumerate() {
                        draw[[row, at]] = (mean[at] + middle[place] + change[place]) as f32;
                    }
                }
            }
        }
        all
    }

    /// Returns the rows of each mask.
    fn by_mask(&self) -> Vec<(Vec<bool>, Vec<usize>)> {
        let mut all: HashMap<Vec<bool>, Vec<usize>> = HashMap::new();
        for (row, mask) in self.mask.outer_iter().enumerate() {
            let known = mask.iter().map(|&known| known > 0.0).collect();
            all.entry(known).or_default().push(row);
        }
        let mut all: Vec<_> = all.into_iter().collect();
        // Draws must not depend on the order of a hash map.
        all.sort_by_key(|(_, rows)| rows[0]);
        all
    }
}

/// Joins values with those that are always known.
fn joined((values, given): (ArrayView2<'_, f32>, Array2<f32>)) -> Array2<f32> {
    concatenate(Axis(1), &[values.view(), given.view()]).expect("as many rows")
}

/// Returns what is always known of rows: a value per class, and the conditions in units of
/// `training` rows.
pub(super) fn given(table: &Table, training: &Table, classes: usize) -> Array2<f32> {
    let rows = table.values.nrows();
    let class = table.classes().filter(|_| classes > 0);
    let one_hot = class.map_or(Array2::zeros((rows, 0)), |class| {
        Array2::from_shape_fn((rows, classes), |(row, of)| {
            f32::from(u8::from(usize::from(class[row]) == of))
        })
    });
    let pair = table.conditions.as_ref().zip(training.conditions.as_ref());
    let conditions = pair.map_or(Array2::zeros((rows, 0)), |(of, training)| {
        Unit::fit(training).standardise(of.values.view())
    });
    concatenate(Axis(1), &[one_hot.view(), conditions.view()]).expect("as many rows")
}
