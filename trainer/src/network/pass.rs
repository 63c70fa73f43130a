//! One training pass, forward and backward, in memory that is allocated once.
//!
//! The forward half keeps each hidden layer's activation and the slope of its SiLU; the backward half
//! needs nothing else. Gradients add up in a flat vector laid out as the parameters are.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};

use super::shape::LayerSlot;
use super::silu::silu_with_slope;
use super::{NetShape, VelocityNet, matrix, product, write_conditions};

/// Working memory of one pass over a fixed number of rows, with the gradient it leaves.
#[derive(Clone, Debug)]
pub struct Pass {
    condition: Array2<f32>,
    hidden: Vec<Hidden>,
    output: Array2<f32>,
    gradient: Vec<f32>,
}

#[derive(Clone, Debug)]
struct Hidden {
    /// h, `rows × width`.
    activation: Array2<f32>,
    /// SiLU′(z), `rows × width`.
    slope: Array2<f32>,
    /// The loss differentiated by z, `rows × width`.
    delta: Array2<f32>,
}

impl Pass {
    /// Memory for passes of `rows` rows through networks of this shape.
    pub fn new(shape: &NetShape, rows: usize) -> Self {
        let parameters = shape.slots().last().map_or(0, |slot| slot.bias().end);
        let hidden = |&width: &usize| Hidden {
            activation: Array2::zeros((rows, width)),
            slope: Array2::zeros((rows, width)),
            delta: Array2::zeros((rows, width)),
        };
        Self {
            condition: Array2::zeros((rows, shape.condition_len())),
            hidden: shape.hidden.iter().map(hidden).collect(),
            output: Array2::zeros((rows, shape.dim)),
            gradient: vec![0.0; parameters],
        }
    }

    /// The gradient left by the last [`squared_error`](Self::squared_error), laid out as
    /// [`VelocityNet::parameters`].
    pub fn gradient(&self) -> &[f32] {
        &self.gradient
    }

    /// Returns Σ (network − target)² over rows and coordinates, and leaves half its gradient times
    /// `factor` in [`gradient`](Self::gradient).
    ///
    /// `x` and `target` are `rows × D`; `t` and `class` have one entry for each row.
    ///
    /// # Panics
    ///
    /// If shapes differ from those given to [`new`](Self::new), or the network has classes and `class`
    /// is `None`.
    pub fn squared_error(
        &mut self,
        net: &VelocityNet,
        x: ArrayView2<f32>,
        t: &[f32],
        class: Option<&[u16]>,
        target: ArrayView2<f32>,
        factor: f32,
    ) -> f64 {
        self.forward(net, x, t, class);
        self.output -= &target;
        let sum = self.output.iter().map(|&e| f64::from(e * e)).sum();
        self.output *= factor;
        self.backward(net, x);
        sum
    }

    fn forward(&mut self, net: &VelocityNet, x: ArrayView2<f32>, t: &[f32], class: Option<&[u16]>) {
        write_conditions(t, class, &mut self.condition);
        let u = self.condition.view();
        let mut h = x;
        for (layer, hidden) in self.hidden.iter_mut().enumerate() {
            net.layer(layer)
                .preactivation_into(h, u, &mut hidden.activation);
            let (z, slope) = (&mut hidden.activation, &mut hidden.slope);
            silu_with_slope(
                z.as_slice_mut().expect("made in standard layout"),
                slope.as_slice_mut().expect("made in standard layout"),
            );
            h = hidden.activation.view();
        }
        net.layer(net.slots.len() - 1)
            .preactivation_into(h, u, &mut self.output);
    }

    /// Takes the loss differentiated by the output from `self.output`.
    fn backward(&mut self, net: &VelocityNet, x: ArrayView2<f32>) {
        let mut delta = self.output.view();
        let mut rest = &mut self.hidden[..];
        for layer in (0..net.slots.len()).rev() {
            let slot = &net.slots[layer];
            let weights = matrix(&net.parameters[slot.weights()], slot.outputs);
            let u = self.condition.view();
            let Some((below, lower)) = rest.split_last_mut() else {
                write_gradient(slot, &mut self.gradient, delta, x, u);
                break;
            };
            write_gradient(slot, &mut self.gradient, delta, below.activation.view(), u);
            product::write(delta, weights, below.delta.view_mut());
            below.delta *= &below.slope;
            delta = below.delta.view();
            rest = lower;
        }
    }
}

/// Writes one layer's gradients from the loss differentiated by its z: δᵀ·h, δᵀ·u and Σ δ.
fn write_gradient(
    slot: &LayerSlot,
    gradient: &mut [f32],
    delta: ArrayView2<f32>,
    h: ArrayView2<f32>,
    u: ArrayView2<f32>,
) {
    let mut write = |range: std::ops::Range<usize>, right: ArrayView2<f32>| {
        let shape = (slot.outputs, right.ncols());
        let out = ArrayViewMut2::from_shape(shape, &mut gradient[range])
            .expect("a slot holds rows × columns values");
        product::write(delta.t(), right, out);
    };
    write(slot.weights(), h);
    if slot.condition > 0 {
        write(slot.condition_weights(), u);
    }
    let bias = &mut gradient[slot.bias()];
    bias.fill(0.0);
    for row in delta.axis_iter(Axis(0)) {
        for (b, d) in bias.iter_mut().zip(row) {
            *b += d;
        }
    }
}
