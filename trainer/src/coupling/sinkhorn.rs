//! The entropic optimal-transport plan, by Sinkhorn's iterations on logarithms (Cuturi 2013,
//! *Sinkhorn Distances*, arXiv:1306.0895; Peyré and Cuturi, *Computational Optimal Transport*,
//! section 4.4).

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rand::{Rng, RngExt};

const ITERATIONS: usize = 50;

/// Draws a column for each row from the plan with regularisation 2σ².
pub(super) fn draw(costs: ArrayView2<'_, f32>, sigma: f32, rng: &mut impl Rng) -> Vec<usize> {
    let log_kernel = costs.mapv(|cost| -cost / (2.0 * sigma * sigma));
    let mut columns = Array1::<f32>::zeros(costs.ncols());
    for _ in 0..ITERATIONS {
        let rows = potentials(&log_kernel, &columns, Axis(1));
        columns = potentials(&log_kernel, &rows, Axis(0));
    }
    let row = |row: ArrayView1<'_, f32>| weighted(&(&row + &columns), rng);
    log_kernel.outer_iter().map(row).collect()
}

/// Returns −log Σ exp(kernel + other) along `axis`, with which the plan has equal sums there.
fn potentials(log_kernel: &Array2<f32>, other: &Array1<f32>, axis: Axis) -> Array1<f32> {
    log_kernel.map_axis(axis, |line| {
        let sums = &line + other;
        let largest = sums.fold(f32::NEG_INFINITY, |largest, &x| largest.max(x));
        -(largest + sums.fold(0.0, |sum, &x| sum + (x - largest).exp()).ln())
    })
}

/// Draws an index in proportion to exp(`logs`).
fn weighted(logs: &Array1<f32>, rng: &mut impl Rng) -> usize {
    let largest = logs.fold(f32::NEG_INFINITY, |largest, &x| largest.max(x));
    let weights = logs.mapv(|x| (x - largest).exp());
    let mut left = rng.random::<f32>() * weights.sum();
    let found = weights.iter().position(|weight| {
        left -= weight;
        left <= 0.0
    });
    found.unwrap_or(logs.len() - 1)
}
