//! Ranges of the pre-activations, seen on trajectories from noise to data: they drift over the
//! steps, so data alone would miss them.

use super::Calibration;
use crate::drift::GaussianDrift;
use crate::float_sampler::Field;
use crate::network::VelocityNet;

/// Largest |z| of each hidden layer over the calibration's trajectories.
pub(super) fn ranges(
    net: &VelocityNet,
    drift: &GaussianDrift,
    calibration: &Calibration,
) -> Vec<f32> {
    let class = calibration.class.as_deref();
    let field = Field { net, drift, class };
    let mut ranges = vec![0f32; net.shape().hidden.len()];
    field.sample(
        calibration.noise.clone(),
        &calibration.integration,
        |x, t| {
            let t = vec![t; x.nrows()];
            let seen = net.hidden_preactivations(x.view(), &t, class);
            for (range, z) in ranges.iter_mut().zip(seen) {
                *range = z.iter().fold(*range, |largest, z| largest.max(z.abs()));
            }
        },
    );
    ranges
}
