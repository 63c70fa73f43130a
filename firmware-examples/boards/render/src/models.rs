//! Models in flash, which the compiler has checked.

flowlet::model!(
    /// 8×8 handwritten digits, ten classes.
    pub mod digits = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/digits.flow")
);

flowlet::model!(
    /// Heartbeats: 64 values at 90 Hz, millivolts.
    pub mod heartbeat = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/heartbeat.flow")
);

flowlet::model!(
    /// Movements: 2.56 s of a watch's accelerometer, 16 values in g per axis, seven classes.
    pub mod motion = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/motion.flow")
);
