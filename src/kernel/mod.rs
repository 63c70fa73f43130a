//! A dense layer over a vector: nearly all of the time that a sample takes.
//!
//! Two rows share each 16-bit weight, h = 256·a + b. Summing h·x gives 256·A + B, summing the low
//! bytes alone gives B, and A = (sum − B) >> 8: half of the unpacking that single bytes would need.
//! The sum may wrap, for it is only ever read modulo 2^32; A comes out right where |A| < 2^23,
//! which `parse` has shown for every segment of columns. It has bounded Σ|w|·max|x| of every row
//! below 2^31 too, so no order of summation wraps an int32 and any kernel gives the same bits. The
//! portable kernel is the specification; `build.rs` chooses another where the target has one.

#[cfg(flowlet_kernel = "armv6m")]
#[allow(unsafe_code, reason = "assembly")]
mod armv6m;
#[cfg(flowlet_kernel = "armv7em")]
#[allow(unsafe_code, reason = "assembly")]
mod armv7em;
mod portable;

#[cfg(flowlet_kernel = "armv7em")]
use armv7em::sums;
#[cfg(not(flowlet_kernel = "armv7em"))]
use portable::sums;

use crate::fixed::{Scale, requantise, silu};
use crate::format::BLOCK;

/// One dense layer, as the file holds it ([`format`](mod@crate::format)); no alignment is assumed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dense<'a> {
    /// Outputs.
    pub(crate) rows: usize,
    /// Inputs.
    pub(crate) columns: usize,
    /// Blocks of four rows, columns in pairs: 8 bytes a block and pair.
    pub(crate) weights: &'a [u8],
    /// One word a row of every block.
    pub(crate) scales: &'a [u8],
    /// i16, one a row; where `None`, they stand in the output before it is written.
    pub(crate) biases: Option<&'a [u8]>,
    /// Columns, a multiple of 32, over which rows a and c stay below 2^23.
    pub(crate) segment: usize,
    /// What follows the sum.
    pub(crate) activation: Activation,
}

/// What follows the sum of a layer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Activation {
    /// [`silu`](crate::fixed::silu).
    Silu {
        /// Fractional bits of the pre-activation.
        pre_frac: u8,
        /// Fractional bits of the activation.
        act_frac: u8,
    },
    /// None: the sum is a velocity in Q4.11.
    Linear,
}

/// Runs `layer` on `input` (`columns` values) into `output` (`rows` values).
pub(crate) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    #[cfg(flowlet_kernel = "armv6m")]
    if armv6m::dense(layer, input, output).is_some() {
        return;
    }
    match layer.activation {
        Activation::Silu { pre_frac, act_frac } => {
            run(layer, input, output, |pre| silu(pre, pre_frac, act_frac));
        }
        Activation::Linear => run(layer, input, output, |pre| pre),
    }
}

/// [`dense`] with its activation known, so that the loop over rows is straight.
#[inline(always)]
fn run(layer: &Dense<'_>, input: &[i16], output: &mut [i16], activation: impl Fn(i16) -> i16) {
    let input = input.get(..layer.columns).unwrap_or_default();
    let output = output.get_mut(..layer.rows).unwrap_or_default();
    if let Some(biases) = layer.biases {
        for (out, &bias) in output.iter_mut().zip(biases.as_chunks().0) {
            *out = i16::from_le_bytes(bias);
        }
    }
    let block_len = BLOCK * layer.columns.next_multiple_of(2);
    let blocks = layer.weights.chunks_exact(block_len.max(1));
    let mut blocks = blocks.zip(layer.scales.as_chunks::<{ 4 * BLOCK }>().0);
    let finish = |sum: i32, scale: &[u8], bias: i16| {
        let scale = scale
            .first_chunk()
            .map_or(0, |&word| u32::from_le_bytes(word));
        activation(requantise(sum, Scale::of_word(scale), bias))
    };
    // The outputs hold the biases until they are written.
    let (fours, last) = output.as_chunks_mut::<BLOCK>();
    for ([a, b, c, d], (weights, scales)) in fours.iter_mut().zip(blocks.by_ref()) {
        let sums = sums(weights, input, layer.segment);
        *a = finish(sums[0], &scales[0..4], *a);
        *b = finish(sums[1], &scales[4..8], *b);
        *c = finish(sums[2], &scales[8..12], *c);
        *d = finish(sums[3], &scales[12..16], *d);
    }
    if let (false, Some((weights, scales))) = (last.is_empty(), blocks.next()) {
        let sums = sums(weights, input, layer.segment);
        for ((out, sum), scale) in last.iter_mut().zip(sums).zip(scales.chunks(4)) {
            *out = finish(sum, scale, *out);
        }
    }
}
