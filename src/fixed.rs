//! Fixed-point formats, and every rounding of the sampling path.
//!
//! | quantity | type | format | range |
//! | --- | --- | --- | --- |
//! | state x (standardised) | i32 | Q5.26, limited to ±16 | [−16, 16) |
//! | velocity, mean of the drift, x in the drift | i16 | Q4.11 | [−16, 16) |
//! | time t, step dt | u16 or i32 | Q0.15, 1.0 = 32768 | [0, 1] |
//! | pre-activation of a hidden layer | i16 | Q(15−p).p, p in 11..=13 per layer | ±16, ±8 or ±4 |
//! | activation of a hidden layer, input | i16 | Q(15−f).f, f per layer | ±2^(15−f) |
//! | weight | i8 | one [`Scale`] per row | [−127, 127] |
//! | sum of products | i32 | scale of the row | no overflow: `parse` proves it |
//!
//! All right shifts are arithmetic, so they round toward −∞. "Rounded" means that half of the last
//! place is added first.

use crate::tables::{Nodes, SILU};

/// Fractional bits of the state: Q5.26.
pub const STATE_FRAC: u32 = 26;
/// Fractional bits of a velocity: Q4.11.
pub const VELOCITY_FRAC: u32 = 11;
/// Fractional bits of time: Q0.15.
pub const TIME_FRAC: u32 = 15;
/// t = 1 in Q0.15.
pub const TIME_ONE: u16 = 1 << TIME_FRAC;
/// Fractional bits of a variance of the Gaussian drift: unsigned Q2.14.
pub const VARIANCE_FRAC: u32 = 14;

/// Distance from the limit of a column at which a network was trained to make its values there,
/// Q5.26: 0.5. See [`Column::gaps`](crate::Column::gaps).
pub const GAP: i32 = 1 << (STATE_FRAC - 1);

/// Limits `x` to the range of an i16.
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

/// Scale of a row: pre-activation = sum · `multiplier` · 2^−(10 + `shift`), in integers.
///
/// In the file a scale is one little-endian word: the shift in the lowest byte, the multiplier in
/// the upper half. Arm's shifts and halfword multiplies take it in this form.
///
/// ```
/// let scale = flowlet::fixed::Scale::from_word(3000 << 16 | 5);
/// assert_eq!((scale.multiplier, scale.shift), (3000, 5));
/// assert_eq!(scale.word(), 3000 << 16 | 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Scale {
    /// Multiplier, Q5.10, above 0. From 512 to 1024 if the shift allows it.
    pub multiplier: i16,
    /// Number of bits dropped from the sum before the multiplication, 0..=24.
    pub shift: u8,
}

impl Scale {
    /// Splits the word of the file.
    ///
    /// ```
    /// assert_eq!(flowlet::fixed::Scale::from_word(1 << 16).multiplier, 1);
    /// ```
    #[inline(always)]
    pub const fn from_word(word: u32) -> Self {
        Self {
            multiplier: (word >> 16) as i16,
            shift: word as u8,
        }
    }

    /// Returns the word of the file.
    ///
    /// ```
    /// let scale = flowlet::fixed::Scale { multiplier: 1, shift: 2 };
    /// assert_eq!(scale.word(), 0x0001_0002);
    /// ```
    pub const fn word(self) -> u32 {
        (self.multiplier as u16 as u32) << 16 | self.shift as u32
    }
}

/// Fractional bits of a [`Scale::multiplier`]: Q5.10.
pub const MULTIPLIER_FRAC: u32 = 10;

/// Converts a sum of products to the layer's pre-activation format and adds the bias, which is in
/// that format: `((sum >> shift) · multiplier + bias · 2^10 + 2^9) >> 10`, saturated.
///
/// The two steps replace one 32×32→64 multiplication, which Armv6-M lacks. If the shift allows it,
/// the multiplier has at most 10 bits, so the shift drops less than the last place of the result.
/// `parse` proves that product and bias fit an i32.
///
/// ```
/// use flowlet::fixed::{Scale, requantise};
/// let scale = Scale { multiplier: 768, shift: 1 }; // 3/4 · 2^-1
/// assert_eq!(requantise(1000, scale, -25), 350);
/// assert_eq!(requantise(i32::MIN, Scale { multiplier: 512, shift: 24 }, 0), -64);
/// ```
#[inline(always)]
pub const fn requantise(sum: i32, scale: Scale, bias: i16) -> i16 {
    let product = (sum >> (scale.shift & 31)).wrapping_mul(scale.multiplier as i32);
    let bias = ((bias as i32) << MULTIPLIER_FRAC).wrapping_add(1 << (MULTIPLIER_FRAC - 1));
    saturate(product.wrapping_add(bias) >> MULTIPLIER_FRAC)
}

/// Returns SiLU(x) = x·sigmoid(x), rounded. `pre` is in Q(15−p).p with p = `pre_frac` in 11..=13;
/// the result is in Q(15−f).f with f = `act_frac` < p.
///
/// It interpolates linearly in a table over [−16, 16] in steps of 1/16; one table serves all
/// formats. For all inputs of all formats the error is at most 0.0005 plus half of the last place.
///
/// ```
/// let one = 1 << 11; // 1.0 in Q4.11
/// let y = flowlet::fixed::silu(one, 11, 10); // in Q5.10
/// assert!((f32::from(y) / 1024.0 - 0.73106).abs() < 0.001);
/// ```
#[inline(always)]
pub const fn silu(pre: i16, pre_frac: u8, act_frac: u8) -> i16 {
    #[cfg(flowlet_kernel = "portable")]
    {
        let index = node_before(pre, pre_frac);
        let nodes = (SILU_I16[index], SILU_I16[index + 1]);
        interpolate(nodes, pre, pre_frac, act_frac)
    }
    #[cfg(not(flowlet_kernel = "portable"))]
    activation(&SILU.0, pre, pre_frac, act_frac)
}

/// Nodes of SiLU as aligned halfwords, for cores that cannot load unaligned ones.
#[cfg(flowlet_kernel = "portable")]
static SILU_I16: [i16; 514] = {
    let (mut nodes, mut i) = ([0; 514], 0);
    while i < nodes.len() {
        nodes[i] = i16::from_le_bytes(SILU.0[i]);
        i += 1;
    }
    nodes
};

/// Returns the activation that a file's table defines: `nodes` are in Q4.11 at x = i/16 − 16.
/// Formats and interpolation are those of [`silu`]. `parse` rejects a table whose results do not
/// fit an i16.
///
/// ```
/// let mut relu = [[0; 2]; 514];
/// for x in 0..=256u16 {
///     relu[256 + usize::from(x)] = (x * 128).min(32_767).to_le_bytes();
/// }
/// assert_eq!(flowlet::fixed::activation(&relu, 3 << 10, 11, 10), 3 << 9);
/// assert_eq!(flowlet::fixed::activation(&relu, -3 << 10, 11, 10), 0);
/// ```
#[cfg_attr(flowlet_kernel = "portable", inline(always))]
#[cfg_attr(not(flowlet_kernel = "portable"), inline(never))] // rarely called: small
pub const fn activation(nodes: &Nodes, pre: i16, pre_frac: u8, act_frac: u8) -> i16 {
    let index = node_before(pre, pre_frac);
    let (before, after) = (nodes[index], nodes[index + 1]);
    let nodes = (i16::from_le_bytes(before), i16::from_le_bytes(after));
    interpolate(nodes, pre, pre_frac, act_frac)
}

/// Returns the index of the last node that is not above `pre`, below 512.
#[inline(always)]
const fn node_before(pre: i16, pre_frac: u8) -> usize {
    ((pre as i32 >> node_shift(pre_frac)) + 256) as usize & 511
}

/// Returns the fractional bits of a pre-activation between two nodes, which are 1/16 apart.
#[inline(always)]
const fn node_shift(pre_frac: u8) -> u32 {
    (pre_frac as u32).wrapping_sub(4) & 15
}

/// Interpolates linearly between the two nodes around `pre`.
#[inline(always)]
const fn interpolate((low, high): (i16, i16), pre: i16, pre_frac: u8, act_frac: u8) -> i16 {
    let shift = node_shift(pre_frac);
    let (low, high) = (low as i32, high as i32);
    let fraction = pre as i32 & ((1 << shift) - 1);
    let y = (low << shift).wrapping_add(high.wrapping_sub(low).wrapping_mul(fraction));
    let drop = (VELOCITY_FRAC + shift).wrapping_sub(act_frac as u32) & 31;
    (y.wrapping_add((1 << drop) >> 1) >> drop) as i16
}

/// Limits the state to [−16, 16) in Q5.26, so that adding velocity · dt cannot overflow.
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

/// Converts the state to `frac` ≤ 25 fractional bits, rounded. |result| ≤ 2^(4 + frac).
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
            for f in 3..p {
                for pre in i16::MIN..=i16::MAX {
                    let x = f64::from(pre) / f64::from(1 << p);
                    let exact = x / (1.0 + libm::exp(-x));
                    let got = f64::from(silu(pre, p, f)) / f64::from(1 << f);
                    let half = 0.5 / f64::from(1 << f);
                    assert!(
                        (got - exact).abs() <= 0.0005 + half,
                        "p={p} f={f} pre={pre}: {got} {exact}"
                    );
                }
            }
        }
    }

    #[test]
    fn requantise_rounds_and_saturates() {
        let scale = Scale {
            multiplier: 625,
            shift: 0,
        };
        for sum in (-40_000..40_000).step_by(7) {
            for bias in [-300, 0, 77] {
                let exact = f64::from(sum) * 625.0 / 1024.0 + f64::from(bias);
                let got = f64::from(requantise(sum, scale, bias));
                assert!((got - exact).abs() <= 0.5, "{sum} {bias}: {got} {exact}");
            }
        }
        assert_eq!(requantise(400_000, scale, 0), i16::MAX);
        assert_eq!(requantise(-400_000, scale, 0), i16::MIN);
    }

    /// Checks the values around each rounding boundary, in every format used on the path.
    #[test]
    fn states_are_rounded_half_up_and_stay_within() {
        for frac in 4..=VELOCITY_FRAC {
            let one = 1i64 << (STATE_FRAC - frac);
            for place in -(1i64 << (4 + frac))..=1 << (4 + frac) {
                for x in
                    [-one / 2 - 1, -one / 2, -1, 0, one / 2 - 1, one / 2].map(|d| place * one + d)
                {
                    let Ok(x) = i32::try_from(x) else { continue };
                    if limit_state(x) != x {
                        continue;
                    }
                    let exact = (i64::from(x) + one / 2).div_euclid(one);
                    assert_eq!(i64::from(round_state(x, frac)), exact, "{x} in {frac} bits");
                    assert!(exact.abs() <= 1 << (4 + frac));
                }
            }
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
