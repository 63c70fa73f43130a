//! Distance of samples to real rows by the number of solver steps.

use rayon::prelude::*;

use super::Comparison;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::wasserstein::sliced_w2;

/// Numbers of uniform steps that are compared.
pub const STEPS: [u16; 5] = [1, 2, 4, 8, 16];

/// Sliced 2-Wasserstein distances to the test rows, standard deviations.
#[derive(Clone, Debug, PartialEq)]
pub struct StepDistances {
    /// Number of uniform steps, and distance of samples.
    pub uniform: Vec<(u16, f64)>,
    /// Number of steps of the file's own time grid, and distance of samples.
    pub own: (u16, f64),
    /// Distance of equally many real rows: the real baseline.
    pub real: f64,
}

impl StepDistances {
    /// Generates samples of the same noise in each number of steps.
    ///
    /// # Panics
    /// Never: every model supports these steps.
    #[must_use]
    pub fn of(comparison: &Comparison<'_>) -> Self {
        let (reference, seed) = (&comparison.reference, comparison.sampling.seed);
        let draw = &reference.draws()[0];
        let test = draw.test().values();
        let distance = |steps: Option<u16>| {
            let request = Request {
                count: test.nrows(),
                steps,
                conditions: reference.conditions(),
                seed,
                ..Request::default()
            };
            let values = generate(&comparison.model, &request)
                .expect("every model supports these steps")
                .values;
            let rows = reference.unit().standardise(values.view());
            sliced_w2(rows.view(), test, seed)
        };
        let mut tried: Vec<Option<u16>> = STEPS.map(Some).to_vec();
        tried.push(None);
        let mut distances: Vec<f64> = tried.into_par_iter().map(distance).collect();
        let own = distances.pop().unwrap_or(f64::NAN);
        Self {
            uniform: STEPS.into_iter().zip(distances).collect(),
            own: (comparison.model.steps(), own),
            real: sliced_w2(draw.real().values(), test, seed),
        }
    }
}
