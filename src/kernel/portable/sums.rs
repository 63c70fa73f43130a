//! The sums of a dense layer. The two rows of a weight are separated before the multiplication, so
//! no segments are needed. The loop has two forms of the same sums. Compilers vectorise one of them
//! on hosts, and small cores run the other one without a stack frame.

use crate::format::BLOCK;

/// Returns Σ w·x of the four rows of a block.
#[cfg(target_pointer_width = "64")]
pub(super) fn sums(weights: &[u8], input: &[i16]) -> [i32; BLOCK] {
    let (input, last_input) = input.as_chunks::<4>();
    let last_weights = weights.get(16 * input.len()..).unwrap_or_default();
    let mut sums = [[0; 4]; 2];
    for (weights, input) in weights.as_chunks::<16>().0.iter().zip(input) {
        add_four_columns(&mut sums, weights, input);
    }
    if !last_input.is_empty() {
        let (mut weights, mut input) = ([0; 16], [0; 4]);
        weights
            .iter_mut()
            .zip(last_weights)
            .for_each(|(to, from)| *to = *from);
        input
            .iter_mut()
            .zip(last_input)
            .for_each(|(to, from)| *to = *from);
        add_four_columns(&mut sums, &weights, &input);
    }
    let [upper, lower] = sums.map(|[a, c, b, d]| [a.wrapping_add(b), c.wrapping_add(d)]);
    [upper[0], lower[0], upper[1], lower[1]]
}

/// Adds four columns to the sums of the upper rows and to those of the lower rows. Each has four
/// sums: of the first and the second pair of rows over columns 0 and 1, then over columns 2 and 3.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
fn add_four_columns(sums: &mut [[i32; 4]; 2], weights: &[u8; 16], input: &[i16; 4]) {
    let [x0, x1, x2, x3] = *input;
    let x = [x0, x1, x0, x1, x2, x3, x2, x3];
    let (mut upper, mut lower) = ([0i16; 8], [0i16; 8]);
    for (k, &bytes) in weights.as_chunks::<2>().0.iter().enumerate().take(8) {
        let both = i16::from_le_bytes(bytes);
        lower[k] = (both << 8) >> 8;
        upper[k] = both.wrapping_sub(lower[k]) >> 8;
    }
    for (sums, w) in sums.iter_mut().zip([upper, lower]) {
        for k in 0..4 {
            let left = i32::from(w[2 * k]).wrapping_mul(x[2 * k].into());
            let right = i32::from(w[2 * k + 1]).wrapping_mul(x[2 * k + 1].into());
            sums[k] = sums[k].wrapping_add(left.wrapping_add(right));
        }
    }
}

/// Returns Σ w·x of the four rows of a block.
#[cfg(not(target_pointer_width = "64"))]
pub(super) fn sums(weights: &[u8], input: &[i16]) -> [i32; BLOCK] {
    let (input, last) = input.as_chunks::<2>();
    let weights = weights.as_chunks::<8>().0;
    let mut sums = [0; BLOCK];
    for (&[x0, x1], weights) in input.iter().zip(weights) {
        sums = add_two_columns(sums, weights, x0, x1);
    }
    if let (Some(&x), Some(weights)) = (last.first(), weights.last()) {
        sums = add_two_columns(sums, weights, x, 0);
    }
    sums
}

#[cfg(not(target_pointer_width = "64"))]
#[inline(always)]
fn add_two_columns(
    [a, b, c, d]: [i32; BLOCK],
    weights: &[u8; 8],
    x0: i16,
    x1: i16,
) -> [i32; BLOCK] {
    let [b0, a0, b1, a1, d0, c0, d1, c1] = *weights;
    let (a, b) = add(a, b, a0, b0, x0);
    let (a, b) = add(a, b, a1, b1, x1);
    let (c, d) = add(c, d, c0, d0, x0);
    let (c, d) = add(c, d, c1, d1, x1);
    [a, b, c, d]
}

/// Adds one column to two rows. If the lower byte is negative, the upper byte is one too small.
#[cfg(not(target_pointer_width = "64"))]
#[inline(always)]
fn add(a: i32, b: i32, upper: u8, lower: u8, x: i16) -> (i32, i32) {
    let (x, lower) = (i32::from(x), i32::from(lower as i8));
    let upper = i32::from(upper as i8).wrapping_sub(lower >> 7);
    (
        a.wrapping_add(upper.wrapping_mul(x)),
        b.wrapping_add(lower.wrapping_mul(x)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// Returns the words of a block of one column.
    fn packed([a, b, c, d]: [i32; BLOCK]) -> Vec<u8> {
        let words = [256 * a + b, 0, 256 * c + d, 0];
        words
            .iter()
            .flat_map(|&word| (word as i16).to_le_bytes())
            .collect()
    }

    /// Multiplies every pair of weights that can share a word by extreme and small inputs.
    #[test]
    fn every_pair_of_weights_is_separated() {
        for upper in -127..=127 {
            for lower in -127..=127 {
                let weights = packed([upper, lower, lower, upper]);
                for x in [i16::MIN, -i16::MAX, -1, 0, 1, i16::MAX] {
                    let [u, l] = [upper, lower].map(|weight| weight * i32::from(x));
                    assert_eq!(sums(&weights, &[x]), [u, l, l, u], "{upper} {lower} {x}");
                }
            }
        }
    }

    /// Multiplies every weight by every input, in both halves of a word.
    #[test]
    fn every_product_is_exact() {
        for weight in -127..=127 {
            let weights = packed([weight, -weight, 0, weight]);
            for x in i16::MIN..=i16::MAX {
                let product = weight * i32::from(x);
                let expected = [product, -product, 0, product];
                assert_eq!(sums(&weights, &[x]), expected, "{weight} {x}");
            }
        }
    }
}
