//! One training pass, forward and backward, in memory that is allocated once.
//!
//! Matrices are features × rows, so that products with the weights need no rearrangement. The
//! forward pass keeps the activation and the slope of SiLU of each hidden layer, and the backward
//! pass needs nothing else. The gradient is the sum over several passes, added in their order, in a
//! flat vector with the layout of the parameters.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, s};
use rayon::prelude::*;

use super::shape::LayerSlot;
use super::silu::{multiply, silu_with_slope};
use super::{Inputs, NetShape, VelocityNet, matrix, product};

/// Working memory of one pass over a fixed number of rows.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Conditions and queries, `rows × all conditions`.
    condition: Array2<f32>,
    /// Input x, `D × rows`.
    input: Array2<f32>,
    hidden: Vec<HiddenBuffers>,
    /// Output, then the derivative of the loss with respect to it, `D × rows`.
    output: Array2<f32>,
}

#[derive(Clone, Debug)]
struct HiddenBuffers {
    /// Activation h, `width × rows`.
    activation: Array2<f32>,
    /// Slope SiLU′(z), `width × rows`.
    slope: Array2<f32>,
    /// Derivative of the loss with respect to z, `width × rows`.
    delta: Array2<f32>,
}

/// Targets of a pass, each `rows × D`.
#[derive(Clone, Copy, Debug)]
pub struct Targets<'a> {
    /// What the network regresses.
    pub target: ArrayView2<'a, f32>,
    /// Factors of the errors, each 0 or 1. `None` if all are 1.
    pub weights: Option<ArrayView2<'a, f32>>,
}

impl Pass {
    /// Allocates memory for passes of `rows` rows through networks of this shape.
    pub fn new(shape: &NetShape, rows: usize) -> Self {
        let hidden = |&width: &usize| HiddenBuffers {
            activation: Array2::zeros((width, rows)),
            slope: Array2::zeros((width, rows)),
            delta: Array2::zeros((width, rows)),
        };
        Self {
            condition: Array2::zeros((rows, shape.all_conditions())),
            input: Array2::zeros((shape.dim, rows)),
            hidden: shape.hidden.iter().map(hidden).collect(),
            output: Array2::zeros((shape.dim, rows)),
        }
    }

    /// Returns Σ (network − target)² over rows and coordinates, and keeps what
    /// [`backward`](Self::backward) needs.
    ///
    /// # Panics
    ///
    /// If shapes differ from those of [`new`](Self::new), or if the network has classes and there
    /// is none.
    pub fn squared_error(
        &mut self,
        net: &VelocityNet,
        inputs: &Inputs<'_>,
        targets: Targets<'_>,
    ) -> f64 {
        self.input.assign(&inputs.x.t());
        let Inputs {
            t, class, query, ..
        } = *inputs;
        net.shape
            .write_conditions(t, class, query, &mut self.condition);
        self.forward(net);
        self.output -= &targets.target.t();
        if let Some(weights) = targets.weights {
            self.output *= &weights.t();
        }
        self.output.iter().map(|&e| f64::from(e * e)).sum()
    }

    fn forward(&mut self, net: &VelocityNet) {
        let mut h = self.input.view();
        for (layer, hidden) in self.hidden.iter_mut().enumerate() {
            let layer = net.layer(layer);
            product::write(layer.weights, h, hidden.activation.view_mut());
            if let Some(condition) = layer.condition {
                let z = hidden.activation.view_mut();
                let u = self.condition.slice(s![.., ..condition.ncols()]);
                product::add(condition, u.t(), z);
            }
            let (z, slope) = (&mut hidden.activation, &mut hidden.slope);
            silu_with_slope(
                z.as_slice_mut().expect("made in standard layout"),
                slope.as_slice_mut().expect("made in standard layout"),
                layer.bias.as_slice().expect("a slice of the parameters"),
            );
            h = hidden.activation.view();
        }
        let last = net.layer(net.slots.len() - 1);
        product::write(last.weights, h, self.output.view_mut());
        for (mut row, &bias) in self.output.outer_iter_mut().zip(last.bias) {
            row += bias;
        }
    }

    /// Differentiates half the squared error, times `factor`, with respect to the z of every layer.
    ///
    /// `net` is that of the last [`squared_error`](Self::squared_error).
    pub fn backward(&mut self, net: &VelocityNet, factor: f32) {
        self.output *= factor;
        let mut delta = self.output.view();
        for (hidden, slot) in self.hidden.iter_mut().zip(&net.slots[1..]).rev() {
            let weights = matrix(&net.parameters[slot.weights()], slot.outputs);
            product::write(weights.t(), delta, hidden.delta.view_mut());
            multiply(
                hidden
                    .delta
                    .as_slice_mut()
                    .expect("made in standard layout"),
                hidden.slope.as_slice().expect("made in standard layout"),
            );
            delta = hidden.delta.view();
        }
    }

    /// Returns the input of a layer, `inputs × rows`.
    fn input_of(&self, layer: usize) -> ArrayView2<'_, f32> {
        match layer {
            0 => self.input.view(),
            _ => self.hidden[layer - 1].activation.view(),
        }
    }

    /// Returns the derivative of the loss with respect to the z of a layer, `outputs × rows`.
    fn delta_of(&self, layer: usize) -> ArrayView2<'_, f32> {
        self.hidden
            .get(layer)
            .map_or(self.output.view(), |hidden| hidden.delta.view())
    }
}

/// Writes the sum of the gradients of all `passes` to `gradient`, with the layout of
/// [`VelocityNet::parameters`]. Each pass has gone forward and backward through `net`. Layers are
/// divided over the rayon pool.
///
/// # Panics
///
/// If the length of `gradient` is not the number of parameters.
pub fn write_gradient(net: &VelocityNet, passes: &[&Pass], gradient: &mut [f32]) {
    assert_eq!(
        gradient.len(),
        net.parameters.len(),
        "one for each parameter"
    );
    let mut rest = gradient;
    let mut parts = Vec::with_capacity(net.slots.len());
    for slot in &net.slots {
        let part;
        (part, rest) = rest.split_at_mut(slot.len());
        parts.push((slot, part));
    }
    parts
        .into_par_iter()
        .enumerate()
        .for_each(|(layer, (slot, part))| write_layer_gradient(layer, slot, passes, part));
}

/// Writes the gradients of one layer: Σ δ·hᵀ, Σ δ·uᵀ and Σ δ, with δ the derivative with respect to
/// z.
fn write_layer_gradient(layer: usize, slot: &LayerSlot, passes: &[&Pass], part: &mut [f32]) {
    let (weights, rest) = part.split_at_mut(slot.weights().len());
    let (condition, bias) = rest.split_at_mut(slot.condition_weights().len());
    sum_products(passes, weights, slot, |pass| {
        (pass.delta_of(layer), pass.input_of(layer).reversed_axes())
    });
    if slot.condition > 0 {
        sum_products(passes, condition, slot, |pass| {
            let u = pass.condition.slice(s![.., ..slot.condition]);
            (pass.delta_of(layer), u)
        });
    }
    bias.fill(0.0);
    for pass in passes {
        for (b, delta) in bias.iter_mut().zip(pass.delta_of(layer).outer_iter()) {
            *b += delta.sum();
        }
    }
}

/// Writes the sum of one product per pass.
fn sum_products<'a>(
    passes: &[&'a Pass],
    out: &mut [f32],
    slot: &LayerSlot,
    factors: impl Fn(&'a Pass) -> (ArrayView2<'a, f32>, ArrayView2<'a, f32>),
) {
    let shape = (slot.outputs, out.len() / slot.outputs);
    let mut out =
        ArrayViewMut2::from_shape(shape, out).expect("a slot holds rows × columns values");
    for (k, pass) in passes.iter().enumerate() {
        let (a, b) = factors(pass);
        match k {
            0 => product::write(a, b, out.view_mut()),
            _ => product::add(a, b, out.view_mut()),
        }
    }
}
