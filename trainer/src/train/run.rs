//! The loop of a run: optimiser steps, evaluations of the validation loss, and the way back if the
//! loss diverges.

use rayon::prelude::*;

use super::chunk::Chunk;
use super::state::{Kept, RunState, SmoothedLoss, ValidationLosses};
use super::task::{CHUNKS, Objective, Task};
use super::watch::CopyWatch;
use super::{FloatModel, Patience, RunObserver, RunProgress, TrainConfig, TrainError};
use crate::network::{VelocityNet, write_gradient};
use crate::optim::{AdamW, Ema, clipping_factor, learning_rate};
use crate::quantise::{keep_within_limits, round_row};

/// Optimiser steps of a run per those before the first evaluation of the validation loss.
const FIRST_EVALUATION: usize = 256;
/// Optimiser steps at each evaluation relative to those at the one before.
const EVALUATION_RATIO: f64 = 1.12;
/// Draws per evaluation.
const VALIDATION_ROWS: usize = 1024;
/// Key of the validation draws, the same in every run so that runs can be compared.
pub(super) const VALIDATION_KEY: u64 = 0x6865_6c64_206f_7574;
/// Factor of the learning rate after each divergence.
const RATE_CUT: f32 = 1.0 / 3.0;
/// Divergences after which the run ends.
const MAX_CUTS: u32 = 100;

/// Runs the loop, with the objectives of training and of validation.
pub(super) fn run(
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
    let evaluations = evaluations(config.iterations);
    let (patience, watch) = match (objective, validation) {
        (Objective::Flow(data), Some(Objective::Flow(others))) => {
            let patience = (config.patience).for_rows(data.x().nrows(), others.x().nrows());
            let watches = patience == Patience::Automatic;
            (patience, watches.then(|| CopyWatch::new(data, config.seed)))
        }
        _ => (Patience::Off, None),
    };
    let mut run = Run::new(net, losses, key, config);
    let mut now = RunProgress::none(config);
    let start = run.state(now, None);
    let mut good = Box::new(start.clone());
    if let Some(mut state) = state {
        let earlier = state.good.take();
        now = now.at(&state);
        run = run.resumed(state)?;
        good = earlier.unwrap_or_else(|| Box::new(run.state(now, None)));
    }
    while now.step < now.steps {
        if !run.step(task(objective, config.label_dropout), config, now.step) {
            let cuts = run.cuts + 1;
            if cuts > MAX_CUTS {
                break;
            }
            // If a lower rate did not help, the state was not as good as it seemed.
            if run.cuts > good.cuts {
                *good = start.clone();
            }
            now = now.at(&good);
            run = run.resumed(RunState::clone(&good))?;
            run.cuts = cuts;
            observer.diverged(now, run.peak_rate(config));
            continue;
        }
        now.step += 1;
        now.loss = run.loss.smoothed() as f32;
        if evaluations.binary_search(&now.step).is_ok() {
            now.validation_loss =
                validation.map(|objective| run.validation_loss(task(objective, 0.0)));
            run.losses
                .points
                .extend(now.validation_loss.map(|loss| (now.step, loss)));
            let sees_copies = || {
                let net = run.averaged();
                (watch.as_ref()).is_some_and(|watch| watch.sees_copies(&net, &drift))
            };
            if patience != Patience::Off {
                let keeps = patience.keeps(&run.losses, sees_copies);
                if run.keep(now.step, keeps) >= patience.evaluations() {
                    break;
                }
            }
            if run.is_sound() {
                *good = run.state(now, None);
            }
        }
        let state = || run.state(now, Some(good.clone()));
        if observer.step(now, &state).is_break() {
            break;
        }
    }
    let evaluated = run.kept.since > 0 || matches!(patience, Patience::Evaluations(_));
    let (kept_step, weights) = match evaluated && !run.kept.weights.is_empty() {
        true => (run.kept.step, &run.kept.weights[..]),
        false => (now.step, run.ema.average()),
    };
    Ok(FloatModel {
        net: run.with(weights),
        drift,
        progress: now,
        losses: run.losses,
        kept_step,
    })
}

/// Returns the optimiser steps after which the validation loss is evaluated: finely at the start,
/// and at the end.
fn evaluations(iterations: usize) -> Vec<usize> {
    let next = |&step: &usize| {
        let next = (step as f64 * EVALUATION_RATIO).ceil() as usize;
        (step < iterations).then(|| next.max(step + 1).min(iterations))
    };
    let first = iterations.div_ceil(FIRST_EVALUATION);
    std::iter::successors(Some(first), next).collect()
}

impl RunProgress {
    /// Returns the progress of a `state` of the same run.
    fn at(self, state: &RunState) -> Self {
        Self {
            step: state.step,
            loss: state.loss.smoothed() as f32,
            validation_loss: state.validation_loss,
            ..self
        }
    }
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
    kept: Kept,
    losses: ValidationLosses,
    /// Divergences so far.
    cuts: u32,
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
            kept: Kept::default(),
            losses,
            cuts: 0,
            key,
            chunks,
            rounds: config.quantisation_aware,
            rounded: net.clone(),
            net,
        }
    }

    fn state(&self, now: RunProgress, good: Option<Box<RunState>>) -> RunState {
        RunState {
            step: now.step,
            validation_loss: now.validation_loss,
            parameters: self.net.parameters().to_vec(),
            optimiser: self.optimiser.state().clone(),
            ema: self.ema.state().clone(),
            loss: self.loss.clone(),
            kept: self.kept.clone(),
            losses: self.losses.clone(),
            cuts: self.cuts,
            good,
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
            kept: state.kept,
            losses: state.losses,
            cuts: state.cuts,
            ..self
        })
    }

    /// Takes an optimiser step. Returns whether loss and gradient are within bounds; otherwise the
    /// weights are as before.
    fn step(&mut self, task: Task, config: &TrainConfig, iteration: usize) -> bool {
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
            return false;
        }

        let factor = clipping_factor(&self.gradient, config.clip);
        if factor.is_nan() || factor <= 0.0 {
            return false;
        }
        let rate = learning_rate(iteration, config.iterations, self.peak_rate(config));
        self.optimiser
            .step(self.net.parameters_mut(), &self.gradient, factor, rate);
        keep_within_limits(&mut self.net);
        self.ema.update(self.net.parameters());
        true
    }

    /// Returns the peak learning rate, which each divergence lowers.
    fn peak_rate(&self, config: &TrainConfig) -> f32 {
        let cuts = i32::try_from(self.cuts).unwrap_or(i32::MAX);
        config.learning_rate * RATE_CUT.powi(cuts)
    }

    /// Returns whether a later divergence may go back to this state.
    fn is_sound(&self) -> bool {
        let state = self.optimiser.state();
        let averaged = self.ema.average();
        let all = [self.net.parameters(), averaged, &state.mean, &state.square];
        self.loss.is_sound() && all.into_iter().flatten().copied().all(f32::is_finite)
    }

    fn validation_loss(&mut self, task: Task) -> f32 {
        let net = self.averaged();
        self.validation.evaluate(task, &net, VALIDATION_KEY) as f32
    }

    /// Keeps the weights of an evaluation, or not. Returns the evaluations since the last ones that
    /// were kept.
    fn keep(&mut self, step: usize, keeps: bool) -> u32 {
        match keeps {
            true => {
                self.kept = Kept {
                    step,
                    weights: self.ema.average().to_vec(),
                    since: 0,
                };
            }
            false => self.kept.since += 1,
        }
        self.kept.since
    }

    /// Returns the network with the averaged weights.
    fn averaged(&self) -> VelocityNet {
        self.with(self.ema.average())
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
