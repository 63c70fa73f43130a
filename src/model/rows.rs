//! Checks the sums of each row of a layer.
//!
//! With the checksum this takes most of the time of `parse`. So four weights are handled at once,
//! as the bytes of a word.

use super::check::{check as require, proceed};
use crate::fixed::Scale;
use crate::format::Field;
use crate::int_math::div_unsigned;
use crate::kernel::Dense;

/// Checks the rows of layer `index` for inputs of magnitude ≤ `input` ≤ 2^15. With at most 1024
/// weights of 7 bits, all products here are below 2^32.
pub(super) const fn check_rows(layer: &Dense<'_>, index: u8, input: u32) -> Result<(), Field> {
    // One row at once takes less code, and Armv6-M has the time. Compilers turn a loop of few exits
    // into vector instructions; without such instructions they unroll it, which costs code.
    if cfg!(flowlet_kernel = "armv6m") {
        check::<1, true>(layer, index, input)
    } else if cfg!(any(flowlet_kernel = "mve", target_pointer_width = "64")) {
        check::<2, true>(layer, index, input)
    } else {
        check::<2, false>(layer, index, input)
    }
}

/// Checks the rows of a layer, one or two at once, in a loop of few or three exits.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
const fn check<const ROWS: u16, const FEW_EXITS: bool>(
    layer: &Dense<'_>,
    index: u8,
    input: u32,
) -> Result<(), Field> {
    let block_len = layer.columns.next_multiple_of(2);
    let (mut words, mut row) = (layer.weights.as_chunks().0, 0);
    while let Some((block, rest)) = words.split_at_checked(block_len) {
        // Only the segments of even rows, in the upper bytes, have a limit.
        let (shift, factor) = if row & 1 == 0 { (8, input) } else { (0, 0) };
        // Σ|w| of this row and the next, each as two sums of 16 bits. Every second word of a block
        // has weights of these rows.
        let (mut norm, mut next) = (0u32, 0u32);
        let mut cells = block.as_chunks::<2>().0;
        while !cells.is_empty() {
            let (mut segment, after) = match cells.split_at_checked(layer.segment / 2) {
                Some(split) => split,
                None => (cells, &[] as &[_]),
            };
            let (before, mut all, mut all_next) = (norm, 0, 0);
            while let Some((cell, after)) = segment.split_first() {
                let pair = magnitudes(u32::from_le_bytes(cell[(row >> 1 & 1) as usize]));
                let (sizes, sizes_next) = (pair >> shift & 0x00ff_00ff, pair & 0x00ff_00ff);
                if FEW_EXITS {
                    (all, all_next) = (all | sizes, all_next | sizes_next);
                } else {
                    require!(pair & 0x8000_8000 == 0, Field::Segment(index, row));
                    require!(pair & 0x0080_0080 == 0, Field::Segment(index, row + 1));
                }
                (norm, next) = (norm.wrapping_add(sizes), next.wrapping_add(sizes_next));
                segment = after;
            }
            let part = lanes(norm.wrapping_sub(before)).wrapping_mul(factor);
            let valid = part >> 23 == 0 && all & 0x0080_0080 == 0;
            require!(valid, Field::Segment(index, row));
            let valid = ROWS == 1 || all_next & 0x0080_0080 == 0;
            require!(valid, Field::Segment(index, row + 1));
            cells = after;
        }
        proceed!(check_row(
            layer,
            (index, row),
            lanes(norm).wrapping_mul(input)
        ));
        if ROWS == 2 {
            proceed!(check_row(
                layer,
                (index, row + 1),
                lanes(next).wrapping_mul(input)
            ));
        }
        row += ROWS;
        if row & 3 == 0 {
            words = rest;
        }
    }
    Ok(())
}

/// Checks a row by the bound of its sums.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
const fn check_row(layer: &Dense<'_>, (index, row): (u8, u16), bound: u32) -> Result<(), Field> {
    require!(bound <= i32::MAX as u32, Field::Overflow(index, row));
    let scale = layer.scale(row as usize);
    require!(scale_fits(scale, bound), Field::Scale(index, row));
    Ok(())
}

/// Returns whether |sum| >> shift, with |sum| ≤ `bound`, is at most 2^22, and times the multiplier
/// leaves room for a bias and the rounding half in an i32.
const fn scale_fits(scale: Scale, bound: u32) -> bool {
    // −bound >> shift may round away from 0, so one is added.
    let coarse = (bound >> (scale.shift & 31)) + 1;
    // The quotient is 0 if the multiplier is 0.
    let most = div_unsigned((1 << 31) - (1 << 27) - 1, scale.multiplier as u32);
    scale.multiplier > 0 && scale.shift <= 24 && coarse <= most && coarse <= 1 << 22
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
    use super::{check, magnitudes};
    use crate::fixed::Scale;
    use crate::format::Field;
    use crate::kernel::{Activation, Dense};
    use std::vec::Vec;

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
                let found = first & 0x80 != 0 || first & 0x8000 != 0;
                assert_eq!(found, invalid, "{half:#x}");
                if !invalid {
                    let expected = sizes[0] | sizes[1] << 8;
                    assert_eq!((first & 0xffff, second >> 16), (expected, expected));
                    assert_eq!(first >> 16, magnitudes(other) & 0xffff);
                }
            }
        }
    }

    /// Returns everything that is wrong with the rows of a layer.
    fn faults(layer: &Dense<'_>, input: u32) -> Vec<Field> {
        let mut faults = Vec::new();
        for row in 0..layer.rows.next_multiple_of(4) {
            let columns = 0..layer.columns.next_multiple_of(2);
            let sizes: Vec<u32> = columns
                .map(|column| layer.weight(row, column).unsigned_abs())
                .collect();
            let largest = |part: &[u32]| part.iter().sum::<u32>() * input;
            let wide = sizes
                .chunks(layer.segment)
                .any(|part| largest(part) >= 1 << 23);
            let at = row as u16;
            if sizes.contains(&128) || row % 2 == 0 && wide {
                faults.push(Field::Segment(3, at));
            } else if largest(&sizes) > i32::MAX as u32 {
                faults.push(Field::Overflow(3, at));
            } else if !super::scale_fits(layer.scale(row), largest(&sizes)) {
                faults.push(Field::Scale(3, at));
            }
        }
        faults
    }

    #[test]
    fn every_form_finds_the_faults_of_rows() {
        let noise = |i: usize| (i as u32).wrapping_mul(2_654_435_761) >> 11;
        let mut seen = [0; 4];
        for case in 0..4000usize {
            let rows = 1 + noise(case) as usize % 9;
            // Only odd rows without segments can overflow, and only wide ones.
            let wide = case % 8 == 0;
            let columns = 1 + noise(case + 1) as usize % if wide { 1024 } else { 200 };
            let span = [5, 9, 60, 127, 128][case % 5];
            let len = rows.next_multiple_of(4) * columns.next_multiple_of(2);
            let weight = |i: usize| {
                let weight = noise(i + 7 * case) as i32 % (2 * span + 1) - span;
                if wide {
                    return if weight < 0 { -127 } else { 127 };
                }
                // Only the last distribution has a weight of −128, and it is rare.
                if weight == -128 && noise(i) % 50 > 0 {
                    0
                } else {
                    weight.min(127)
                }
            };
            let halves = (0..len / 2)
                .map(|i| if wide { 0 } else { 256 * weight(2 * i) } + weight(2 * i + 1));
            let weights: Vec<u8> = halves
                .flat_map(|half| (half as i16).to_le_bytes())
                .collect();
            let scale = Scale {
                multiplier: [800, 1, 32_000][case % 3],
                shift: (noise(case + 2) % 26) as u8,
            };
            let scales = scale.word().to_le_bytes().repeat(rows.next_multiple_of(4));
            let layer = Dense {
                rows,
                columns,
                weights: &weights,
                scales: &scales,
                biases: None,
                segment: [32, 64, 128, 1024][case % 4],
                activation: Activation::Linear,
            };
            let input = 1 << (noise(case + 3) % 16);
            let faults = faults(&layer, input);
            for result in [
                check::<1, true>(&layer, 3, input),
                check::<2, true>(&layer, 3, input),
                check::<2, false>(&layer, 3, input),
            ] {
                match result {
                    Ok(()) => assert!(faults.is_empty(), "case {case}: {faults:?}"),
                    Err(fault) => assert!(faults.contains(&fault), "case {case}: {fault}"),
                }
            }
            let kind = match faults.first() {
                None => 0,
                Some(Field::Segment(..)) => 1,
                Some(Field::Overflow(..)) => 2,
                Some(_) => 3,
            };
            seen[kind] += 1;
        }
        assert!(seen.iter().all(|&cases| cases > 10), "{seen:?}");
    }
}
