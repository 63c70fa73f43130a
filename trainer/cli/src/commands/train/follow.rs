//! What watches a training: the bar, checkpoints, ctrl-C and the time that it may take.

use std::ops::ControlFlow;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::budget::Budget;
use super::losses::Losses;
use super::run_folder::RunFolder;
use crate::commands::progress::{TrainingBar, phase_name};
use crate::commands::{Failure, print};
use flowlet_trainer::fit::{Checkpoint, Observer, Phase, Stop};
use flowlet_trainer::train::Progress;

/// Somebody pressed ctrl-C, or asked the process to end.
static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first ctrl-C asks the training to stop; the second ends the process at once.
pub(super) fn catch_interrupts() -> Result<(), Failure> {
    let caught = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            process::exit(super::super::failure::INTERRUPTED.into());
        }
    });
    match caught {
        // Tests train more than once in a process.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(Failure::Internal(format!("no signal handler: {error}"))),
    }
}

/// Follows a fit.
pub(super) struct Follower<'a> {
    pub bar: TrainingBar,
    /// What to say once the first step is done.
    pub going_on: Option<String>,
    pub losses: Losses,
    pub folder: Option<&'a RunFolder>,
    /// From one checkpoint to the next.
    pub every: Duration,
    pub saved: Instant,
    /// The time that it may take.
    pub budget: Option<Budget>,
    /// Where a training that was asked to stop is.
    pub stopped: Option<(Phase, Progress)>,
    /// The last checkpoint could not be written.
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
        // The training is worth more than its checkpoint: say so once, and go on.
        if let (Err(failure), false) = (&written, self.failed) {
            self.bar.warn(&format!("no checkpoint: {failure}"));
        }
        self.failed = written.is_err();
    }
}

impl Observer for Follower<'_> {
    fn step(
        &mut self,
        phase: Phase,
        now: Progress,
        checkpoint: &dyn Fn() -> Checkpoint,
    ) -> ControlFlow<Stop> {
        if let Some(words) = self.going_on.take() {
            print::note(&words);
        }
        self.bar.show(phase, now);
        self.losses.push(phase, now);
        if ASKED.load(Ordering::Relaxed) {
            self.save(&checkpoint());
            self.stopped = Some((phase, now));
            return ControlFlow::Break(Stop::Fit);
        }
        if self
            .budget
            .is_some_and(|budget| Instant::now() >= budget.end(phase) && now.iteration < now.of)
        {
            print::note(&format!(
                "{} ends at step {} of {}, for its share of the budget is over",
                phase_name(phase),
                now.iteration,
                now.of
            ));
            return ControlFlow::Break(Stop::Phase);
        }
        if self.saved.elapsed() >= self.every {
            self.save(&checkpoint());
        }
        ControlFlow::Continue(())
    }
}
