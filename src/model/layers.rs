//! The network's layers, cut out of the tensors as they are walked.

use super::Model;
use crate::fixed::TIME_FRAC;
use crate::format::{BLOCK, HEADER_LEN, Header, Hidden, Nodes};
use crate::kernel::{self, Activation, Dense, Fold};

/// One dense layer.
#[derive(Clone, Debug)]
pub(crate) struct Layer<'a> {
    /// What the kernel runs, its arrays with their padding; for a conditioned layer its biases are still to be folded.
    pub(crate) dense: Dense<'a>,
    /// Of a conditioned layer, i16, (2^`time_log2` + 1) × rows.
    times: &'a [u8],
    /// Of a conditioned layer, i16, classes (and the null class) × rows.
    classes: &'a [u8],
}

impl Layer<'_> {
    /// Where the layer is conditioned, folds time (Q0.15, ≤ 1) and class into one bias a row.
    pub(crate) fn fold(&self, model: &Model<'_>, time: u16, class: u16, biases: &mut [i16]) {
        if self.dense.biases.is_some() {
            return;
        }
        let Self { times, classes, .. } = *self;
        let time_log2 = u32::from(model.header().time_log2);
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
#[inline(never)]
fn row(array: &[u8], index: u16, bytes: usize) -> &[[u8; 2]] {
    let start = usize::from(index).wrapping_mul(bytes);
    let row = array.get(start..).and_then(|row| row.get(..bytes));
    row.unwrap_or_default().as_chunks().0
}

/// Walks the layers of a model: hidden ones, then the output. It holds the one that it is at, for
/// to hand them out small firmware would link a memcpy.
#[derive(Clone, Debug)]
pub(crate) struct Layers<'a> {
    head: &'a [u8; HEADER_LEN],
    /// Records that are left; `None` behind the output.
    hidden: Option<&'a [u8]>,
    /// Those that are left.
    tensors: &'a [u8],
    /// The table that layers may have for their activation.
    nodes: Option<&'a Nodes>,
    layer: Layer<'a>,
}

impl<'a> Layers<'a> {
    pub(super) fn new(model: &Model<'a>) -> Self {
        let before = Dense {
            rows: model.dim(),
            columns: 0,
            weights: &[],
            scales: &[],
            biases: None,
            segment: 0,
            activation: Activation::Linear,
        };
        Self {
            head: model.head,
            hidden: Some(model.hidden),
            tensors: model.layers,
            nodes: model.nodes(),
            layer: Layer {
                dense: before,
                times: &[],
                classes: &[],
            },
        }
    }

    /// The tensors that follow the layers walked so far; `None` where some of theirs are missing.
    pub(super) fn rest(&self) -> Option<&'a [u8]> {
        self.hidden.is_none().then_some(self.tensors)
    }

    /// Goes to the next layer; `None` behind the last, or where tensors are missing, which `parse`
    /// rules out.
    #[inline(never)]
    pub(crate) fn next(&mut self) -> Option<&Layer<'a>> {
        let head = Header::of_bytes(self.head);
        let record = self.hidden?.split_first_chunk();
        let dense = &mut self.layer.dense;
        dense.columns = dense.rows;
        // Each value to its place at once: few registers hold them all.
        let conditioned = match record {
            Some((record, _)) => {
                let h = Hidden::of_bytes(record);
                dense.activation = Activation::Curve {
                    table: self.nodes.filter(|_| h.table),
                    pre_frac: h.pre_frac,
                    act_frac: h.act_frac,
                };
                dense.rows = h.width.into();
                dense.segment = h.segment.into();
                h.conditioned
            }
            None => {
                dense.activation = Activation::Linear;
                dense.rows = head.dim.into();
                dense.segment = head.output_segment.into();
                false
            }
        };
        let rows = dense.rows;
        let rest = self.tensors;
        let (weights, rest) = rest.split_at_checked(weights_len(rows, dense.columns))?;
        dense.weights = weights;
        let (scales, rest) = rest.split_at_checked(4 * rows.next_multiple_of(BLOCK))?;
        dense.scales = scales;
        let (times, classes) = if conditioned {
            let times = (1 << (head.time_log2 & 7)) + 1;
            (times, usize::from(head.conditions()))
        } else {
            (1, 0)
        };
        let (times, rest) = rest.split_at_checked((2 * rows * times).next_multiple_of(4))?;
        self.layer.times = times;
        dense.biases = (!conditioned).then_some(times);
        let (classes, rest) = rest.split_at_checked((2 * rows * classes).next_multiple_of(4))?;
        self.layer.classes = classes;
        self.hidden = record.map(|(_, rest)| rest);
        self.tensors = rest;
        Some(&self.layer)
    }
}

/// Bytes of a layer's weights: blocks of four rows, columns in pairs.
fn weights_len(rows: usize, columns: usize) -> usize {
    rows.next_multiple_of(BLOCK) * columns.next_multiple_of(2)
}
