//! Dense layers in little code, for targets with an assembly kernel. They run the layers that the
//! assembly does not take, mostly those of files that are not aligned to four bytes.

use crate::fixed::{activation, requantise};
use crate::kernel::{Activation, Dense};
use crate::tables::SILU;

/// Runs `layer` on `input` (`columns` values) into `output` (`rows` values).
#[cfg(any(not(flowlet_kernel = "rv32im"), test))]
#[inline(never)]
pub fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    for row in 0..layer.rows {
        let mut sum = 0i32;
        for column in 0..layer.columns {
            let x = input.get(column).copied().unwrap_or_default();
            sum = sum.wrapping_add(layer.weight(row, column).wrapping_mul(x.into()));
        }
        if let Some(out) = output.get_mut(row) {
            *out = finish(layer, row, sum, *out);
        }
    }
}

/// Applies scale, bias and activation to the sum of `row`. `out` is the old output, which may hold
/// the bias.
#[inline(never)]
pub(super) fn finish(layer: &Dense<'_>, row: usize, sum: i32, out: i16) -> i16 {
    let bias = match layer.biases {
        Some(biases) => {
            i16::from_le_bytes(biases.as_chunks().0.get(row).copied().unwrap_or_default())
        }
        None => out,
    };
    let pre = requantise(sum, layer.scale(row), bias);
    match layer.activation {
        Activation::Curve {
            table,
            pre_frac,
            act_frac,
        } => activation(table.unwrap_or(&SILU.0), pre, pre_frac, act_frac),
        Activation::Linear => pre,
    }
}
