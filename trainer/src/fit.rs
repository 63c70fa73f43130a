//! From a table to a model file: split, scale, train, quantise, encode.

use std::ops::ControlFlow;

use flowlet::{Model, ModelError, Solver};
use ndarray::Array2;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::data::domain::Domain;
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::encode::{ClassNames, QuantisedModel};
use crate::evaluate::{Evaluation, Reference, evaluate};
use crate::float_sampler::Integration;
use crate::quantise::{Calibration, QuantiseError, quantise, quantise_base};
use crate::train::{Dataset, DatasetError, Progress, TrainConfig, TrainError, Trained, train};
use crate::units::units;

/// Trajectories that ranges are calibrated on.
const CALIBRATION_ROWS: usize = 512;

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

/// Fits a model to `table`. `progress` is called after every step and may stop the training, which
/// then goes on with what it has.
///
/// # Errors
/// [`FitError`]; nothing is written.
pub fn fit(
    table: &Table,
    config: &FitConfig,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Fitted, FitError> {
    let split = Split::new(table, config.holdout, config.train.seed)?;
    let (training, held_out) = (table.select(&split.train), table.select(&split.held_out));
    let seed = config.train.seed;
    let domains = Domain::of_each(training.values.view());
    let (transform, standardised) = Transform::fit(&training, domains, seed);
    let data = dataset(&training, standardised)?;
    let judged = transform.standardise(held_out.values.clone(), seed);
    let judged = dataset(&held_out, judged)?;
    let trained = train(&data, Some(&judged), &config.train, progress)?;
    let bytes = export(&training, &transform, &trained, config)?;
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

/// Quantises and encodes.
fn export(
    training: &Table,
    transform: &Transform,
    trained: &Trained,
    config: &FitConfig,
) -> Result<Vec<u8>, FitError> {
    let calibration = calibration(training, trained.net.shape().classes, config);
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
        times: Vec::new(),
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

/// Noise for the calibration, and classes: training rows in turn, then each class once, so that
/// rare ones are seen too. A null class, the last, comes as often as all others together.
fn calibration(training: &Table, classes: usize, config: &FitConfig) -> Calibration {
    let class = training.labels.as_ref().map(|labels| {
        let rows = labels.of_row.iter().copied().cycle().take(CALIBRATION_ROWS);
        let each = 0..labels.classes.len() as u16;
        let null = (each.len()..classes).map(|null| [null as u16; CALIBRATION_ROWS]);
        rows.chain(each).chain(null.flatten()).collect::<Vec<u16>>()
    });
    let rows = class.as_ref().map_or(CALIBRATION_ROWS, Vec::len);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(config.train.seed);
    let noise = Array2::from_shape_simple_fn((rows, training.columns.len()), || {
        StandardNormal.sample(&mut rng)
    });
    Calibration {
        noise,
        class,
        how: Integration::equal(config.steps.into(), config.solver),
    }
}
