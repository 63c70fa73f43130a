//! Clipping by the global norm: one odd batch must not throw the weights away.

/// Sums of squares that are taken side by side.
const LANES: usize = 16;

/// Scales `gradient` so that its Euclidean norm is at most `limit`, and returns the norm it had
/// (Pascanu and others 2013, arXiv:1211.5063, section 3.2).
pub fn clip_global_norm(gradient: &mut [f32], limit: f32) -> f32 {
    // Side by side: one sum would wait for each of its additions.
    let mut squares = [0.0; LANES];
    for part in gradient.chunks(LANES) {
        for (sum, &g) in squares.iter_mut().zip(part) {
            *sum += f64::from(g) * f64::from(g);
        }
    }
    let norm = squares.iter().sum::<f64>().sqrt() as f32;
    if norm > limit {
        let factor = limit / norm;
        for g in gradient {
            *g *= factor;
        }
    }
    norm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_gradients_are_cut_and_short_ones_kept() {
        let mut long = [3.0, -4.0];
        assert_eq!(clip_global_norm(&mut long, 1.0), 5.0);
        assert!((long[0] - 0.6).abs() < 1e-6 && (long[1] + 0.8).abs() < 1e-6);
        let mut short = [0.3, -0.4];
        clip_global_norm(&mut short, 1.0);
        assert_eq!(short, [0.3, -0.4]);
    }
}
