//! Dense layers for RV32IM, block by block: more code than [`small`](super::small), but six times
//! as fast. They run the layers that the assembly does not take, mostly those at an odd address.

use super::small::finish;
use super::sums::sums;
use crate::format::BLOCK;
use crate::kernel::Dense;

/// Runs `layer` on `input` (`columns` values) into `output` (`rows` values).
#[inline(never)]
pub fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    let input = input.get(..layer.columns).unwrap_or_default();
    let output = output.get_mut(..layer.rows).unwrap_or_default();
    let block_len = BLOCK * layer.columns.next_multiple_of(2);
    let blocks = layer.weights.chunks_exact(block_len.max(1));
    let mut row = 0;
    for (block, weights) in output.chunks_mut(BLOCK).zip(blocks) {
        for (out, sum) in block.iter_mut().zip(sums(weights, input)) {
            *out = finish(layer, row, sum, *out);
            row += 1;
        }
    }
}
