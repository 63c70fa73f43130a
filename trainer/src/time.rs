//! Time features: how the network sees t.
//!
//! The device never evaluates these: what they feed is folded at export into biases on 33 knots
//! over [0, 1] and interpolated linearly. So they are few and slow: t itself and four half-cosines,
//! of which the fastest swings twice over the interval.

use std::f32::consts::PI;

/// Length of the feature vector φ(t).
pub const TIME_FEATURES: usize = 5;

/// φ(t) = [2t − 1, cos πt, cos 2πt, cos 3πt, cos 4πt], every entry within ±1 for t in [0, 1].
pub fn time_features(t: f32) -> [f32; TIME_FEATURES] {
    let angle = PI * t;
    [
        2.0 * t - 1.0,
        angle.cos(),
        (2.0 * angle).cos(),
        (3.0 * angle).cos(),
        (4.0 * angle).cos(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolating_on_33_knots_loses_little() {
        let knot = |k: usize| time_features(k as f32 / 32.0);
        for k in 0..32 {
            let middle = time_features((k as f32 + 0.5) / 32.0);
            let (left, right) = (knot(k), knot(k + 1));
            for ((l, r), m) in left.iter().zip(right).zip(middle) {
                assert!((0.5 * (l + r) - m).abs() < 0.02, "knot {k}");
            }
        }
    }
}
