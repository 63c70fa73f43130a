//! Checks the sums of each row of a layer.
//!
//! With the checksum this takes most of the time of `parse`. So four weights are handled at once,
//! as the bytes of a word.

use super::check::{check, proceed};
use crate::fixed::Scale;
use crate::format::Field;
use crate::int_math::div_unsigned;
use crate::kernel::Dense;

/// Whether compilers turn a loop without exits into vector instructions.
const VECTORS: bool = cfg!(any(flowlet_kernel = "mve", target_pointer_width = "64"));

/// Checks the rows of layer `index` for inputs of magnitude ≤ `input` ≤ 2^15. With at most 1024
/// weights of 7 bits, all products here are below 2^32.
#[inline(never)]
pub(super) const fn check_rows(layer: &Dense<'_>, index: u8, input: u32) -> Result<(), Field> {
    let block_len = layer.columns.next_multiple_of(2);
    let (mut words, mut row) = (layer.weights.as_chunks().0, 0);
    while let Some((block, rest)) = words.split_at_checked(block_len) {
        // Σ|w| of two rows, which are every second word of a block, as two sums of 16 bits each.
        let (mut even, mut odd) = (0u32, 0u32);
        let mut cells = block.as_chunks::<2>().0;
        while !cells.is_empty() {
            let (mut segment, after) = match cells.split_at_checked(layer.segment / 2) {
                Some(split) => split,
                None => (cells, &[] as &[_]),
            };
            let (before, mut all) = (even, 0);
            while let Some((cell, after)) = segment.split_first() {
                let sizes = magnitudes(u32::from_le_bytes(cell[(row >> 1 & 1) as usize]));
                if VECTORS {
                    all |= sizes;
                } else {
                    // Compilers unroll loops with fewer than three exits, which costs code.
                    check!(sizes & 0x8000_8000 == 0, Field::Segment(index, row));
                    check!(sizes & 0x0080_0080 == 0, Field::Segment(index, row + 1));
                }
                odd = odd.wrapping_add(sizes & 0x00ff_00ff);
                even = even.wrapping_add(sizes >> 8 & 0x00ff_00ff);
                segment = after;
            }
            check!(all & 0x8000_8000 == 0, Field::Segment(index, row));
            check!(all & 0x0080_0080 == 0, Field::Segment(index, row + 1));
            let part = lanes(even.wrapping_sub(before)).wrapping_mul(input);
            check!(part < 1 << 23, Field::Segment(index, row));
            cells = after;
        }
        proceed!(check_row(
            layer,
            (index, row),
            lanes(even).wrapping_mul(input)
        ));
        proceed!(check_row(
            layer,
            (index, row + 1),
            lanes(odd).wrapping_mul(input)
        ));
        if row & 2 != 0 {
            words = rest;
        }
        row += 2;
    }
    Ok(())
}

/// Checks a row by the bound of its sums.
#[inline(never)]
const fn check_row(layer: &Dense<'_>, (index, row): (u8, u16), bound: u32) -> Result<(), Field> {
    check!(bound <= i32::MAX as u32, Field::Overflow(index, row));
    let scale = layer.scale(row as usize);
    check!(scale_fits(scale, bound), Field::Scale(index, row));
    Ok(())
}

/// Returns whether (|sum| >> shift) · multiplier, with |sum| ≤ `bound`, plus a bias and the
/// rounding half fits an i32.
const fn scale_fits(scale: Scale, bound: u32) -> bool {
    // −bound >> shift may round away from 0, so one is added.
    let coarse = (bound >> (scale.shift & 31)) + 1;
    // The quotient is 0 if the multiplier is 0.
    let most = div_unsigned((1 << 31) - (1 << 27) - 1, scale.multiplier as u32);
    scale.multiplier > 0 && scale.shift <= 24 && coarse <= most
}

/// Returns |w| of the four weights in two halfwords 256·a + b, as bytes in the order of the file.
/// Magnitudes of 128 are exact in the byte of an even row, and also appear if a halfword is out of
/// the range of valid ones.
#[inline(always)]
const fn magnitudes(word: u32) -> u32 {
    // Each weight plus 128 is one byte: 256·(a + 128) + (b + 128) is the halfword plus 0x8080.
    let biased = (word ^ 0x8000_8000).wrapping_add(0x0080_0080);
    // The magnitude of a negative weight −n is 128 − (128 − n) = (127 ^ low bits) + 1.
    let negative = !biased >> 7 & 0x0101_0101;
    let flipped = (negative << 7).wrapping_sub(negative);
    (biased & 0x7f7f_7f7f ^ flipped).wrapping_add(negative)
}

/// Returns the sum of the two halves of a word.
const fn lanes(word: u32) -> u32 {
    (word & 0xffff).wrapping_add(word >> 16)
}

#[cfg(test)]
mod tests {
    use super::magnitudes;

    #[test]
    fn magnitudes_are_those_of_both_weights() {
        for half in 0..=u16::MAX {
            let odd = i32::from(half as i8);
            let even = (i32::from(half as i16) - odd) >> 8;
            let sizes = [odd, even].map(i32::unsigned_abs);
            let invalid = even.abs() > 127 || odd < -127;
            for other in [0, 0x7f7f, 0x8181, 0x0080, 0xfffe] {
                let first = magnitudes(u32::from(half) | other << 16);
                let second = magnitudes(other | u32::from(half) << 16);
                assert_eq!(
                    first & 0x80 != 0 || first & 0x8000 != 0,
                    invalid,
                    "{half:#x}"
                );
                if !invalid {
                    let expected = sizes[0] | sizes[1] << 8;
                    assert_eq!((first & 0xffff, second >> 16), (expected, expected));
                    assert_eq!(first >> 16, magnitudes(other) & 0xffff);
                }
            }
        }
    }
}
