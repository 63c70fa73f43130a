//! Everything that a report says, computed; nothing is drawn here.

pub mod anomalies;
pub mod columns;
pub mod comparison;
pub mod cost;
pub mod losses;
pub mod nearest;
pub mod steps;

pub use comparison::{Comparison, FloatNetwork, Sampling};
