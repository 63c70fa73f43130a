//! Trains quantised flow-matching models for the flowlet runtime.

pub mod cli;
pub mod data;
pub mod datasets;
pub mod draw;
pub mod files;
pub mod metrics;
