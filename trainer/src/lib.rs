//! Trains quantised flow-matching models for the flowlet runtime.

#[doc = include_str!("../docs/guide.md")]
pub mod guide {
    #[doc = include_str!("../docs/errors.md")]
    pub mod errors {}
    #[doc = include_str!("../docs/format.md")]
    pub mod format {}
}

#[doc(inline)]
pub use flowlet_trainer_core::{
    base, coupling, data, datasets, encode, evaluate, files, fit, float_sampler, generate, import,
    metrics, network, optim, path, quantile, quantise, refine, time, train, units,
};

pub mod boards;
pub mod cli;
pub mod draw;
pub mod emulate;
pub mod report;
