//! Trains quantised flow-matching models for the flowlet runtime.

#[doc = include_str!("../docs/guide.md")]
pub mod guide {
    #[doc = include_str!("../docs/errors.md")]
    pub mod errors {}
    #[doc = include_str!("../docs/format.md")]
    pub mod format {}
}

pub mod base;
pub mod boards;
pub mod cli;
pub mod coupling;
pub mod data;
pub mod datasets;
pub mod draw;
pub mod emulate;
pub mod encode;
pub mod evaluate;
pub mod files;
pub mod fit;
pub mod float_sampler;
pub mod generate;
pub mod import;
pub mod metrics;
pub mod network;
pub mod optim;
pub mod path;
pub mod quantile;
pub mod quantise;
pub mod refine;
pub mod report;
pub mod time;
pub mod train;
pub mod units;
