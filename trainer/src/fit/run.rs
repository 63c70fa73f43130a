//! The phases of a fit: who observes them, and where an interrupted fit resumes.

use std::ops::ControlFlow;
use std::time::Instant;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::config::{Phase, PostTraining};
use super::progress::{Observer, Progress, Stop};
use super::{Budget, Checkpoint, FitControl};
use crate::error::Error;
use crate::train::{
    Dataset, FloatModel, RunObserver, RunProgress, RunState, TrainConfig, TrainError,
};

/// The phases of a fit.
pub(super) struct FitRun<'a> {
    fingerprint: u64,
    post_training: PostTraining,
    control: FitControl<'a>,
}

impl<'a> FitRun<'a> {
    /// Starts or resumes a fit.
    pub fn new(
        fingerprint: u64,
        post_training: PostTraining,
        control: FitControl<'a>,
    ) -> Result<Self, Error> {
        let other = |of: &Checkpoint| of.fingerprint != fingerprint;
        if control.checkpoint.as_ref().is_some_and(other) {
            return Err(Error::OtherCheckpoint);
        }
        Ok(Self {
            fingerprint,
            post_training,
            control,
        })
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
            _ => return Err(Error::OtherCheckpoint),
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
        let end = |budget: Budget| budget.end(phase, &self.post_training);
        let mut observer = PhaseObserver {
            phase,
            start,
            fingerprint: self.fingerprint,
            end: self.control.budget.map(end),
            observer: &mut *self.control.observer,
            stopped: false,
        };
        let float = run(state.map(|of| of.state), &mut observer)?;
        match observer.stopped {
            true => Err(Error::Stopped),
            false => Ok(float),
        }
    }
}

/// Passes the steps of a phase on to the observer of the fit.
struct PhaseObserver<'a> {
    phase: Phase,
    start: &'a [f32],
    fingerprint: u64,
    /// Time at which the budget ends the phase.
    end: Option<Instant>,
    observer: &'a mut dyn Observer,
    stopped: bool,
}

impl RunObserver for PhaseObserver<'_> {
    fn step(&mut self, now: RunProgress, state: &dyn Fn() -> RunState) -> ControlFlow<()> {
        let progress = Progress {
            phase: self.phase,
            step: now.step,
            steps: now.steps,
            loss: now.loss,
            validation_loss: now.validation_loss,
        };
        let checkpoint = || Checkpoint {
            fingerprint: self.fingerprint,
            phase: self.phase,
            start: self.start.to_vec(),
            state: state(),
        };
        if let ControlFlow::Break(stop) = self.observer.step(&progress, &checkpoint) {
            self.stopped = stop == Stop::Fit;
            return ControlFlow::Break(());
        }
        let is_over = self.end.is_some_and(|end| Instant::now() >= end);
        if is_over && now.step < now.steps {
            self.observer.out_of_time(&progress);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
