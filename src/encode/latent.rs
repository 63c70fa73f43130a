//! The linear latent of a model, as a trainer writes it and reads it back.

use alloc::vec::Vec;

use super::QuantisedLayer;
#[cfg(feature = "latent")]
use crate::Model;
use crate::format::Latent;

/// The linear latent in integers: its place and formats, and its layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedLatent {
    /// Place and formats.
    pub latent: Latent,
    /// [`Latent::layers`] layers, columns × rank, with one bias per row.
    pub layers: Vec<QuantisedLayer>,
}

/// Returns the linear latent of a model, as it was encoded.
#[cfg(feature = "latent")]
pub fn latent(model: &Model<'_>) -> Option<QuantisedLatent> {
    let latent = model.latent()?;
    let layer = |class: u16| {
        let mut layers = model.layers();
        let dense = &layers.latent_of(class)?.dense;
        let cells = (0..dense.rows).flat_map(|row| (0..dense.columns).map(move |at| (row, at)));
        let biases = dense.biases.unwrap_or_default().as_chunks().0;
        Some(QuantisedLayer {
            weights: cells.map(|(row, at)| dense.weight(row, at) as i8).collect(),
            scales: (0..dense.rows).map(|row| dense.scale(row)).collect(),
            biases: biases
                .iter()
                .take(dense.rows)
                .map(|&bias| i16::from_le_bytes(bias))
                .collect(),
            class_biases: Vec::new(),
        })
    };
    let layers = (0..latent.layers).map(layer).collect::<Option<_>>()?;
    Some(QuantisedLatent { latent, layers })
}
