//! k-means.

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use crate::metrics::neighbours::nearest;

/// Most centres of a detector.
pub(super) const MAX_CENTRES: usize = 32;
/// Rows per centre, at least.
const ROWS_PER_CENTRE: usize = 2;
/// Starts, of which the best is kept, and most iterations of each.
const STARTS: u64 = 3;
const ITERATIONS: usize = 100;

/// Centres of clusters.
#[derive(Clone, Debug)]
pub(super) struct KMeans {
    pub centres: Array2<f32>,
}

impl KMeans {
    /// Fits by Lloyd's algorithm from starts of k-means++ (Arthur and Vassilvitskii 2007, *SODA*).
    pub fn fit(rows: ArrayView2<'_, f32>, centres: usize, seed: u64) -> Self {
        let count = centres.min(rows.nrows() / ROWS_PER_CENTRE).max(1);
        let run = |start| {
            let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed.wrapping_add(start));
            let mut fitted = Self::start(rows, count, &mut rng);
            let mut loss = f64::INFINITY;
            for _ in 0..ITERATIONS {
                let previous = loss;
                loss = fitted.improve(rows);
                if loss >= previous {
                    break;
                }
            }
            (loss, fitted)
        };
        let best = (0..STARTS).map(run).min_by(|a, b| a.0.total_cmp(&b.0));
        best.expect("at least one start").1
    }

    /// Draws rows as centres, each with a probability in proportion to its squared distance from
    /// those before.
    fn start(rows: ArrayView2<'_, f32>, count: usize, rng: &mut Xoshiro128PlusPlus) -> Self {
        let mut chosen = vec![rng.random_range(0..rows.nrows())];
        while chosen.len() < count {
            let centres = rows.select(Axis(0), &chosen);
            let squares = nearest(rows, centres.view()).into_iter();
            let squares: Vec<f64> = squares.map(|(_, distance)| distance * distance).collect();
            let mut left = rng.random::<f64>() * squares.iter().sum::<f64>();
            let place = squares.iter().position(|square| {
                left -= square;
                left < 0.0
            });
            chosen.push(place.unwrap_or(0));
        }
        let centres = rows.select(Axis(0), &chosen);
        Self { centres }
    }

    /// Moves each centre to the mean of its rows. Returns the loss before.
    fn improve(&mut self, rows: ArrayView2<'_, f32>) -> f64 {
        let mut sums = Array2::<f32>::zeros(self.centres.dim());
        let mut counts = Array1::<f32>::zeros(self.centres.nrows());
        let mut loss = 0.0;
        let found = nearest(rows, self.centres.view());
        for (row, (centre, distance)) in rows.outer_iter().zip(found) {
            let mut sum = sums.row_mut(centre);
            sum += &row;
            counts[centre] += 1.0;
            loss += distance * distance;
        }
        for ((mut centre, sum), &count) in
            (self.centres.outer_iter_mut().zip(sums.outer_iter())).zip(&counts)
        {
            if count > 0.0 {
                centre.assign(&(&sum / count));
            }
        }
        loss
    }

    /// Returns the distance of each row to its nearest centre.
    pub fn score(&self, rows: ArrayView2<'_, f32>) -> Vec<f64> {
        let found = nearest(rows, self.centres.view()).into_iter();
        found.map(|(_, distance)| distance).collect()
    }
}
