//! The float sampler, with which quantised samples are compared.

use flowlet::{Model, Solver};
use ndarray::Array2;

use crate::drift::GaussianDrift;
use crate::known::Known;
use crate::network::{Inputs, VelocityNet};

/// Time grid and solver from t = 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Integration {
    times: Vec<f32>,
    solver: Solver,
}

impl Integration {
    /// Creates `steps` uniform steps.
    ///
    /// # Panics
    /// If `steps` is 0.
    pub fn uniform(steps: usize, solver: Solver) -> Self {
        assert!(steps > 0, "a sampler takes at least one step");
        Self {
            times: (0..=steps).map(|k| k as f32 / steps as f32).collect(),
            solver,
        }
    }

    /// Creates steps between `times`, which increase from 0 to 1.
    pub fn at(times: Vec<f32>, solver: Solver) -> Self {
        assert!(times.len() > 1 && times.is_sorted(), "times increase");
        Self { times, solver }
    }

    /// Returns the time grid, from 0 to 1.
    pub fn times(&self) -> &[f32] {
        &self.times
    }

    /// Returns the solver.
    pub fn solver(&self) -> Solver {
        self.solver
    }

    /// Returns how the runtime samples `model`: with uniform `steps`, or as the model recommends.
    pub fn of(model: &Model<'_>, steps: Option<u16>) -> Self {
        let solver = model.solver();
        let uniform = steps.or((model.time_grid().len() == 0).then_some(model.steps()));
        match uniform {
            Some(steps) => Self::uniform(steps.into(), solver),
            None => Self::at(
                model
                    .time_grid()
                    .map(|t| f32::from(t.bits()) / 32_768.0)
                    .collect(),
                solver,
            ),
        }
    }
}

/// Takes one step of `solver` from `t` to `end` with a velocity without drift, for which the
/// exponential step is Euler's.
pub fn step(
    x: &mut Array2<f32>,
    t: f32,
    end: f32,
    solver: Solver,
    mut velocity: impl FnMut(&Array2<f32>, f32) -> Array2<f32>,
) {
    let dt = end - t;
    let moved = |v: &Array2<f32>, dt: f32| &*x + &(v * dt);
    *x = match solver {
        Solver::Euler | Solver::ExponentialEuler => moved(&velocity(x, t), dt),
        Solver::Midpoint => {
            let there = moved(&velocity(x, t), dt / 2.0);
            moved(&velocity(&there, t + dt / 2.0), dt)
        }
        Solver::Heun => {
            let first = velocity(x, t);
            let second = velocity(&moved(&first, dt), end);
            moved(&(first + second), dt / 2.0)
        }
    };
}

/// A velocity field: a network and its drift.
#[derive(Clone, Copy, Debug)]
pub struct VelocityField<'a> {
    /// The network.
    pub net: &'a VelocityNet,
    /// The drift it was trained with.
    pub drift: &'a GaussianDrift,
    /// One class per row. `None` for an unconditional network.
    pub class: Option<&'a [u16]>,
    /// What is known of the rows.
    pub known: &'a Known,
}

impl VelocityField<'_> {
    /// Returns the velocity at `t`, drift included. Known coordinates do not move.
    pub fn velocity(&self, x: &Array2<f32>, t: f32) -> Array2<f32> {
        let t = vec![t; x.nrows()];
        let mut v = self.net.forward(&self.inputs(x, &t));
        self.drift
            .add_velocity(1.0, x.view(), &t, self.class, &mut v);
        self.known.hold(&mut v);
        v
    }

    /// Returns the inputs of the network at the times `t`.
    pub fn inputs<'b>(&'b self, x: &'b Array2<f32>, t: &'b [f32]) -> Inputs<'b> {
        Inputs {
            x: x.view(),
            t,
            class: self.class,
            query: self.known.query(),
        }
    }

    /// Takes one step of `solver` from `t` to `end`.
    pub fn step(&self, x: &mut Array2<f32>, t: f32, end: f32, solver: Solver) {
        if solver == Solver::ExponentialEuler {
            let times = vec![t; x.nrows()];
            let mut v = self.net.forward(&self.inputs(x, &times));
            self.drift
                .add_mean_velocity(x.view(), t, end, self.class, &mut v);
            self.known.hold(&mut v);
            *x += &(v * (end - t));
        } else {
            step(x, t, end, solver, |x, t| self.velocity(x, t));
        }
    }

    /// Returns the samples of standard normal `noise`, both `n × D`. `visit` sees the state before
    /// each step, and its time.
    ///
    /// # Panics
    /// If shapes do not fit, or if the network has classes and `class` is `None`.
    pub fn sample(
        &self,
        noise: Array2<f32>,
        integration: &Integration,
        mut visit: impl FnMut(&Array2<f32>, f32),
    ) -> Array2<f32> {
        let mut x = noise;
        for pair in integration.times.windows(2) {
            visit(&x, pair[0]);
            self.step(&mut x, pair[0], pair[1], integration.solver);
        }
        x
    }
}
