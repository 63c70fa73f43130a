//! Distillation to few solver steps. For each step, the network learns the mean velocity with which
//! the step ends where the exact flow does. This is similar to Luhman and Luhman 2021,
//! arXiv:2101.02388. But each step is trained by itself, so only one evaluation is differentiated.

use flowlet::Solver;
use ndarray::Array2;

use super::{EXACT_STEPS, Starts};
use crate::drift::GaussianDrift;
use crate::float_sampler::Integration;
use crate::train::{
    FloatModel, RunObserver, RunState, TeacherStep, TeacherSteps, TrainConfig, TrainError,
    train_steps,
};

/// Learning rate relative to the training, low because the network changes little.
const RATE: f32 = 0.2;

/// Distils `trained` to the steps of `integration` on the trajectories of `starts`, from the
/// beginning or from a `state`.
///
/// # Errors
/// As for training.
///
/// # Panics
/// If the solver evaluates the network more than once per step.
pub fn distil(
    trained: FloatModel,
    starts: Starts,
    integration: &Integration,
    config: &TrainConfig,
    state: Option<RunState>,
    observer: &mut dyn RunObserver,
) -> Result<FloatModel, TrainError> {
    let teacher = teacher_steps(&trained, starts, integration);
    let config = TrainConfig {
        learning_rate: RATE * config.learning_rate,
        ..config.clone()
    };
    train_steps(trained, &teacher, &config, state, observer)
}

fn teacher_steps(trained: &FloatModel, starts: Starts, integration: &Integration) -> TeacherSteps {
    let steps = integration.times().len() - 1;
    let parts = EXACT_STEPS.div_ceil(steps);
    let within = |pair: &[f32]| -> Vec<f32> {
        let (t, dt) = (pair[0], pair[1] - pair[0]);
        (0..parts)
            .map(|k| t + dt * k as f32 / parts as f32)
            .collect()
    };
    let mut fine: Vec<f32> = integration.times().windows(2).flat_map(within).collect();
    fine.push(1.0);
    let states = starts.flow(trained, &Integration::at(fine, Solver::Heun), parts);
    let Starts { class, known, .. } = starts;
    let step = |k: usize| {
        let (x, end) = (&states[k], &states[k + 1]);
        let (t, next) = (integration.times()[k], integration.times()[k + 1]);
        let drift = drift_velocity(
            &trained.drift,
            integration.solver(),
            x,
            (t, next),
            class.as_deref(),
        );
        TeacherStep {
            t,
            target: (end - x) / (next - t) - drift,
            x: x.clone(),
        }
    };
    TeacherSteps {
        steps: (0..steps).map(step).collect(),
        class,
        known,
    }
}

/// Returns what the solver adds to the network's velocity in a step.
fn drift_velocity(
    drift: &GaussianDrift,
    solver: Solver,
    x: &Array2<f32>,
    (t, end): (f32, f32),
    class: Option<&[u16]>,
) -> Array2<f32> {
    match solver {
        Solver::Euler => drift.velocity(x.view(), &vec![t; x.nrows()], class),
        Solver::ExponentialEuler => {
            let mut v = Array2::zeros(x.dim());
            drift.add_mean_velocity(x.view(), t, end, class, &mut v);
            v
        }
        Solver::Midpoint | Solver::Heun => panic!("only one evaluation per step can be distilled"),
    }
}
