//! A trained network to the bytes of a `.flow` file.

use flowlet::fixed::TIME_ONE;

use super::{FitConfig, FitError};
use crate::data::Table;
use crate::data::transform::Transform;
use crate::device_columns::columns;
use crate::float_sampler::Integration;
use crate::post_training::Starts;
use crate::quantise::{Calibration, quantise, quantise_drift};
use crate::train::Trained;
use flowlet::encode::{ClassNames, QuantisedModel};

/// Trajectories that ranges are calibrated on, and that a grid is searched with.
pub(super) const CALIBRATION_ROWS: usize = 512;

/// How the model samples.
pub(super) fn integration(config: &FitConfig, times: &[u16]) -> Integration {
    if times.is_empty() {
        return Integration::equal(config.steps.into(), config.solver);
    }
    let real = |&t: &u16| f32::from(t) / f32::from(TIME_ONE);
    Integration::at(times.iter().map(real).collect(), config.solver)
}

/// Quantises and encodes.
pub(super) fn export(
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
        column_names: training.columns.clone(),
        classes,
        steps: config.steps,
        times,
        solver: config.solver,
        net: quantise(&trained.net, &trained.drift, &calibration)?,
        drift: quantise_drift(&trained.drift),
        columns: columns(transform),
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
pub(super) fn classes(training: &Table, classes: usize, count: usize) -> Option<Vec<u16>> {
    let labels = training.labels.as_ref()?;
    let each = 0..labels.classes.len() as u16;
    let rows = labels.of_row.iter().copied().cycle().take(count);
    let null = (each.len()..classes).flat_map(|null| vec![null as u16; count]);
    Some(rows.chain(each).chain(null).collect())
}
