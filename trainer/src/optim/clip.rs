//! Clipping by the global norm, so that one unusual batch does not ruin the weights.

use multiversion::multiversion;

/// Number of partial sums, for vector units.
const LANES: usize = 16;

/// Returns the factor with which the Euclidean norm of `gradient` is at most `limit`: 1 if it
/// already is (Pascanu and others 2013, arXiv:1211.5063, section 3.2). It is 0 or NaN if the norm
/// is not finite.
pub fn clipping_factor(gradient: &[f32], limit: f32) -> f32 {
    let norm = sum_of_squares(gradient).sqrt() as f32;
    if norm <= limit { 1.0 } else { limit / norm }
}

/// Uses several sums, because one sum would wait for each addition.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn sum_of_squares(values: &[f32]) -> f64 {
    let mut squares = [0.0; LANES];
    let (parts, rest) = values.as_chunks::<LANES>();
    for part in parts {
        for (sum, &g) in squares.iter_mut().zip(part) {
            *sum += f64::from(g) * f64::from(g);
        }
    }
    for (sum, &g) in squares.iter_mut().zip(rest) {
        *sum += f64::from(g) * f64::from(g);
    }
    squares.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_gradients_are_cut_and_short_ones_kept() {
        assert_eq!(clipping_factor(&[3.0, -4.0], 1.0), 0.2);
        assert_eq!(clipping_factor(&[0.3, -0.4], 1.0), 1.0);
        // More values than lanes: 36 twos have the norm 12.
        assert_eq!(clipping_factor(&[2.0; 36], 3.0), 0.25);
    }
}
