//! The models in flash, and their sizes as constants.

use flowlet::Size;

/// 8×8 handwritten digits, ten classes.
pub(crate) static DIGITS: &[u8] = flowlet::include_model!(concat!(env!("OUT_DIR"), "/digits.flow"));
pub(crate) const DIGITS_SIZE: Size = Size::of(DIGITS).expect("digits.flow is a model");

/// Two moons, two coordinates.
pub(crate) static MOONS: &[u8] = flowlet::include_model!(concat!(env!("OUT_DIR"), "/moons.flow"));
pub(crate) const MOONS_SIZE: Size = Size::of(MOONS).expect("moons.flow is a model");

/// Random weights in odd shapes, to try the kernel.
pub(crate) static ODD: &[u8] = flowlet::include_model!(concat!(env!("OUT_DIR"), "/odd.flow"));
pub(crate) const ODD_SIZE: Size = Size::of(ODD).expect("odd.flow is a model");
