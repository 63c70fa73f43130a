//! Bytes of the calibration: weights and gauges.

use flowlet::format::Gauge;

/// Steps of a weight per octave, and the logarithm of the smallest weight.
const STEPS: f64 = 8.0;
const SMALLEST: f64 = -2.0;

/// Largest byte of a weight: no factor of a score is larger.
const LARGEST: f64 = 231.0;

/// Returns the byte of the weight that is nearest to `factor`.
pub(super) fn weight(factor: f64) -> u8 {
    let byte = STEPS * (factor.log2() - SMALLEST);
    byte.round().clamp(0.0, LARGEST) as u8
}

/// Returns the factor of a weight.
pub(super) fn factor(weight: u8) -> f64 {
    (f64::from(weight) / STEPS + SMALLEST).exp2()
}

/// Returns the gauge of sums with this median and this distance to the 90th percentile.
pub(super) fn gauge(median: f64, distance: f64) -> Gauge {
    // A difference of the distance, in Q20.11, becomes 1 in Q15.16.
    let factor = 32.0 / distance.clamp(1.0 / 2048.0, 32_768.0);
    let shift = (15.0 - factor.log2().floor()).clamp(0.0, 47.0);
    Gauge {
        median: (median * 2048.0).round() as u32,
        multiplier: (factor * shift.exp2()).round() as u16,
        shift: shift as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::{factor, gauge, weight};

    #[test]
    fn weights_are_eighths_of_octaves() {
        assert_eq!((weight(1.0), weight(0.25), weight(8.0)), (16, 0, 40));
        assert_eq!((weight(1e-9), weight(1e30)), (0, 231));
        for byte in [0, 1, 77, 231] {
            assert_eq!(weight(factor(byte)), byte);
        }
    }

    #[test]
    fn a_gauge_makes_the_percentile_one() {
        for (median, distance) in [(0.0, 0.001), (3.0, 1.5), (700.0, 90.0), (0.5, 1e9)] {
            let gauge = gauge(median, distance);
            let distance = distance.clamp(1.0 / 2048.0, 32_768.0);
            let sum = ((median + distance) * 2048.0).round();
            let value = f64::from(gauge.of(sum as u32)) / 65_536.0;
            assert!(
                (value - 1.0).abs() < 2e-4 + 1.0 / (2048.0 * distance),
                "{value}"
            );
            assert!(gauge.multiplier > 0 && gauge.shift < 48, "{gauge:?}");
        }
    }
}
