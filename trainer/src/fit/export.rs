//! Exports a trained network to a quantised model.

use flowlet::encode::{ClassNames, QuantisedModel};
use flowlet::fixed::TIME_ONE;

use super::config::FitConfig;
use crate::data::Table;
use crate::data::transform::Transform;
use crate::device_columns::{columns, curves};
use crate::error::Error;
use crate::float_sampler::Integration;
use crate::post_training::Starts;
use crate::quantise::{Calibration, quantise, quantise_drift, quantise_latent};
use crate::train::FloatModel;

/// Trajectories for the calibration of ranges and for the search of a time grid.
pub(super) const CALIBRATION_ROWS: usize = 512;

/// Returns how the model samples.
pub(super) fn integration(config: &FitConfig, times: &[u16]) -> Integration {
    if times.is_empty() {
        return Integration::uniform(config.steps.into(), config.solver);
    }
    let real = |&t: &u16| f32::from(t) / f32::from(TIME_ONE);
    Integration::at(times.iter().map(real).collect(), config.solver)
}

/// Quantises a model.
pub(super) fn export(
    training: &Table,
    transform: &Transform,
    float: &FloatModel,
    times: Vec<u16>,
    config: &FitConfig,
    card: String,
) -> Result<QuantisedModel, Error> {
    let shape = float.net.shape();
    let class = draw_classes(training, shape.classes, CALIBRATION_ROWS);
    let Starts { noise, class } =
        Starts::draw(CALIBRATION_ROWS, shape.dim, class, config.train.seed);
    let calibration = Calibration {
        noise,
        class,
        integration: integration(config, &times),
    };
    let classes = training.labels.as_ref().map(|labels| ClassNames {
        column: labels.column.clone(),
        position: labels.position as u16,
        names: labels.classes.clone(),
        counts: class_counts(&labels.of_row, labels.classes.len()),
        null_class: shape.classes > labels.classes.len(),
    });
    Ok(QuantisedModel {
        column_names: training.columns.clone(),
        classes,
        steps: config.steps,
        time_grid: times,
        solver: config.solver,
        net: quantise(&float.net, &float.drift, &calibration)?,
        drift: quantise_drift(&float.drift),
        latent: transform.latent.as_ref().map(quantise_latent).transpose()?,
        curves: curves(transform),
        columns: columns(transform),
        sections: Vec::new(),
        card,
    })
}

/// Counts the rows of each class.
pub(super) fn class_counts(of_row: &[u16], classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for &class in of_row {
        counts[usize::from(class)] += 1;
    }
    counts
}

/// Draws classes for trajectories. First come those of `count` training rows in turn. Then comes
/// each class once, so that rare ones are seen too. A null class comes last, as often as all the
/// others.
pub(super) fn draw_classes(training: &Table, classes: usize, count: usize) -> Option<Vec<u16>> {
    let labels = training.labels.as_ref()?;
    let each = 0..labels.classes.len() as u16;
    let rows = labels.of_row.iter().copied().cycle().take(count);
    let null = (each.len()..classes).flat_map(|null| vec![null as u16; count]);
    Some(rows.chain(each).chain(null).collect())
}
