//! The state of a run, from which it resumes as if it had not been interrupted.
//!
//! Draws depend on the number of the step, so no generator has a state.

use serde::{Deserialize, Serialize};

use crate::optim::{AdamState, EmaState};

/// Validation losses of a training.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct ValidationLosses {
    /// Optimiser steps and losses, in order.
    pub points: Vec<(usize, f32)>,
    /// Whether the training keeps the weights from before the loss rose.
    pub keeps_best: bool,
}

/// State of a run between two optimiser steps.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct RunState {
    /// Optimiser steps done.
    pub step: usize,
    /// Latest validation loss.
    pub validation_loss: Option<f32>,
    /// Weights of the optimiser.
    pub(super) parameters: Vec<f32>,
    pub(super) optimiser: AdamState,
    pub(super) ema: EmaState,
    pub(super) loss: SmoothedLoss,
    pub(super) kept: Kept,
    pub(super) losses: ValidationLosses,
    /// Divergences so far.
    pub(super) cuts: u32,
    /// State to go back to if the loss diverges.
    pub(super) good: Option<Box<RunState>>,
}

impl RunState {
    /// Returns whether the state belongs to a network with this number of parameters.
    #[must_use]
    pub fn fits(&self, parameters: usize) -> bool {
        let lengths = [
            self.parameters.len(),
            self.optimiser.mean.len(),
            self.optimiser.square.len(),
            self.ema.average.len(),
        ];
        lengths.iter().all(|&length| length == parameters)
            && [0, parameters].contains(&self.kept.weights.len())
            && self.good.as_ref().is_none_or(|good| good.fits(parameters))
    }
}

/// Averaged weights to keep, if those of the last step are not.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(super) struct Kept {
    /// Optimiser steps of the weights.
    pub step: usize,
    pub weights: Vec<f32>,
    /// Evaluations since then.
    pub since: u32,
}

/// Weight of the newest batch in the smoothed loss.
const LOSS_SMOOTHING: f64 = 0.02;
/// The run has diverged if the smoothed loss is this many times the first one, or 1 if that is
/// less.
const DIVERGENCE_FACTOR: f64 = 10.0;
/// A state is good if the smoothed loss is at most this many times the first one, or 1.
const SOUND_FACTOR: f64 = 2.0;

/// Exponentially smoothed loss, and the first loss to compare with.
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

    /// Returns whether the loss is infinite or out of bounds.
    pub fn has_diverged(&self) -> bool {
        !self.is_within(DIVERGENCE_FACTOR)
    }

    /// Returns whether the loss is far from having diverged.
    pub fn is_sound(&self) -> bool {
        self.is_within(SOUND_FACTOR)
    }

    /// A NaN fails the comparison.
    fn is_within(&self, factor: f64) -> bool {
        self.value <= factor * self.first.unwrap_or(1.0).max(1.0)
    }
}
