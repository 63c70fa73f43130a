//! AdamW: Adam with decoupled weight decay.

use multiversion::multiversion;
use serde::{Deserialize, Serialize};

/// Decay rate of the mean, as in the paper.
const BETA1: f32 = 0.9;
/// Decay rate of the mean square, as in the paper.
const BETA2: f32 = 0.999;
/// Guard against division by zero, as in the paper.
const EPSILON: f32 = 1e-8;

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2).
#[derive(Clone, Debug)]
pub struct AdamW {
    state: AdamState,
    /// Weight decay of each parameter; 0 for biases.
    decay: Vec<f32>,
}

/// State that changes with every step.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct AdamState {
    /// Mean of the gradient of each parameter.
    pub mean: Vec<f32>,
    /// Mean square of the gradient of each parameter.
    pub square: Vec<f32>,
    steps: i32,
}

impl AdamW {
    /// Creates an optimiser for `decays.len()` parameters. `weight_decay` applies to those with
    /// `decays`.
    pub fn new(decays: &[bool], weight_decay: f32) -> Self {
        Self {
            state: AdamState {
                mean: vec![0.0; decays.len()],
                square: vec![0.0; decays.len()],
                steps: 0,
            },
            decay: decays
                .iter()
                .map(|&d| if d { weight_decay } else { 0.0 })
                .collect(),
        }
    }

    /// Returns the state.
    pub fn state(&self) -> &AdamState {
        &self.state
    }

    /// Resumes from `state`, which has the same number of parameters.
    pub fn resumed(self, state: AdamState) -> Self {
        Self { state, ..self }
    }

    /// Moves `parameters` by one step for the gradient `factor` · `gradient`.
    ///
    /// # Panics
    ///
    /// If a length differs from that of [`new`](Self::new).
    pub fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        factor: f32,
        learning_rate: f32,
    ) {
        let n = self.decay.len();
        assert!(parameters.len() == n && gradient.len() == n);
        self.state.steps += 1;
        let unbias1 = 1.0 / (1.0 - BETA1.powi(self.state.steps));
        let unbias2 = 1.0 / (1.0 - BETA2.powi(self.state.steps));
        let factors = StepFactors {
            gradient: factor,
            unbias1,
            unbias2,
            learning_rate,
        };
        let AdamState { mean, square, .. } = &mut self.state;
        descend(parameters, gradient, mean, square, &self.decay, factors);
    }
}

/// Factors of one optimiser step.
#[derive(Clone, Copy)]
struct StepFactors {
    /// Factor of the gradient.
    gradient: f32,
    /// Factor that makes the mean unbiased.
    unbias1: f32,
    /// Factor that makes the mean square unbiased.
    unbias2: f32,
    learning_rate: f32,
}

/// Moves all parameters. All slices have one length.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn descend(
    parameters: &mut [f32],
    gradient: &[f32],
    mean: &mut [f32],
    square: &mut [f32],
    decay: &[f32],
    factors: StepFactors,
) {
    let StepFactors {
        gradient: factor,
        unbias1,
        unbias2,
        learning_rate,
    } = factors;
    let n = parameters.len();
    let (gradient, decay) = (&gradient[..n], &decay[..n]);
    let (mean, square) = (&mut mean[..n], &mut square[..n]);
    for k in 0..n {
        let g = factor * gradient[k];
        mean[k] += (1.0 - BETA1) * (g - mean[k]);
        square[k] += (1.0 - BETA2) * (g * g - square[k]);
        let adam = mean[k] * unbias1 / ((square[k] * unbias2).sqrt() + EPSILON);
        parameters[k] -= learning_rate * (adam + decay[k] * parameters[k]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_step_has_the_size_of_the_learning_rate() {
        let mut p = [1.0, 1.0];
        AdamW::new(&[false, false], 0.1).step(&mut p, &[50.0, -0.005], 2.0, 0.5);
        assert!(
            (p[0] - 0.5).abs() < 1e-5 && (p[1] - 1.5).abs() < 1e-5,
            "{p:?}"
        );
    }

    #[test]
    fn decay_shrinks_weights_and_spares_biases() {
        let mut p = [2.0, 2.0];
        let mut optimiser = AdamW::new(&[true, false], 0.1);
        optimiser.step(&mut p, &[0.0, 0.0], 1.0, 0.5);
        assert_eq!(p, [1.9, 2.0]);
    }

    #[test]
    fn finds_the_bottom_of_a_skewed_bowl() {
        let mut p = [3.0, -2.0];
        let mut optimiser = AdamW::new(&[false; 2], 0.0);
        for k in 0..2000 {
            let gradient = [100.0 * (p[0] - 1.0), 0.01 * (p[1] + 1.0)];
            optimiser.step(&mut p, &gradient, 1.0, 0.02 * (1.0 - k as f32 / 2000.0));
        }
        assert!(
            (p[0] - 1.0).abs() < 1e-2 && (p[1] + 1.0).abs() < 1e-2,
            "{p:?}"
        );
    }
}
