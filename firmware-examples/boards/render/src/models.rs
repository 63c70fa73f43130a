//! Models in flash, and their sizes as constants.

use flowlet::{ModelSize, include_model};

/// 8×8 handwritten digits, ten classes.
pub static DIGITS: &[u8] = include_model!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/digits.flow"
));
pub const DIGITS_SIZE: ModelSize = ModelSize::of(DIGITS).expect("digits.flow is a model");

/// Heartbeats: 64 values at 90 Hz, millivolts.
pub static HEARTBEAT: &[u8] = include_model!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/heartbeat.flow"
));
pub const HEARTBEAT_SIZE: ModelSize = ModelSize::of(HEARTBEAT).expect("heartbeat.flow is a model");

/// Movements: 2.56 s of a watch's accelerometer, 16 values in g per axis, seven classes.
pub static MOTION: &[u8] = include_model!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/motion.flow"
));
pub const MOTION_SIZE: ModelSize = ModelSize::of(MOTION).expect("motion.flow is a model");
