//! Choice of the Q format of each vector.
//!
//! Pre-activations have the finest of Q2.13, Q3.12 and Q4.11 that holds the calibrated range.
//! Activations have up to 14 bits. The weights of the next layer limit this, because its paired
//! rows must stay below 2^23 over a segment of columns. With int8 weights, 11 bits are hardly worse
//! than 16.

use flowlet::fixed::VELOCITY_FRAC;
use flowlet::format::SEGMENTS;

use super::curve::Curve;
use super::layer::IntegerWeights;

/// Fractional bits of the output layer's sums, which are velocities.
pub(super) const OUTPUT_PRE_FRAC: u8 = VELOCITY_FRAC as u8;
/// Headroom above the calibrated range.
const MARGIN: f32 = 1.1;

/// Format of a vector, its largest magnitude, and the segment of the layer that reads it.
pub(super) struct Format {
    pub frac: u8,
    pub bound: u32,
    pub segment: u16,
}

/// Returns the formats that hold pre-activations up to `largest` with a margin, or beyond which the
/// activation is constant, finest first. Q4.11 is always the last, because the network saturates
/// beyond ±16 in training too.
pub(super) fn pre_fracs(largest: f32, curve: &Curve) -> impl Iterator<Item = u8> {
    let holds = move |&frac: &u8| {
        largest * MARGIN <= f32::from(1u16 << (15 - frac)) || curve.is_flat_beyond(frac)
    };
    [13, 12].into_iter().filter(holds).chain([11])
}

/// Returns the format of inputs within ±16, such as states, for the weights that read them.
pub(super) fn input(next: &[IntegerWeights]) -> Format {
    let (bits, segment) = bits(next);
    Format {
        frac: bits - 4,
        bound: 1 << bits,
        segment,
    }
}

/// Returns the format of activations for the weights `next` of the following layer.
pub(super) fn activation(pre_frac: u8, next: &IntegerWeights, curve: &Curve) -> Format {
    let (bits, segment) = bits(std::slice::from_ref(next));
    let fits = |&frac: &u8| curve.largest(pre_frac, frac) <= 1 << bits;
    let frac = (1..pre_frac).rev().find(fits).unwrap_or(1);
    let bound = curve.largest(pre_frac, frac);
    Format {
        frac,
        bound,
        segment,
    }
}

/// Returns bits and segment. A bit of the activations matters less for samples than a short segment
/// matters for time. 32 weights of 127 with 11 bits always fit.
fn bits(next: &[IntegerWeights]) -> (u8, u16) {
    let [shortest, short, long, longest] = SEGMENTS;
    let choices = [
        (14, longest),
        (13, longest),
        (12, longest),
        (12, long),
        (11, longest),
        (11, long),
        (11, short),
    ];
    let fits = |&(bits, segment): &(u8, u16)| {
        let mut norms = next.iter().map(|next| next.paired_norm(segment));
        norms.all(|norm| u64::from(norm) << bits < 1 << 23)
    };
    choices.into_iter().find(fits).unwrap_or((11, shortest))
}
