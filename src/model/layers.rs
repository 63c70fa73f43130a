//! The network's layers, cut out of the tensors as they are walked.

use super::Model;
use crate::fixed::{TIME_FRAC, saturate};
use crate::format::{BLOCK, Hidden};
use crate::kernel::{Activation, Dense};

/// What is left of the tensors while they are cut.
#[derive(Clone, Debug)]
pub(super) struct Cutter<'a> {
    rest: &'a [u8],
    short: bool,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(tensors: &'a [u8]) -> Self {
        Self {
            rest: tensors,
            short: false,
        }
    }

    /// Cuts `count` bytes, padded to a multiple of 4, off the front. Empty where they are not
    /// there, which `parse` rules out.
    pub(super) fn take(&mut self, count: usize) -> &'a [u8] {
        let Some((part, rest)) = self.rest.split_at_checked(count.next_multiple_of(4)) else {
            self.short = true;
            return &[];
        };
        self.rest = rest;
        part.get(..count).unwrap_or_default()
    }
}

/// One dense layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer<'a> {
    /// What the kernel runs; for a conditioned layer its biases are still to be folded.
    pub(crate) dense: Dense<'a>,
    /// Biases over t and of the classes, where the layer is conditioned.
    pub(crate) condition: Option<Condition<'a>>,
    /// Fractional bits of its pre-activations and activations; `None` for the output layer.
    pub(crate) formats: Option<(u8, u8)>,
}

/// The biases of a layer that sees time and class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition<'a> {
    rows: usize,
    time_log2: u8,
    /// i16, (2^`time_log2` + 1) × rows.
    times: &'a [u8],
    /// i16, classes (and the null class) × rows.
    classes: &'a [u8],
}

impl<'a> Condition<'a> {
    /// Folds time (Q0.15, ≤ 1) and class into one bias a row: linear between two times, rounded,
    /// plus the class's, saturated.
    pub(crate) fn fold(&self, time: u16, class: u16, biases: &mut [i16]) {
        let log2 = TIME_FRAC - u32::from(self.time_log2);
        // The last interval has both its ends.
        let index = (time >> log2).min((1 << self.time_log2) - 1);
        let fraction = i32::from(time.wrapping_sub(index << log2));
        let index = usize::from(index);
        let (before, after) = (self.row(self.times, index), self.row(self.times, index + 1));
        let classes = self.row(self.classes, class.into());
        // Without classes there is nothing to add: the mask drops what stands in their place.
        let (classes, mask) = if classes.is_empty() {
            (before, 0)
        } else {
            (classes, -1)
        };
        let rows = before.iter().zip(after).zip(classes);
        let real = |&bytes: &[u8; 2]| i32::from(i16::from_le_bytes(bytes));
        for (bias, ((before, after), class)) in biases.iter_mut().zip(rows) {
            let way = real(after).wrapping_sub(real(before));
            let moved = way.wrapping_mul(fraction).wrapping_add((1 << log2) >> 1) >> log2;
            let sum = real(before).wrapping_add(moved);
            *bias = saturate(sum.wrapping_add(real(class) & mask));
        }
    }

    fn row(&self, array: &'a [u8], index: usize) -> &'a [[u8; 2]] {
        let bytes = 2 * self.rows;
        let row = array.get(index * bytes..(index + 1) * bytes);
        row.unwrap_or_default().as_chunks().0
    }
}

/// Walks the layers of a model: hidden ones, then the output.
#[derive(Clone, Debug)]
pub(crate) struct Layers<'a, 'm> {
    model: &'m Model<'a>,
    tensors: Cutter<'a>,
    index: usize,
    columns: usize,
}

impl<'a, 'm> Layers<'a, 'm> {
    pub(super) fn new(model: &'m Model<'a>, tensors: &'a [u8]) -> Self {
        Self {
            model,
            tensors: Cutter::new(tensors),
            index: 0,
            columns: model.dim(),
        }
    }

    /// The tensors that follow the layers walked so far; `None` where some were missing.
    pub(super) fn rest(self) -> Option<&'a [u8]> {
        (!self.tensors.short).then_some(self.tensors.rest)
    }
}

impl<'a> Iterator for Layers<'a, '_> {
    type Item = Layer<'a>;

    fn next(&mut self) -> Option<Layer<'a>> {
        let (head, hidden) = (self.model.head(), self.model.hidden);
        let (rows, conditioned, segment, formats) = match hidden.get(self.index) {
            Some(record) => {
                let h = Hidden::of_bytes(record);
                let formats = Some((h.pre_frac, h.act_frac));
                (h.width, h.conditioned, h.segment, formats)
            }
            None if self.index == hidden.len() => (head.dim, false, head.output_segment, None),
            None => return None,
        };
        let (rows, columns) = (usize::from(rows), self.columns);
        let tensors = &mut self.tensors;
        let weights = tensors.take(weights_len(rows, columns));
        let scales = tensors.take(4 * rows.next_multiple_of(BLOCK));
        let (biases, condition) = if conditioned {
            let times = tensors.take(2 * rows * ((1 << (head.time_log2 & 7)) + 1));
            let classes = tensors.take(2 * rows * usize::from(head.conditions()));
            (
                None,
                Some(Condition {
                    rows,
                    time_log2: head.time_log2,
                    times,
                    classes,
                }),
            )
        } else {
            (Some(tensors.take(2 * rows)), None)
        };
        let activation = formats.map_or(Activation::Linear, |(pre_frac, act_frac)| {
            Activation::Silu { pre_frac, act_frac }
        });
        let dense = Dense {
            rows,
            columns,
            weights,
            scales,
            biases,
            segment: segment.into(),
            activation,
        };
        self.index += 1;
        self.columns = rows;
        Some(Layer {
            dense,
            condition,
            formats,
        })
    }
}

/// Bytes of a layer's weights: blocks of four rows, columns in pairs.
fn weights_len(rows: usize, columns: usize) -> usize {
    rows.next_multiple_of(BLOCK) * columns.next_multiple_of(2)
}
