//! Progress of a fit, and who observes it.

use std::fmt;
use std::ops::ControlFlow;

use super::Checkpoint;
use super::config::{Phase, stage};

/// Progress of a fit.
///
/// ```
/// use flowlet_trainer::{Phase, Progress};
///
/// let progress = Progress {
///     fold: None,
///     phase: Phase::Training,
///     step: 80,
///     steps: 8000,
///     left: 7920,
///     loss: 0.5,
///     validation_loss: Some(0.625),
/// };
/// assert_eq!(
///     progress.to_string(),
///     "training, step 80 of 8000: loss 0.5000, validation loss 0.6250"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Number of the fold, 1 to 5, if a model is trained without it only to calibrate the scores of
    /// a small table. These models come before the one that is kept.
    pub fold: Option<u32>,
    /// The present phase.
    pub phase: Phase,
    /// Optimiser steps done in this phase.
    pub step: usize,
    /// Optimiser steps of this phase, unless it is stopped early.
    pub steps: usize,
    /// Optimiser steps that the whole fit has left, with later phases and folds, unless they are
    /// stopped early.
    pub left: usize,
    /// Smoothed training loss: mean squared error per coordinate of the velocity.
    pub loss: f32,
    /// Latest validation loss of the averaged weights; only the training has one.
    pub validation_loss: Option<f32>,
}

impl Progress {
    /// Returns the name of the phase, and of the fold if there is one.
    #[must_use]
    pub fn stage(&self) -> String {
        stage(self.fold, self.phase)
    }

    /// Returns whether this step is the last of the phase or one of about `count` evenly spaced
    /// ones.
    #[must_use]
    pub fn is_one_of(&self, count: usize) -> bool {
        let every = self.steps.div_ceil(count.max(1)).max(1);
        self.step.is_multiple_of(every) || self.step == self.steps
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stage, step, steps) = (self.stage(), self.step, self.steps);
        write!(f, "{stage}, step {step} of {steps}: loss {:.4}", self.loss)?;
        match self.validation_loss {
            Some(loss) => write!(f, ", validation loss {loss:.4}"),
            None => Ok(()),
        }
    }
}

/// Scope of a stop that an observer requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The phase. It ends with the weights it has, and the fit continues.
    Phase,
    /// The fit. It fails with [`Error::Stopped`](crate::Error::Stopped).
    Fit,
}

/// Observes a fit: sees every step, may stop it, and may keep checkpoints.
///
/// ```
/// use std::ops::ControlFlow;
/// use flowlet_trainer::{Checkpoint, Observer, Progress, Stop};
///
/// /// Keeps a checkpoint every 1000 steps.
/// struct Keeper(Option<Checkpoint>);
///
/// impl Observer for Keeper {
///     fn step(
///         &mut self,
///         now: &Progress,
///         checkpoint: &dyn Fn() -> Checkpoint,
///     ) -> ControlFlow<Stop> {
///         if now.step % 1000 == 0 {
///             self.0 = Some(checkpoint());
///         }
///         ControlFlow::Continue(())
///     }
/// }
/// ```
pub trait Observer {
    /// Called after every optimiser step. `checkpoint` makes the state to resume from.
    fn step(&mut self, now: &Progress, checkpoint: &dyn Fn() -> Checkpoint) -> ControlFlow<Stop>;

    /// Called when the time budget ends a phase early.
    fn out_of_time(&mut self, _now: &Progress) {}

    /// Called when the loss has diverged and the phase goes back to the progress `now`, from which
    /// it continues with the peak `learning_rate`.
    fn diverged(&mut self, _now: &Progress, _learning_rate: f32) {}
}

impl<F: FnMut(&Progress)> Observer for F {
    fn step(&mut self, now: &Progress, _: &dyn Fn() -> Checkpoint) -> ControlFlow<Stop> {
        self(now);
        ControlFlow::Continue(())
    }
}
