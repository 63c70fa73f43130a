//! Which Q format each vector gets.
//!
//! Pre-activations take the finest of Q2.13, Q3.12 and Q4.11 that holds what calibration saw.
//! Activations take up to 14 bits, as the next layer's weights allow: its paired rows must stay
//! below 2^23 over a segment of columns. Beside int8 weights 12 bits are indistinguishable from 16, and 11
//! nearly (digits: samples end 0.0189 from the float ones in place of 0.0185).

use flowlet::fixed::VELOCITY_FRAC;
use flowlet::format::SEGMENTS;

use super::curve::Curve;
use super::layer::Integers;

/// Fractional bits of the output layer's sums: they are velocities.
pub(super) const OUTPUT_PRE_FRAC: u8 = VELOCITY_FRAC as u8;
/// Headroom over the largest value that calibration saw.
const MARGIN: f32 = 1.1;
/// A vector's format, the largest magnitude it can take, and the segment of the layer it goes to.
pub(super) struct Format {
    pub frac: u8,
    pub bound: u32,
    pub segment: u16,
}

/// The pre-activation formats that hold `largest` with a margin, or as much of it as makes a difference,
/// finest first. Q4.11 comes last in any case: beyond ±16 the network saturates, in training too.
pub(super) fn pre_fracs(largest: f32, curve: &Curve) -> impl Iterator<Item = u8> {
    let holds = move |&frac: &u8| {
        largest * MARGIN <= f32::from(1u16 << (15 - frac)) || curve.is_flat_beyond(frac)
    };
    [13, 12].into_iter().filter(holds).chain([11])
}

/// The input's format, for the first layer's weights. States lie within ±16.
pub(super) fn input(next: &Integers) -> Format {
    let (bits, segment) = bits(next);
    Format {
        frac: bits - 4,
        bound: 1 << bits,
        segment,
    }
}

/// The format of activations whose pre-activations have `pre_frac`, before the weights `next`.
pub(super) fn activation(pre_frac: u8, next: &Integers, curve: &Curve) -> Format {
    let (bits, segment) = bits(next);
    let fits = |&frac: &u8| curve.largest(pre_frac, frac) <= 1 << bits;
    let frac = (1..pre_frac).rev().find(fits).unwrap_or(1);
    let bound = curve.largest(pre_frac, frac);
    Format {
        frac,
        bound,
        segment,
    }
}

/// Bits and segment, the dearest first: a bit of the activations costs less of the sample than a segment
/// costs time. 32 weights of 127 and 11 bits always fit.
fn bits(next: &Integers) -> (u8, u16) {
    let [narrow, half, long, whole] = SEGMENTS;
    let choices = [
        (14, whole),
        (13, whole),
        (12, whole),
        (12, long),
        (11, whole),
        (11, long),
        (11, half),
    ];
    let fits =
        |&(bits, segment): &(u8, u16)| u64::from(next.paired_norm(segment)) << bits < 1 << 23;
    choices.into_iter().find(fits).unwrap_or((11, narrow))
}
