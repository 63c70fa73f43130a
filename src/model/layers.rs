//! The network's layers, cut out of the tensors as they are walked.

use super::Model;
use crate::fixed::TIME_FRAC;
use crate::format::{BLOCK, Hidden};
use crate::kernel::{self, Activation, Dense, Fold};

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

    /// Cuts `count` bytes off the front, with the padding to a multiple of 4 that follows them. Empty
    /// where they are not there, which `parse` rules out.
    #[inline(always)]
    fn take(&mut self, count: usize) -> &'a [u8] {
        let Some((part, rest)) = self.rest.split_at_checked(count.next_multiple_of(4)) else {
            self.short = true;
            return &[];
        };
        self.rest = rest;
        part
    }
}

/// One dense layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer<'a> {
    /// What the kernel runs, its arrays with their padding; for a conditioned layer its biases are still to be folded.
    pub(crate) dense: Dense<'a>,
    /// Biases over t and of the classes, where the layer is conditioned.
    pub(crate) condition: Option<Condition<'a>>,
}

/// The biases of a layer that sees time and class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Condition<'a> {
    /// i16, (2^`time_log2` + 1) × rows.
    times: &'a [u8],
    /// i16, classes (and the null class) × rows.
    classes: &'a [u8],
}

impl Layer<'_> {
    /// Where the layer is conditioned, folds time (Q0.15, ≤ 1) and class into one bias a row.
    pub(crate) fn fold(&self, model: &Model<'_>, time: u16, class: u16, biases: &mut [i16]) {
        let Some(Condition { times, classes }) = self.condition else {
            return;
        };
        let time_log2 = u32::from(model.head().time_log2);
        let log2 = TIME_FRAC.wrapping_sub(time_log2) & 15;
        // The last interval has both its ends.
        let index = (time >> log2).min((1 << (time_log2 & 15)) - 1);
        let bytes = 2 * self.dense.rows;
        let fold = Fold {
            before: row(times, index, bytes),
            after: row(times, index + 1, bytes),
            classes: row(classes, class, bytes),
            fraction: time.wrapping_sub(index << log2),
            log2: log2 as u8,
        };
        kernel::fold(&fold, biases);
    }
}

/// Row `index` of an array of rows of `bytes`; empty where there is none.
fn row(array: &[u8], index: u16, bytes: usize) -> &[[u8; 2]] {
    let start = usize::from(index).wrapping_mul(bytes);
    let row = array.get(start..).and_then(|row| row.get(..bytes));
    row.unwrap_or_default().as_chunks().0
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

    #[inline(never)]
    fn next(&mut self) -> Option<Layer<'a>> {
        let (head, hidden) = (self.model.head(), self.model.hidden);
        let (rows, conditioned, segment, activation) = match hidden.get(self.index) {
            Some(record) => {
                let h = Hidden::of_bytes(record);
                let curve = Activation::Curve {
                    table: if h.table { self.model.nodes() } else { None },
                    pre_frac: h.pre_frac,
                    act_frac: h.act_frac,
                };
                (h.width, h.conditioned, h.segment, curve)
            }
            None if self.index == hidden.len() => {
                (head.dim, false, head.output_segment, Activation::Linear)
            }
            None => return None,
        };
        let (rows, columns) = (usize::from(rows), self.columns);
        self.index += 1;
        self.columns = rows;
        let tensors = &mut self.tensors;
        let weights = tensors.take(weights_len(rows, columns));
        let scales = tensors.take(4 * rows.next_multiple_of(BLOCK));
        let (biases, condition) = if conditioned {
            let times = tensors.take(2 * rows * ((1 << (head.time_log2 & 7)) + 1));
            let classes = tensors.take(2 * rows * usize::from(head.conditions()));
            (None, Some(Condition { times, classes }))
        } else {
            (Some(tensors.take(2 * rows)), None)
        };
        let dense = Dense {
            rows,
            columns,
            weights,
            scales,
            biases,
            segment: segment.into(),
            activation,
        };
        Some(Layer { dense, condition })
    }
}

/// Bytes of a layer's weights: blocks of four rows, columns in pairs.
fn weights_len(rows: usize, columns: usize) -> usize {
    rows.next_multiple_of(BLOCK) * columns.next_multiple_of(2)
}
