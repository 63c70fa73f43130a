//! From a table to a model file: split, scale, train, refine, quantise, encode.

use std::ops::ControlFlow;

use flowlet::fixed::TIME_ONE;
use flowlet::{Model, ModelError, Solver};
use ndarray::Array2;

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
use crate::train::{Dataset, DatasetError, Progress, TrainConfig, TrainError, Trained, train};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The runtime refuses the model.
    #[error("the runtime refuses the model: {0}")]
    Model(#[from] ModelError),
}

/// Fits a model to `table`. `progress` is called after every step and may stop its phase, which
/// then goes on with what it has.
///
/// # Errors
/// [`FitError`]; nothing is written.
///
/// # Panics
/// If a solver of two evaluations a step is to be distilled.
pub fn fit(
    table: &Table,
    config: &FitConfig,
    progress: &mut dyn FnMut(Phase, Progress) -> ControlFlow<()>,
) -> Result<Fitted, FitError> {
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
    let trained = train(&data, Some(&judged), &settings, &mut |now| {
        progress(Phase::Training, now)
    })?;
    let (trained, times) = refine(trained, &training, config, progress)?;
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
    progress: &mut dyn FnMut(Phase, Progress) -> ControlFlow<()>,
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
        let starts = starts(&trained, taught, settings.seed);
        trained = reflow::reflow(trained, starts, &settings, &mut |now| {
            progress(Phase::Reflow(round), now)
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
        trained = distil::distil(trained, starts, &how, &settings, &mut |now| {
            progress(Phase::Distillation, now)
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
