//! Float to integer: int8 weights with one scale a row, int16 activations with a power-of-two
//! scale a layer, and every bound that the runtime's `parse` asks for kept by construction.
//!
//! Post-training, symmetric, per-channel (Nagel et al., *A White Paper on Neural Network
//! Quantization*, arXiv 2106.08295, sections 2 and 3); ranges from calibration trajectories.

mod calibrate;
mod folded;
mod formats;
mod layer;

use flowlet::format::Hidden;
use ndarray::Array2;

use crate::base::GaussianBase;
use crate::encode::{QuantisedBase, QuantisedNet};
use crate::network::VelocityNet;
use folded::Folded;

/// log2 of the intervals at which conditioned biases are tabulated over t.
const TIME_LOG2: u8 = 5;

/// What the network sees while it samples: the noise that trajectories start from, `rows × D`
/// standard normal, a class for each row where it has classes, and the number of Euler steps.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Standard normal, rows × D.
    pub noise: Array2<f32>,
    /// One a row, for conditional networks.
    pub class: Option<Vec<u16>>,
    /// Euler steps.
    pub steps: usize,
}

/// Why a network cannot be brought to integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantiseError {
    /// A row's sum can overflow whatever the formats.
    #[error(
        "layer {layer}: its weights or biases are too large for 16-bit activations; \
         train with more weight decay, fewer inputs or a smaller learning rate"
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
    base: &GaussianBase,
    calibration: &Calibration,
) -> Result<QuantisedNet, QuantiseError> {
    let folded = Folded::new(net, 1 << TIME_LOG2);
    folded.check_finite()?;
    let ranges = calibrate::ranges(net, base, calibration);
    let norms: Vec<u32> = folded.layers.iter().map(layer::largest_norm).collect();
    let mut layers = Vec::new();
    let mut hidden = Vec::new();
    let input = formats::input(norms[0]);
    let mut output_scale_frac = 0;
    let (mut in_frac, mut in_bound) = (input.frac, input.bound);
    for (index, float) in folded.layers.iter().enumerate() {
        let too_large = QuantiseError::TooLarge { layer: index };
        let last = index == ranges.len();
        let pre_frac = if last {
            formats::OUTPUT_PRE_FRAC
        } else {
            formats::pre_frac(ranges[index].max(float.largest_bias())).ok_or(too_large)?
        };
        if last && formats::overflows_output(float.largest_bias()) {
            return Err(too_large);
        }
        let (quantised, scale_frac) =
            layer::quantise(float, in_frac, in_bound, pre_frac).ok_or(too_large)?;
        layers.push(quantised);
        if last {
            output_scale_frac = scale_frac;
        } else {
            let activation = formats::activation(pre_frac, norms[index + 1]);
            hidden.push(Hidden {
                width: float.weights.nrows() as u16,
                pre_frac,
                act_frac: activation.frac,
                scale_frac,
                conditioned: float.conditioned(),
            });
            (in_frac, in_bound) = (activation.frac, activation.bound);
        }
    }
    Ok(QuantisedNet {
        input_frac: input.frac,
        output_scale_frac,
        time_log2: TIME_LOG2,
        hidden,
        layers,
    })
}

/// The base in the file's formats; it was rounded to them when it was fitted.
pub fn quantise_base(base: &GaussianBase) -> QuantisedBase {
    QuantisedBase {
        components: base.mean().nrows() as u16,
        variances: base.variances().to_vec(),
        means: base
            .mean()
            .iter()
            .map(|&mean| (mean * 2048.0).round() as i16)
            .collect(),
        levels: base.level().iter().copied().collect(),
    }
}

#[cfg(test)]
mod tests;
