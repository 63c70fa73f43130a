//! Scores of rows: how unusual each is, and which columns make it so.
//!
//! The host runs the scorer of the device, so the scores have the bits of the device.

mod calibrate;
mod compare;
mod float;
mod rows;
mod weight;

pub use calibrate::calibrate;
pub(crate) use calibrate::{FoldScores, calibrate_with};
pub use compare::{AnomalyEvaluation, Detectors, LEVEL, Ranking};
pub use float::float_scores;
pub use rows::{Contribution, RowScore, score};
