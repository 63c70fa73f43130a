//! From a table to a model file: split, scale, train, refine, quantise, encode.

mod checkpoint;

use std::ops::ControlFlow;

pub use checkpoint::Checkpoint;
use checkpoint::fingerprint;

use flowlet::fixed::TIME_ONE;
use flowlet::{Model, ModelError, Solver};
use ndarray::Array2;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::data::domain::Domain;
use crate::data::schema::Schema;
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::encode::{ClassNames, QuantisedModel};
use crate::evaluate::{Evaluation, Reference, evaluate};
use crate::float_sampler::Integration;
use crate::quantise::{Calibration, QuantiseError, quantise, quantise_base};
use crate::refine::{Starts, distil, grid, reflow};
use crate::train::{
    self, Dataset, DatasetError, Progress, RunState, TrainConfig, TrainError, Trained, train,
};
use crate::units::units;

/// Trajectories that ranges are calibrated on, and that a grid is searched with.
const CALIBRATION_ROWS: usize = 512;
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
    pub refinement: Refinement,
}

/// What follows the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refinement {
    /// Rounds of reflow, each of as many optimiser steps as the training.
    pub reflow: u32,
    /// Find when to step; equal steps otherwise.
    pub grid: bool,
    /// Distil the network to the steps, in half as many optimiser steps as the training.
    pub distil: bool,
}

impl Default for Refinement {
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

/// What an observer may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The phase, which then ends with what it has; the fit goes on.
    Phase,
    /// The fit, which gives [`FitError::Stopped`].
    Fit,
}

/// Who follows a fit: is told of every step, may stop it, and may keep what going on takes.
pub trait Observer {
    /// A step of a phase is done; `checkpoint` gives what the fit can go on from.
    fn step(
        &mut self,
        phase: Phase,
        now: Progress,
        checkpoint: &dyn Fn() -> Checkpoint,
    ) -> ControlFlow<Stop>;
}

impl<F: FnMut(Phase, Progress)> Observer for F {
    fn step(
        &mut self,
        phase: Phase,
        now: Progress,
        _: &dyn Fn() -> Checkpoint,
    ) -> ControlFlow<Stop> {
        self(phase, now);
        ControlFlow::Continue(())
    }
}

/// What a fit gives.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The `.flow` file.
    pub bytes: Vec<u8>,
    /// The float network and its base.
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
    let mut course = Course::new(fingerprint(table, config), checkpoint, observer)?;
    let split = Split::new(table, config.holdout, config.train.seed)?;
    let (training, held_out) = (table.select(&split.train), table.select(&split.held_out));
    let seed = config.train.seed;
    let domains = Domain::of_each(training.values.view());
    let domains = config.schema.apply(&training.columns, domains);
    let (transform, standardised) = Transform::fit(&training, domains, seed);
    let data = dataset(&training, standardised)?;
    let judged = transform.standardise(held_out.values.clone(), seed);
    let judged = dataset(&held_out, judged)?;
    let refined = config.refinement.reflow > 0 || config.refinement.distil;
    let settings = phase(config, !refined);
    let trained = match course.passed(Phase::Training) {
        true => course.restart(&data, &settings)?,
        false => course.run(Phase::Training, &[], |state, observer| {
            train(&data, Some(&judged), &settings, state, observer)
        })?,
    };
    let (trained, times) = refine(trained, &training, config, &mut course)?;
    let bytes = export(&training, &transform, &trained, times, config)?;
    let model = Model::parse(&bytes)?;
    let reference = Reference::new(transform, &training, &held_out, seed);
    let evaluation = evaluate(&model, Some(&trained), &reference, None, seed);
    Ok(Fitted {
        evaluation,
        trained,
        split,
        bytes,
    })
}

/// The phases of a fit: who follows them, and where the fit goes on from.
struct Course<'a> {
    fingerprint: u64,
    checkpoint: Option<Checkpoint>,
    observer: &'a mut dyn Observer,
}

impl<'a> Course<'a> {
    fn new(
        fingerprint: u64,
        checkpoint: Option<Checkpoint>,
        observer: &'a mut dyn Observer,
    ) -> Result<Self, FitError> {
        if checkpoint
            .as_ref()
            .is_some_and(|of| of.fingerprint != fingerprint)
        {
            return Err(FitError::OtherRun);
        }
        Ok(Self {
            fingerprint,
            checkpoint,
            observer,
        })
    }

    /// Whether the fit was beyond a phase already.
    fn passed(&self, phase: Phase) -> bool {
        self.checkpoint.as_ref().is_some_and(|of| of.phase > phase)
    }

    /// The network that the phase under way began with.
    fn restart(&self, data: &Dataset, config: &TrainConfig) -> Result<Trained, FitError> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(config.seed);
        let mut trained = Trained::start(data, config, &mut rng);
        let parameters = trained.net.parameters_mut();
        match &self.checkpoint {
            Some(of) if of.start.len() == parameters.len() => parameters.copy_from_slice(&of.start),
            _ => return Err(FitError::OtherRun),
        }
        Ok(trained)
    }

    /// Runs a phase, whose network begins with the parameters `start`.
    fn run(
        &mut self,
        phase: Phase,
        start: &[f32],
        run: impl FnOnce(Option<RunState>, &mut dyn train::Observer) -> Result<Trained, TrainError>,
    ) -> Result<Trained, FitError> {
        let state = self.checkpoint.take_if(|of| of.phase == phase);
        let mut follower = Follower {
            phase,
            start,
            fingerprint: self.fingerprint,
            observer: &mut *self.observer,
            stopped: false,
        };
        let trained = run(state.map(|of| of.state), &mut follower)?;
        match follower.stopped {
            true => Err(FitError::Stopped),
            false => Ok(trained),
        }
    }
}

/// Tells the observer of a fit of the steps of a phase.
struct Follower<'a> {
    phase: Phase,
    start: &'a [f32],
    fingerprint: u64,
    observer: &'a mut dyn Observer,
    stopped: bool,
}

impl train::Observer for Follower<'_> {
    fn step(&mut self, now: Progress, state: &dyn Fn() -> RunState) -> ControlFlow<()> {
        let checkpoint = || Checkpoint {
            fingerprint: self.fingerprint,
            phase: self.phase,
            start: self.start.to_vec(),
            state: state(),
        };
        match self.observer.step(self.phase, now, &checkpoint) {
            ControlFlow::Continue(()) => ControlFlow::Continue(()),
            ControlFlow::Break(stop) => {
                self.stopped = stop == Stop::Fit;
                ControlFlow::Break(())
            }
        }
    }
}

/// Standardised rows with the table's classes.
fn dataset(table: &Table, x: Array2<f32>) -> Result<Dataset, DatasetError> {
    match &table.labels {
        Some(labels) => Dataset::labelled(x, labels.of_row.clone(), labels.classes.len()),
        None => Dataset::unlabelled(x),
    }
}

/// Reflow, the grid and distillation, as asked for; the times of the grid, none for equal steps.
fn refine(
    mut trained: Trained,
    training: &Table,
    config: &FitConfig,
    course: &mut Course<'_>,
) -> Result<(Trained, Vec<u16>), FitError> {
    let Refinement {
        reflow: rounds,
        grid,
        distil,
    } = config.refinement;
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
        if course.passed(Phase::Reflow(round)) {
            continue;
        }
        let starts = starts(&trained, taught, settings.seed);
        let start = trained.net.parameters().to_vec();
        trained = course.run(Phase::Reflow(round), &start, |state, observer| {
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
        trained = course.run(Phase::Distillation, &start, |state, observer| {
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

/// How the model samples.
fn integration(config: &FitConfig, times: &[u16]) -> Integration {
    if times.is_empty() {
        return Integration::equal(config.steps.into(), config.solver);
    }
    let real = |&t: &u16| f32::from(t) / f32::from(TIME_ONE);
    Integration::at(times.iter().map(real).collect(), config.solver)
}

/// Quantises and encodes.
fn export(
    training: &Table,
    transform: &Transform,
    trained: &Trained,
    times: Vec<u16>,
    config: &FitConfig,
) -> Result<Vec<u8>, FitError> {
    let shape = trained.net.shape();
    let class = self::classes(training, shape.classes, CALIBRATION_ROWS);
    let Starts { noise, class } =
        Starts::draw(CALIBRATION_ROWS, shape.dim, class, config.train.seed);
    let calibration = Calibration {
        noise,
        class,
        how: integration(config, &times),
    };
    let classes = training.labels.as_ref().map(|labels| ClassNames {
        column: labels.column.clone(),
        position: labels.position as u16,
        names: labels.classes.clone(),
        counts: counts(&labels.of_row, labels.classes.len()),
        null_class: trained.net.shape().classes > labels.classes.len(),
    });
    let model = QuantisedModel {
        columns: training.columns.clone(),
        classes,
        steps: config.steps,
        times,
        solver: config.solver,
        net: quantise(&trained.net, &trained.base, &calibration)?,
        base: quantise_base(&trained.base),
        units: units(transform),
    };
    Ok(model.encode()?)
}

/// Rows of each class.
fn counts(of_row: &[u16], classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for &class in of_row {
        counts[usize::from(class)] += 1;
    }
    counts
}

/// Classes for draws: `count` training rows in turn, each class once, so that rare ones are seen too,
/// and a null class, the last, as often as all others together.
fn classes(training: &Table, classes: usize, count: usize) -> Option<Vec<u16>> {
    let labels = training.labels.as_ref()?;
    let each = 0..labels.classes.len() as u16;
    let rows = labels.of_row.iter().copied().cycle().take(count);
    let null = (each.len()..classes).flat_map(|null| vec![null as u16; count]);
    Some(rows.chain(each).chain(null).collect())
}
