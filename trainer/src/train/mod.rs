//! The training loop: conditional flow matching (Lipman and others 2022, arXiv:2210.02747, section
//! 4) of the velocity without the Gaussian drift.
//!
//! Each optimiser step draws rows, noise and times, regresses the path's velocity minus the drift,
//! and updates the weights with AdamW. The model has the moving average of the weights. On one
//! machine, a seed gives the same bits with any number of threads (see `chunk`).

mod chunk;
mod config;
mod dataset;
mod pool;
mod saved;
mod state;
mod task;
mod teacher;
mod time_density;

use std::ops::ControlFlow;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

pub use config::TrainConfig;
pub use dataset::{Dataset, DatasetError};
pub use state::{RunState, ValidationLosses};
pub use teacher::{TeacherStep, TeacherSteps};
pub use time_density::TimeDensity;

use crate::drift::GaussianDrift;
use crate::network::{NetShape, VelocityNet, write_gradient};
use crate::optim::{AdamW, Ema, clipping_factor, learning_rate};
use crate::quantise::round_row;
use chunk::Chunk;
use state::{Best, SmoothedLoss};
use task::{CHUNKS, Objective, Task};

/// Evaluations of the validation loss per run.
const VALIDATION_TIMES: usize = 50;
/// Draws per evaluation.
const VALIDATION_ROWS: usize = 1024;
/// Key of the validation draws, the same in every run so that runs can be compared.
const VALIDATION_KEY: u64 = 0x6865_6c64_206f_7574;

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
    /// The loss became infinite or grew out of bounds.
    #[error(
        "the training diverged at step {step} (loss {loss:.3e}); choose a learning rate below \
         {learning_rate}, such as a third of it, or a larger batch"
    )]
    Diverged {
        /// Optimiser step at which it was noticed, counted from 1.
        step: usize,
        /// Smoothed loss at that step.
        loss: f64,
        /// Learning rate of the run.
        learning_rate: f32,
    },
}

/// Trains a network on `data`.
///
/// `observer` sees every step and may stop the run, which then returns the weights it has. The run
/// uses the current rayon pool. The result depends neither on its size nor on whether the run is
/// resumed from a `state`.
///
/// # Errors
///
/// If a setting is out of range, the validation rows do not fit `data`, the state belongs to
/// another network, or the loss diverges.
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
                config.hidden.iter().min().map_or(0, |width| width / 2),
            ),
            progress: RunProgress::none(config),
            losses: ValidationLosses {
                points: Vec::new(),
                keeps_best: config.patience.is_some(),
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
        conditioning: config.conditioning,
    }
}

/// Runs the loop, with the objectives of training and of validation.
fn run(
    FloatModel {
        net, drift, losses, ..
    }: FloatModel,
    (objective, validation): (Objective, Option<Objective>),
    key: u64,
    config: &TrainConfig,
    state: Option<RunState>,
    observer: &mut dyn RunObserver,
) -> Result<FloatModel, TrainError> {
    let task = |objective, label_dropout| Task {
        objective,
        drift: &drift,
        path: config.path,
        coupling: config.coupling,
        batch: config.batch,
        label_dropout,
        time_density: config.time_density,
        augment: config.augment,
    };
    let every = config.iterations.div_ceil(VALIDATION_TIMES);
    let mut run = Run::new(net, losses, key, config);
    let mut now = RunProgress::none(config);
    if let Some(state) = state {
        (now.step, now.validation_loss) = (state.step, state.validation_loss);
        run = run.resumed(state)?;
    }
    while now.step < now.steps {
        run.step(task(objective, config.label_dropout), config, now.step)?;
        now.step += 1;
        now.loss = run.loss.smoothed() as f32;
        if now.step.is_multiple_of(every) || now.step == now.steps {
            now.validation_loss =
                validation.map(|objective| run.validation_loss(task(objective, 0.0)));
            run.losses
                .points
                .extend(now.validation_loss.map(|loss| (now.step, loss)));
            if run.is_past_its_best(now.validation_loss, config.patience) {
                break;
            }
        }
        if observer.step(now, &|| run.state(now)).is_break() {
            break;
        }
    }
    Ok(FloatModel {
        net: run.result(),
        drift,
        progress: now,
        losses: run.losses,
    })
}

/// The state and the memory of a run.
struct Run {
    net: VelocityNet,
    /// The network with rounded weights, for the second half of the run.
    rounded: VelocityNet,
    rounds: bool,
    optimiser: AdamW,
    ema: Ema,
    chunks: Vec<Chunk>,
    /// Draws of the validation loss.
    validation: Chunk,
    gradient: Vec<f32>,
    loss: SmoothedLoss,
    best: Best,
    losses: ValidationLosses,
    key: u64,
}

impl Run {
    fn new(net: VelocityNet, losses: ValidationLosses, key: u64, config: &TrainConfig) -> Self {
        let shape = net.shape();
        let start = |chunk: usize| config.batch * chunk / CHUNKS;
        let chunks = (0..CHUNKS)
            .map(|k| Chunk::new(k, start(k + 1) - start(k), shape))
            .collect();
        Self {
            validation: Chunk::new(0, VALIDATION_ROWS, shape),
            optimiser: AdamW::new(&net.decays(), config.weight_decay),
            ema: Ema::new(net.parameters(), config.ema),
            gradient: vec![0.0; net.parameters().len()],
            loss: SmoothedLoss::default(),
            best: Best::default(),
            losses,
            key,
            chunks,
            rounds: config.quantisation_aware,
            rounded: net.clone(),
            net,
        }
    }

    fn state(&self, now: RunProgress) -> RunState {
        RunState {
            step: now.step,
            validation_loss: now.validation_loss,
            parameters: self.net.parameters().to_vec(),
            optimiser: self.optimiser.state().clone(),
            ema: self.ema.state().clone(),
            loss: self.loss.clone(),
            best: self.best.clone(),
            losses: self.losses.clone(),
        }
    }

    fn resumed(mut self, state: RunState) -> Result<Self, TrainError> {
        if !state.fits(self.gradient.len()) {
            return Err(TrainError::State);
        }
        self.net.parameters_mut().copy_from_slice(&state.parameters);
        Ok(Self {
            optimiser: self.optimiser.resumed(state.optimiser),
            ema: self.ema.resumed(state.ema),
            loss: state.loss,
            best: state.best,
            losses: state.losses,
            ..self
        })
    }

    fn step(
        &mut self,
        task: Task,
        config: &TrainConfig,
        iteration: usize,
    ) -> Result<(), TrainError> {
        let values = config.batch * self.net.shape().dim;
        // In the second half, weights are rounded and gradients pass straight through (Bengio and
        // others 2013, arXiv:1308.3432, section 4).
        let is_rounded = self.rounds && 2 * iteration >= config.iterations;
        if is_rounded {
            let parameters = self.net.parameters();
            self.rounded.parameters_mut().copy_from_slice(parameters);
            self.rounded.for_each_row(round_row);
        }
        let net = if is_rounded { &self.rounded } else { &self.net };
        let key = self.key;
        // The gradient of the mean over values is twice that of half the squared error.
        let factor = 2.0 / values as f32;
        self.chunks
            .par_iter_mut()
            .for_each(|chunk| chunk.run(task, net, key, iteration, factor));

        let passes: Vec<_> = self.chunks.iter().map(Chunk::pass).collect();
        write_gradient(net, &passes, &mut self.gradient);
        let loss: f64 = self.chunks.iter().map(Chunk::squared_error).sum();
        self.loss.push(loss / values as f64);
        if self.loss.has_diverged() {
            return Err(TrainError::Diverged {
                step: iteration + 1,
                loss: self.loss.smoothed(),
                learning_rate: config.learning_rate,
            });
        }

        let factor = clipping_factor(&self.gradient, config.clip);
        let rate = learning_rate(iteration, config.iterations, config.learning_rate);
        self.optimiser
            .step(self.net.parameters_mut(), &self.gradient, factor, rate);
        self.ema.update(self.net.parameters());
        Ok(())
    }

    fn validation_loss(&mut self, task: Task) -> f32 {
        let net = self.averaged();
        self.validation.evaluate(task, &net, VALIDATION_KEY) as f32
    }

    /// Keeps the best weights. Returns whether the loss has not improved for `patience`
    /// evaluations.
    fn is_past_its_best(&mut self, loss: Option<f32>, patience: Option<u32>) -> bool {
        let (Some(loss), Some(patience)) = (loss, patience) else {
            return false;
        };
        if self.best.loss.is_none_or(|best| loss < best) {
            self.best = Best {
                loss: Some(loss),
                weights: self.ema.average().to_vec(),
                since: 0,
            };
        } else {
            self.best.since += 1;
        }
        self.best.since >= patience
    }

    /// Returns the network with the averaged weights.
    fn averaged(&self) -> VelocityNet {
        self.with(self.ema.average())
    }

    /// Returns the network with the weights to keep.
    fn result(&self) -> VelocityNet {
        match self.best.loss {
            Some(_) => self.with(&self.best.weights),
            None => self.averaged(),
        }
    }

    fn with(&self, weights: &[f32]) -> VelocityNet {
        let mut net = self.net.clone();
        net.parameters_mut().copy_from_slice(weights);
        if self.rounds {
            net.for_each_row(round_row);
        }
        net
    }
}

#[cfg(test)]
mod tests;
