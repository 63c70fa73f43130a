//! The phases of a fit: who observes them, and where an interrupted fit resumes.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::checkpoint::{Fingerprint, PhaseEnd};
use super::config::{FitConfig, Phase, PostTraining};
use super::progress::{Observer, Progress, Stop};
use super::{Budget, Checkpoint, FitControl};
use crate::error::Error;
use crate::score::FoldScores;
use crate::train::{
    Dataset, FloatModel, RunObserver, RunProgress, RunState, TrainConfig, TrainError,
};

/// The phases of a fit.
pub(super) struct FitRun<'a> {
    fingerprint: Fingerprint,
    post_training: PostTraining,
    /// Planned optimiser steps of each phase.
    planned: Vec<usize>,
    /// As in [`FitConfig::stop_after`].
    stop_after: Vec<usize>,
    control: FitControl<'a>,
    /// The finished phases.
    ended: Vec<PhaseEnd>,
    /// Scores of the folds, which calibrate the model; empty if there are none.
    pub scores: FoldScores,
    start: Instant,
    /// Time that the fit had taken when it was interrupted.
    spent: Duration,
}

impl<'a> FitRun<'a> {
    /// Starts or resumes a fit, whose scores are calibrated by those of folds, if there are some.
    pub fn new(
        fingerprint: Fingerprint,
        config: &FitConfig,
        control: FitControl<'a>,
        scores: FoldScores,
    ) -> Self {
        let checkpoint = control.checkpoint.as_ref();
        Self {
            fingerprint,
            post_training: config.post_training,
            planned: config.phase_steps(),
            stop_after: config.stop_after.clone(),
            ended: checkpoint.map_or_else(Vec::new, |of| of.ended.clone()),
            start: control
                .budget
                .map_or_else(Instant::now, |budget| budget.start),
            spent: checkpoint.map_or(Duration::ZERO, |of| of.spent),
            control,
            scores,
        }
    }

    /// Returns the optimiser steps after which the budget ended each phase, 0 for all of them.
    /// Empty if it ended none.
    pub fn stopped_after(&self) -> Vec<usize> {
        match self.ended.iter().any(|end| end.out_of_time) {
            true => {
                let ended = self.ended.iter();
                ended
                    .map(|end| if end.out_of_time { end.steps } else { 0 })
                    .collect()
            }
            false => self.stop_after.clone(),
        }
    }

    /// Returns when the budget is used up, which includes the time before an interruption.
    pub fn due(&self) -> Option<Instant> {
        let budget = self.control.budget?;
        let due = budget.start + budget.total;
        Some(due.checked_sub(self.spent).unwrap_or(budget.start))
    }

    /// Returns the optimiser steps that the training took.
    pub fn training_steps(&self) -> usize {
        self.ended.first().map_or(0, |end| end.steps)
    }

    /// Returns whether the checkpoint is of a later phase.
    pub fn is_past(&self, phase: Phase) -> bool {
        let checkpoint = self.control.checkpoint.as_ref();
        checkpoint.is_some_and(|of| of.phase > phase)
    }

    /// Returns the network with which the checkpoint's phase began.
    pub fn restart(&self, data: &Dataset, config: &TrainConfig) -> Result<FloatModel, Error> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(config.seed);
        let mut float = FloatModel::start(data, config, &mut rng);
        let parameters = float.net.parameters_mut();
        match &self.control.checkpoint {
            Some(of) if of.start.len() == parameters.len() => parameters.copy_from_slice(&of.start),
            _ => return Err(Error::OtherCheckpoint { what: "settings" }),
        }
        Ok(float)
    }

    /// Runs a phase, whose network begins with the parameters `start`.
    pub fn run(
        &mut self,
        phase: Phase,
        start: &[f32],
        run: impl FnOnce(Option<RunState>, &mut dyn RunObserver) -> Result<FloatModel, TrainError>,
    ) -> Result<FloatModel, Error> {
        let state = self.control.checkpoint.take_if(|of| of.phase == phase);
        let number = self.post_training.phases_before(phase);
        // A second fit of the same training repeats the later phases.
        self.ended.truncate(number);
        // A budget includes the time before the interruption.
        let end = |budget: Budget| {
            let end = budget.end(phase, &self.post_training);
            end.checked_sub(self.spent).unwrap_or(budget.start)
        };
        let mut observer = PhaseObserver {
            phase,
            start,
            fingerprint: self.fingerprint,
            end: self.control.budget.map(end),
            last_step: self.stop_after.get(number).copied().unwrap_or(0),
            planned: &self.planned[number..],
            ended: &self.ended,
            scores: &self.scores,
            began: (self.start, self.spent),
            observer: &mut *self.control.observer,
            stopped: false,
            out_of_time: false,
        };
        let float = run(state.map(|of| of.state), &mut observer)?;
        let (stopped, out_of_time) = (observer.stopped, observer.out_of_time);
        self.ended.push(PhaseEnd {
            steps: float.progress.step,
            out_of_time,
        });
        match stopped {
            true => Err(Error::Stopped),
            false => Ok(float),
        }
    }
}

/// Passes the steps of a phase on to the observer of the fit.
struct PhaseObserver<'a> {
    phase: Phase,
    start: &'a [f32],
    fingerprint: Fingerprint,
    /// Time at which the budget ends the phase.
    end: Option<Instant>,
    /// Step after which the settings end the phase; 0 for none.
    last_step: usize,
    /// Planned optimiser steps of this phase and of the later ones.
    planned: &'a [usize],
    ended: &'a [PhaseEnd],
    scores: &'a FoldScores,
    /// Start of the fit, and the time that it had taken before.
    began: (Instant, Duration),
    observer: &'a mut dyn Observer,
    stopped: bool,
    /// Whether the budget ended the phase.
    out_of_time: bool,
}

impl PhaseObserver<'_> {
    fn progress(&self, now: RunProgress) -> Progress {
        let planned: usize = self.planned.iter().sum();
        Progress {
            fold: None,
            phase: self.phase,
            step: now.step,
            steps: now.steps,
            left: planned.saturating_sub(now.step),
            loss: now.loss,
            validation_loss: now.validation_loss,
        }
    }
}

impl RunObserver for PhaseObserver<'_> {
    fn diverged(&mut self, now: RunProgress, learning_rate: f32) {
        let progress = self.progress(now);
        self.observer.diverged(&progress, learning_rate);
    }

    fn step(&mut self, now: RunProgress, state: &dyn Fn() -> RunState) -> ControlFlow<()> {
        let progress = self.progress(now);
        let checkpoint = || Checkpoint {
            fingerprint: self.fingerprint,
            fold: None,
            scores: self.scores.clone(),
            phase: self.phase,
            start: self.start.to_vec(),
            state: state(),
            ended: self.ended.to_vec(),
            spent: self.began.0.elapsed() + self.began.1,
        };
        if let ControlFlow::Break(stop) = self.observer.step(&progress, &checkpoint) {
            self.stopped = stop == Stop::Fit;
            return ControlFlow::Break(());
        }
        let is_over = self.end.is_some_and(|end| Instant::now() >= end);
        if is_over && now.step < now.steps {
            self.out_of_time = true;
            self.observer.out_of_time(&progress);
            return ControlFlow::Break(());
        }
        match now.step == self.last_step {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
