//! Ranges of the pre-activations, seen on trajectories from noise to data: they drift over the
//! steps, so data alone would miss them.

use super::Calibration;
use crate::base::GaussianBase;
use crate::network::VelocityNet;

/// Largest |z| of each hidden layer over the calibration's trajectories.
pub(super) fn ranges(net: &VelocityNet, base: &GaussianBase, calibration: &Calibration) -> Vec<f32> {
    let class = calibration.class.as_deref();
    let mut x = calibration.noise.clone();
    let mut ranges = vec![0f32; net.shape().hidden.len()];
    for step in 0..calibration.steps {
        let t = vec![step as f32 / calibration.steps as f32; x.nrows()];
        for (range, z) in ranges.iter_mut().zip(net.hidden_preactivations(x.view(), &t, class)) {
            *range = z.iter().fold(*range, |largest, z| largest.max(z.abs()));
        }
        let mut v = net.forward(x.view(), &t, class);
        base.add_velocity(1.0, x.view(), &t, class, &mut v);
        x.scaled_add(1.0 / calibration.steps as f32, &v);
    }
    ranges
}
