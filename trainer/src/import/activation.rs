//! The activations of PyTorch, as its documentation defines them, and their form on the device.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use serde::Deserialize;

use crate::quantise::Curve;

/// Constant of SELU (Klambauer and others, *Self-Normalizing Neural Networks*, arXiv 1706.02515).
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
/// Constant of SELU.
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
/// Constant of the tanh form of GELU (Hendrycks and Gimpel, arXiv 1606.08415, section 2).
const GELU_CUBIC: f64 = 0.044_715;
/// Largest factor by which pre-activations may exceed ±16.
const MAX_RANGE: u32 = 16;

/// An activation between two `Linear`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `nn.SiLU`: z·sigmoid(z).
    Silu,
    /// `nn.SELU`.
    Selu,
    /// `nn.ReLU`.
    Relu,
    /// `nn.GELU`: z·Φ(z).
    Gelu,
    /// `nn.GELU(approximate="tanh")`.
    GeluTanh,
    /// `nn.Tanh`.
    Tanh,
}

impl Activation {
    /// Returns its value at `z`.
    #[must_use]
    pub fn of(self, z: f64) -> f64 {
        match self {
            Self::Silu => z / (1.0 + (-z).exp()),
            Self::Selu if z > 0.0 => SELU_SCALE * z,
            Self::Selu => SELU_SCALE * SELU_ALPHA * z.exp_m1(),
            Self::Relu => z.max(0.0),
            Self::Gelu => 0.5 * z * libm::erfc(-z * FRAC_1_SQRT_2),
            Self::GeluTanh => {
                let inner = FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * (z + GELU_CUBIC * z.powi(3));
                0.5 * z * (1.0 + inner.tanh())
            }
            Self::Tanh => z.tanh(),
        }
    }

    /// Returns its form on the device for biases and pre-activations up to these. `None` if they
    /// are too large.
    pub(super) fn on_device(self, bias: f64, pre: f64) -> Option<DeviceActivation> {
        let largest = match self {
            Self::Tanh => bias, // constant beyond the format, so that pre-activations need not fit
            _ => bias.max(pre),
        };
        let mut factors = (0..).map(|log2| 1 << log2).take_while(|&c| c <= MAX_RANGE);
        let c = factors.find(|&c| largest < 15.0 * f64::from(c))?;
        let range = f64::from(c);
        let gain = match self {
            Self::Selu => range * SELU_SCALE,
            Self::Tanh => 1.0,
            _ => range,
        };
        let curve = match self {
            Self::Silu if c == 1 => Curve::Silu,
            _ => Curve::of(|u| self.of(u * range) / gain),
        };
        Some(DeviceActivation { curve, range, gain })
    }
}

/// An activation f as y(u) = f(`range`·u)/`gain`, so that u and y fit the device's formats. The
/// layer before is divided by `range`, and the one after is multiplied by `gain`, which is exact.
pub(super) struct DeviceActivation {
    pub curve: Curve,
    pub range: f64,
    pub gain: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of every activation, scaled or not, is accurate enough for 12 bits.
    #[test]
    fn tables_follow_their_activations() {
        for (activation, allowed) in [
            (Activation::Silu, 0.0005),
            (Activation::Selu, 0.0007),
            (Activation::Relu, 0.0003),
            (Activation::Gelu, 0.0005),
            (Activation::GeluTanh, 0.0005),
            (Activation::Tanh, 0.0005),
        ] {
            for largest in [3.0, 20.0] {
                let device = activation
                    .on_device(0.0, largest)
                    .expect("within the widest");
                let Curve::Table(nodes) = device.curve else {
                    assert_eq!((activation, largest), (Activation::Silu, 3.0));
                    continue;
                };
                for k in -15 * 64..15 * 64 {
                    let u = f64::from(k) / 64.0;
                    let place = 16.0 * (u + 16.0);
                    let [low, high] = [0, 1].map(|next| nodes[place as usize + next]);
                    let low = f64::from(low) + f64::from(high - low) * place.fract();
                    let exact = activation.of(u * device.range) / device.gain;
                    let error = (low / 2048.0 - exact).abs() / device.range;
                    assert!(
                        error < allowed,
                        "{activation:?} at {u}, range {}: {error}",
                        device.range
                    );
                }
            }
        }
        assert!(Activation::Gelu.on_device(0.0, 300.0).is_none());
        assert!(Activation::Tanh.on_device(0.0, 300.0).is_some());
    }
}
