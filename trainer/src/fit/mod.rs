//! Fits a model to a table: split, standardise, train, refine, quantise, recalibrate, encode.

mod budget;
mod checkpoint;
mod config;
mod cross;
mod export;
mod prepared;
mod progress;
mod recalibrate;
mod rehearsal;
mod run;
mod steps;

pub(crate) use budget::Budget;
pub use checkpoint::Checkpoint;
pub use config::Phase;
pub(crate) use config::{FitConfig, PostTraining};
pub(crate) use cross::is_crossed;
pub(crate) use prepared::Prepared;
pub use progress::{Observer, Progress, Stop};

use checkpoint::Fingerprint;
use export::{CALIBRATION_ROWS, draw_classes, export, given, integration};
use recalibrate::recalibrate;
use run::FitRun;

use crate::data::Table;
use crate::decisions;
use crate::device_columns::{columns, curves};
use crate::error::Error;
use crate::evaluate::Reference;
use crate::fill::{Choice, ChoiceRows, FillPlan};
use crate::findings::RealRows;
use crate::post_training::{Starts, distil, grid, reflow};
use crate::provenance::Provenance;
use crate::score::calibrate_with;
use crate::train::{Dataset, FloatModel, Queries, TrainConfig, train};
use crate::trained::Trained;

/// Most trajectories that a network learns from after the training.
const MAX_TRAJECTORIES: usize = 16_384;
/// Most values of all those trajectories: 128 MB.
const MAX_TRAJECTORY_VALUES: usize = 1 << 25;
/// Mixed into the seed of post-training.
const POST_TRAINING_SEED: u64 = 0x7265_6669_6e65_0000;

/// Checkpoint, time budget and observer of a fit.
pub(crate) struct FitControl<'a> {
    pub checkpoint: Option<Checkpoint>,
    pub budget: Option<Budget>,
    pub observer: &'a mut dyn Observer,
}

/// Trains one network and makes a model of it for each number of solver steps.
///
/// A fit that resumes from a checkpoint has the same result.
pub(crate) fn fit(
    prepared: &Prepared<'_>,
    config: &FitConfig,
    steps: &[u16],
    control: FitControl<'_>,
) -> Result<Vec<Trained>, Error> {
    let Prepared {
        table,
        split,
        training,
        validation,
        transform,
        data,
        validation_data,
        ..
    } = prepared;
    let print = Fingerprint::new(table, config);
    let (scores, control) = cross::scores(table, config, print, control)?;
    let mut fit_run = FitRun::new(print, config, control, scores);
    let is_last = config.post_training.reflow == 0 && !config.post_training.distil;
    let settings = phase_settings(config, is_last);
    let float = match fit_run.is_past(Phase::Training) {
        true => fit_run.restart(data, &settings)?,
        false => fit_run.run(Phase::Training, &[], |state, observer| {
            train(data, Some(validation_data), &settings, state, observer)
        })?,
    };
    let seed = config.train.seed;
    let reference = Reference::new(transform.clone(), training, validation, seed);
    let numbers = Some(split.training.as_slice());
    let real = RealRows::new(transform.clone(), training, validation, numbers, seed);
    let training_steps = fit_run.training_steps();
    let provenance = Provenance::new(table, split, config.validation, seed, training_steps);
    let model = |&steps: &u16| {
        let mut config = FitConfig {
            steps,
            ..config.clone()
        };
        let rows = (training, data);
        let float = reflowed(float.clone(), rows, &config, &mut fit_run)?;
        let mut decisions = steps::choose(&float, prepared, &mut config);
        let (float, times) = post_training(float, rows, &config, &mut fit_run)?;
        let card = provenance.to_string();
        let fill = fill_plan(prepared, &float, &times, &config);
        let network = (&float, data);
        let mut quantised = export(
            training,
            transform,
            network,
            times,
            &config,
            fill.as_ref(),
            card,
        )?;
        let mut bytes = quantised.encode()?;
        if config.post_training.recalibrate {
            let transform = recalibrate(&bytes, training, transform, seed)?;
            quantised.columns = columns(&transform);
            quantised.curves = curves(&transform);
            bytes = quantised.encode()?;
        }
        if config.calibrate {
            bytes = calibrate_with(&bytes, validation, &fit_run.scores)?;
        }
        let stopped_after = fit_run.stopped_after();
        let trained = Trained::new(
            bytes,
            float,
            split.clone(),
            (reference.clone(), real.clone()),
            seed,
            stopped_after,
        )?;
        decisions.extend(
            fill.iter()
                .flat_map(|plan| decisions::on_fill(plan, training)),
        );
        Ok(trained.due(fit_run.due()).decided(fill, decisions))
    };
    steps.iter().map(model).collect()
}

/// Searches a time grid, if there is to be one. Empty for uniform steps.
fn time_grid(float: &FloatModel, rows: (&Table, &Dataset), config: &FitConfig) -> Vec<u16> {
    if !config.post_training.time_grid {
        return Vec::new();
    }
    let starts = starts(float, rows, CALIBRATION_ROWS, config.train.seed);
    grid::search(float, &starts, config.steps, config.solver)
}

/// Draws where trajectories start.
fn starts(
    float: &FloatModel,
    (training, data): (&Table, &Dataset),
    count: usize,
    seed: u64,
) -> Starts {
    let shape = float.net.shape();
    let class = draw_classes(training, shape.classes, count);
    let seed = seed ^ POST_TRAINING_SEED;
    given(Starts::draw(count, shape.dim, class, seed), data, seed)
}

/// Chooses how rows are filled in, if they are.
fn fill_plan(
    prepared: &Prepared,
    float: &FloatModel,
    times: &[u16],
    config: &FitConfig,
) -> Option<FillPlan> {
    let integration = integration(config, times);
    let choice = choice(prepared, float, config);
    if let Queries::Conditions(values) = prepared.validation_data.queries() {
        let named = prepared.named_conditions();
        return Some(ChoiceRows::new(&choice).with_conditions(named, values, &integration));
    }
    let masks = config.fill.masks(&prepared.training)?;
    let (any, queries) = (config.fill.any, &config.fill.queries);
    Some(ChoiceRows::new(&choice).choose(any, queries, &masks, &integration))
}

/// Returns what it takes to measure how a network fills in rows.
fn choice<'a>(prepared: &'a Prepared<'_>, float: &'a FloatModel, config: &FitConfig) -> Choice<'a> {
    Choice {
        float,
        data: &prepared.data,
        validation: &prepared.validation,
        validation_data: &prepared.validation_data,
        training: &prepared.training,
        transform: &prepared.transform,
        chooses_steps: config.chooses_steps,
        seed: config.train.seed,
    }
}

/// Runs the rounds of reflow.
fn reflowed(
    mut float: FloatModel,
    rows: (&Table, &Dataset),
    config: &FitConfig,
    fit_run: &mut FitRun<'_>,
) -> Result<FloatModel, Error> {
    let PostTraining {
        reflow: rounds,
        distil,
        ..
    } = config.post_training;
    for round in 1..=rounds {
        if fit_run.is_past(Phase::Reflow(round)) {
            continue;
        }
        let mut settings = phase_settings(config, round == rounds && !distil);
        settings.seed = settings.seed.wrapping_add(round.into());
        let starts = starts(&float, rows, trajectories(&float, config), settings.seed);
        let start = float.net.parameters().to_vec();
        float = fit_run.run(Phase::Reflow(round), &start, |state, observer| {
            reflow::reflow(float, starts, &settings, state, observer)
        })?;
    }
    Ok(float)
}

/// Runs the search of a time grid and distillation, as configured. Returns the time grid too, which
/// is empty for uniform steps.
fn post_training(
    mut float: FloatModel,
    rows: (&Table, &Dataset),
    config: &FitConfig,
    fit_run: &mut FitRun<'_>,
) -> Result<(FloatModel, Vec<u16>), Error> {
    let PostTraining { reflow, distil, .. } = config.post_training;
    let times = time_grid(&float, rows, config);
    if distil {
        let seed = config.train.seed;
        let mut settings = phase_settings(config, true);
        settings.seed = seed.wrapping_add(reflow.into());
        settings.iterations = config.distillation_steps();
        let starts = starts(&float, rows, trajectories(&float, config), !seed);
        let integration = integration(config, &times);
        let start = float.net.parameters().to_vec();
        float = fit_run.run(Phase::Distillation, &start, |state, observer| {
            distil::distil(float, starts, &integration, &settings, state, observer)
        })?;
    }
    Ok((float, times))
}

/// Returns how many trajectories a network learns from after the training.
fn trajectories(float: &FloatModel, config: &FitConfig) -> usize {
    let values = float.net.shape().dim * usize::from(config.steps);
    (MAX_TRAJECTORY_VALUES / values).clamp(CALIBRATION_ROWS, MAX_TRAJECTORIES)
}

/// Returns the settings of a phase. Only the last one rounds its weights, because a later one would
/// move them again.
fn phase_settings(config: &FitConfig, is_last: bool) -> TrainConfig {
    TrainConfig {
        quantisation_aware: config.train.quantisation_aware && is_last,
        ..config.train.clone()
    }
}
