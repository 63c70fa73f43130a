//! The training loop: conditional flow matching (Lipman and others 2022, arXiv:2210.02747, section
//! 4) of the velocity without the Gaussian drift.
//!
//! Each optimiser step draws rows, noise and times, regresses the path's velocity minus the drift,
//! and updates the weights with AdamW. The model has the moving average of the weights. On one
//! machine, a seed gives the same bits with any number of threads (see `chunk`).

mod chunk;
mod config;
mod dataset;
mod patience;
mod pool;
mod run;
mod saved;
mod state;
mod task;
mod teacher;
mod time_density;
mod watch;

use std::ops::ControlFlow;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

pub use config::TrainConfig;
pub use dataset::{Dataset, DatasetError, Queries};
pub use patience::Patience;
pub use state::{RunState, ValidationLosses};
pub use teacher::{TeacherStep, TeacherSteps};
pub use time_density::TimeDensity;

use crate::drift::{GaussianDrift, ShareRule};
use crate::float_sampler::VelocityField;
use crate::known::Known;
use crate::network::{NetShape, VelocityNet};
use run::run;
use task::Objective;

/// Progress of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunProgress {
    /// Optimiser steps done.
    pub step: usize,
    /// Optimiser steps of the run, unless it is stopped early.
    pub steps: usize,
    /// Smoothed training loss: mean squared error per coordinate of the velocity.
    pub loss: f32,
    /// Latest loss of the averaged weights on validation rows, always with the same draws. `None`
    /// without validation rows.
    pub validation_loss: Option<f32>,
}

/// Observes a run: sees every step, may stop the run, and may keep its state.
pub trait RunObserver {
    /// Called after every optimiser step. `state` makes the state to resume from.
    fn step(&mut self, now: RunProgress, state: &dyn Fn() -> RunState) -> ControlFlow<()>;

    /// Called when the loss has diverged and the run goes back to the earlier state `now`, from
    /// which it continues with the peak `learning_rate`.
    fn diverged(&mut self, _now: RunProgress, _learning_rate: f32) {}
}

impl<F: FnMut(RunProgress) -> ControlFlow<()>> RunObserver for F {
    fn step(&mut self, now: RunProgress, _: &dyn Fn() -> RunState) -> ControlFlow<()> {
        self(now)
    }
}

/// A trained network in floating point, with its drift.
#[derive(Clone, Debug)]
pub struct FloatModel {
    /// The network, with the averaged weights.
    pub net: VelocityNet,
    /// The drift it was trained with.
    pub drift: GaussianDrift,
    /// Progress at the end. It has fewer steps than configured if the run was stopped.
    pub progress: RunProgress,
    /// Validation losses of the training on data.
    pub losses: ValidationLosses,
    /// Optimiser steps of the kept weights, fewer than those of the run if it was overtrained.
    pub kept_step: usize,
}

impl FloatModel {
    /// Returns the velocity of rows of the classes `class`.
    pub(crate) fn field<'a>(
        &'a self,
        class: Option<&'a [u16]>,
        known: &'a Known,
    ) -> VelocityField<'a> {
        VelocityField {
            net: &self.net,
            drift: &self.drift,
            class,
            known,
        }
    }
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// A setting is out of range: what, and what to choose.
    #[error("{0}")]
    Setting(&'static str),
    /// The state to resume from belongs to another network.
    #[error("the state to resume from is of another network")]
    State,
    /// Training and validation rows differ in columns or classes.
    #[error("the validation rows have other columns or classes than the training rows")]
    ValidationShape,
}

/// Trains a network on `data`.
///
/// `observer` sees every step and may stop the run, which then returns the weights it has. The run
/// uses the current rayon pool. The result depends neither on its size nor on whether the run is
/// resumed from a `state`.
///
/// # Errors
///
/// If a setting is out of range, the validation rows do not fit `data`, or the state belongs to
/// another network.
pub fn train(
    data: &Dataset,
    validation: Option<&Dataset>,
    config: &TrainConfig,
    state: Option<RunState>,
    observer: &mut dyn RunObserver,
) -> Result<FloatModel, TrainError> {
    config.check()?;
    if validation
        .is_some_and(|h| h.x().ncols() != data.x().ncols() || h.classes() != data.classes())
    {
        return Err(TrainError::ValidationShape);
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(config.seed);
    let start = FloatModel::start(data, config, &mut rng);
    let objectives = (Objective::Flow(data), validation.map(Objective::Flow));
    run(start, objectives, rng.next_u64(), config, state, observer)
}

impl FloatModel {
    /// Creates what a training on `data` begins with: a random network, and its drift.
    pub fn start(data: &Dataset, config: &TrainConfig, rng: &mut impl Rng) -> Self {
        Self {
            net: VelocityNet::random(shape(data, config), rng),
            drift: GaussianDrift::fit(
                data.x(),
                data.class(),
                data.classes(),
                config.per_class_drift,
                config.label_dropout > 0.0,
                ShareRule {
                    directions: config.hidden.iter().min().map_or(0, |width| width / 2),
                    coupling: config.coupling,
                    max: config.max_drift_share,
                },
            ),
            progress: RunProgress::none(config),
            kept_step: 0,
            losses: ValidationLosses {
                points: Vec::new(),
                keeps_best: config.patience != Patience::Off,
            },
        }
    }
}

impl RunProgress {
    fn none(config: &TrainConfig) -> Self {
        Self {
            step: 0,
            steps: config.iterations,
            loss: f32::INFINITY,
            validation_loss: None,
        }
    }
}

/// Continues to train `trained` on other data with the same columns, with a new schedule of
/// learning rates.
///
/// # Errors
///
/// As for [`train`].
pub fn train_on(
    trained: FloatModel,
    data: &Dataset,
    config: &TrainConfig,
    state: Option<RunState>,
    observer: &mut dyn RunObserver,
) -> Result<FloatModel, TrainError> {
    config.check()?;
    let objectives = (Objective::Flow(data), None);
    run(trained, objectives, config.seed, config, state, observer)
}

/// Trains `trained` to follow a teacher's flow in few solver steps.
///
/// # Errors
///
/// As for [`train`].
pub fn train_steps(
    trained: FloatModel,
    teacher: &TeacherSteps,
    config: &TrainConfig,
    state: Option<RunState>,
    observer: &mut dyn RunObserver,
) -> Result<FloatModel, TrainError> {
    config.check()?;
    let objectives = (Objective::Teacher(teacher), None);
    run(trained, objectives, config.seed, config, state, observer)
}

fn shape(data: &Dataset, config: &TrainConfig) -> NetShape {
    NetShape {
        dim: data.x().ncols(),
        hidden: config.hidden.clone(),
        classes: match data.classes() {
            0 => 0,
            classes => classes + usize::from(config.label_dropout > 0.0),
        },
        query: data.query_len(),
        conditioning: config.conditioning,
    }
}

#[cfg(test)]
mod tests;
