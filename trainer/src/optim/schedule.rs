//! The learning rate during a run: a linear warm-up, then half a cosine down to zero.

use std::f32::consts::PI;

/// Share of the run for the warm-up.
const WARM_UP: f32 = 0.02;

/// Returns the learning rate of optimiser step `iteration` (from 0) of `iterations`, at most
/// `peak`.
///
/// It increases linearly over the first fiftieth of the run, then follows a cosine to zero without
/// restarts (Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5).
pub fn learning_rate(iteration: usize, iterations: usize, peak: f32) -> f32 {
    let warm_up = (WARM_UP * iterations as f32).ceil();
    let done = iteration as f32 + 1.0;
    if done <= warm_up {
        return peak * done / warm_up;
    }
    let progress = (done - warm_up) / (iterations as f32 + 1.0 - warm_up);
    0.5 * peak * (1.0 + (PI * progress).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_to_the_peak_and_falls_to_nothing() {
        let at = |k| learning_rate(k, 1000, 0.5);
        assert_eq!(at(9), 0.25);
        assert_eq!(at(19), 0.5);
        assert!((at(510) - 0.25).abs() < 0.01);
        assert!(at(999) > 0.0 && at(999) < 1e-4);
        assert!((0..19).all(|k| at(k) < at(k + 1)));
        assert!((19..999).all(|k| at(k) > at(k + 1)));
    }

    #[test]
    fn one_iteration_is_a_run_too() {
        assert_eq!(learning_rate(0, 1, 0.5), 0.5);
    }
}
