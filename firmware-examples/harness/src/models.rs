//! Models in flash, and their sizes as constants.

use flowlet::ModelSize;

/// 8×8 handwritten digits, ten classes.
pub static DIGITS: &[u8] = flowlet::include_model!(concat!(env!("OUT_DIR"), "/digits.flow"));
pub const DIGITS_SIZE: ModelSize = ModelSize::of(DIGITS).expect("digits.flow is a model");

/// The digits with random masks, and a random gain for the lower half.
pub static FILL: &[u8] = flowlet::include_model!(concat!(env!("OUT_DIR"), "/fill.flow"));

/// Two moons, two coordinates.
pub static MOONS: &[u8] = flowlet::include_model!(concat!(env!("OUT_DIR"), "/moons.flow"));
pub const MOONS_SIZE: ModelSize = ModelSize::of(MOONS).expect("moons.flow is a model");

/// Random weights in odd shapes, which try the kernels.
pub static ODD: &[u8] = flowlet::include_model!(concat!(env!("OUT_DIR"), "/odd.flow"));
pub const ODD_SIZE: ModelSize = ModelSize::of(ODD).expect("odd.flow is a model");
