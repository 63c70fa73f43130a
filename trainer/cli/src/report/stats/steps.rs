//! How near the samples come to real rows in few and in many steps.

use rayon::prelude::*;

use super::Comparison;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::MOST_ROWS;
use flowlet_trainer::metrics::wasserstein::sliced_w2;

/// Equal steps that are tried.
pub const STEPS: [u16; 5] = [1, 2, 4, 8, 16];

/// Sliced 2-Wasserstein distances to one half of the real rows, in standard deviations.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// Of samples in so many equal steps.
    pub equal: Vec<(u16, f64)>,
    /// Of samples in the steps that the file recommends.
    pub own: (u16, f64),
    /// Of the other half of the real rows.
    pub real: f64,
}

impl Steps {
    /// Samples the model anew in each number of steps, from one noise.
    ///
    /// # Panics
    /// Never: every model takes these steps.
    #[must_use]
    pub fn of(comparison: &Comparison<'_>) -> Self {
        let held_out = comparison.reference.held_out().values();
        let distance = |steps: Option<u16>| {
            let request = Request {
                count: MOST_ROWS,
                steps,
                seed: comparison.seed,
                ..Request::default()
            };
            let values = generate(&comparison.model, &request)
                .expect("every model takes these steps")
                .values;
            let rows = comparison.reference.rows(values, None, comparison.seed);
            sliced_w2(rows.values(), held_out, comparison.seed)
        };
        let mut tried: Vec<Option<u16>> = STEPS.map(Some).to_vec();
        tried.push(None);
        let mut distances: Vec<f64> = tried.into_par_iter().map(distance).collect();
        let own = distances.pop().unwrap_or(f64::NAN);
        let train = comparison.reference.train().values();
        Self {
            equal: STEPS.into_iter().zip(distances).collect(),
            own: (comparison.model.steps(), own),
            real: sliced_w2(train, held_out, comparison.seed),
        }
    }
}
