//! Products with the transposed weights of a layer.

use crate::format::BLOCK;
use crate::kernel::Dense;

/// Returns Σ w · c over all rows, for columns 2·`pair` and 2·`pair` + 1: w is the weight of the row
/// in the column, and c its `factor`. The sums of a column that does not exist are 0.
pub(crate) fn transposed(
    layer: &Dense<'_>,
    pair: usize,
    factor: impl Fn(usize) -> i16,
) -> [i64; 2] {
    let stride = 4 * layer.columns.next_multiple_of(2);
    let (mut sums, mut row) = ([0i64; 2], 0usize);
    let mut rest = layer.weights;
    while let Some((block, after)) = rest.split_at_checked(stride.max(1)) {
        let cell = block.get(8 * pair..).and_then(<[u8]>::first_chunk);
        let Some(&[a, b, c, d, e, f, g, h]) = cell else {
            break; // there is no such pair
        };
        let factors = [0, 1, 2, 3].map(|next| factor(row + next));
        let [upper, lower] = [[[a, b], [c, d]], [[e, f], [g, h]]];
        for (column, sum) in sums.iter_mut().enumerate() {
            let halves = [upper, lower].map(|halves| halves[column & 1]);
            *sum += i64::from(products(halves, factors));
        }
        (rest, row) = (after, row + BLOCK);
    }
    sums
}

/// Returns the sum of the products of four weights, in two halfwords, with four factors: at most
/// 2^24.
#[inline(always)]
fn products(halves: [[u8; 2]; 2], factors: [i16; BLOCK]) -> i32 {
    let [first, second] = halves.map(|half| {
        let half = i32::from(i16::from_le_bytes(half));
        let low = i32::from(half as i8);
        [half.wrapping_sub(low) >> 8, low]
    });
    let ([a, b], [c, d]) = (first, second);
    let [u, v, w, x] = factors.map(i32::from);
    a.wrapping_mul(u)
        .wrapping_add(b.wrapping_mul(v))
        .wrapping_add(c.wrapping_mul(w))
        .wrapping_add(d.wrapping_mul(x))
}

#[cfg(all(test, flowlet_kernel = "portable"))]
mod tests {
    use super::transposed;
    use crate::format::BLOCK;
    use crate::kernel::{Activation, Dense};
    use std::vec::Vec;

    #[test]
    fn products_are_those_of_the_single_weights() {
        let noise = |i: usize| (i as u32).wrapping_mul(2_654_435_761) >> 13;
        for (rows, columns) in [(1usize, 1usize), (3, 5), (4, 8), (7, 33), (64, 26)] {
            let count = rows.next_multiple_of(BLOCK) * columns.next_multiple_of(2);
            let halves = (0..count / 2).map(|i| {
                let [a, b] = [2 * i, 2 * i + 1].map(|i| noise(i) as i32 % 255 - 127);
                (256 * a + b) as i16
            });
            let weights: Vec<u8> = halves.flat_map(i16::to_le_bytes).collect();
            let layer = Dense {
                rows,
                columns,
                weights: &weights,
                scales: &[],
                biases: None,
                segment: 1024,
                activation: Activation::Linear,
            };
            let factor = |row: usize| if row < rows { noise(row + 7) as i16 } else { 0 };
            for column in 0..columns {
                let expected: i64 = (0..rows)
                    .map(|row| i64::from(layer.weight(row, column)) * i64::from(factor(row)))
                    .sum();
                assert_eq!(transposed(&layer, column / 2, factor)[column % 2], expected);
            }
            assert_eq!(transposed(&layer, columns.div_ceil(2), factor), [0; 2]);
        }
    }
}
