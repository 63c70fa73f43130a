//! The float sampler: the reference that quantised samplers are judged against.

use ndarray::Array2;

use crate::base::GaussianBase;
use crate::network::VelocityNet;

/// Integrates dx/dt = base + network from t = 0 to 1 in `steps` equal Euler steps.
///
/// `noise` is `n × D`, standard normal; `class` has one class for each row, or is `None` for an
/// unconditional network. Returns `n × D` standardised samples.
///
/// # Panics
///
/// If shapes do not fit, `steps` is 0, or the network has classes and `class` is `None`.
pub fn euler(
    net: &VelocityNet,
    base: &GaussianBase,
    noise: Array2<f32>,
    class: Option<&[u16]>,
    steps: usize,
) -> Array2<f32> {
    assert!(steps > 0, "a sampler takes at least one step");
    let mut x = noise;
    for step in 0..steps {
        let t = vec![step as f32 / steps as f32; x.nrows()];
        let mut v = net.forward(x.view(), &t, class);
        base.add_velocity(1.0, x.view(), &t, class, &mut v);
        x.scaled_add(1.0 / steps as f32, &v);
    }
    x
}
