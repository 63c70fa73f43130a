//! Calibration: ranges of the pre-activations on trajectories from noise to data. Data alone would
//! not show the ranges of earlier steps.

use ndarray::Array2;

use crate::drift::GaussianDrift;
use crate::float_sampler::{Integration, VelocityField};
use crate::known::Known;
use crate::network::VelocityNet;

/// Trajectories on which ranges are measured.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Standard normal noise, rows × D, with known coordinates in their places.
    pub noise: Array2<f32>,
    /// One class per row, for conditional networks.
    pub class: Option<Vec<u16>>,
    /// What is known of the rows.
    pub known: Known,
    /// Time grid and solver.
    pub integration: Integration,
}

/// Returns the largest |z| of each hidden layer over the trajectories.
pub(super) fn ranges(
    net: &VelocityNet,
    drift: &GaussianDrift,
    calibration: &Calibration,
) -> Vec<f32> {
    let class = calibration.class.as_deref();
    let field = VelocityField {
        net,
        drift,
        class,
        known: &calibration.known,
    };
    let mut ranges = vec![0f32; net.shape().hidden.len()];
    field.sample(
        calibration.noise.clone(),
        &calibration.integration,
        |x, t| {
            let t = vec![t; x.nrows()];
            let seen = net.hidden_preactivations(&field.inputs(x, &t));
            for (range, z) in ranges.iter_mut().zip(seen) {
                *range = z.iter().fold(*range, |largest, z| largest.max(z.abs()));
            }
        },
    );
    ranges
}
