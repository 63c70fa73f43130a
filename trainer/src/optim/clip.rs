//! Clipping by the global norm: one odd batch must not throw the weights away.

use multiversion::multiversion;

/// Sums of squares that are taken side by side.
const LANES: usize = 16;

/// What to scale `gradient` by so that its Euclidean norm is at most `limit`: 1 where it is
/// (Pascanu and others 2013, arXiv:1211.5063, section 3.2).
pub fn clipping_factor(gradient: &[f32], limit: f32) -> f32 {
    let norm = sum_of_squares(gradient).sqrt() as f32;
    if norm > limit { limit / norm } else { 1.0 }
}

/// Side by side: one sum would wait for each of its additions.
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
        // Longer than the lanes are wide: 36 twos have the norm 12.
        assert_eq!(clipping_factor(&[2.0; 36], 3.0), 0.25);
    }
}
