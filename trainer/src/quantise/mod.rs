//! Float to integer: int8 weights with one scale a row, int16 activations with a power-of-two
//! scale a layer, and every bound that the runtime's `parse` asks for kept by construction.
//!
//! Post-training, symmetric, per-channel (Nagel et al., *A White Paper on Neural Network
//! Quantization*, arXiv 2106.08295, sections 2 and 3); ranges from calibration trajectories.

mod calibrate;
mod curve;
mod folded;
mod formats;
mod layer;

use flowlet::format::Hidden;
use ndarray::Array2;

use crate::drift::GaussianDrift;
use crate::float_sampler::Integration;
use crate::network::VelocityNet;
use crate::time::KNOTS_LOG2;
pub use curve::Curve;
use flowlet::encode::{QuantisedDrift, QuantisedNet};
pub(crate) use folded::{Folded, FoldedLayer};
use layer::Integers;
pub(crate) use layer::round_row;

/// What the network sees while it samples: the noise that trajectories start from, `rows × D`
/// standard normal, a class for each row where it has classes, and the steps.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Standard normal, rows × D.
    pub noise: Array2<f32>,
    /// One a row, for conditional networks.
    pub class: Option<Vec<u16>>,
    /// The steps and their solver.
    pub integration: Integration,
}

/// Why a network cannot be brought to integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantiseError {
    /// A row's sum can overflow whatever the formats.
    #[error(
        "layer {layer}: its weights or biases are too large for 16-bit activations; \
         train with a lower --learning-rate, fewer --iterations or a larger --batch"
    )]
    TooLarge {
        /// The layer, from 0; the output comes last.
        layer: usize,
    },
    /// A weight or bias is not a number.
    #[error("layer {layer}: a weight is not finite; the training diverged")]
    NotFinite {
        /// The layer, from 0; the output comes last.
        layer: usize,
    },
}

/// Quantises a trained network.
///
/// # Errors
/// [`QuantiseError`], where weights are beyond any format.
pub fn quantise(
    net: &VelocityNet,
    drift: &GaussianDrift,
    calibration: &Calibration,
) -> Result<QuantisedNet, QuantiseError> {
    let folded = Folded::new(net, 1 << KNOTS_LOG2);
    let ranges = calibrate::ranges(net, drift, calibration);
    quantise_folded(folded, KNOTS_LOG2, &ranges, Curve::Silu)
}

/// Quantises layers whose conditions are folded into biases at 2^`time_log2` + 1 times, hidden layers of
/// pre-activations up to `ranges`.
///
/// # Errors
/// [`QuantiseError`], where weights are beyond any format.
pub(crate) fn quantise_folded(
    mut folded: Folded,
    time_log2: u8,
    ranges: &[f32],
    curve: Curve,
) -> Result<QuantisedNet, QuantiseError> {
    folded.check_finite()?;
    order_rows(&mut folded);
    let integers: Vec<Integers> = folded.layers.iter().map(Integers::of).collect();
    let input = formats::input(&integers[0]);
    let mut quantised = QuantisedNet {
        input_frac: input.frac,
        time_log2,
        output_segment: input.segment,
        hidden: Vec::new(),
        layers: Vec::new(),
        table: None,
    };
    let mut from = input;
    for (index, float) in folded.layers.iter().enumerate() {
        let quantise = |pre_frac| {
            let layer = layer::quantise(float, &integers[index], from.frac, from.bound, pre_frac)?;
            Some((pre_frac, layer))
        };
        let fitted = match ranges.get(index) {
            Some(&range) => formats::pre_fracs(range, &curve).find_map(quantise),
            None => quantise(formats::OUTPUT_PRE_FRAC),
        };
        let (pre_frac, layer) = fitted.ok_or(QuantiseError::TooLarge { layer: index })?;
        quantised.layers.push(layer);
        let Some(next) = integers.get(index + 1) else {
            break;
        };
        let activation = formats::activation(pre_frac, next, &curve);
        quantised.hidden.push(Hidden {
            width: float.weights.nrows() as u16,
            segment: from.segment,
            pre_frac,
            act_frac: activation.frac,
            conditioned: float.conditioned(),
            table: curve != Curve::Silu,
        });
        quantised.output_segment = activation.segment;
        from = activation;
    }
    quantised.table = curve.into_nodes();
    Ok(quantised)
}

/// Puts each hidden layer's units in an order in which the first row of each two has the smaller
/// Σ|w|: it shares its weights' bytes with the second, and pays for that with its headroom.
fn order_rows(folded: &mut Folded) {
    for index in 0..folded.layers.len() - 1 {
        let norms: Vec<u32> = Integers::of(&folded.layers[index]).norms().collect();
        let mut by_norm: Vec<usize> = (0..norms.len()).collect();
        by_norm.sort_by_key(|&row| norms[row]);
        let (small, large) = by_norm.split_at(norms.len().div_ceil(2));
        let mut order = Vec::with_capacity(norms.len());
        for (place, &row) in small.iter().enumerate() {
            order.push(row);
            order.extend(large.get(place));
        }
        folded.permute(index, &order);
    }
}

/// The drift in the file's formats; it was rounded to them when it was fitted.
pub fn quantise_drift(drift: &GaussianDrift) -> QuantisedDrift {
    QuantisedDrift {
        components: drift.mean().nrows() as u16,
        variances: drift.variances().to_vec(),
        means: drift
            .mean()
            .iter()
            .map(|&mean| (mean * 2048.0).round() as i16)
            .collect(),
        levels: drift.level().iter().copied().collect(),
    }
}

#[cfg(test)]
mod tests;
