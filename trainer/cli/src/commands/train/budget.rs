//! `--budget`: how many optimiser steps fit in a time, and when each phase must end for the others to have theirs.

use std::time::{Duration, Instant};

use crate::commands::{Failure, print};
use flowlet_trainer::data::Table;
use flowlet_trainer::fit::{FitConfig, Phase, PostTraining, steps_per_second};

/// Seconds that pass beside the optimiser steps: reading, the grid, judging.
const BESIDE: f64 = 3.0;
/// Share of a budget that optimiser steps are planned for, and beyond which they end.
const PLANNED: f64 = 0.7;
const LATEST: f64 = 0.85;
/// How long steps are timed.
const TIMED: Duration = Duration::from_millis(400);

/// The time that a fit may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    pub start: Instant,
    pub whole: Duration,
    /// The phases after the training.
    pub post_training: PostTraining,
}

impl Budget {
    /// Sets the optimiser steps to what fits in the rest of the time.
    pub fn plan(&self, table: &Table, config: &mut FitConfig) -> Result<(), Failure> {
        let rate = steps_per_second(table, config, TIMED.min(self.whole / 10))?;
        let whole = self.whole.as_secs_f64();
        let left = PLANNED * whole - self.start.elapsed().as_secs_f64() - BESIDE.min(0.2 * whole);
        let phases = self.trainings(Phase::Distillation);
        config.train.iterations = ((rate * left / phases) as usize).max(1);
        print::note(&format!(
            "{} optimiser steps{} fit in {}, at {rate:.0} a second",
            config.train.iterations,
            self.afterwards(),
            humantime::format_duration(self.whole)
        ));
        Ok(())
    }

    /// The steps of the phases after the training, beside its own.
    fn afterwards(&self) -> &'static str {
        match (self.post_training.reflow, self.post_training.distil) {
            (0, false) => "",
            (0, true) => ", and half as many of distillation,",
            (_, false) => ", and as many for each reflow,",
            (_, true) => ", as many for each reflow and half as many of distillation,",
        }
    }

    /// When a phase must end.
    pub fn end(&self, phase: Phase) -> Instant {
        let share = self.trainings(phase) / self.trainings(Phase::Distillation);
        self.start + self.whole.mul_f64(LATEST * share)
    }

    /// How many trainings' steps are done when a phase ends: reflow takes as many again, distillation half as many.
    fn trainings(&self, phase: Phase) -> f64 {
        match phase {
            Phase::Training => 1.0,
            Phase::Reflow(round) => 1.0 + f64::from(round),
            Phase::Distillation => {
                let distillation = if self.post_training.distil { 0.5 } else { 0.0 };
                1.0 + f64::from(self.post_training.reflow) + distillation
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Duration, Instant, Phase, PostTraining};

    #[test]
    fn every_phase_leaves_time_to_those_after_it() {
        let start = Instant::now();
        let budget = |reflow, distil| Budget {
            start,
            whole: Duration::from_secs(100),
            post_training: PostTraining {
                reflow,
                distil,
                grid: true,
            },
        };
        let ends = |budget: Budget, phases: &[Phase]| -> Vec<u64> {
            let end = |&phase: &Phase| (budget.end(phase) - start).as_secs();
            phases.iter().map(end).collect()
        };
        assert_eq!(ends(budget(0, false), &[Phase::Training]), [85]);
        let phases = [Phase::Training, Phase::Reflow(1), Phase::Distillation];
        assert_eq!(ends(budget(1, true), &phases), [34, 68, 85]);
    }
}
