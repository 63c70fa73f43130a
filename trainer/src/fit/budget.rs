//! The time budget: how many optimiser steps fit, and when each phase must end.

use std::time::{Duration, Instant};

use super::config::{Phase, PostTraining};

/// Share of the time up to the end of the last phase for which optimiser steps are planned.
const PLANNED_SHARE: f64 = 0.8;
/// Multiple of the rehearsed time that is reserved, because the load of the machine varies.
const MARGIN: u32 = 2;

/// A time budget that runs from `start`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub start: Instant,
    pub total: Duration,
    /// Time that what follows the last phase, calibration and the card, took in a rehearsal.
    rehearsed: Duration,
}

impl Budget {
    /// Starts a budget of `total`.
    pub fn new(total: Duration) -> Self {
        Self {
            start: Instant::now(),
            total,
            rehearsed: Duration::ZERO,
        }
    }

    /// Reserves time for what follows the last phase, which took `rehearsed` with one draw.
    pub fn reserve(&mut self, rehearsed: Duration) {
        self.rehearsed = rehearsed;
    }

    /// Returns the rehearsed time, if it does not leave half of the budget to the optimiser steps.
    pub fn shortened_by(&self) -> Option<Duration> {
        (MARGIN * self.rehearsed > self.total / 2).then_some(self.rehearsed)
    }

    /// Returns the time that the optimiser steps have, with what comes before them.
    fn time(&self) -> Duration {
        self.total - (MARGIN * self.rehearsed).min(self.total / 2)
    }

    /// Returns how many optimiser steps of training fit, at `rate` steps per second.
    pub fn iterations(&self, rate: f64, post_training: &PostTraining) -> usize {
        let left = self.time().saturating_sub(self.start.elapsed());
        let trainings = post_training.trainings_until(Phase::Distillation);
        ((PLANNED_SHARE * rate * left.as_secs_f64() / trainings) as usize).max(1)
    }

    /// Returns when a phase must end so that the later ones have their share.
    pub fn end(&self, phase: Phase, post_training: &PostTraining) -> Instant {
        let all = post_training.trainings_until(Phase::Distillation);
        let share = post_training.trainings_until(phase) / all;
        self.start + self.time().mul_f64(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_leaves_time_for_those_after_it() {
        let mut budget = Budget::new(Duration::from_secs(100));
        budget.reserve(Duration::from_millis(7500));
        assert_eq!(budget.shortened_by(), None);
        let start = budget.start;
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

    #[test]
    fn at_most_half_of_the_time_is_reserved() {
        let post_training = PostTraining {
            reflow: 0,
            distil: false,
            time_grid: true,
            recalibrate: true,
        };
        let mut budget = Budget::new(Duration::from_secs(1000));
        let all = budget.iterations(10.0, &post_training);
        budget.reserve(Duration::from_secs(900));
        let half = budget.iterations(10.0, &post_training);
        assert!((7990..=8000).contains(&all) && (3990..=4000).contains(&half));
        let end = budget.end(Phase::Training, &post_training) - budget.start;
        assert_eq!(end.as_secs(), 500);
        assert_eq!(budget.shortened_by(), Some(Duration::from_secs(900)));
    }
}
