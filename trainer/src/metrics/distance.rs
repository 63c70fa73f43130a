//! Euclidean distances between rows, by brute force: fast enough below a few thousand rows.

use ndarray::ArrayView2;
use rayon::prelude::*;

/// Returns the squared distance of two rows of one length.
fn squared(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Returns, for each row of `from`, the `summary` of its squared distances to the rows of `to`.
pub(super) fn each_row<T: Send>(
    from: ArrayView2<'_, f32>,
    to: ArrayView2<'_, f32>,
    summary: impl Fn(&mut [f32]) -> T + Sync,
) -> Vec<T> {
    assert_eq!(from.ncols(), to.ncols(), "rows of one length");
    let columns = from.ncols().max(1);
    let (from, to) = (from.as_standard_layout(), to.as_standard_layout());
    // Slices are much faster than rows of arrays in a build without optimisation.
    let [from, to] = [&from, &to].map(|rows| rows.as_slice().expect("standard layout"));
    from.par_chunks_exact(columns)
        .map_init(Vec::new, |distances, row| {
            distances.clear();
            distances.extend(to.chunks_exact(columns).map(|other| squared(row, other)));
            summary(distances)
        })
        .collect()
}
