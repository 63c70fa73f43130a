//! Exponential moving average of the weights, which is smoother than the last step.

use multiversion::multiversion;
use serde::{Deserialize, Serialize};

/// A moving average of parameters whose decay starts low and rises to its limit.
///
/// At update k, counted from 0, the decay is min(decay, (1 + k) / (10 + k)). So the random start is
/// forgotten soon (TensorFlow's `ExponentialMovingAverage` with `num_updates`).
#[derive(Clone, Debug)]
pub struct Ema {
    state: EmaState,
    decay: f32,
}

/// State that changes with every update.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct EmaState {
    /// Average of each parameter.
    pub average: Vec<f32>,
    updates: u32,
}

impl Ema {
    /// Starts at `parameters`. `decay` is 0 to below 1; 0 follows the parameters exactly.
    pub fn new(parameters: &[f32], decay: f32) -> Self {
        Self {
            state: EmaState {
                average: parameters.to_vec(),
                updates: 0,
            },
            decay,
        }
    }

    /// Returns the state.
    pub fn state(&self) -> &EmaState {
        &self.state
    }

    /// Resumes from `state`, which has the same number of parameters.
    pub fn resumed(self, state: EmaState) -> Self {
        Self { state, ..self }
    }

    /// Adds the parameters after an optimiser step.
    pub fn update(&mut self, parameters: &[f32]) {
        let k = self.state.updates as f32;
        let take = 1.0 - self.decay.min((1.0 + k) / (10.0 + k));
        approach(&mut self.state.average, parameters, take);
        self.state.updates = self.state.updates.saturating_add(1);
    }

    /// Returns the averaged parameters.
    pub fn average(&self) -> &[f32] {
        &self.state.average
    }
}

/// Moves the average by the share `take` towards the parameters.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn approach(average: &mut [f32], parameters: &[f32], take: f32) {
    for (average, &p) in average.iter_mut().zip(parameters) {
        *average += take * (p - *average);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_its_start_and_then_smooths() {
        let mut ema = Ema::new(&[100.0], 0.99);
        for _ in 0..100 {
            ema.update(&[1.0]);
        }
        assert!((ema.average()[0] - 1.0).abs() < 0.01, "{:?}", ema.average());
        for k in 0..2000 {
            ema.update(&[if k % 2 == 0 { 0.0 } else { 2.0 }]);
        }
        assert!((ema.average()[0] - 1.0).abs() < 0.02, "{:?}", ema.average());
    }

    #[test]
    fn without_decay_it_follows() {
        let mut ema = Ema::new(&[5.0], 0.0);
        ema.update(&[7.0]);
        assert_eq!(ema.average(), [7.0]);
    }
}
