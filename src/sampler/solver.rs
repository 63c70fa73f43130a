//! What a solver is told: its method and its times.

use super::SamplerError;
use crate::fixed::{TIME_FRAC, TIME_ONE};
use crate::format::MAX_STEPS;

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
pub enum Solver {
    /// x ← x + dt · v(x, t).
    #[default]
    Euler,
    /// x ← x + dt · v(x + dt/2 · v(x, t), t + dt/2) (Hairer, Nørsett and Wanner, *Solving Ordinary
    /// Differential Equations I*, II.1).
    Midpoint,
    /// x ← x + dt/2 · (v + v(x + dt · v, t + dt)) with v = v(x, t) (the same, II.1).
    Heun,
}

/// The times at which steps begin and end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Grid<'m> {
    /// This many equal steps, 1 to 256.
    Uniform(u16),
    /// Q0.15, rising from 0 to 1.
    Times(&'m [u16]),
}

impl<'m> Grid<'m> {
    pub(super) fn uniform(steps: u16) -> Result<Self, SamplerError> {
        if (1..=MAX_STEPS).contains(&steps) {
            Ok(Self::Uniform(steps))
        } else {
            Err(SamplerError::Steps(steps))
        }
    }

    pub(super) fn times(times: &'m [u16]) -> Result<Self, SamplerError> {
        let ends = times.first() == Some(&0) && times.last() == Some(&TIME_ONE);
        let rises = times.iter().zip(times.iter().skip(1)).all(|(a, b)| a < b);
        if ends && rises && times.len() <= usize::from(MAX_STEPS) + 1 {
            Ok(Self::Times(times))
        } else {
            Err(SamplerError::Grid)
        }
    }

    pub(super) fn steps(&self) -> u16 {
        match *self {
            Self::Uniform(steps) => steps,
            Self::Times(times) => times.len().saturating_sub(1) as u16,
        }
    }

    /// t before step `step`, Q0.15; of equal steps, step/K, cut.
    pub(super) fn time(&self, step: u16) -> u16 {
        let uniform = |steps: u16| (u32::from(step) << TIME_FRAC).checked_div(steps.into());
        match *self {
            Self::Uniform(steps) => uniform(steps).unwrap_or(0) as u16,
            Self::Times(times) => times.get(usize::from(step)).map_or(TIME_ONE, |&time| time),
        }
    }
}
