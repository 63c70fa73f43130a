//! Which Q format each vector gets.
//!
//! Pre-activations take the finest of Q2.13, Q3.12 and Q4.11 that holds what calibration saw.
//! Activations take as many bits as leave every sum of the next layer below 2^23, which the
//! fastest kernels ask for, but 12 at least: 12 bits are indistinguishable from 16 beside int8
//! weights.

use flowlet::fixed::{VELOCITY_FRAC, silu};

/// Fractional bits of the output layer's sums: they are velocities.
pub(super) const OUTPUT_PRE_FRAC: u8 = VELOCITY_FRAC as u8;
/// Headroom over the largest value that calibration saw.
const MARGIN: f32 = 1.1;
/// Fewest and most bits of an activation's magnitude.
const BITS: std::ops::RangeInclusive<u8> = 12..=14;
/// Sums that the kernels can pair, see the module's text.
const PAIRED: u32 = 1 << 23;

/// A vector's format and the largest magnitude it can take.
pub(super) struct Format {
    pub frac: u8,
    pub bound: u32,
}

/// The finest pre-activation format that holds `largest`; `None` where none does.
pub(super) fn pre_frac(largest: f32) -> Option<u8> {
    // A value beyond ±16 with its margin saturates, which SiLU hardly feels; one far beyond does not.
    let holds = |&frac: &u8| largest * MARGIN <= f32::from(1u16 << (15 - frac));
    [13, 12].into_iter().find(holds).or((largest < 16.0).then_some(11))
}

/// True where a bias of the output layer is beyond ±16.
pub(super) fn overflows_output(largest: f32) -> bool {
    largest >= 16.0
}

/// The input's format, for a first layer whose rows have Σ|w| ≤ `norm`. States lie within ±16.
pub(super) fn input(norm: u32) -> Format {
    let bits = bits(norm);
    Format { frac: bits - 4, bound: 1 << bits }
}

/// The format of activations whose pre-activations have `pre_frac`, before a layer of `norm`.
pub(super) fn activation(pre_frac: u8, norm: u32) -> Format {
    let frac = bits(norm) + pre_frac - 15;
    let bound = u32::from(silu(i16::MAX, pre_frac, frac).unsigned_abs());
    Format { frac, bound }
}

/// Most bits for which norm · 2^bits stays below 2^23, within [`BITS`].
fn bits(norm: u32) -> u8 {
    let fits = |&bits: &u8| u64::from(norm) << bits < PAIRED.into();
    BITS.rev().find(fits).unwrap_or(*BITS.start())
}
