//! The velocity MLP: for each layer the kernel's sums, requantised, biased and activated.

use crate::fixed::{requantise, saturate, silu};
use crate::kernel;
use crate::model::{Activation, Biases, Layer, Model};

/// Evaluates the network at `time` < 1 (Q0.15) for `class`. `io` holds the input in the file's
/// input format and receives the velocity in Q4.11 (D values); `front` and `back` hold the
/// activations, at least the widest layer each.
pub(crate) fn velocity<'b>(
    model: &Model<'_>,
    time: u16,
    class: u16,
    io: &mut [i16],
    mut front: &'b mut [i16],
    mut back: &'b mut [i16],
) {
    for (index, layer) in model.layers().enumerate() {
        let biases = layer.biases_at(time, class);
        match layer.activation {
            Activation::Silu { pre_frac, act_frac } => {
                let input = if index == 0 { &*io } else { &*front };
                dense(&layer, &biases, input, back, |pre| {
                    silu(pre, pre_frac, act_frac)
                });
                core::mem::swap(&mut front, &mut back);
            }
            Activation::Velocity => dense(&layer, &biases, front, io, |pre| pre),
        }
    }
}

/// One layer: `output[row] = activation(saturate(requantise(Σ w·a) + bias))`.
#[inline(always)]
fn dense(
    layer: &Layer<'_>,
    biases: &Biases<'_>,
    input: &[i16],
    output: &mut [i16],
    activation: impl Fn(i16) -> i16,
) {
    let input = input.get(..layer.columns).unwrap_or_default();
    let mut weights = layer.weights;
    let block = kernel::ROWS * layer.columns;
    let scales = layer
        .multipliers
        .as_chunks::<2>()
        .0
        .iter()
        .zip(layer.shifts);
    let mut scales = scales.zip(bias_of_row(biases));
    for output in output
        .get_mut(..layer.rows)
        .unwrap_or_default()
        .chunks_mut(kernel::ROWS)
    {
        let sums = kernel::dot(weights, input);
        weights = weights.get(block..).unwrap_or_default();
        for ((out, sum), ((&multiplier, &shift), bias)) in
            output.iter_mut().zip(sums).zip(&mut scales)
        {
            let scaled = requantise(sum, shift, i16::from_le_bytes(multiplier), layer.scale_frac);
            *out = activation(saturate(scaled.wrapping_add(bias)));
        }
    }
}

/// The bias of each row: linear between two times, rounded, plus the class's.
#[inline(always)]
fn bias_of_row(biases: &Biases<'_>) -> impl Iterator<Item = i32> {
    let Biases {
        before,
        after,
        class,
        fraction,
        log2,
    } = *biases;
    let mut class = class.iter();
    let half = (1 << log2) >> 1;
    before.iter().zip(after).map(move |(&before, &after)| {
        let before = i32::from(i16::from_le_bytes(before));
        let way = i32::from(i16::from_le_bytes(after)).wrapping_sub(before);
        let bias = before.wrapping_add(way.wrapping_mul(fraction).wrapping_add(half) >> log2);
        bias.wrapping_add(
            class
                .next()
                .map_or(0, |&class| i32::from(i16::from_le_bytes(class))),
        )
    })
}
