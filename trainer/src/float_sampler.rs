//! The float sampler: the reference that quantised samplers are judged against.

use flowlet::{Model, Solver};
use ndarray::Array2;

use crate::drift::GaussianDrift;
use crate::network::VelocityNet;

/// How to integrate from t = 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Integration {
    times: Vec<f32>,
    solver: Solver,
}

impl Integration {
    /// `steps` equal steps.
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

    /// Steps that begin and end at `times`, which rise from 0 to 1.
    pub fn at(times: Vec<f32>, solver: Solver) -> Self {
        assert!(times.len() > 1 && times.is_sorted(), "times rise");
        Self { times, solver }
    }

    /// When steps begin and end, from 0 to 1.
    pub fn times(&self) -> &[f32] {
        &self.times
    }

    /// The method.
    pub fn solver(&self) -> Solver {
        self.solver
    }

    /// As the runtime samples `model`: in equal `steps`, or in its own.
    pub fn of(model: &Model<'_>, steps: Option<u16>) -> Self {
        let solver = model.solver();
        let equal = steps.or((model.time_grid().len() == 0).then_some(model.steps()));
        match equal {
            Some(steps) => Self::uniform(steps.into(), solver),
            None => Self::at(
                model.time_grid().map(|t| f32::from(t) / 32_768.0).collect(),
                solver,
            ),
        }
    }
}

/// One step of `solver` from `t` to `end` by a velocity that has no drift, for which the exponential step is
/// Euler's.
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

/// A network and its drift: a velocity field.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The network.
    pub net: &'a VelocityNet,
    /// What it was trained beside.
    pub drift: &'a GaussianDrift,
    /// One class a row; `None` for an unconditional network.
    pub class: Option<&'a [u16]>,
}

impl Field<'_> {
    /// Base and network at `t`.
    pub fn velocity(&self, x: &Array2<f32>, t: f32) -> Array2<f32> {
        let t = vec![t; x.nrows()];
        let mut v = self.net.forward(x.view(), &t, self.class);
        self.drift
            .add_velocity(1.0, x.view(), &t, self.class, &mut v);
        v
    }

    /// One step of `solver` from `t` to `end`.
    pub fn step(&self, x: &mut Array2<f32>, t: f32, end: f32, solver: Solver) {
        if solver == Solver::ExponentialEuler {
            let times = vec![t; x.nrows()];
            let mut v = self.net.forward(x.view(), &times, self.class);
            self.drift
                .add_mean_velocity(x.view(), t, end, self.class, &mut v);
            *x += &(v * (end - t));
        } else {
            step(x, t, end, solver, |x, t| self.velocity(x, t));
        }
    }

    /// The samples that `noise` comes to, both `n × D`; the noise standard normal. `visit` sees the
    /// state before each step, and its time.
    ///
    /// # Panics
    /// If shapes do not fit, or the network has classes and `class` is `None`.
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
