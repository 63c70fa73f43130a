//! Quantisation: int8 weights with a scale per row, and int16 activations with a power-of-two scale
//! per layer. All bounds that the runtime's `parse` checks hold by construction.
//!
//! It is symmetric and per channel (Nagel et al., *A White Paper on Neural Network Quantization*,
//! arXiv 2106.08295, sections 2 and 3). Ranges come from calibration trajectories.

mod calibrate;
mod curve;
mod folded;
mod formats;
mod layer;
mod limits;

use flowlet::format::Hidden;

use crate::data::latent::{Basis, Latent};
use crate::drift::GaussianDrift;
use crate::network::VelocityNet;
use crate::time::KNOTS_LOG2;
pub use calibrate::Calibration;
pub use curve::Curve;
use flowlet::encode::{QuantisedDrift, QuantisedLatent, QuantisedLayer, QuantisedNet};
pub(crate) use folded::{Folded, FoldedLayer};
use layer::IntegerWeights;
pub(crate) use layer::round_row;
pub(crate) use limits::{is_within_limits, keep_within_limits};
use ndarray::Array2;

/// Why a network cannot be quantised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantiseError {
    /// A row's sum may overflow in every format.
    #[error(
        "layer {layer}: the weights or biases are too large for 16-bit activations; train with \
         weight decay or a lower learning rate"
    )]
    TooLarge {
        /// Layer, counted from 0. The output layer is the last.
        layer: usize,
    },
    /// A weight or bias is not finite.
    #[error("layer {layer}: a weight is not finite; train with a lower learning rate")]
    NotFinite {
        /// Layer, counted from 0. The output layer is the last.
        layer: usize,
    },
}

/// Layers without biases, in integers: the weights of a query, or the gains of the steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputLayers {
    /// Weights and scales.
    pub layers: Vec<QuantisedLayer>,
    /// Fractional bits of their inputs.
    pub frac: u8,
    /// Segment of columns.
    pub segment: u16,
}

/// Quantises a trained network, whose weights and biases training has kept within the formats.
/// Returns the weights of its query too, if it has one.
///
/// # Errors
/// [`QuantiseError`] if a weight is not finite, or a bias exceeds all formats.
pub fn quantise(
    net: &VelocityNet,
    drift: &GaussianDrift,
    calibration: &Calibration,
) -> Result<(QuantisedNet, Option<InputLayers>), QuantiseError> {
    let mut folded = Folded::new(net, 1 << KNOTS_LOG2);
    limits::fit_rows(&mut folded);
    let ranges = calibrate::ranges(net, drift, calibration);
    quantise_folded(folded, KNOTS_LOG2, &ranges, Curve::Silu)
}

/// Quantises layers with condition biases at 2^`time_log2` + 1 times. `ranges` has the largest
/// pre-activation of each hidden layer.
///
/// # Errors
/// [`QuantiseError`] if weights exceed all formats.
pub(crate) fn quantise_folded(
    mut folded: Folded,
    time_log2: u8,
    ranges: &[f32],
    curve: Curve,
) -> Result<(QuantisedNet, Option<InputLayers>), QuantiseError> {
    folded.check_finite()?;
    order_rows(&mut folded);
    let integers: Vec<IntegerWeights> = folded.layers.iter().map(IntegerWeights::of).collect();
    let input = formats::input(std::slice::from_ref(&integers[0]));
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
    let pre_frac = quantised.hidden[0].pre_frac;
    let query = match folded.query.ncols() {
        0 => None,
        _ => Some(without_biases(&[folded.query], pre_frac)?),
    };
    Ok((quantised, query))
}

/// Quantises matrices without biases, whose inputs are within ±16 and have one format.
///
/// # Errors
/// [`QuantiseError`] if a matrix exceeds all formats.
fn without_biases(matrices: &[Array2<f32>], pre_frac: u8) -> Result<InputLayers, QuantiseError> {
    let layer = |weights: &Array2<f32>| FoldedLayer {
        biases: vec![vec![0.0; weights.nrows()]],
        weights: weights.clone(),
        class_biases: Vec::new(),
    };
    let layers: Vec<FoldedLayer> = matrices.iter().map(layer).collect();
    let integers: Vec<IntegerWeights> = layers.iter().map(IntegerWeights::of).collect();
    let formats::Format {
        frac,
        bound,
        segment,
    } = formats::input(&integers);
    let quantise = |(layer, integers): (&FoldedLayer, &IntegerWeights)| {
        let mut layer = layer::quantise(layer, integers, frac, bound, pre_frac)
            .ok_or(QuantiseError::TooLarge { layer: 0 })?;
        layer.biases.clear();
        Ok(layer)
    };
    Ok(InputLayers {
        layers: layers
            .iter()
            .zip(&integers)
            .map(quantise)
            .collect::<Result<_, _>>()?,
        frac,
        segment,
    })
}

/// Quantises gain matrices, whose results are velocities.
///
/// # Errors
/// [`QuantiseError`] if a matrix exceeds all formats.
pub(crate) fn quantise_gains(gains: &[Array2<f32>]) -> Result<InputLayers, QuantiseError> {
    without_biases(gains, formats::OUTPUT_PRE_FRAC)
}

/// Orders each hidden layer's units so that the first row of each pair has the smaller Σ|w|. It
/// shares the bytes of its weights with the second row, which takes some of its headroom.
fn order_rows(folded: &mut Folded) {
    for index in 0..folded.layers.len() - 1 {
        let norms: Vec<u32> = IntegerWeights::of(&folded.layers[index]).norms().collect();
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

/// Quantises the layers that make columns of the components of a latent.
///
/// # Errors
/// [`QuantiseError`] if a value is not finite.
pub(crate) fn quantise_latent(latent: &Latent) -> Result<QuantisedLatent, QuantiseError> {
    let of_basis = |basis: &Basis| FoldedLayer {
        weights: basis.vectors.clone(),
        biases: vec![basis.mean.to_vec()],
        class_biases: Vec::new(),
    };
    let layers: Vec<FoldedLayer> = latent.bases.iter().map(of_basis).collect();
    let integers: Vec<IntegerWeights> = layers.iter().map(IntegerWeights::of).collect();
    let formats::Format {
        frac,
        bound,
        segment,
    } = formats::input(&integers);
    let quantised = layers.iter().zip(&integers).map(|(layer, integers)| {
        layer::quantise(layer, integers, frac, bound, formats::OUTPUT_PRE_FRAC)
    });
    let quantised: Option<Vec<_>> = quantised.collect();
    Ok(QuantisedLatent {
        latent: flowlet::format::Latent {
            first: latent.columns.start as u16,
            columns: latent.columns.len() as u16,
            rank: latent.rank() as u16,
            segment,
            layers: layers.len() as u16,
            frac,
        },
        layers: quantised.ok_or(QuantiseError::TooLarge { layer: 0 })?,
    })
}

/// Returns the drift in the file's formats, to which it was rounded when it was fitted.
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
