//! The network with folded conditions: whatever depends only on t or on the class is a bias.

use ndarray::{Array2, Axis};

use super::QuantiseError;
use crate::network::VelocityNet;

/// A layer with condition biases.
pub(crate) struct FoldedLayer {
    /// Weights, rows × columns.
    pub weights: Array2<f32>,
    /// Biases at each time t = k/K, k = 0..=K. Only one row if the layer is not conditioned.
    pub biases: Vec<Vec<f32>>,
    /// Biases of each class, which are added. Their mean over the classes is 0.
    pub class_biases: Vec<Vec<f32>>,
}

/// All layers, the output layer last.
pub(crate) struct Folded {
    pub layers: Vec<FoldedLayer>,
    /// Weights of the query in the first layer, rows × inputs.
    pub query: Array2<f32>,
}

impl Folded {
    /// Folds the conditions of `net` at the ends of `intervals` intervals of time.
    pub fn new(net: &VelocityNet, intervals: usize) -> Self {
        let classes = net.shape().classes as u16;
        let fold = |(index, layer): (usize, crate::network::NetLayer<'_>)| {
            let bias = |t: f32, class: Option<u16>| net.condition_bias(index, t, class);
            let (biases, class_biases) = if layer.condition.is_none() {
                (vec![layer.bias.to_vec()], Vec::new())
            } else if classes == 0 {
                (
                    times(intervals).map(|t| bias(t, None)).collect(),
                    Vec::new(),
                )
            } else {
                split_classes(intervals, classes, bias)
            };
            FoldedLayer {
                weights: layer.weights.to_owned(),
                biases,
                class_biases,
            }
        };
        Self {
            layers: net.layers().into_iter().enumerate().map(fold).collect(),
            query: net.query_weights(),
        }
    }

    /// Reorders the units of hidden layer `index`: its rows, and the columns of the next layer.
    pub fn permute(&mut self, index: usize, order: &[usize]) {
        let layer = &mut self.layers[index];
        layer.weights = layer.weights.select(Axis(0), order);
        for biases in layer.biases.iter_mut().chain(&mut layer.class_biases) {
            *biases = order.iter().map(|&row| biases[row]).collect();
        }
        if index == 0 {
            self.query = self.query.select(Axis(0), order);
        }
        let next = &mut self.layers[index + 1];
        next.weights = next.weights.select(Axis(1), order);
    }

    /// Checks that all numbers are finite.
    pub fn check_finite(&self) -> Result<(), QuantiseError> {
        for (layer, folded) in self.layers.iter().enumerate() {
            let biases = folded.biases.iter().chain(&folded.class_biases).flatten();
            let query = self.query.iter().filter(|_| layer == 0);
            let weights = folded.weights.iter().chain(query);
            if !weights.chain(biases).all(|value| value.is_finite()) {
                return Err(QuantiseError::NotFinite { layer });
            }
        }
        Ok(())
    }
}

impl FoldedLayer {
    /// Returns whether the biases depend on time.
    pub fn conditioned(&self) -> bool {
        self.biases.len() > 1
    }

    /// Returns the largest magnitude of a bias.
    pub fn largest_bias(&self) -> f32 {
        let all = self.biases.iter().chain(&self.class_biases).flatten();
        all.fold(0.0, |largest, bias| largest.max(bias.abs()))
    }
}

fn times(intervals: usize) -> impl Iterator<Item = f32> {
    (0..=intervals).map(move |k| k as f32 / intervals as f32)
}

/// Divides biases into the mean over the classes at every time, and the difference of each class
/// from it. Time and class are additive, so the difference does not depend on time.
fn split_classes(
    intervals: usize,
    classes: u16,
    bias: impl Fn(f32, Option<u16>) -> Vec<f32>,
) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
    let at = |t| {
        (0..classes)
            .map(|class| bias(t, Some(class)))
            .collect::<Vec<_>>()
    };
    let mean = |all: Vec<Vec<f32>>| -> Vec<f32> {
        let rows = all[0].len();
        (0..rows)
            .map(|row| all.iter().map(|b| b[row]).sum::<f32>() / f32::from(classes))
            .collect()
    };
    let start = at(0.0);
    let centre = mean(start.clone());
    let distance = |b: Vec<f32>| b.iter().zip(&centre).map(|(b, c)| b - c).collect();
    let class_biases = start.into_iter().map(distance).collect();
    (
        times(intervals).map(|t| mean(at(t))).collect(),
        class_biases,
    )
}
