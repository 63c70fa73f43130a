//! The network's layers, cut out of the tensors as they are walked.

use crate::fixed::TIME_FRAC;
use crate::format::File;

/// Cuts `count` bytes, padded to a multiple of 4, off the front. Empty where they are not there,
/// which `parse` rules out.
pub(super) fn take<'a>(tensors: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (part, rest) = tensors
        .split_at_checked(count.next_multiple_of(4))
        .unwrap_or_default();
    *tensors = rest;
    part.get(..count).unwrap_or_default()
}

/// One dense layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer<'a> {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// i8, rows × columns.
    pub(crate) weights: &'a [u8],
    /// i16, rows.
    pub(crate) multipliers: &'a [u8],
    /// u8, rows.
    pub(crate) shifts: &'a [u8],
    /// i16, (2^`time_log2` + 1) × rows, or rows where the layer is not conditioned.
    pub(crate) biases: &'a [u8],
    /// i16, classes × rows; empty where the layer is not conditioned.
    pub(crate) class_biases: &'a [u8],
    pub(crate) conditioned: bool,
    /// Fractional bits of the multipliers.
    pub(crate) scale_frac: u8,
    pub(crate) activation: Activation,
    time_log2: u8,
}

/// What follows the sum of a layer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Activation {
    /// SiLU, from Q(15−p).p to Q(15−f).f.
    Silu { pre_frac: u8, act_frac: u8 },
    /// None: the sum is a velocity in Q4.11.
    Velocity,
}

/// The two rows of biases around a time, and the way between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Biases<'a> {
    pub(crate) before: &'a [[u8; 2]],
    pub(crate) after: &'a [[u8; 2]],
    pub(crate) class: &'a [[u8; 2]],
    /// Place between the two, in 2^−`log2` of their distance.
    pub(crate) fraction: i32,
    pub(crate) log2: u32,
}

impl<'a> Layer<'a> {
    /// The biases at `time` < 1 (Q0.15) for `class`.
    pub(crate) fn biases_at(&self, time: u16, class: u16) -> Biases<'a> {
        let log2 = TIME_FRAC - u32::from(self.time_log2);
        let row = |array: &'a [u8], index: usize| -> &'a [[u8; 2]] {
            let bytes = 2 * self.rows;
            let row = array.get(index * bytes..(index + 1) * bytes);
            row.unwrap_or_default().as_chunks().0
        };
        if !self.conditioned {
            let only = row(self.biases, 0);
            return Biases {
                before: only,
                after: only,
                class: &[],
                fraction: 0,
                log2,
            };
        }
        let index = usize::from(time >> log2);
        Biases {
            before: row(self.biases, index),
            after: row(self.biases, index + 1),
            class: row(self.class_biases, class.into()),
            fraction: i32::from(time) & ((1 << log2) - 1),
            log2,
        }
    }
}

/// Walks the layers of a file: hidden ones, then the output.
#[derive(Clone, Debug)]
pub(crate) struct Layers<'a, 'f> {
    file: &'f File<'a>,
    tensors: &'a [u8],
    index: usize,
    columns: usize,
}

impl<'a, 'f> Layers<'a, 'f> {
    pub(super) fn new(file: &'f File<'a>, tensors: &'a [u8]) -> Self {
        Self {
            file,
            tensors,
            index: 0,
            columns: file.dim.into(),
        }
    }

    /// The tensors that follow the layers walked so far.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.tensors
    }
}

impl<'a> Iterator for Layers<'a, '_> {
    type Item = Layer<'a>;

    fn next(&mut self) -> Option<Layer<'a>> {
        let (rows, conditioned, scale_frac, activation) = match self.file.hidden.get(self.index) {
            Some(h) => {
                let activation = Activation::Silu {
                    pre_frac: h.pre_frac,
                    act_frac: h.act_frac,
                };
                (
                    usize::from(h.width),
                    h.conditioned,
                    h.scale_frac,
                    activation,
                )
            }
            None if self.index == self.file.hidden.len() => (
                usize::from(self.file.dim),
                false,
                self.file.output_scale_frac,
                Activation::Velocity,
            ),
            None => return None,
        };
        let (times, classes) = if conditioned {
            (
                (1 << self.file.time_log2) + 1,
                usize::from(self.file.classes),
            )
        } else {
            (1, 0)
        };
        let tensors = &mut self.tensors;
        let layer = Layer {
            rows,
            columns: self.columns,
            weights: take(tensors, rows * self.columns),
            multipliers: take(tensors, 2 * rows),
            shifts: take(tensors, rows),
            biases: take(tensors, 2 * rows * times),
            class_biases: take(tensors, 2 * rows * classes),
            conditioned,
            scale_frac,
            activation,
            time_log2: self.file.time_log2,
        };
        self.index += 1;
        self.columns = rows;
        Some(layer)
    }
}
