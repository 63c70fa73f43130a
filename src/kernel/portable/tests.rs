use std::vec::Vec;

use super::{blocks, small};
use crate::format::BLOCK;
use crate::kernel::{Activation, Dense};

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
            let [mut little, mut by_blocks, mut fast] = [&before; 3].map(Vec::clone);
            small::dense(&layer, &input, &mut little);
            blocks::dense(&layer, &input, &mut by_blocks);
            super::dense(&layer, &input, &mut fast);
            assert_eq!(little, fast, "{rows} rows, {columns} columns");
            assert_eq!(by_blocks, fast, "{rows} rows, {columns} columns");
        }
    }
}
