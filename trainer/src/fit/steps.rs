//! The choice of the solver and of the number of solver steps, after the training.

use flowlet::Solver;
use ndarray::Axis;

use super::config::FitConfig;
use super::prepared::Prepared;
use super::{choice, starts};
use crate::decisions::{self, Decision};
use crate::fewest_steps::{Measure, fewest_steps};
use crate::fill::ChoiceRows;
use crate::float_sampler::Integration;
use crate::metrics::draw;
use crate::metrics::energy::energy_distance;
use crate::train::FloatModel;

/// Samples, and most training rows that they are compared with.
const SAMPLES: usize = 2000;

/// Chooses what is open. Steps are the fewest with which samples are nearly as near to training
/// rows as with many. If columns may be known, the CRPS on validation rows counts too, and decides
/// on the solver.
pub(super) fn choose(
    float: &FloatModel,
    prepared: &Prepared<'_>,
    config: &mut FitConfig,
) -> Vec<Decision> {
    let mut decisions = Vec::new();
    let masks = config.fill.masks(&prepared.training);
    let choice = choice(prepared, float, config);
    let validation = masks
        .as_ref()
        .map(|masks| (masks, ChoiceRows::new(&choice)));
    let crps = |solver: Solver, steps: usize| {
        let integration = Integration::uniform(steps, solver);
        let (masks, rows) = validation.as_ref()?;
        Some(rows.crps(masks, &integration))
    };
    let mut solver = config.solver;
    if config.chooses_solver {
        let steps = config.steps.into();
        let of = |solver| crps(solver, steps).unwrap_or(0.0);
        let [euler, exponential] = [Solver::Euler, Solver::ExponentialEuler].map(of);
        if euler < exponential {
            solver = Solver::Euler;
        }
        decisions.push(decisions::on_measured_solver(solver, [euler, exponential]));
    }
    if config.chooses_steps {
        let seed = config.train.seed;
        let starts = starts(float, (&prepared.training, &prepared.data), SAMPLES, seed);
        let rows = prepared.data.x();
        let rows = rows.select(Axis(0), &draw(rows.nrows(), SAMPLES, seed));
        let energy = |steps: usize| {
            let integration = Integration::uniform(steps, solver);
            energy_distance(starts.end(float, &integration).view(), rows.view())
        };
        let crps = |steps: usize| crps(solver, steps).unwrap_or(0.0);
        let measures: [Measure<'_>; 2] = [&energy, &crps];
        let has_masks = masks.is_some();
        let steps = fewest_steps(&measures[..1 + usize::from(has_masks)]);
        decisions.push(decisions::on_steps(steps, has_masks));
        config.steps = steps;
    }
    config.solver = solver;
    decisions
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use crate::coupling::Coupling;
    use crate::data::Table;
    use crate::quantile::quantile;
    use crate::trainer::Trainer;

    /// Returns the chosen steps for one column.
    fn chosen(value: fn(f64) -> f64) -> u16 {
        let rank = |row| quantile((row as f64 + 0.5) / 400.0);
        let table = Table {
            columns: vec!["x".to_owned()],
            values: Array2::from_shape_fn((400, 1), |(row, _)| value(rank(row))),
            ..Table::default()
        };
        let trainer = Trainer::new(&table).hidden([16; 2]).iterations(400);
        let trainer = trainer.coupling(Coupling::Independent);
        trainer.fit().expect("a model").model().steps()
    }

    #[test]
    fn the_drift_of_gaussian_data_takes_one_step_and_two_heaps_more() {
        assert_eq!(chosen(|z| z), 1);
        assert!(chosen(|z| z / 8.0 + z.signum()) > 1);
    }
}
