//! The quantile function of the normal distribution.

use flowlet::fixed::STATE_FRAC;
use flowlet::noise;

/// Returns the normal quantile to within 10⁻³, from the runtime's table of noise. `share` is 0..=1.
#[must_use]
pub fn quantile(share: f64) -> f64 {
    // The lowest bit is the sign. The others are the share of the tail.
    let tail = (share.min(1.0 - share) * 2f64.powi(33)) as u32 & !1;
    let upper = f64::from(noise::normal(tail)) / f64::from(1u32 << STATE_FRAC);
    if share < 0.5 { -upper } else { upper }
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_are_the_normal_ones() {
        for (share, expected) in [(0.5, 0.0), (0.158_655, -1.0), (0.977_25, 2.0)] {
            assert!((quantile(share) - expected).abs() < 2e-3, "{share}");
        }
    }
}
