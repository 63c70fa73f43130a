//! The library of flowlet's trainer: from a user's rows to a model file, and back to samples and what they are worth.
//!
//! A crate of its own so that it is optimised and the command, which prints and draws, is not: that takes as long to build
//! as all of this. `flowlet_trainer` has its modules too.

pub mod coupling;
pub mod data;
pub mod datasets;
pub mod device_columns;
pub mod drift;
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
pub mod post_training;
pub mod quantile;
pub mod quantise;
#[cfg(test)]
#[path = "../../tests/runtime/standard_normal.rs"]
mod standard_normal;
pub mod time;
pub mod train;
