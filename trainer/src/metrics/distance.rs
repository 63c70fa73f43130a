//! Euclidean distances between rows, by brute force: fast enough below a few thousand rows.

use multiversion::multiversion;
use ndarray::ArrayView2;
use rayon::prelude::*;

/// Sums that a distance is divided into, so that vector units can compute them at once. Their
/// number is fixed, so every machine gives the same bits.
const LANES: usize = 16;

/// Appends the squared distances of a row to rows of the same length.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn append_squares(row: &[f32], to: &[f32], squares: &mut Vec<f32>) {
    let (parts, rest) = row.as_chunks::<LANES>();
    // Loops, because vector instructions would not reach into closures.
    for other in to.chunks_exact(row.len()) {
        let (other_parts, other_rest) = other.as_chunks::<LANES>();
        let mut sums = [0.0; LANES];
        for (a, b) in parts.iter().zip(other_parts) {
            for lane in 0..LANES {
                sums[lane] += (a[lane] - b[lane]) * (a[lane] - b[lane]);
            }
        }
        let mut sum = sums.iter().sum::<f32>();
        for (a, b) in rest.iter().zip(other_rest) {
            sum += (a - b) * (a - b);
        }
        squares.push(sum);
    }
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
            append_squares(row, to, distances);
            summary(distances)
        })
        .collect()
}
