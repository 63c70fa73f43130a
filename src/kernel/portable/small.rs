//! Layers, small, for cores that have a kernel in assembly: all that it leaves, files that do not lie at a
//! multiple of four bytes foremost.

use crate::fixed::{Scale, requantise, silu};
use crate::kernel::{Activation, Dense};

/// Runs `layer` on `input` (`columns` values) into `output` (`rows` values).
#[inline(never)]
pub fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    for (row, out) in output.iter_mut().enumerate().take(layer.rows) {
        let columns = input.iter().enumerate().take(layer.columns);
        let sum = columns.fold(0i32, |sum, (column, &x)| {
            sum.wrapping_add(layer.weight(row, column).wrapping_mul(x.into()))
        });
        *out = finish(layer, row, sum, *out);
    }
}

/// What follows the sum of row `row`, whose bias may be what stands in its output.
#[inline(never)]
fn finish(layer: &Dense<'_>, row: usize, sum: i32, out: i16) -> i16 {
    let Some(&scale) = layer.scales.as_chunks().0.get(row) else {
        return 0; // one a row
    };
    let bias = match layer.biases {
        Some(biases) => {
            i16::from_le_bytes(biases.as_chunks().0.get(row).copied().unwrap_or_default())
        }
        None => out,
    };
    let scale = Scale::of_word(u32::from_le_bytes(scale));
    let pre = requantise(sum, scale, bias);
    match layer.activation {
        Activation::Silu { pre_frac, act_frac } => silu(pre, pre_frac, act_frac),
        Activation::Linear => pre,
    }
}
