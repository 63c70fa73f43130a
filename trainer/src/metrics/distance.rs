//! Euclidean distances between rows by brute force, which is fast enough for a few thousand rows.

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

/// Returns the squared distance of two rows of equal length.
pub(super) fn squared(a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Calls `summary` for each row of `from` with its squared distances to every row of `to`, and returns the
/// results in order.
pub(super) fn each_row<T: Send>(
    from: ArrayView2<'_, f32>,
    to: ArrayView2<'_, f32>,
    summary: impl Fn(&mut [f32]) -> T + Sync,
) -> Vec<T> {
    assert_eq!(from.ncols(), to.ncols(), "rows of one length");
    (0..from.nrows())
        .into_par_iter()
        .map_init(Vec::new, |distances, row| {
            distances.clear();
            distances.extend(
                to.rows()
                    .into_iter()
                    .map(|other| squared(from.row(row), other)),
            );
            summary(distances)
        })
        .collect()
}
