//! The layers of the network, found in the tensors one after the other.

use super::latent::LatentRecord;
use super::{Model, padded};
use crate::fixed::TIME_FRAC;
use crate::format::{BLOCK, HEADER_LEN, Header, Hidden, Nodes};
use crate::kernel::{self, Activation, ConditionBias, Dense};

/// One dense layer.
#[derive(Clone, Debug)]
pub(crate) struct Layer<'a> {
    /// Layer for the kernel, its arrays with their padding. A conditioned layer has no biases here:
    /// [`condition_bias`](Layer::condition_bias) computes them.
    pub(crate) dense: Dense<'a>,
    /// Biases of a conditioned layer over time, i16, (2^`time_log2` + 1) × rows.
    times: &'a [u8],
    /// Class biases of a conditioned layer, i16, (classes and the null class) × rows.
    classes: &'a [u8],
}

impl Layer<'_> {
    /// If the layer is conditioned, computes the bias of each row at `time` (Q0.15, ≤ 1) for
    /// `class`.
    pub(crate) fn condition_bias(
        &self,
        model: &Model<'_>,
        time: u16,
        class: u16,
        biases: &mut [i16],
    ) {
        if self.dense.biases.is_some() {
            return;
        }
        let Self { times, classes, .. } = *self;
        let time_log2 = u32::from(model.header().time_log2);
        let log2 = TIME_FRAC.wrapping_sub(time_log2) & 15;
        // The last interval includes t = 1.
        let index = (time >> log2).min((1 << (time_log2 & 15)) - 1);
        let bytes = 2 * self.dense.rows;
        let bias = ConditionBias {
            before: row(times, index, bytes),
            after: row(times, index + 1, bytes),
            classes: row(classes, class, bytes),
            fraction: time.wrapping_sub(index << log2),
            log2: log2 as u8,
        };
        kernel::condition_bias(&bias, biases);
    }
}

/// Returns row `index` of an array whose rows have `bytes`; empty if there is no such row.
#[inline(never)]
fn row(array: &[u8], index: u16, bytes: usize) -> &[[u8; 2]] {
    let start = usize::from(index).wrapping_mul(bytes);
    let row = array.get(start..).and_then(|row| row.get(..bytes));
    row.unwrap_or_default().as_chunks().0
}

/// Walk over the layers of a model: the hidden layers, the output layer, and the layers of the
/// latent if there is one.
///
/// It owns the current layer and lends it, because returning layers by value would link a memcpy
/// into small firmware.
#[derive(Clone, Debug)]
pub(crate) struct Layers<'a> {
    header: &'a [u8; HEADER_LEN],
    /// Remaining records; `None` after the output layer.
    hidden: Option<&'a [u8]>,
    latent: LatentRecord<'a>,
    /// Number of layers of the latent that remain.
    #[cfg(feature = "latent")]
    latent_layers: u16,
    /// Number of values of the state.
    #[cfg(feature = "latent")]
    state_dim: usize,
    /// Remaining tensors.
    tensors: &'a [u8],
    /// Table of the activation, for the layers that use it.
    nodes: Option<&'a Nodes>,
    layer: Layer<'a>,
}

impl<'a> Layers<'a> {
    pub(super) const fn new(model: &Model<'a>) -> Self {
        let before = Dense {
            rows: model.state_dim(),
            columns: 0,
            weights: &[],
            scales: &[],
            biases: None,
            segment: 0,
            activation: Activation::Linear,
        };
        Self {
            header: model.header,
            hidden: Some(model.hidden),
            latent: model.latent,
            #[cfg(feature = "latent")]
            latent_layers: match model.latent() {
                Some(latent) => latent.layers,
                None => 0,
            },
            #[cfg(feature = "latent")]
            state_dim: model.state_dim(),
            tensors: model.tensors,
            nodes: model.nodes(),
            layer: Layer {
                dense: before,
                times: &[],
                classes: &[],
            },
        }
    }

    /// Goes to the layer of the latent of a class. Returns `None` if there is none.
    pub(crate) const fn latent_of(&mut self, class: u16) -> Option<&Layer<'a>> {
        while self.hidden.is_some() && self.next().is_some() {}
        let mut others = match self.latent.get() {
            Some(latent) if latent.layers > 1 => class,
            _ => 0,
        };
        while others > 0 && self.next().is_some() {
            others -= 1;
        }
        self.next()
    }

    /// Returns whether layers of the latent remain.
    const fn has_latent(&self) -> bool {
        #[cfg(feature = "latent")]
        let has_latent = self.latent_layers > 0;
        #[cfg(not(feature = "latent"))]
        let has_latent = false;
        has_latent
    }

    /// Returns the tensors after all layers, or `None` before the end of the walk.
    pub(super) const fn rest(&self) -> Option<&'a [u8]> {
        match self.hidden {
            None if !self.has_latent() => Some(self.tensors),
            _ => None,
        }
    }

    /// Goes to the next layer. Returns `None` after the last, or if tensors are missing, which
    /// `parse` rejects.
    #[inline(never)]
    pub(crate) const fn next(&mut self) -> Option<&Layer<'a>> {
        let header = Header::from_bytes(self.header);
        let latent = match self.hidden {
            None if self.has_latent() => self.latent.get(),
            _ => None,
        };
        let record = match self.hidden {
            Some(records) => records.split_first_chunk(),
            None if latent.is_some() => None,
            None => return None,
        };
        let dense = &mut self.layer.dense;
        dense.columns = dense.rows;
        // Each value is stored at once, because there are too few registers for all.
        let conditioned = match record {
            Some((record, _)) => {
                let h = Hidden::from_bytes(record);
                dense.activation = Activation::Curve {
                    table: if h.table { self.nodes } else { None },
                    pre_frac: h.pre_frac,
                    act_frac: h.act_frac,
                };
                dense.rows = h.width as usize;
                dense.segment = h.segment as usize;
                h.conditioned
            }
            None => {
                dense.activation = Activation::Linear;
                dense.rows = header.dim as usize;
                dense.segment = header.output_segment as usize;
                #[cfg(feature = "latent")]
                {
                    dense.rows = self.state_dim;
                    if let Some(latent) = latent {
                        dense.rows = latent.columns as usize;
                        dense.columns = latent.rank as usize;
                        dense.segment = latent.segment as usize;
                        self.latent_layers = self.latent_layers.wrapping_sub(1);
                    }
                }
                false
            }
        };
        let rows = dense.rows;
        let weights = weights_len(rows, dense.columns);
        let Some((weights, rest)) = self.tensors.split_at_checked(weights) else {
            return None;
        };
        dense.weights = weights;
        let scales = 4 * block_rows(rows);
        let Some((scales, rest)) = rest.split_at_checked(scales) else {
            return None;
        };
        dense.scales = scales;
        let (times, classes) = if conditioned {
            let times = (1 << (header.time_log2 & 7)) + 1;
            (times, header.conditions() as usize)
        } else {
            (1, 0)
        };
        let times = padded(2 * rows * times);
        let Some((times, rest)) = rest.split_at_checked(times) else {
            return None;
        };
        self.layer.times = times;
        dense.biases = if conditioned { None } else { Some(times) };
        let classes = padded(2 * rows * classes);
        let Some((classes, rest)) = rest.split_at_checked(classes) else {
            return None;
        };
        self.layer.classes = classes;
        self.hidden = match record {
            Some((_, rest)) => Some(rest),
            None => None,
        };
        self.tensors = rest;
        Some(&self.layer)
    }
}

/// Returns the bytes of a layer's weights: blocks of four rows, columns in pairs.
pub(super) const fn weights_len(rows: usize, columns: usize) -> usize {
    block_rows(rows) * columns.next_multiple_of(2)
}

/// Returns the rows of all blocks of a layer.
pub(super) const fn block_rows(rows: usize) -> usize {
    (rows + BLOCK - 1) & !(BLOCK - 1)
}
