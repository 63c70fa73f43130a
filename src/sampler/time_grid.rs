//! Time grids: when the steps begin and end.

use super::SamplerError;
use crate::fixed::TIME_FRAC;
use crate::format::{MAX_STEPS, MIN_STEP};
use crate::int_math::div_unsigned;
use crate::model::Model;
use crate::quantities::Time;

/// When the steps begin and end. Plain fields, not an enum: with an enum, compilers that optimise
/// for size build a sampler elsewhere and copy it to its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeGrid<'m> {
    /// Number of steps, 1..=256.
    steps: u16,
    /// Whether the times of the file are used, if it has any.
    of_file: bool,
    /// Times of the caller, rising from 0 to 1 in steps of at least `MIN_STEP`. If they and the
    /// times of the file are missing, the steps have equal length.
    times: &'m [Time],
}

impl<'m> TimeGrid<'m> {
    /// Returns a grid of steps of equal length.
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

    /// Returns the grid that the file recommends.
    pub(super) const fn of(model: &Model<'_>) -> Self {
        Self {
            steps: model.steps(),
            of_file: true,
            times: &[],
        }
    }

    /// Returns a grid of these times.
    pub(super) fn times(times: &'m [Time]) -> Result<Self, SamplerError> {
        let ends = times.first() == Some(&Time::ZERO) && times.last() == Some(&Time::ONE);
        let rises = times
            .iter()
            .zip(times.iter().skip(1))
            .all(|(a, b)| a.bits() + MIN_STEP <= b.bits());
        if ends && rises && times.len() <= usize::from(MAX_STEPS) + 1 {
            let steps = times.len().saturating_sub(1) as u16;
            Ok(Self {
                steps,
                of_file: false,
                times,
            })
        } else {
            Err(SamplerError::TimeGrid)
        }
    }

    /// Returns the number of steps.
    pub(crate) fn steps(&self) -> u16 {
        self.steps
    }

    /// Returns t at the start of `step`, Q0.15. For K steps of equal length this is step/K,
    /// truncated.
    #[inline(never)]
    pub(crate) fn time(&self, model: &Model<'_>, step: u16) -> u16 {
        let at = usize::from(step);
        let of_file = model.time_grid_bytes().get(at).filter(|_| self.of_file);
        match (self.times.get(at), of_file) {
            (Some(time), _) => time.bits(),
            (None, Some(&time)) => u16::from_le_bytes(time),
            (None, None) => div_unsigned(u32::from(step) << TIME_FRAC, self.steps.into()) as u16,
        }
    }
}
