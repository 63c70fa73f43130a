//! What a solver is told: its method and its times.

use super::SamplerError;
use crate::fixed::{TIME_FRAC, TIME_ONE};
use crate::format::MAX_STEPS;
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
    /// Euler's step for the network, the exact one for the Gaussian base, whose flow from t to t' is
    /// x ↦ t'·m + s(t')/s(t) · (x − t·m), s(t)² = (1 − t)² + t²·σ² (after exponential integrators,
    /// Hochbruck and Ostermann, Acta Numerica 19, 2010). It costs what Euler's does.
    ExponentialEuler = 1,
    /// x ← x + dt · v(x + dt/2 · v(x, t), t + dt/2) (Hairer, Nørsett and Wanner, *Solving Ordinary
    /// Differential Equations I*, II.1).
    Midpoint = 2,
    /// x ← x + dt/2 · (v + v(x + dt · v, t + dt)) with v = v(x, t) (the same, II.1).
    Heun = 3,
}

/// The times at which steps begin and end. Two plain fields, not an enum: with one, compilers for
/// size make a sampler beside its place and copy it there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid<'m> {
    /// Steps, 1 to 256.
    steps: u16,
    /// Q0.15, rising from 0 to 1: the caller's, or else the file's, or else equal steps.
    times: &'m [u16],
    file: &'m [[u8; 2]],
}

impl<'m> Grid<'m> {
    /// `steps` equal ones.
    pub(super) fn uniform(steps: u16) -> Result<Self, SamplerError> {
        if (1..=MAX_STEPS).contains(&steps) {
            Ok(Self {
                steps,
                times: &[],
                file: &[],
            })
        } else {
            Err(SamplerError::Steps(steps))
        }
    }

    /// The file's.
    pub(super) fn of(model: &Model<'m>) -> Self {
        Self {
            steps: model.steps(),
            times: &[],
            file: model.grid(),
        }
    }

    pub(super) fn times(times: &'m [u16]) -> Result<Self, SamplerError> {
        let ends = times.first() == Some(&0) && times.last() == Some(&TIME_ONE);
        let rises = times.iter().zip(times.iter().skip(1)).all(|(a, b)| a < b);
        if ends && rises && times.len() <= usize::from(MAX_STEPS) + 1 {
            let steps = times.len().saturating_sub(1) as u16;
            Ok(Self {
                steps,
                times,
                file: &[],
            })
        } else {
            Err(SamplerError::Grid)
        }
    }

    pub(super) fn steps(&self) -> u16 {
        self.steps
    }

    /// t before step `step`, Q0.15; of equal steps, step/K, cut.
    pub(super) fn time(&self, step: u16) -> u16 {
        let step_at = usize::from(step);
        match (self.times.get(step_at), self.file.get(step_at)) {
            (Some(&time), _) => time,
            (None, Some(&time)) => u16::from_le_bytes(time),
            (None, None) => (u32::from(step) << TIME_FRAC)
                .checked_div(self.steps.into())
                .map_or(0, |time| time as u16),
        }
    }
}
