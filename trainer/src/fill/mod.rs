//! Filling in: draws of the unknown columns of rows, given the known ones.
//!
//! A *masked* network was trained with known columns, so it answers any query. The *gain* steers
//! the draws of a network by a matrix per solver step, for one declared query. Which one is better
//! is measured on validation rows, and so is the spread of the noise that makes intervals honest.

mod baselines;
mod choose;
mod draws;
mod evaluate;
mod gain;
mod measures;
mod outside;
mod plan;
mod quantise;
mod rows;
mod tasks;

pub(crate) use choose::{Choice, ChoiceRows};
pub use evaluate::{FillExample, FillTask, FloatSource, evaluate, examples};
pub use measures::{FillScores, quantile};
pub use outside::{OutOfRange, out_of_range};
pub use plan::FillPlan;
pub(crate) use plan::PlannedQuery;
pub(crate) use quantise::quantise_fill;
pub use rows::{FillError, Partial, fill, generate_given, known_row, predict};

#[cfg(test)]
mod tests;
