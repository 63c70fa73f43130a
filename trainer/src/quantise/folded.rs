//! The network as the device sees it: whatever depends on t or the class alone is a bias.

use ndarray::{Array2, Axis};

use super::QuantiseError;
use crate::network::VelocityNet;

/// A layer whose condition is folded into biases.
pub(crate) struct FoldedLayer {
    /// rows × columns.
    pub weights: Array2<f32>,
    /// One row a time, t = k/K for k = 0..=K; a single row where the layer is not conditioned.
    pub biases: Vec<Vec<f32>>,
    /// One row a class, added to it; of mean 0 over the classes.
    pub class_biases: Vec<Vec<f32>>,
}

/// All layers, hidden ones first.
pub(crate) struct Folded {
    pub layers: Vec<FoldedLayer>,
}

impl Folded {
    /// Folds `net` on `intervals` of time.
    pub fn new(net: &VelocityNet, intervals: usize) -> Self {
        let classes = net.shape().classes as u16;
        let fold = |(index, layer): (usize, crate::network::Layer<'_>)| {
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
        }
    }

    /// Puts the units of hidden layer `index` into `order`: its rows, and the next one's columns.
    pub fn permute(&mut self, index: usize, order: &[usize]) {
        let layer = &mut self.layers[index];
        layer.weights = layer.weights.select(Axis(0), order);
        for biases in layer.biases.iter_mut().chain(&mut layer.class_biases) {
            *biases = order.iter().map(|&row| biases[row]).collect();
        }
        let next = &mut self.layers[index + 1];
        next.weights = next.weights.select(Axis(1), order);
    }

    /// Every number is finite.
    pub fn check_finite(&self) -> Result<(), QuantiseError> {
        for (layer, folded) in self.layers.iter().enumerate() {
            let biases = folded.biases.iter().chain(&folded.class_biases).flatten();
            if !folded
                .weights
                .iter()
                .chain(biases)
                .all(|value| value.is_finite())
            {
                return Err(QuantiseError::NotFinite { layer });
            }
        }
        Ok(())
    }
}

impl FoldedLayer {
    pub fn conditioned(&self) -> bool {
        self.biases.len() > 1
    }

    /// The largest magnitude among all biases.
    pub fn largest_bias(&self) -> f32 {
        let all = self.biases.iter().chain(&self.class_biases).flatten();
        all.fold(0.0, |largest, bias| largest.max(bias.abs()))
    }
}

fn times(intervals: usize) -> impl Iterator<Item = f32> {
    (0..=intervals).map(move |k| k as f32 / intervals as f32)
}

/// Time and class enter additively, so one table of each will do: the mean over the classes at
/// every time, and each class's distance from it.
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
