//! The normal quantile.

use flowlet::fixed::STATE_FRAC;
use flowlet::noise;

/// The normal quantile, to 10⁻³, by the table that the runtime draws its noise with; `share` within 0..=1.
#[must_use]
pub fn quantile(share: f64) -> f64 {
    // The lowest bit is the sign, the others the tail's share.
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
