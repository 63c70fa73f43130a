//! The choice of the number of solver steps: the fewest with which samples are about as good as
//! with many.

use ndarray::Axis;

use super::config::FitConfig;
use super::starts;
use crate::data::Table;
use crate::defaults;
use crate::float_sampler::Integration;
use crate::metrics::draw;
use crate::metrics::energy::energy_distance;
use crate::train::{Dataset, FloatModel};

/// Numbers of steps to choose from, with [`defaults::STEPS`] as the last resort.
const CHOICES: [u16; 5] = [1, 2, 3, 4, 6];
/// Steps that the choices are compared with.
const MANY: usize = 16;
/// Largest ratio of the energy distance to that with [`MANY`] steps.
const MAX_RATIO: f64 = 1.02;
/// Samples, and most training rows that they are compared with.
const SAMPLES: usize = 2000;

/// Returns the fewest steps whose samples are nearly as near to training rows as those of 16 steps.
pub(super) fn fewest(
    float: &FloatModel,
    (training, data): (&Table, &Dataset),
    config: &FitConfig,
) -> u16 {
    let seed = config.train.seed;
    let starts = starts(float, (training, data), SAMPLES, seed);
    let drawn = draw(data.x().nrows(), SAMPLES, seed);
    let rows = data.x().select(Axis(0), &drawn);
    let distance = |steps: usize| {
        let integration = Integration::uniform(steps, config.solver);
        energy_distance(starts.end(float, &integration).view(), rows.view())
    };
    let most = MAX_RATIO * distance(MANY);
    let mut choices = CHOICES.into_iter();
    let fewest = choices.find(|&steps| distance(steps.into()) <= most);
    fewest.unwrap_or(defaults::STEPS)
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
