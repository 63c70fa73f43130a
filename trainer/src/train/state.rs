//! All that moves in a run, so that one that was cut short goes on as if it had not been.
//!
//! Draws are keyed by the step, so no generator has a state to keep.

use serde::{Deserialize, Serialize};

use crate::optim::{AdamState, EmaState};

/// A run between two steps.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct RunState {
    /// Steps done.
    pub step: usize,
    /// As it was last taken.
    pub validation_loss: Option<f32>,
    /// The weights that the optimiser moves.
    pub(super) parameters: Vec<f32>,
    pub(super) optimiser: AdamState,
    pub(super) ema: EmaState,
    pub(super) loss: SmoothedLoss,
    pub(super) best: Best,
}

impl RunState {
    /// Whether it is of a network with so many parameters.
    #[must_use]
    pub fn fits(&self, parameters: usize) -> bool {
        let lengths = [
            self.parameters.len(),
            self.optimiser.mean.len(),
            self.optimiser.square.len(),
            self.ema.average.len(),
        ];
        lengths.iter().all(|&length| length == parameters)
            && (self.best.loss.is_none() || self.best.weights.len() == parameters)
    }
}

/// The averaged weights of the least held-out loss so far, kept where training may be stopped early.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(super) struct Best {
    pub loss: Option<f32>,
    pub weights: Vec<f32>,
    /// Times that the loss was taken since.
    pub since: u32,
}

/// Weight of the newest batch in the smoothed loss.
const LOSS_SMOOTHING: f64 = 0.02;
/// A smoothed loss this many times the first one has exploded.
const EXPLODED: f64 = 1e3;

/// Exponential smoothing of the loss, and the first loss to compare with.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(super) struct SmoothedLoss {
    first: Option<f64>,
    value: f64,
}

impl SmoothedLoss {
    pub fn push(&mut self, loss: f64) {
        match self.first {
            None => (self.first, self.value) = (Some(loss), loss),
            Some(_) => self.value += LOSS_SMOOTHING * (loss - self.value),
        }
    }

    pub fn smoothed(&self) -> f64 {
        self.value
    }

    pub fn has_exploded(&self) -> bool {
        let bound = EXPLODED * self.first.unwrap_or(f64::INFINITY);
        // A NaN fails the comparison too.
        !(self.value.is_finite() && self.value <= bound)
    }
}
