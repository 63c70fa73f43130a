//! The kernel in plain Rust. Blocks of four rows share the loads of the activations; on hosts the
//! inner loop vectorises.

use super::{Activation, Dense};
use crate::fixed::{Scale, requantise, silu};
use crate::format::BLOCK;

/// Runs `layer` on `input` (`columns` values) into `output` (`rows` values).
pub(crate) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    let input = input.get(..layer.columns).unwrap_or_default();
    let output = output.get_mut(..layer.rows).unwrap_or_default();
    if let Some(biases) = layer.biases {
        for (out, &bias) in output.iter_mut().zip(biases.as_chunks().0) {
            *out = i16::from_le_bytes(bias);
        }
    }
    let block_len = BLOCK * layer.columns.next_multiple_of(2);
    let blocks = layer
        .weights
        .chunks_exact(block_len.max(1))
        .zip(layer.scales.as_chunks::<{ 4 * BLOCK }>().0);
    for (out, (weights, scales)) in output.chunks_mut(BLOCK).zip(blocks) {
        let sums = sums(weights, input, layer.segment);
        for ((out, sum), &scale) in out.iter_mut().zip(sums).zip(scales.as_chunks().0) {
            let pre = requantise(sum, Scale::of_word(u32::from_le_bytes(scale)), *out);
            *out = match layer.activation {
                Activation::Silu { pre_frac, act_frac } => silu(pre, pre_frac, act_frac),
                Activation::Linear => pre,
            };
        }
    }
}

/// Σ w·x of a block's four rows.
fn sums(weights: &[u8], input: &[i16], segment: usize) -> [i32; BLOCK] {
    let mut sums = [0i32; BLOCK];
    let weights = weights.chunks((BLOCK * segment).max(BLOCK));
    for (weights, input) in weights.zip(input.chunks(segment.max(1))) {
        // 256·A + B and B of the rows a, b, then those of c, d.
        let (mut both, mut low) = ([0i32; 2], [0i32; 2]);
        for (h, x) in weights.as_chunks::<8>().0.iter().zip(input.chunks(2)) {
            let (x0, x1) = match *x {
                [x0, x1] => (i32::from(x0), i32::from(x1)),
                [x0] => (i32::from(x0), 0),
                _ => (0, 0),
            };
            for (pair, (both, low)) in h
                .as_chunks::<4>()
                .0
                .iter()
                .zip(both.iter_mut().zip(&mut low))
            {
                let [b0, a0, b1, a1] = *pair;
                let (h0, h1) = (i16::from_le_bytes([b0, a0]), i16::from_le_bytes([b1, a1]));
                *both = both
                    .wrapping_add(i32::from(h0).wrapping_mul(x0))
                    .wrapping_add(i32::from(h1).wrapping_mul(x1));
                *low = low
                    .wrapping_add(i32::from(b0 as i8).wrapping_mul(x0))
                    .wrapping_add(i32::from(b1 as i8).wrapping_mul(x1));
            }
        }
        for (pair, (both, low)) in sums
            .as_chunks_mut::<2>()
            .0
            .iter_mut()
            .zip(both.into_iter().zip(low))
        {
            pair[0] = pair[0].wrapping_add(both.wrapping_sub(low) >> 8);
            pair[1] = pair[1].wrapping_add(low);
        }
    }
    sums
}
