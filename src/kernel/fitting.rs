//! Checks of a layer before assembly that takes layers of any shape runs it.

use super::Dense;
use crate::format::{BLOCK, MAX_WIDTH};

/// Segments must be a multiple of this number of columns, as those of a file are. The code of
/// Armv6-M reserves space for no more addresses between the activations.
const SEGMENT: usize = 32;

/// Checks that a file may have such a shape, with at most `max_columns` columns, and that all
/// slices are long enough for it. Returns the bytes of the weights of a block, and the biases.
/// These are in the output if the layer has none.
#[inline(always)]
pub(super) fn fitting(
    layer: &Dense<'_>,
    input: &[i16],
    output: &[i16],
    max_columns: usize,
) -> Option<(usize, *const u8)> {
    let Dense {
        rows,
        columns,
        segment,
        ..
    } = *layer;
    let block = (columns.wrapping_add(1) >> 1).wrapping_mul(2 * BLOCK);
    let blocks = rows.wrapping_add(BLOCK - 1) / BLOCK;
    if rows.wrapping_sub(1) >= MAX_WIDTH.into()
        || columns.wrapping_sub(1) >= max_columns
        || input.len() < columns
        || output.len() < rows
        || layer.scales.len() < blocks * 4 * BLOCK
        || layer.weights.len() < blocks.wrapping_mul(block)
        || segment < columns && (segment == 0 || !segment.is_multiple_of(SEGMENT))
    {
        return None;
    }
    match layer.biases {
        Some(bytes) if bytes.len() < 2 * rows => None,
        Some(bytes) => Some((block, bytes.as_ptr())),
        None => Some((block, output.as_ptr().cast())),
    }
}
