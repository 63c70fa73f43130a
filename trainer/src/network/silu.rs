//! SiLU over slices.
//!
//! The exponential is a polynomial, not the platform's `expf`, because it vectorises on every
//! target and gives the same bits on every host.

use std::f32::consts::LOG2_E;

use multiversion::multiversion;

/// Adding this rounds to the nearest integer, which is then in the low bits (1.5·2²³).
const ROUND: f32 = 12_582_912.0;
/// Upper part of ln 2, such that n·LN2_HIGH is exact for all n that occur.
const LN2_HIGH: f32 = 0.693_359_4;
/// Lower part of ln 2.
const LN2_LOW: f32 = -2.121_944_4e-4;

/// Returns eˣ for x within ±87 to about 2 units in the last place (polynomial of Cephes' `expf`).
#[inline(always)]
fn exp(x: f32) -> f32 {
    let rounded = x * LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    // Estrin's scheme has shorter chains of dependent operations than Horner's.
    let square = r * r;
    let high = (1.987_569_1e-4 * r + 1.398_199_9e-3) * square + (8.333_452e-3 * r + 4.166_579_6e-2);
    let low = 0.166_666_65 * r + 0.5;
    let mantissa = (high * square + low) * square + (r + 1.0);
    let power = rounded.to_bits().wrapping_add(127) << 23;
    mantissa * f32::from_bits(power)
}

#[inline(always)]
fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + exp(-z))
}

/// Largest magnitude of a pre-activation. The device's formats end here, and training has the same
/// limit.
pub const LIMIT: f32 = 16.0;

/// Replaces each z, limited to ±16, by z·sigmoid(z).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn silu(z: &mut [f32]) {
    for z in z {
        let limited = z.clamp(-LIMIT, LIMIT);
        *z = limited * sigmoid(limited);
    }
}

/// Adds its bias to each z, replaces z by SiLU(z) as [`silu`] does, and writes the derivative to
/// `slope`, which is 0 beyond the limit. `z` and `slope` have one row of a batch's values per bias.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn silu_with_slope(z: &mut [f32], slope: &mut [f32], bias: &[f32]) {
    let rows = (z.len() / bias.len()).max(1);
    let features = z.chunks_exact_mut(rows).zip(slope.chunks_exact_mut(rows));
    for ((z, slope), bias) in features.zip(bias) {
        for (z, slope) in z.iter_mut().zip(slope) {
            let sum = *z + bias;
            let limited = sum.clamp(-LIMIT, LIMIT);
            let s = sigmoid(limited);
            let h = limited * s;
            *slope = if limited == sum {
                s + h * (1.0 - s)
            } else {
                0.0
            };
            *z = h;
        }
    }
}

/// Multiplies each value by its factor.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn multiply(values: &mut [f32], factors: &[f32]) {
    for (value, factor) in values.iter_mut().zip(factors) {
        *value *= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_and_slope_agree_with_double_precision() {
        for k in -2400..=2400 {
            let (given, bias) = (k as f32 / 20.0 - 0.25, 0.25);
            let z = given + bias;
            let mut value = [given];
            let mut slope = [0.0];
            silu_with_slope(&mut value, &mut slope, &[bias]);
            let mut alone = [z];
            silu(&mut alone);
            let limited = f64::from(z.clamp(-LIMIT, LIMIT));
            let s = 1.0 / (1.0 + (-limited).exp());
            let h = limited * s;
            let exact_slope = if z.abs() <= LIMIT {
                s + h * (1.0 - s)
            } else {
                0.0
            };
            let near = |a: f32, b: f64| (f64::from(a) - b).abs() < 1e-6 * (1.0 + b.abs());
            assert!(near(value[0], h), "SiLU({z}) = {}", value[0]);
            assert!(near(slope[0], exact_slope), "SiLU'({z}) = {}", slope[0]);
            assert_eq!(alone, value);
        }
    }
}
