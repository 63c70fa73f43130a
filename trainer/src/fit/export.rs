//! Exports a trained network to a quantised model.

use flowlet::encode::{ClassNames, QuantisedModel};
use flowlet::fixed::TIME_ONE;
use flowlet::format::Section;
use ndarray::{Array2, Axis};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::config::FitConfig;
use crate::data::Table;
use crate::data::transform::Transform;
use crate::device_columns::{columns, curves};
use crate::error::Error;
use crate::fill::{FillPlan, quantise_fill};
use crate::float_sampler::Integration;
use crate::known::Known;
use crate::post_training::Starts;
use crate::quantise::{Calibration, quantise, quantise_drift, quantise_latent};
use crate::train::{Dataset, FloatModel, Queries};

/// Trajectories for the calibration of ranges and for the search of a time grid.
pub(super) const CALIBRATION_ROWS: usize = 512;

/// Mixed into the seed of known columns.
const KNOWN_SEED: u64 = 0x6b6e_6f77_6e00_0000;

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
    (float, data): (&FloatModel, &Dataset),
    times: Vec<u16>,
    config: &FitConfig,
    fill: Option<&FillPlan>,
    card: String,
) -> Result<QuantisedModel, Error> {
    let shape = float.net.shape();
    let class = draw_classes(training, shape.classes, CALIBRATION_ROWS);
    let starts = Starts::draw(CALIBRATION_ROWS, shape.dim, class, config.train.seed);
    let Starts {
        noise,
        class,
        known,
    } = given(starts, data, config.train.seed);
    let calibration = Calibration {
        noise,
        class,
        known,
        integration: integration(config, &times),
    };
    let classes = training.labels.as_ref().map(|labels| ClassNames {
        column: labels.column.clone(),
        position: labels.position as u16,
        names: labels.classes.clone(),
        counts: class_counts(&labels.of_row, labels.classes.len()),
        null_class: shape.classes > labels.classes.len(),
    });
    let (net, inputs) = quantise(&float.net, &float.drift, &calibration)?;
    let predicts = !config.post_training.distil;
    let fill = fill
        .map(|plan| quantise_fill(plan, inputs, predicts))
        .transpose()?;
    let fill = fill.map(|fill| fill.to_bytes()).transpose()?;
    Ok(QuantisedModel {
        column_names: training.columns.clone(),
        classes,
        steps: config.steps,
        time_grid: times,
        solver: config.solver,
        net,
        drift: quantise_drift(&float.drift),
        latent: transform.latent.as_ref().map(quantise_latent).transpose()?,
        curves: curves(transform),
        columns: columns(transform),
        sections: fill.map(|fill| (Section::Fill, fill)).into_iter().collect(),
        card,
    })
}

/// Gives trajectories what the network is told in training: each the known columns of a row of its
/// class.
pub(super) fn given(starts: Starts, data: &Dataset, seed: u64) -> Starts {
    let count = data.x().nrows();
    let rows: Vec<usize> = (0..starts.noise.nrows()).map(|row| row % count).collect();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ KNOWN_SEED);
    let known = match data.queries() {
        Queries::None => return starts,
        Queries::Conditions(values) => Known::Conditions(values.select(Axis(0), &rows)),
        Queries::Masked(masks) => {
            let mut mask = Array2::zeros(starts.noise.dim());
            for (at, &row) in rows.iter().enumerate() {
                let class = starts.class.as_ref().map(|class| class[at]);
                let own = data.class().map(|class| class[row]);
                // The null class, after the others, means every class.
                if class == own || class.is_some_and(|class| usize::from(class) >= data.classes()) {
                    masks.draw(mask.row_mut(at), &mut rng);
                }
            }
            Known::Masked(mask)
        }
    };
    let values = data.x().select(Axis(0), &rows);
    starts.given(known, values.view())
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
