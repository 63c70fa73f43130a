//! The time budget: how many optimiser steps fit, and when each phase must end.

use std::time::{Duration, Instant};

use super::config::{Phase, PostTraining};

/// Seconds for everything but optimiser steps: preparation, the time grid, calibration.
const OVERHEAD_SECONDS: f64 = 3.0;
/// Share of the budget for which optimiser steps are planned.
const PLANNED_SHARE: f64 = 0.7;
/// Share of the budget at which the last phase ends.
const LATEST_SHARE: f64 = 0.85;

/// A time budget that runs from `start`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub start: Instant,
    pub total: Duration,
}

impl Budget {
    /// Returns how many optimiser steps of training fit, at `rate` steps per second.
    pub fn iterations(&self, rate: f64, post_training: &PostTraining) -> usize {
        let total = self.total.as_secs_f64();
        let left = PLANNED_SHARE * total
            - self.start.elapsed().as_secs_f64()
            - OVERHEAD_SECONDS.min(0.2 * total);
        let trainings = post_training.trainings_until(Phase::Distillation);
        ((rate * left / trainings) as usize).max(1)
    }

    /// Returns when a phase must end so that the later ones have their share.
    pub fn end(&self, phase: Phase, post_training: &PostTraining) -> Instant {
        let all = post_training.trainings_until(Phase::Distillation);
        let share = LATEST_SHARE * post_training.trainings_until(phase) / all;
        self.start + self.total.mul_f64(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_leaves_time_for_those_after_it() {
        let start = Instant::now();
        let total = Duration::from_secs(100);
        let budget = Budget { start, total };
        let ends = |reflow, distil, phases: &[Phase]| -> Vec<u64> {
            let post_training = PostTraining {
                reflow,
                distil,
                ..PostTraining::default()
            };
            let end = |&phase: &Phase| (budget.end(phase, &post_training) - start).as_secs();
            phases.iter().map(end).collect()
        };
        assert_eq!(ends(0, false, &[Phase::Training]), [85]);
        let phases = [Phase::Training, Phase::Reflow(1), Phase::Distillation];
        assert_eq!(ends(1, true, &phases), [34, 68, 85]);
    }
}
