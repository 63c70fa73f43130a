//! Trains quantised flow-matching models for the flowlet runtime.
pub mod base;
pub mod data;
pub mod float_sampler;
pub mod network;
pub mod optim;
pub mod path;
pub mod time;
pub mod train;
