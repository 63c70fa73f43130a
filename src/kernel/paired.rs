//! What the assembly kernels share: they sum 256·A + B and B over aligned slices of whole steps, and
//! here blocks are brought to that form and their rows taken apart.

use super::arch::{STEP, paired_sums};
use super::portable;
use crate::format::BLOCK;

/// Σ w·x of a block's four rows; `segment` is a multiple of [`STEP`] or not below the columns.
#[inline(always)]
pub(super) fn sums(weights: &[u8], input: &[i16], segment: usize) -> [i32; BLOCK] {
    let aligned = (weights.as_ptr().addr() | input.as_ptr().addr()).is_multiple_of(4);
    if !aligned {
        portable::sums(weights, input, segment)
    } else if input.len().is_multiple_of(STEP) && input.len() <= segment {
        apart(paired_sums(weights, input))
    } else {
        in_parts(weights, input, segment)
    }
}

/// [`sums`] of more than one segment, or with columns that fill no step; aligned as it asks.
#[inline(never)]
fn in_parts(weights: &[u8], input: &[i16], segment: usize) -> [i32; BLOCK] {
    let fast = input.len() & !(STEP - 1);
    let (fast, tail) = input.split_at_checked(fast).unwrap_or_default();
    let (weights, tail_weights) = weights
        .split_at_checked(BLOCK * fast.len())
        .unwrap_or_default();
    let mut sums = portable::sums(tail_weights, tail, segment);
    let segments = weights.chunks((BLOCK * segment).max(BLOCK * STEP));
    for (weights, input) in segments.zip(fast.chunks(segment.max(STEP))) {
        for (sum, part) in sums.iter_mut().zip(apart(paired_sums(weights, input))) {
            *sum = sum.wrapping_add(part);
        }
    }
    sums
}

/// The rows' sums from 256·A + B, B, 256·C + D and D.
#[inline(always)]
fn apart([ab, b, cd, d]: [i32; BLOCK]) -> [i32; BLOCK] {
    [ab.wrapping_sub(b) >> 8, b, cd.wrapping_sub(d) >> 8, d]
}
