//! The network on the device: t and class become condition biases of the first layer.
//!
//! The first layer adds a part in t and a part in the class, whatever features t has. So both fold
//! into biases, which are exact at the times of a table. t itself is linear between them. The
//! faster sines and cosines are, the more times they need.

use ndarray::{Array1, Array2, s};

use super::activation::DeviceActivation;
use super::network::Network;
use super::spec::Part;
use crate::quantise::{Folded, FoldedLayer};

/// log2 of the intervals of the finest table in a file.
const MAX_LOG2: u8 = 6;
/// log2 of the points at which tables are compared with the network.
const POINTS_LOG2: u8 = 10;
/// Largest error of a table's biases, in pre-activations of the device. Otherwise a finer table is
/// tried.
const TOLERANCE: f64 = 1.0 / 1024.0;
/// Error of biases above which there is a warning. The error of int8 weights is about as large.
pub(super) const WARN_ABOVE: f64 = 1.0 / 128.0;

/// A table of biases over time.
pub(super) struct BiasTable {
    /// log2 of the intervals between times.
    pub log2: u8,
    /// Largest error of a bias over all times, in pre-activations of the device.
    pub error: f64,
}

/// Returns the shortest table within [`TOLERANCE`] at all times, otherwise the finest.
pub(super) fn table(network: &Network, device: &DeviceActivation) -> BiasTable {
    let points = 1usize << POINTS_LOG2;
    let exact: Vec<Array1<f64>> = (0..=points)
        .map(|k| bias(network, k as f64 / points as f64) / device.range)
        .collect();
    let of = |log2: u8| {
        let every = points >> log2;
        let error = |k: usize| {
            let (before, part) = (k / every * every, (k % every) as f64 / every as f64);
            let after = (before + every).min(points);
            let between = &exact[before] * (1.0 - part) + &exact[after] * part;
            largest(&(between - &exact[k]))
        };
        let error = (0..points).map(error).fold(0.0, f64::max);
        BiasTable { log2, error }
    };
    let mut tables = (1..=MAX_LOG2).map(of);
    let last = of(MAX_LOG2);
    tables
        .find(|table| table.error <= TOLERANCE)
        .unwrap_or(last)
}

/// Returns the largest error of that table's biases at `times`.
pub(super) fn error_at(
    network: &Network,
    device: &DeviceActivation,
    log2: u8,
    times: &[f64],
) -> f64 {
    let intervals = f64::from(1u32 << log2);
    let error = |&t: &f64| {
        let before = (t * intervals).floor().min(intervals - 1.0);
        let part = t * intervals - before;
        let [low, high] = [before, before + 1.0].map(|k| bias(network, k / intervals));
        let between = low * (1.0 - part) + high * part;
        largest(&(between - bias(network, t))) / device.range
    };
    times.iter().map(error).fold(0.0, f64::max)
}

/// Returns what the first layer adds at the device's time `t`, without the class.
fn bias(network: &Network, t: f64) -> Array1<f64> {
    let first = &network.layers[0];
    let features = Array1::from(network.spec.time.features(network.own_time(t)));
    let weights = first.weights.slice(s![.., network.columns(Part::T)]);
    &first.bias + &weights.dot(&features)
}

fn largest(values: &Array1<f64>) -> f64 {
    values
        .iter()
        .fold(0.0, |largest, value| largest.max(value.abs()))
}

/// Returns a bound on the biases of hidden layers.
pub(super) fn largest_bias(network: &Network) -> f64 {
    let times = (0..=1 << MAX_LOG2).map(|k| f64::from(k) / f64::from(1 << MAX_LOG2));
    let over_time = times
        .map(|t| largest(&bias(network, t)))
        .fold(0.0, f64::max);
    let classes = network.columns(Part::Class);
    let classes = network.layers[0].weights.slice(s![.., classes]);
    let class = classes.iter().fold(0f64, |largest, w| largest.max(w.abs()));
    let hidden = &network.layers[1..network.layers.len() - 1];
    let others = hidden.iter().map(|layer| largest(&layer.bias));
    // The mean over the classes is moved from their biases to those over time.
    others.fold(over_time + 2.0 * class, f64::max)
}

/// Folds all layers, with biases of the first at 2^`log2` + 1 times.
pub(super) fn fold(network: &Network, device: &DeviceActivation, log2: u8) -> Folded {
    let last = network.layers.len() - 1;
    let layer = |index: usize| {
        let from = if index == 0 { 1.0 } else { device.gain };
        let to = if index == last {
            network.sign()
        } else {
            1.0 / device.range
        };
        let layer = &network.layers[index];
        FoldedLayer {
            weights: layer.weights.mapv(|w| (w * from * to) as f32),
            biases: vec![floats(&(&layer.bias * to))],
            class_biases: Vec::new(),
        }
    };
    let mut layers: Vec<FoldedLayer> = (0..=last).map(layer).collect();
    first(network, device, log2, &mut layers[0]);
    let query = Array2::zeros((layers[0].weights.nrows(), 0));
    Folded { layers, query }
}

/// Keeps the columns of x in the first layer, and folds the others into its biases.
fn first(network: &Network, device: &DeviceActivation, log2: u8, layer: &mut FoldedLayer) {
    let columns = |part| s![.., network.columns(part)];
    let weights: Array2<f32> = layer.weights.slice(columns(Part::X)).to_owned();
    let classes = network.layers[0].weights.slice(columns(Part::Class));
    let classes = &classes / device.range;
    // The mean over the classes is added at all times.
    let shared = match classes.mean_axis(ndarray::Axis(1)) {
        Some(mean) if classes.ncols() > 0 => mean,
        _ => Array1::zeros(classes.nrows()),
    };
    let intervals = f64::from(1u32 << log2);
    let times = (0..=1u32 << log2).map(|k| f64::from(k) / intervals);
    let at = |t| floats(&(bias(network, t) / device.range + &shared));
    *layer = FoldedLayer {
        weights,
        biases: times.map(at).collect(),
        class_biases: classes
            .columns()
            .into_iter()
            .map(|class| floats(&(&class - &shared)))
            .collect(),
    };
}

fn floats(values: &Array1<f64>) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}
