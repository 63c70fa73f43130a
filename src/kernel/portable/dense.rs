//! Dense layers.

use super::sums::sums;
use crate::fixed::{Scale, activation as tabulated, requantise, silu};
use crate::format::BLOCK;
use crate::kernel::{Activation, Dense};

/// Runs `layer` on `input` (`columns` values) into `output` (`rows` values).
#[inline(never)]
pub fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    let input = input.get(..layer.columns).unwrap_or_default();
    let output = output.get_mut(..layer.rows).unwrap_or_default();
    let block_len = BLOCK * layer.columns.next_multiple_of(2);
    let blocks = layer.weights.chunks_exact(block_len.max(1));
    let blocks = blocks.zip(layer.scales.as_chunks::<{ 4 * BLOCK }>().0);
    let mut biases = layer.biases.map(|biases| biases.as_chunks().0.iter());
    for (block, (weights, scales)) in output.chunks_mut(BLOCK).zip(blocks) {
        let sums = sums(weights, input);
        for ((out, sum), &scale) in block.iter_mut().zip(sums).zip(scales.as_chunks().0) {
            let bias = match biases.as_mut().map(Iterator::next) {
                Some(bias) => bias.map_or(0, |&bias| i16::from_le_bytes(bias)),
                None => *out,
            };
            *out = finish(layer.activation, sum, scale, bias);
        }
    }
}

/// Applies scale, bias and activation to the sum of a row.
#[inline(always)]
fn finish(activation: Activation<'_>, sum: i32, scale: [u8; 4], bias: i16) -> i16 {
    let scale = Scale::from_word(u32::from_le_bytes(scale));
    let pre = requantise(sum, scale, bias);
    match activation {
        Activation::Curve {
            table,
            pre_frac,
            act_frac,
        } => match table {
            None => silu(pre, pre_frac, act_frac),
            Some(nodes) => tabulated(nodes, pre, pre_frac, act_frac),
        },
        Activation::Linear => pre,
    }
}
