//! The shape of a velocity network, and the position of each tensor in one flat vector.
//!
//! All parameters are in a single `Vec<f32>`, so the optimiser, the moving average and the clipping
//! are plain loops that do not depend on layers.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::time::TIME_FEATURES;

/// Hidden layers that see time and class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Conditioning {
    /// The first hidden layer only.
    First,
    /// Every hidden layer.
    All,
}

/// Shape of a velocity network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct NetShape {
    /// Number of coordinates D of input and output.
    pub dim: usize,
    /// Widths of the hidden layers, first to last. There is at least one, and none is 0.
    pub hidden: Vec<usize>,
    /// Number of classes, 0 for an unconditional network.
    pub classes: usize,
    /// Number of values of a query, which the first hidden layer sees: one per coordinate that says
    /// whether it is known, or the values of condition columns. 0 for a plain network.
    pub query: usize,
    /// Hidden layers that see time and class.
    pub conditioning: Conditioning,
}

impl NetShape {
    /// Returns the length of the condition u = [φ(t), onehot(class)].
    pub fn condition_len(&self) -> usize {
        TIME_FEATURES + self.classes
    }

    /// Returns the length of u and the query.
    pub(super) fn all_conditions(&self) -> usize {
        self.condition_len() + self.query
    }

    pub(super) fn slots(&self) -> Vec<LayerSlot> {
        let mut slots = Vec::with_capacity(self.hidden.len() + 1);
        let mut inputs = self.dim;
        let mut next = 0;
        for (layer, &outputs) in self.hidden.iter().chain([&self.dim]).enumerate() {
            let is_hidden = layer < self.hidden.len();
            let sees_condition =
                is_hidden && (layer == 0 || self.conditioning == Conditioning::All);
            let condition = match (sees_condition, layer) {
                (false, _) => 0,
                (true, 0) => self.all_conditions(),
                (true, _) => self.condition_len(),
            };
            let slot = LayerSlot {
                outputs,
                inputs,
                condition,
                start: next,
            };
            next = slot.bias().end;
            inputs = outputs;
            slots.push(slot);
        }
        slots
    }
}

/// Position of one layer's weights, condition weights and bias, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LayerSlot {
    pub outputs: usize,
    pub inputs: usize,
    /// Columns of the condition weights; 0 if the layer sees no condition.
    pub condition: usize,
    start: usize,
}

impl LayerSlot {
    pub fn len(&self) -> usize {
        self.bias().end - self.start
    }

    pub fn weights(&self) -> Range<usize> {
        self.start..self.start + self.outputs * self.inputs
    }

    pub fn condition_weights(&self) -> Range<usize> {
        let start = self.weights().end;
        start..start + self.outputs * self.condition
    }

    pub fn bias(&self) -> Range<usize> {
        let start = self.condition_weights().end;
        start..start + self.outputs
    }
}
