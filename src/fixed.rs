//! The fixed-point formats, and every rounding of the sampling path, each stated once.
//!
//! | quantity | type | format | range |
//! | --- | --- | --- | --- |
//! | state x (standardised) | i32 | Q5.26, kept in ±16 | [−16, 16) |
//! | velocity, class mean, x beside the base | i16 | Q4.11 | [−16, 16) |
//! | time t, step dt | u16/i32 | Q0.15, 1.0 = 32768 | [0, 1] |
//! | pre-activation of a hidden layer | i16 | Q(15−p).p, p = 11, 12 or 13 a layer | ±16, ±8, ±4 |
//! | activation of a hidden layer, input | i16 | Q(15−f).f, f a layer | see [`format`](mod@crate::format) |
//! | weight | i8 | one real scale a row: shift and multiplier | [−127, 127] |
//! | sum of products | i32 | row scale | never overflows: proven by `parse` |
//!
//! All right shifts are arithmetic (they round toward −∞); "rounded" below means that half of
//! the last place is added first.

use crate::tables::SILU;

/// Fractional bits of the state: Q5.26.
pub const STATE_FRAC: u32 = 26;
/// Fractional bits of a velocity: Q4.11.
pub const VELOCITY_FRAC: u32 = 11;
/// Fractional bits of time: Q0.15.
pub const TIME_FRAC: u32 = 15;
/// t = 1 in Q0.15.
pub const TIME_ONE: u16 = 1 << TIME_FRAC;
/// Fractional bits of a variance of the Gaussian base: unsigned Q2.14.
pub const VARIANCE_FRAC: u32 = 14;

/// `x` limited to the range of an i16.
///
/// ```
/// assert_eq!(flowlet::fixed::saturate(40_000), 32_767);
/// ```
#[inline(always)]
pub const fn saturate(x: i32) -> i16 {
    if x > i16::MAX as i32 {
        i16::MAX
    } else if x < i16::MIN as i32 {
        i16::MIN
    } else {
        x as i16
    }
}

/// A sum of products in its row's scale, brought to the layer's pre-activation format:
/// `((sum >> shift) · multiplier + 2^(r−1)) >> r` with r = `scale_frac` in 8..=15.
///
/// Two narrow steps in place of one 32×32→64 multiply, which Armv6-M lacks. The multiplier has
/// at most r bits where the row allows it, so the first shift cuts less than one unit of the
/// result's last place; r is a layer's, as large as its worst possible sum lets the product fit
/// an i32, which `parse` checks. i32::MIN with shift 16 and the largest multiplier gives −32767.
///
/// ```
/// // a row of scale 3/4 · 2^-1
/// assert_eq!(flowlet::fixed::requantise(1000, 1, 24_576, 15), 375);
/// ```
#[inline(always)]
pub const fn requantise(sum: i32, shift: u8, multiplier: i16, scale_frac: u8) -> i32 {
    let coarse = sum >> (shift & 31);
    let half = (1 << (scale_frac & 31)) >> 1;
    coarse.wrapping_mul(multiplier as i32).wrapping_add(half) >> (scale_frac & 31)
}

/// SiLU(x) = x·sigmoid(x): `pre` in Q(15−p).p with p = `pre_frac` in 11..=13, the result in
/// Q(15−f).f with f = `act_frac` < p, rounded.
///
/// A 257-entry table of x in [−16, 16] with linear interpolation; against exact SiLU the error
/// is at most 0.0009 plus half a unit of the result, over all inputs of every format.
///
/// ```
/// let one = 1 << 11; // 1.0 in Q4.11
/// let y = flowlet::fixed::silu(one, 11, 10); // in Q5.10
/// assert!((f32::from(y) / 1024.0 - 0.7311).abs() < 0.0014);
/// ```
#[inline(always)]
pub fn silu(pre: i16, pre_frac: u8, act_frac: u8) -> i16 {
    let shift = u32::from(pre_frac).wrapping_sub(3) & 15; // table step 1/8
    let x = i32::from(pre);
    let index = ((x >> shift) + 128) as usize & 0xff;
    let (Some(&low), Some(&high)) = (SILU.get(index), SILU.get(index + 1)) else {
        return 0; // index < 256
    };
    let fraction = x & ((1 << shift) - 1);
    let y = (i32::from(low) << shift).wrapping_add(
        i32::from(high)
            .wrapping_sub(i32::from(low))
            .wrapping_mul(fraction),
    );
    let drop = (VELOCITY_FRAC + shift).wrapping_sub(u32::from(act_frac)) & 31;
    (y.wrapping_add((1 << drop) >> 1) >> drop) as i16
}

/// The state, limited to [−16, 16) in Q5.26, so that adding velocity · dt to it cannot overflow.
#[inline(always)]
pub(crate) const fn limit_state(x: i32) -> i32 {
    if x >= 1 << 30 {
        (1 << 30) - 1
    } else if x < -(1 << 30) {
        -(1 << 30)
    } else {
        x
    }
}

/// The state in a format of `frac` ≤ 25 fractional bits, rounded. |result| ≤ 2^(4 + frac).
#[inline(always)]
pub(crate) const fn round_state(x: i32, frac: u32) -> i32 {
    let drop = STATE_FRAC.wrapping_sub(frac) & 31;
    x.wrapping_add((1 << drop) >> 1) >> drop
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn silu_is_within_its_stated_error_for_all_inputs() {
        for p in 11..=13u8 {
            for f in 5..p {
                for pre in i16::MIN..=i16::MAX {
                    let x = f64::from(pre) / f64::from(1 << p);
                    let exact = x / (1.0 + libm::exp(-x));
                    let got = f64::from(silu(pre, p, f)) / f64::from(1 << f);
                    let half = 0.5 / f64::from(1 << f);
                    assert!(
                        (got - exact).abs() <= 0.0009 + half,
                        "p={p} f={f} pre={pre}: {got} {exact}"
                    );
                }
            }
        }
    }

    #[test]
    fn requantise_rounds_and_keeps_extremes() {
        assert_eq!(requantise(i32::MIN, 16, 32_767, 15), -32_767);
        assert_eq!(requantise(i32::MAX, 16, 32_767, 15), 32_766);
        for sum in (-70_000..70_000).step_by(7) {
            let exact = f64::from(sum) * 20_000.0 / 32_768.0;
            assert!((f64::from(requantise(sum, 0, 20_000, 15)) - exact).abs() <= 0.5);
        }
    }

    #[test]
    fn limited_state_takes_any_step() {
        let largest = [i16::MIN, i16::MAX];
        let states: Vec<i32> = [i32::MIN, i32::MAX, 0].map(limit_state).into();
        for x in states {
            for v in largest {
                assert!(x.checked_add(i32::from(v) * i32::from(TIME_ONE)).is_some());
            }
        }
    }
}
