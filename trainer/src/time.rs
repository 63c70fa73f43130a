//! Time features: how the network sees t.
//!
//! The device never evaluates them. The export folds them into condition biases at 9 knots over
//! 0..=1, between which the device interpolates linearly. So the features are linear between the
//! same knots, and folding is exact at every t. They are t itself, half a cosine and a full one.

use std::f32::consts::PI;
use std::sync::LazyLock;

/// Length of the feature vector φ(t).
pub const TIME_FEATURES: usize = 3;

/// log2 of the number of intervals between knots.
pub const KNOTS_LOG2: u8 = 3;

const INTERVALS: usize = 1 << KNOTS_LOG2;

/// Returns φ(t) = [2t − 1, cos πt, cos 2πt] at the knots, linear in between, within ±1 for t in
/// 0..=1.
pub fn time_features(t: f32) -> [f32; TIME_FEATURES] {
    static KNOTS: LazyLock<Vec<[f32; TIME_FEATURES]>> = LazyLock::new(|| {
        (0..=INTERVALS)
            .map(|k| at_knot(k as f32 / INTERVALS as f32))
            .collect()
    });
    let place = t * INTERVALS as f32;
    let left = (place as usize).min(INTERVALS - 1);
    let (a, b) = (KNOTS[left], KNOTS[left + 1]);
    std::array::from_fn(|i| a[i] + (place - left as f32) * (b[i] - a[i]))
}

fn at_knot(t: f32) -> [f32; TIME_FEATURES] {
    let angle = PI * t;
    [2.0 * t - 1.0, angle.cos(), (2.0 * angle).cos()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_exact_at_knots_and_linear_between() {
        assert_eq!(time_features(0.0), [-1.0, 1.0, 1.0]);
        assert_eq!(time_features(1.0)[..2], [1.0, -1.0]);
        for k in 0..8 {
            let [left, middle, right] =
                [0.0, 0.25, 1.0].map(|part| time_features((k as f32 + part) / 8.0));
            for ((l, m), r) in left.iter().zip(middle).zip(right) {
                assert!((0.75 * l + 0.25 * r - m).abs() < 1e-6, "knot {k}");
            }
        }
    }
}
