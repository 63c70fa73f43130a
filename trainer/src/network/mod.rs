//! The velocity network: a multi-layer perceptron with SiLU in x, conditioned on time and class.
//!
//! z_l = W_l·h_{l−1} + b_l (+ U_l·u in conditioned layers), h_l = SiLU(z_l), h_0 = x, and the
//! output is W_out·h_L + b_out, with u = [φ(t), onehot(class)]. The first layer also sees the
//! query, if the network has one: u = [φ(t), onehot(class), query]. The term of u is a sum of a
//! part in t, a part in the class and a part in the query. So the export can fold it into biases.
//! The gradient is written by hand in `pass`, which is several times as fast as a framework.

mod pass;
mod product;
mod shape;
mod silu;

pub use pass::{Pass, Targets, write_gradient};
pub use shape::{Conditioning, NetShape};
pub use silu::silu;

use ndarray::{Array2, ArrayView1, ArrayView2, s};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::time::{TIME_FEATURES, time_features};
use shape::LayerSlot;

/// Gain that makes up for the variance lost by SiLU, so that signals keep their size over the
/// layers.
const HIDDEN_GAIN: f32 = 1.6;
/// Small gain of the output, so that training starts from the drift.
const OUTPUT_GAIN: f32 = 0.1;

/// A velocity network with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct VelocityNet {
    shape: NetShape,
    slots: Vec<LayerSlot>,
    parameters: Vec<f32>,
}

/// Inputs of a batch, one row each.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Coordinates, `n × D`.
    pub x: ArrayView2<'a, f32>,
    /// Times.
    pub t: &'a [f32],
    /// Classes, if the network has classes.
    pub class: Option<&'a [u16]>,
    /// Queries, `n ×` their length. `None` for queries of zeros: nothing is known.
    pub query: Option<ArrayView2<'a, f32>>,
}

/// Tensors of one layer.
#[derive(Clone, Copy, Debug)]
pub struct NetLayer<'a> {
    /// Weights, `outputs × inputs`.
    pub weights: ArrayView2<'a, f32>,
    /// One bias per output.
    pub bias: ArrayView1<'a, f32>,
    /// Condition weights, `outputs × (time features + classes)`, and those of the query in the
    /// first layer. `None` if the layer sees no condition.
    pub condition: Option<ArrayView2<'a, f32>>,
}

/// Parameters of one unit, to change them.
pub(crate) struct Unit<'a> {
    /// Weights of the inputs.
    pub weights: &'a mut [f32],
    /// Weights of the time features; none if the layer sees no condition.
    pub time: &'a mut [f32],
    /// Weight of each class; none if the layer sees no class.
    pub classes: &'a mut [f32],
    /// Weights of the query; none if the layer sees no query.
    pub query: &'a mut [f32],
    /// Bias.
    pub bias: &'a mut f32,
}

impl VelocityNet {
    /// Creates a network from parameters. `None` if their number does not fit the shape.
    #[must_use]
    pub fn from_parameters(shape: NetShape, parameters: Vec<f32>) -> Option<Self> {
        let slots = shape.slots();
        let fits = slots.last().map_or(0, |slot| slot.bias().end) == parameters.len();
        (fits && !shape.hidden.is_empty()).then_some(Self {
            shape,
            slots,
            parameters,
        })
    }

    /// Creates a network with normal random weights and zero biases. The variance is in inverse
    /// proportion to the inputs (LeCun and others 1998, *Efficient BackProp*, section 4.6), and
    /// small in the output layer.
    ///
    /// # Panics
    ///
    /// If the shape has no hidden layer.
    pub fn random(shape: NetShape, rng: &mut impl Rng) -> Self {
        assert!(!shape.hidden.is_empty(), "a network has a hidden layer");
        let slots = shape.slots();
        let mut parameters = vec![0.0; slots.last().map_or(0, |slot| slot.bias().end)];
        for (layer, slot) in slots.iter().enumerate() {
            let is_output = layer == shape.hidden.len();
            let gain = if is_output { OUTPUT_GAIN } else { HIDDEN_GAIN };
            let inputs = slot.inputs + slot.condition;
            let scale = gain / (inputs as f32).sqrt();
            for w in &mut parameters[slot.weights().start..slot.condition_weights().end] {
                let normal: f32 = StandardNormal.sample(rng);
                *w = scale * normal;
            }
        }
        Self {
            shape,
            slots,
            parameters,
        }
    }

    /// Returns the shape.
    pub fn shape(&self) -> &NetShape {
        &self.shape
    }

    /// Returns all layers, the output layer last.
    pub fn layers(&self) -> Vec<NetLayer<'_>> {
        (0..self.slots.len())
            .map(|layer| self.layer(layer))
            .collect()
    }

    /// Returns all parameters, layer by layer.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// Returns all parameters, layer by layer, to change them.
    pub fn parameters_mut(&mut self) -> &mut [f32] {
        &mut self.parameters
    }

    /// Applies `each` to every row of weights, which is what quantisation gives a scale.
    pub(crate) fn for_each_row(&mut self, each: impl Fn(&mut [f32])) {
        for slot in &self.slots {
            let rows = self.parameters[slot.weights()].chunks_mut(slot.inputs);
            rows.for_each(&each);
        }
        if self.shape.query > 0 {
            let (slot, first) = (&self.slots[0], self.shape.condition_len());
            let rows = self.parameters[slot.condition_weights()].chunks_mut(slot.condition);
            rows.for_each(|row| each(&mut row[first..]));
        }
    }

    /// Applies `each` to the parameters of every unit, layer by layer.
    pub(crate) fn for_each_unit(&mut self, each: impl Fn(Unit<'_>)) {
        for slot in &self.slots {
            let (start, inputs, condition) = (slot.weights().start, slot.inputs, slot.condition);
            let layer = &mut self.parameters[start..start + slot.len()];
            let (weights, rest) = layer.split_at_mut(slot.weights().len());
            let (mut conditions, biases) = rest.split_at_mut(slot.condition_weights().len());
            for (weights, bias) in weights.chunks_mut(inputs).zip(biases) {
                let own;
                (own, conditions) = conditions.split_at_mut(condition);
                let (time, own) = own.split_at_mut(condition.min(TIME_FEATURES));
                let (classes, query) = own.split_at_mut(own.len().min(self.shape.classes));
                each(Unit {
                    weights,
                    time,
                    classes,
                    query,
                    bias,
                });
            }
        }
    }

    /// Returns which parameters have weight decay: weights, but not biases.
    pub fn decays(&self) -> Vec<bool> {
        let mut decays = vec![true; self.parameters.len()];
        for slot in &self.slots {
            decays[slot.bias()].fill(false);
        }
        decays
    }

    /// Returns b + U·u of a layer at time `t` in class `class`, if nothing is known.
    ///
    /// # Panics
    ///
    /// If there is no such layer, or if the network has classes and `class` is `None`.
    pub fn condition_bias(&self, layer: usize, t: f32, class: Option<u16>) -> Vec<f32> {
        let NetLayer {
            bias, condition, ..
        } = self.layer(layer);
        let mut sum = bias.to_owned();
        if let Some(condition) = condition {
            let class = class.map(|class| [class]);
            let u = self.conditions(&[t], class.as_ref().map(|class| &class[..]), None);
            let seen = condition.ncols();
            sum += &condition.dot(&u.slice(s![0, ..seen]));
        }
        sum.to_vec()
    }

    /// Returns the weights of the query in the first layer, `outputs × query`.
    pub fn query_weights(&self) -> Array2<f32> {
        match self.layer(0).condition {
            Some(condition) => condition
                .slice(s![.., self.shape.condition_len()..])
                .to_owned(),
            None => Array2::zeros((self.slots[0].outputs, 0)),
        }
    }

    /// Returns the network's velocity of a batch.
    ///
    /// # Panics
    ///
    /// If lengths differ, or if the network has classes and there is none.
    pub fn forward(&self, inputs: &Inputs<'_>) -> Array2<f32> {
        let last = self.slots.len() - 1;
        let u = self.conditions(inputs.t, inputs.class, inputs.query);
        let mut h = inputs.x.to_owned();
        for layer in 0..=last {
            h = self.preactivation(layer, h.view(), u.view());
            if layer < last {
                silu(h.as_slice_mut().expect("made in standard layout"));
            }
        }
        h
    }

    /// Returns the pre-activations z of every hidden layer, each `n × width`, with the arguments of
    /// [`forward`](Self::forward).
    pub fn hidden_preactivations(&self, inputs: &Inputs<'_>) -> Vec<Array2<f32>> {
        let u = self.conditions(inputs.t, inputs.class, inputs.query);
        let mut h = inputs.x.to_owned();
        let mut all = Vec::with_capacity(self.shape.hidden.len());
        for layer in 0..self.shape.hidden.len() {
            let z = self.preactivation(layer, h.view(), u.view());
            h = z.clone();
            silu(h.as_slice_mut().expect("made in standard layout"));
            all.push(z);
        }
        all
    }

    fn layer(&self, layer: usize) -> NetLayer<'_> {
        let slot = &self.slots[layer];
        NetLayer {
            weights: matrix(&self.parameters[slot.weights()], slot.outputs),
            bias: ArrayView1::from(&self.parameters[slot.bias()]),
            condition: (slot.condition > 0)
                .then(|| matrix(&self.parameters[slot.condition_weights()], slot.outputs)),
        }
    }

    fn preactivation(&self, layer: usize, h: ArrayView2<f32>, u: ArrayView2<f32>) -> Array2<f32> {
        let mut z = Array2::zeros((h.nrows(), self.slots[layer].outputs));
        self.layer(layer).preactivation_into(h, u, &mut z);
        z
    }

    fn conditions(
        &self,
        t: &[f32],
        class: Option<&[u16]>,
        query: Option<ArrayView2<f32>>,
    ) -> Array2<f32> {
        let mut u = Array2::zeros((t.len(), self.shape.all_conditions()));
        self.shape.write_conditions(t, class, query, &mut u);
        u
    }
}

impl NetLayer<'_> {
    /// Computes z = h·Wᵀ + b (+ u·Uᵀ).
    fn preactivation_into(&self, h: ArrayView2<f32>, u: ArrayView2<f32>, z: &mut Array2<f32>) {
        let bias = self.bias.as_slice().expect("a slice of the parameters");
        let rows = z.as_slice_mut().expect("made in standard layout");
        for row in rows.chunks_exact_mut(bias.len()) {
            row.copy_from_slice(bias);
        }
        product::add(h, self.weights.t(), z.view_mut());
        if let Some(condition) = self.condition {
            let u = u.slice(s![.., ..condition.ncols()]);
            product::add(u, condition.t(), z.view_mut());
        }
    }
}

fn matrix(values: &[f32], rows: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows, values.len() / rows), values)
        .expect("a slot holds rows × columns values")
}

impl NetShape {
    /// Writes u = [φ(t), onehot(class), query] to each row of `u`.
    fn write_conditions(
        &self,
        t: &[f32],
        class: Option<&[u16]>,
        query: Option<ArrayView2<f32>>,
        u: &mut Array2<f32>,
    ) {
        assert_eq!(t.len(), u.nrows(), "one time for each row");
        for (row, mut u) in u.outer_iter_mut().enumerate() {
            u.fill(0.0);
            for (u, feature) in u.iter_mut().zip(time_features(t[row])) {
                *u = feature;
            }
            if self.classes > 0 {
                let class = class.expect("a network with classes needs a class")[row];
                u[TIME_FEATURES + usize::from(class)] = 1.0;
            }
            if let Some(query) = &query {
                u.slice_mut(s![self.condition_len()..])
                    .assign(&query.row(row));
            }
        }
    }
}

#[cfg(test)]
mod tests;
