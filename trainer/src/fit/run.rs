//! The phases of a fit: who follows them, and where a fit that was cut short goes on from.

use std::ops::ControlFlow;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Checkpoint, FitError, Phase};
use crate::train::{self, Dataset, Progress, RunState, TrainConfig, TrainError, Trained};

/// What an observer may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The phase, which then ends with what it has; the fit goes on.
    Phase,
    /// The fit, which gives [`FitError::Stopped`].
    Fit,
}

/// Who follows a fit: is told of every step, may stop it, and may keep what going on takes.
pub trait Observer {
    /// A step of a phase is done; `checkpoint` gives what the fit can go on from.
    fn step(
        &mut self,
        phase: Phase,
        now: Progress,
        checkpoint: &dyn Fn() -> Checkpoint,
    ) -> ControlFlow<Stop>;
}

impl<F: FnMut(Phase, Progress)> Observer for F {
    fn step(
        &mut self,
        phase: Phase,
        now: Progress,
        _: &dyn Fn() -> Checkpoint,
    ) -> ControlFlow<Stop> {
        self(phase, now);
        ControlFlow::Continue(())
    }
}

/// The phases of a fit: who follows them, and where the fit goes on from.
pub(super) struct FitRun<'a> {
    fingerprint: u64,
    checkpoint: Option<Checkpoint>,
    observer: &'a mut dyn Observer,
}

impl<'a> FitRun<'a> {
    pub fn new(
        fingerprint: u64,
        checkpoint: Option<Checkpoint>,
        observer: &'a mut dyn Observer,
    ) -> Result<Self, FitError> {
        if checkpoint
            .as_ref()
            .is_some_and(|of| of.fingerprint != fingerprint)
        {
            return Err(FitError::OtherRun);
        }
        Ok(Self {
            fingerprint,
            checkpoint,
            observer,
        })
    }

    /// Whether the fit was beyond a phase already.
    pub fn passed(&self, phase: Phase) -> bool {
        self.checkpoint.as_ref().is_some_and(|of| of.phase > phase)
    }

    /// The network that the phase under way began with.
    pub fn restart(&self, data: &Dataset, config: &TrainConfig) -> Result<Trained, FitError> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(config.seed);
        let mut trained = Trained::start(data, config, &mut rng);
        let parameters = trained.net.parameters_mut();
        match &self.checkpoint {
            Some(of) if of.start.len() == parameters.len() => parameters.copy_from_slice(&of.start),
            _ => return Err(FitError::OtherRun),
        }
        Ok(trained)
    }

    /// Runs a phase, whose network begins with the parameters `start`.
    pub fn run(
        &mut self,
        phase: Phase,
        start: &[f32],
        run: impl FnOnce(Option<RunState>, &mut dyn train::Observer) -> Result<Trained, TrainError>,
    ) -> Result<Trained, FitError> {
        let state = self.checkpoint.take_if(|of| of.phase == phase);
        let mut follower = Follower {
            phase,
            start,
            fingerprint: self.fingerprint,
            observer: &mut *self.observer,
            stopped: false,
        };
        let trained = run(state.map(|of| of.state), &mut follower)?;
        match follower.stopped {
            true => Err(FitError::Stopped),
            false => Ok(trained),
        }
    }
}

/// Tells the observer of a fit of the steps of a phase.
struct Follower<'a> {
    phase: Phase,
    start: &'a [f32],
    fingerprint: u64,
    observer: &'a mut dyn Observer,
    stopped: bool,
}

impl train::Observer for Follower<'_> {
    fn step(&mut self, now: Progress, state: &dyn Fn() -> RunState) -> ControlFlow<()> {
        let checkpoint = || Checkpoint {
            fingerprint: self.fingerprint,
            phase: self.phase,
            start: self.start.to_vec(),
            state: state(),
        };
        match self.observer.step(self.phase, now, &checkpoint) {
            ControlFlow::Continue(()) => ControlFlow::Continue(()),
            ControlFlow::Break(stop) => {
                self.stopped = stop == Stop::Fit;
                ControlFlow::Break(())
            }
        }
    }
}
