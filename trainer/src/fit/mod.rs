//! From a table to a model file: split, scale, train, post_training, quantise, encode.

mod checkpoint;
mod export;
mod prepared;
mod run;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

pub use checkpoint::Checkpoint;
use checkpoint::fingerprint;
use export::{CALIBRATION_ROWS, classes, export, integration};
use prepared::Prepared;
use run::FitRun;
pub use run::{Observer, Stop};

use flowlet::{Model, ModelError, Solver};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::data::schema::Schema;
use crate::data::split::Split;
use crate::data::{DataError, Table};
use crate::evaluate::{Evaluation, Reference, evaluate};
use crate::post_training::{Starts, distil, grid, reflow};
use crate::quantise::QuantiseError;
use crate::train::{DatasetError, Progress, TrainConfig, TrainError, Trained, train};

/// Trajectories that a network learns from when it is refined, and the values that they may take: 128 MB.
const TAUGHT_ROWS: usize = 16_384;
const TAUGHT_VALUES: usize = 1 << 25;

/// Mixed into the seed of what networks are refined with.
const REFINE_SEED: u64 = 0x7265_6669_6e65_0000;

/// What a fit is told.
#[derive(Clone, Debug)]
pub struct FitConfig {
    /// The training run.
    pub train: TrainConfig,
    /// Steps that the model is calibrated and judged with, 1..=256.
    pub steps: u16,
    /// The solver that the model is calibrated and judged with.
    pub solver: Solver,
    /// Share of the rows that is held out, within (0, 1).
    pub holdout: f64,
    /// What columns may be, where the data do not tell.
    pub schema: Schema,
    /// What follows the training.
    pub post_training: PostTraining,
}

/// What follows the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostTraining {
    /// Rounds of reflow, each of as many optimiser steps as the training.
    pub reflow: u32,
    /// Find when to step; equal steps otherwise.
    pub grid: bool,
    /// Distil the network to the steps, in half as many optimiser steps as the training.
    pub distil: bool,
}

impl Default for PostTraining {
    /// A grid, which costs a second or two.
    fn default() -> Self {
        Self {
            reflow: 0,
            grid: true,
            distil: false,
        }
    }
}

/// Which part of a fit optimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Phase {
    /// Training on data.
    Training,
    /// A round of reflow, from 1.
    Reflow(u32),
    /// Distillation to few steps.
    Distillation,
}

/// What a fit gives.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The `.flow` file.
    pub bytes: Vec<u8>,
    /// The float network and its drift.
    pub trained: Trained,
    /// Float and integer samples beside held-out rows.
    pub evaluation: Evaluation,
    /// Which rows were trained on.
    pub split: Split,
}

/// Why a fit failed.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// The rows cannot be split.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The rows cannot be trained on.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The network cannot be brought to integers.
    #[error(transparent)]
    Quantise(#[from] QuantiseError),
    /// The observer stopped the fit.
    #[error("the training was stopped")]
    Stopped,
    /// A checkpoint of other data or other settings.
    #[error("the checkpoint is of other data or other options; leave --resume out to begin anew")]
    OtherRun,
    /// The runtime refuses the model.
    #[error("the runtime refuses the model: {0}")]
    Model(#[from] ModelError),
}

/// Fits a model to `table`, from the beginning or from a `checkpoint` of the same fit, with the same result.
///
/// # Errors
/// [`FitError`]; nothing is written.
///
/// # Panics
/// If a solver of two evaluations a step is to be distilled.
pub fn fit(
    table: &Table,
    config: &FitConfig,
    checkpoint: Option<Checkpoint>,
    observer: &mut dyn Observer,
) -> Result<Fitted, FitError> {
    let fit_run = FitRun::new(fingerprint(table, config), checkpoint, observer)?;
    let mut fitted = run(table, config, &[config.steps], fit_run)?;
    Ok(fitted.remove(0))
}

/// Sees, before long work begins, that [`fit`] can learn from `table`.
///
/// # Errors
/// As for [`fit`], of the data.
pub fn check(table: &Table, config: &FitConfig) -> Result<(), FitError> {
    Prepared::new(table, config).map(drop)
}

/// One training, and a model of it for each number of steps, in place of `config.steps`.
///
/// # Errors
/// As for [`fit`].
///
/// # Panics
/// As for [`fit`].
pub fn fit_each(
    table: &Table,
    config: &FitConfig,
    steps: &[u16],
    observer: &mut dyn Observer,
) -> Result<Vec<Fitted>, FitError> {
    let fit_run = FitRun::new(fingerprint(table, config), None, observer)?;
    run(table, config, steps, fit_run)
}

fn run(
    table: &Table,
    config: &FitConfig,
    steps: &[u16],
    mut fit_run: FitRun<'_>,
) -> Result<Vec<Fitted>, FitError> {
    let Prepared {
        split,
        training,
        held_out,
        transform,
        data,
        judged,
    } = Prepared::new(table, config)?;
    let refined = config.post_training.reflow > 0 || config.post_training.distil;
    let settings = phase(config, !refined);
    let trained = match fit_run.passed(Phase::Training) {
        true => fit_run.restart(&data, &settings)?,
        false => fit_run.run(Phase::Training, &[], |state, observer| {
            train(&data, Some(&judged), &settings, state, observer)
        })?,
    };
    let seed = config.train.seed;
    let reference = Reference::new(transform.clone(), &training, &held_out, seed);
    let model = |&steps: &u16| {
        let config = FitConfig {
            steps,
            ..config.clone()
        };
        let (trained, times) = post_training(trained.clone(), &training, &config, &mut fit_run)?;
        let bytes = export(&training, &transform, &trained, times, &config)?;
        let model = Model::parse(&bytes)?;
        let evaluation = evaluate(&model, Some(&trained), &reference, None, seed);
        Ok(Fitted {
            evaluation,
            trained,
            split: split.clone(),
            bytes,
        })
    };
    steps.iter().map(model).collect()
}

/// Bytes of the file that a fit will give, but for a few.
///
/// # Errors
/// As for [`fit`].
pub fn file_bytes(table: &Table, config: &FitConfig) -> Result<usize, FitError> {
    let prepared = Prepared::new(table, config)?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(config.train.seed);
    let random = Trained::start(&prepared.data, &config.train, &mut rng);
    let Prepared {
        training,
        transform,
        ..
    } = prepared;
    let bytes = export(&training, &transform, &random, Vec::new(), config)?.len();
    let times = 2 * (usize::from(config.steps) + 1);
    Ok(bytes + if config.post_training.grid { times } else { 0 })
}

/// Optimiser steps a second of a training of these settings, seen for so long.
///
/// # Errors
/// As for [`fit`].
pub fn steps_per_second(
    table: &Table,
    config: &FitConfig,
    during: Duration,
) -> Result<f64, FitError> {
    let prepared = Prepared::new(table, config)?;
    let settings = phase(config, true);
    // The first steps warm the caches.
    const WARM: usize = 20;
    let (mut steps, mut start) = (0, Instant::now());
    train(
        &prepared.data,
        None,
        &settings,
        None,
        &mut |now: Progress| {
            if now.iteration == WARM {
                (steps, start) = (0, Instant::now());
            }
            steps += 1;
            match now.iteration > WARM && start.elapsed() >= during {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        },
    )?;
    Ok(f64::from(steps) / start.elapsed().as_secs_f64())
}

/// Reflow, the grid and distillation, as asked for; the times of the grid, none for equal steps.
fn post_training(
    mut trained: Trained,
    training: &Table,
    config: &FitConfig,
    fit_run: &mut FitRun<'_>,
) -> Result<(Trained, Vec<u16>), FitError> {
    let PostTraining {
        reflow: rounds,
        grid,
        distil,
    } = config.post_training;
    let mut settings = config.train.clone();
    let starts = |trained: &Trained, count, seed| {
        let shape = trained.net.shape();
        let class = classes(training, shape.classes, count);
        Starts::draw(count, shape.dim, class, seed ^ REFINE_SEED)
    };
    let values = trained.net.shape().dim * usize::from(config.steps);
    let taught = (TAUGHT_VALUES / values).clamp(CALIBRATION_ROWS, TAUGHT_ROWS);
    for round in 1..=rounds {
        settings = phase(config, round == rounds && !distil);
        settings.seed = config.train.seed.wrapping_add(round.into());
        if fit_run.passed(Phase::Reflow(round)) {
            continue;
        }
        let starts = starts(&trained, taught, settings.seed);
        let start = trained.net.parameters().to_vec();
        trained = fit_run.run(Phase::Reflow(round), &start, |state, observer| {
            reflow::reflow(trained, starts, &settings, state, observer)
        })?;
    }
    let times = match grid {
        true => {
            let starts = starts(&trained, CALIBRATION_ROWS, config.train.seed);
            grid::search(&trained, &starts, config.steps, config.solver)
        }
        false => Vec::new(),
    };
    if distil {
        settings.quantisation_aware = config.train.quantisation_aware;
        settings.iterations = config.train.iterations.div_ceil(2);
        let starts = starts(&trained, taught, !config.train.seed);
        let how = integration(config, &times);
        let start = trained.net.parameters().to_vec();
        trained = fit_run.run(Phase::Distillation, &start, |state, observer| {
            distil::distil(trained, starts, &how, &settings, state, observer)
        })?;
    }
    Ok((trained, times))
}

/// The settings of a phase. Weights are rounded in the `last` one alone: what follows would move them again.
fn phase(config: &FitConfig, last: bool) -> TrainConfig {
    TrainConfig {
        quantisation_aware: config.train.quantisation_aware && last,
        ..config.train.clone()
    }
}
