//! Training rows with noise: a kernel density estimate.

use ndarray::{Array2, ArrayView2, Axis};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::{BaselineModel, TrainingRows, means, of_class};
use crate::metrics::draw;

/// Bytes per column for its range, and per class for its number of rows.
const RANGE: usize = 4;
const COUNT: usize = 2;
/// Most rows of a class that decide how much noise is added, and most that predict them.
const MAX_PREDICTED: usize = 500;
const MAX_PREDICTING: usize = 2000;
/// Noise that is tried, in standard deviations of the columns: from the first, by a factor.
const LEAST_NOISE: f64 = 0.02;
const FACTOR: f64 = 1.2;
const TRIED: i32 = 24;

/// As many training rows as fit, each column rounded to one or two bytes. A sample is one of them
/// plus Gaussian noise.
#[derive(Clone, Debug)]
pub(crate) struct NoisyRows {
    classes: Vec<Array2<f32>>,
    /// Number of training rows, of which some are kept.
    available: usize,
    bytes_per_value: usize,
    /// Standard deviation of the noise relative to that of a column.
    noise: f64,
    /// Standard deviation of each column.
    stddev: Vec<f64>,
}

impl NoisyRows {
    /// Draws rows of each class in proportion, so that all of them fit in `budget` bytes. At least
    /// one row of each class is kept.
    ///
    /// # Panics
    /// If there is no row.
    pub fn fit(rows: &TrainingRows, budget: usize, seed: u64) -> Self {
        let (available, columns) = rows.values.dim();
        let by_class = rows.by_class();
        let fixed = RANGE * columns + COUNT * by_class.len();
        let fits = |width: usize| budget.saturating_sub(fixed) / (width * columns);
        let (bytes_per_value, room) = match fits(2) >= available {
            true => (2, available),
            false => (1, fits(1).min(available)),
        };
        let kept = |rows: &Array2<f32>| {
            let share = (room * rows.nrows() / available).max(1);
            rows.select(Axis(0), &draw(rows.nrows(), share, seed))
        };
        let mut classes: Vec<Array2<f32>> = by_class.iter().map(kept).collect();
        let means = means(rows.values.view());
        let stddev: Vec<f64> = rows
            .values
            .columns()
            .into_iter()
            .zip(means)
            .map(|(column, mean)| {
                let squares = column
                    .iter()
                    .map(|&value| (f64::from(value) - mean).powi(2));
                (squares.sum::<f64>() / available as f64).sqrt()
            })
            .collect();
        round(&mut classes, rows.values.view(), bytes_per_value);
        let noise = best_noise(&classes, &stddev, seed);
        Self {
            classes,
            available,
            bytes_per_value,
            noise,
            stddev,
        }
    }

    fn rows(&self) -> usize {
        self.classes.iter().map(Array2::nrows).sum()
    }
}

impl BaselineModel for NoisyRows {
    fn describe(&self) -> String {
        let rows = self.rows();
        let of = match rows == self.available {
            true => String::new(),
            false => format!(" of {}", self.available),
        };
        let bits = 8 * self.bytes_per_value;
        format!(
            "{rows}{of} training rows in int{bits} with noise of {:.2} sd",
            self.noise
        )
    }

    fn bytes(&self) -> usize {
        let columns = self.stddev.len();
        self.rows() * columns * self.bytes_per_value + RANGE * columns + COUNT * self.classes.len()
    }

    fn draw(&self, class: Option<u16>, count: usize, rng: &mut dyn Rng) -> Array2<f32> {
        let rows = of_class(&self.classes, class);
        let mut drawn = Array2::zeros((count, self.stddev.len()));
        for mut sample in drawn.rows_mut() {
            let row = rows.row(rng.random_range(0..rows.nrows()));
            for ((value, &near), stddev) in sample.iter_mut().zip(row).zip(&self.stddev) {
                let normal: f64 = StandardNormal.sample(rng);
                *value = (f64::from(near) + self.noise * stddev * normal).clamp(-8.0, 8.0) as f32;
            }
        }
        drawn
    }
}

/// Rounds the values of each column to steps between the least and the greatest value of `all`.
fn round(classes: &mut [Array2<f32>], all: ArrayView2<'_, f32>, bytes: usize) {
    let steps = f32::from(if bytes == 1 {
        u16::from(u8::MAX)
    } else {
        u16::MAX
    });
    for (place, column) in all.columns().into_iter().enumerate() {
        let least = column.iter().copied().fold(f32::INFINITY, f32::min);
        let greatest = column.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let step = (greatest - least) / steps;
        if step <= 0.0 {
            continue;
        }
        for rows in classes.iter_mut() {
            let rounded = |value: f32| least + step * ((value - least) / step).round();
            rows.column_mut(place).mapv_inplace(rounded);
        }
    }
}

/// Returns the noise for which the other rows of a class predict each row best: the greatest
/// likelihood with one row left out (Duin 1976).
fn best_noise(classes: &[Array2<f32>], stddev: &[f64], seed: u64) -> f64 {
    let varied: Vec<usize> = (0..stddev.len())
        .filter(|&place| stddev[place] > 0.0)
        .collect();
    let distances: Vec<Vec<f64>> = classes
        .iter()
        .flat_map(|rows| distances(rows, &varied, stddev, seed))
        .collect();
    let likelihood = |noise: f64| -> f64 {
        let of_row = |squares: &Vec<f64>| {
            let least = squares.iter().copied().fold(f64::INFINITY, f64::min);
            let scale = 1.0 / (2.0 * noise * noise);
            let sum: f64 = squares
                .iter()
                .map(|square| ((least - square) * scale).exp())
                .sum();
            (sum / squares.len() as f64).ln() - least * scale - varied.len() as f64 * noise.ln()
        };
        let of_rows: Vec<f64> = distances.par_iter().map(of_row).collect();
        of_rows.iter().sum()
    };
    let tried = (0..TRIED).map(|power| LEAST_NOISE * FACTOR.powi(power));
    let scored = tried.map(|noise| (noise, likelihood(noise)));
    scored
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(LEAST_NOISE, |(noise, _)| noise)
}

/// Returns the squared distances of some rows to each other row, in standard deviations.
fn distances(rows: &Array2<f32>, varied: &[usize], stddev: &[f64], seed: u64) -> Vec<Vec<f64>> {
    let some = draw(rows.nrows(), MAX_PREDICTING, seed);
    let mut rows = rows.select(Axis(0), &some).select(Axis(1), varied);
    for (mut column, &place) in rows.columns_mut().into_iter().zip(varied) {
        column /= stddev[place] as f32;
    }
    if rows.nrows() < 2 {
        return Vec::new();
    }
    let to = |row: usize| -> Vec<f64> {
        let others = (0..rows.nrows()).filter(|&other| other != row);
        let square = |other: usize| -> f64 {
            let pairs = rows.row(row).into_iter().zip(rows.row(other));
            pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum()
        };
        others.map(square).collect()
    };
    let predicted = draw(rows.nrows(), MAX_PREDICTED, seed);
    predicted.into_par_iter().map(to).collect()
}
