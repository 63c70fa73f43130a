//! Observes a training: progress bar, checkpoints, ctrl-C.

use std::ops::ControlFlow;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::losses::Losses;
use super::run_folder::RunFolder;
use crate::commands::failure::INTERRUPTED;
use crate::commands::progress::TrainingBar;
use crate::commands::{Failure, print};
use flowlet_trainer::{Checkpoint, Observer, Progress, Stop};

/// Whether the user pressed ctrl-C, or the system asked the process to end.
static STOP_REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on, the first ctrl-C stops the training and the second ends the process at once.
pub(super) fn catch_interrupts() -> Result<(), Failure> {
    let caught = ctrlc::set_handler(|| {
        if STOP_REQUESTED.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
    });
    match caught {
        // Tests train more than once per process.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(Failure::Internal(format!("no signal handler: {error}"))),
    }
}

/// Returns whether the user has stopped the training.
pub(super) fn is_stop_requested() -> bool {
    STOP_REQUESTED.load(Ordering::Relaxed)
}

/// Observes a training.
pub(super) struct Follower<'a> {
    pub bar: TrainingBar,
    /// Printed after the first step.
    pub resuming: Option<String>,
    pub losses: Losses,
    pub folder: Option<&'a RunFolder>,
    /// Time between checkpoints.
    pub every: Duration,
    pub saved: Instant,
    /// Progress at which the user stopped the training.
    pub stopped: Option<Progress>,
    /// Whether the latest checkpoint could not be written.
    pub failed: bool,
}

impl Follower<'_> {
    fn save(&mut self, checkpoint: &Checkpoint) {
        let Some(folder) = self.folder else {
            return;
        };
        let written = folder
            .write("losses.csv", self.losses.bytes())
            .and_then(|()| folder.write("checkpoint", &checkpoint.bytes()));
        self.saved = Instant::now();
        // The training is worth more than its checkpoint, so this warns once and continues.
        if let (Err(failure), false) = (&written, self.failed) {
            self.bar.warn(&format!("no checkpoint: {failure}"));
        }
        self.failed = written.is_err();
    }
}

impl Observer for Follower<'_> {
    fn step(&mut self, now: &Progress, checkpoint: &dyn Fn() -> Checkpoint) -> ControlFlow<Stop> {
        if let Some(note) = self.resuming.take() {
            print::note(&note);
        }
        self.bar.show(now);
        if now.fold.is_none() {
            self.losses.push(now);
        }
        if is_stop_requested() {
            self.save(&checkpoint());
            self.stopped = Some(*now);
            return ControlFlow::Break(Stop::Fit);
        }
        if self.saved.elapsed() >= self.every {
            self.save(&checkpoint());
        }
        ControlFlow::Continue(())
    }

    fn diverged(&mut self, now: &Progress, learning_rate: f32) {
        let (stage, step) = (now.stage(), now.step);
        let rate = format!("{learning_rate:.2e}")
            .parse()
            .unwrap_or(learning_rate);
        if now.fold.is_none() {
            self.losses = Losses::up_to(self.losses.text(), now.phase, step);
        }
        print::note(&format!(
            "the {stage} diverged, and continues from step {step} with --learning-rate \
             {rate}"
        ));
    }

    fn out_of_time(&mut self, now: &Progress) {
        let Progress {
            phase, step, steps, ..
        } = now;
        print::note(&format!(
            "the time budget ended the {phase} at step {step} of {steps}"
        ));
    }
}
