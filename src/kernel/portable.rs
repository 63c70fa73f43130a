//! The kernel in plain Rust. Rows are walked in blocks of four that share the loads of the
//! activations; on hosts the loop vectorises.

/// Rows that [`dot`] takes at once.
pub(crate) const ROWS: usize = 4;

/// The sums Σ w·a of the first [`ROWS`] rows of `weights` (i8 as bytes, row-major, `input.len()`
/// columns). Rows that are not there sum to 0.
#[inline]
pub(crate) fn dot(weights: &[u8], input: &[i16]) -> [i32; ROWS] {
    let columns = input.len();
    let (Some(r0), Some(r1), Some(r2), Some(r3)) = (
        weights.get(..columns),
        weights.get(columns..2 * columns),
        weights.get(2 * columns..3 * columns),
        weights.get(3 * columns..4 * columns),
    ) else {
        return remainder(weights, input);
    };
    let mut sums = [0i32; ROWS];
    for ((((&a, &w0), &w1), &w2), &w3) in input.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
        let a = i32::from(a);
        sums[0] = sums[0].wrapping_add(a.wrapping_mul(i32::from(w0 as i8)));
        sums[1] = sums[1].wrapping_add(a.wrapping_mul(i32::from(w1 as i8)));
        sums[2] = sums[2].wrapping_add(a.wrapping_mul(i32::from(w2 as i8)));
        sums[3] = sums[3].wrapping_add(a.wrapping_mul(i32::from(w3 as i8)));
    }
    sums
}

/// The last rows of a layer whose height is no multiple of [`ROWS`].
#[cold]
fn remainder(weights: &[u8], input: &[i16]) -> [i32; ROWS] {
    let mut sums = [0i32; ROWS];
    for (sum, row) in sums
        .iter_mut()
        .zip(weights.chunks_exact(input.len().max(1)))
    {
        *sum = row
            .iter()
            .zip(input)
            .map(|(&w, &a)| i32::from(w as i8).wrapping_mul(i32::from(a)))
            .fold(0, i32::wrapping_add);
    }
    sums
}
