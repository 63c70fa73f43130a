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

#[cfg(all(test, flowlet_kernel = "portable"))]
mod tests {
    use super::*;
    use crate::format::BLOCK;
    use crate::kernel::portable::{self, blocks};
    use std::vec::Vec;

    #[test]
    fn fallbacks_agree_with_the_fast_kernel() {
        let noise = |i: usize| (i as u32).wrapping_mul(2_654_435_761) >> 13;
        for (rows, columns) in [
            (1usize, 1usize),
            (3, 5),
            (4, 8),
            (7, 33),
            (10, 64),
            (2, 129),
        ] {
            let bytes = rows.next_multiple_of(BLOCK) * columns.next_multiple_of(2);
            let weights: Vec<u8> = (0..bytes).map(|i| noise(i) as u8).collect();
            let scale = |i: usize| (700 + noise(i) % 300) << 16 | 6;
            let scales: Vec<u8> = (0..rows.next_multiple_of(BLOCK))
                .flat_map(|i| scale(i).to_le_bytes())
                .collect();
            let biases: Vec<u8> = (0..2 * rows).map(|i| noise(i + 9) as u8).collect();
            let input: Vec<i16> = (0..columns).map(|i| noise(i + 77) as i16 >> 4).collect();
            for biases in [None, Some(&biases[..])] {
                let layer = Dense {
                    rows,
                    columns,
                    weights: &weights,
                    scales: &scales,
                    biases,
                    segment: 1024,
                    activation: Activation::Curve {
                        table: None,
                        pre_frac: 12,
                        act_frac: 9,
                    },
                };
                let before: Vec<i16> = (0..rows).map(|i| noise(i + 5) as i16).collect();
                let [mut small, mut by_blocks, mut fast] = [&before; 3].map(Vec::clone);
                dense(&layer, &input, &mut small);
                blocks::dense(&layer, &input, &mut by_blocks);
                portable::dense(&layer, &input, &mut fast);
                assert_eq!(small, fast, "{rows} rows, {columns} columns");
                assert_eq!(by_blocks, fast, "{rows} rows, {columns} columns");
            }
        }
    }
}
