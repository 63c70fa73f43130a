//! Layers, small, for cores that have a kernel in assembly: all that it leaves, files that do not lie at a
//! multiple of four bytes foremost. Two rows at a time, as they share a weight.

use crate::fixed::{Scale, requantise, silu};
use crate::kernel::{Activation, Dense, apart};

/// Runs `layer` on `input` (`columns` values) into `output` (`rows` values).
#[inline(never)]
pub fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    let mut lower = 0;
    for (row, out) in output.iter_mut().enumerate().take(layer.rows) {
        let mut sum = lower;
        if row & 1 == 0 {
            (sum, lower) = sums(layer, row, input);
        }
        *out = finish(layer, row, sum, *out);
    }
}

/// Σ w·x of row `row` and the next.
#[inline(always)]
fn sums(layer: &Dense<'_>, row: usize, input: &[i16]) -> (i32, i32) {
    let (mut upper, mut lower) = (0i32, 0i32);
    for (column, &x) in input.iter().enumerate().take(layer.columns) {
        let (a, b) = apart(layer.shared(row, column));
        upper = upper.wrapping_add(a.wrapping_mul(x.into()));
        lower = lower.wrapping_add(b.wrapping_mul(x.into()));
    }
    (upper, lower)
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
