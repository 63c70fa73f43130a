//! What a solver is told: its method and its times.

use super::SamplerError;
use crate::fixed::{TIME_FRAC, TIME_ONE};
use crate::format::{MAX_STEPS, MIN_STEP};
use crate::int_math::quotient;
use crate::model::Model;

/// The method of integration. The second-order ones evaluate the network twice a step.
///
/// ```
/// # use flowlet::{Model, Sampler, Solver};
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// # let model = Model::parse(bytes).unwrap();
/// let mut sampler = Sampler::<2, 64>::new(&model).unwrap();
/// sampler.set_solver(Solver::Midpoint);
/// sampler.set_steps(4).unwrap(); // 8 evaluations
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Solver {
    /// x ← x + dt · v(x, t).
    #[default]
    Euler = 0,
    /// Euler's step for the network, the exact one for the Gaussian drift, whose flow from t to t' is
    /// x ↦ t'·m + s(t')/s(t) · (x − t·m), s(t)² = (1 − t)² + t²·σ² (after exponential integrators,
    /// Hochbruck and Ostermann, Acta Numerica 19, 2010). It costs what Euler's does.
    ExponentialEuler = 1,
    /// x ← x + dt · v(x + dt/2 · v(x, t), t + dt/2) (Hairer, Nørsett and Wanner, *Solving Ordinary
    /// Differential Equations I*, II.1).
    Midpoint = 2,
    /// x ← x + dt/2 · (v + v(x + dt · v, t + dt)) with v = v(x, t) (the same, II.1).
    Heun = 3,
}

/// The times at which steps begin and end. Plain fields, not an enum: with one, compilers for
/// size make a sampler beside its place and copy it there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid<'m> {
    /// Steps, 1 to 256.
    steps: u16,
    /// The file's times, where it has any; or else the caller's; or else equal steps.
    of_file: bool,
    /// Q0.15, rising from 0 to 1 by `MIN_STEP` or more.
    times: &'m [u16],
}

impl<'m> Grid<'m> {
    /// `steps` equal ones.
    pub(super) fn uniform(steps: u16) -> Result<Self, SamplerError> {
        if (1..=MAX_STEPS).contains(&steps) {
            Ok(Self {
                steps,
                of_file: false,
                times: &[],
            })
        } else {
            Err(SamplerError::Steps(steps))
        }
    }

    /// The file's.
    pub(super) fn of(model: &Model<'_>) -> Self {
        Self {
            steps: model.steps(),
            of_file: true,
            times: &[],
        }
    }

    pub(super) fn times(times: &'m [u16]) -> Result<Self, SamplerError> {
        let ends = times.first() == Some(&0) && times.last() == Some(&TIME_ONE);
        let rises = times
            .iter()
            .zip(times.iter().skip(1))
            .all(|(a, &b)| a.saturating_add(MIN_STEP) <= b);
        if ends && rises && times.len() <= usize::from(MAX_STEPS) + 1 {
            let steps = times.len().saturating_sub(1) as u16;
            Ok(Self {
                steps,
                of_file: false,
                times,
            })
        } else {
            Err(SamplerError::Grid)
        }
    }

    pub(super) fn steps(&self) -> u16 {
        self.steps
    }

    /// t before step `step`, Q0.15; of equal steps, step/K, cut.
    #[inline(never)]
    pub(super) fn time(&self, model: &Model<'_>, step: u16) -> u16 {
        let at = usize::from(step);
        let of_file = model.grid().get(at).filter(|_| self.of_file);
        match (self.times.get(at), of_file) {
            (Some(&time), _) => time,
            (None, Some(&time)) => u16::from_le_bytes(time),
            (None, None) => quotient(u32::from(step) << TIME_FRAC, self.steps.into()) as u16,
        }
    }
}
