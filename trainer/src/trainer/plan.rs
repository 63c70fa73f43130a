//! A training with every choice made.

use std::time::Duration;

use flowlet::Solver;

use super::Report;
use super::check::check_steps;
use crate::coupling::Coupling;
use crate::decisions::Decision;
use crate::error::Error;
use crate::fit::{Budget, Checkpoint, FitConfig, FitControl, Observer, Prepared, Progress, fit};
use crate::policy::Choice;
use crate::trained::Trained;

/// Reports of progress per phase.
const REPORTS: usize = 100;

/// A training with every choice made.
///
/// ```
/// use flowlet_trainer::{Table, Trainer};
///
/// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
/// let plan = Trainer::new(&table).hidden([4]).iterations(1).plan()?;
/// println!("{} optimiser steps, coupling {}", plan.iterations(), plan.coupling());
/// let trained = plan.fit()?;
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
pub struct Plan<'a> {
    pub(super) prepared: Prepared<'a>,
    pub(super) config: FitConfig,
    pub(super) decisions: Vec<Decision>,
    pub(super) choice: Option<Choice>,
    pub(super) rate: Option<f64>,
    pub(super) budget: Option<Budget>,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) on_progress: Option<Report<'a>>,
}

impl Plan<'_> {
    /// Resumes an interrupted fit.
    ///
    /// # Errors
    /// [`Error::OtherCheckpoint`] if it was a fit of other data or settings.
    pub fn resume(mut self, checkpoint: impl Into<Option<Checkpoint>>) -> Result<Self, Error> {
        self.checkpoint = checkpoint.into();
        if let Some(checkpoint) = &self.checkpoint {
            checkpoint.check(&self.prepared.table, &self.config)?;
        }
        Ok(self)
    }

    /// Returns what was decided on the choices that were left open.
    #[must_use]
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// Returns the units of each hidden layer.
    #[must_use]
    pub fn hidden(&self) -> &[usize] {
        &self.config.train.hidden
    }

    /// Returns whether the hidden layers were chosen to keep limits.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        self.choice.is_some()
    }

    /// Returns the limit that the next wider network exceeds. `None` if there was no choice, or if
    /// the largest width was chosen.
    #[must_use]
    pub fn next_exceeds(&self) -> Option<&str> {
        self.choice.as_ref()?.next_exceeds.as_deref()
    }

    /// Returns the number of components of the latent, if there is one.
    #[must_use]
    pub fn latent_rank(&self) -> Option<usize> {
        let latent = self.prepared.transform.latent.as_ref();
        latent.map(|latent| latent.rank())
    }

    /// Returns the optimiser steps of the training.
    #[must_use]
    pub fn iterations(&self) -> usize {
        self.config.train.iterations
    }

    /// Returns the measured optimiser steps per second, if there is a time budget.
    #[must_use]
    pub fn steps_per_second(&self) -> Option<f64> {
        self.rate
    }

    /// Returns the time that calibration and the card take, if the time budget is so short that it
    /// leaves less than half to the optimiser steps. It may then be exceeded.
    #[must_use]
    pub fn budget_shortened_by(&self) -> Option<Duration> {
        self.budget?.shortened_by()
    }

    /// Returns how noise is paired with rows.
    #[must_use]
    pub fn coupling(&self) -> Coupling {
        self.config.train.coupling
    }

    /// Returns the solver; `None` if it is chosen after the training.
    #[must_use]
    pub fn solver(&self) -> Option<Solver> {
        (!self.config.chooses_solver).then_some(self.config.solver)
    }

    /// Trains the model.
    ///
    /// # Errors
    /// [`Error`] of the training.
    pub fn fit(mut self) -> Result<Trained, Error> {
        let mut report = self.on_progress.take();
        self.fit_observed(&mut |progress: &Progress| {
            if let Some(report) = &mut report
                && progress.is_one_of(REPORTS)
            {
                report(progress);
            }
        })
    }

    /// Trains the model with an observer, which replaces the one set by
    /// [`Trainer::on_progress`](crate::Trainer::on_progress).
    ///
    /// # Errors
    /// [`Error`] of the training, [`Error::Stopped`] if the observer stops it.
    pub fn fit_observed(self, observer: &mut dyn Observer) -> Result<Trained, Error> {
        let steps = self.config.steps;
        let mut models = self.fit_models(&[steps], observer)?;
        Ok(models.swap_remove(0))
    }

    /// Trains one network and makes a model of it for each number of solver steps.
    ///
    /// # Errors
    /// [`Error`] of the training, or of a number of steps.
    pub fn fit_each(
        mut self,
        steps: &[u16],
        observer: &mut dyn Observer,
    ) -> Result<Vec<Trained>, Error> {
        steps.iter().try_for_each(|&steps| check_steps(steps))?;
        self.config.chooses_steps = false;
        self.fit_models(steps, observer)
    }

    fn fit_models(self, steps: &[u16], observer: &mut dyn Observer) -> Result<Vec<Trained>, Error> {
        let control = FitControl {
            checkpoint: self.checkpoint,
            budget: self.budget,
            observer,
        };
        fit(&self.prepared, &self.config, steps, control)
    }
}
