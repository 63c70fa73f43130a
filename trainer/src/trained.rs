//! The result of a training.

use std::path::Path;
use std::time::Instant;

use flowlet::Model;

use crate::card::Card;
use crate::data::split::Split;
use crate::decisions::Decision;
use crate::error::Error;
use crate::evaluate::{Evaluation, Reference, evaluate};
use crate::files;
use crate::fill::FillPlan;
use crate::findings::{RealRows, overtraining, sort};
use crate::host_model::HostModel;
use crate::train::FloatModel;

/// Time of a draw under more load, compared with the first one.
const LATE: f64 = 1.25;

/// A trained model: its file, the float network it was made from, and the rows to evaluate it with.
///
/// ```
/// use flowlet_trainer::{Table, Trainer};
///
/// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
/// assert_eq!(trained.model().dim(), 2);
/// assert_eq!(trained.split().training.len(), 3);
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trained {
    bytes: Vec<u8>,
    float: FloatModel,
    split: Split,
    reference: Reference,
    real: RealRows,
    seed: u64,
    stopped_after: Vec<usize>,
    /// When the time budget is used up.
    due: Option<Instant>,
    decisions: Vec<Decision>,
    fill: Option<FillPlan>,
}

impl Trained {
    pub(crate) fn new(
        bytes: Vec<u8>,
        float: FloatModel,
        split: Split,
        (reference, real): (Reference, RealRows),
        seed: u64,
        stopped_after: Vec<usize>,
    ) -> Result<Self, Error> {
        Model::parse(&bytes)?;
        Ok(Self {
            bytes,
            float,
            split,
            reference,
            real,
            seed,
            stopped_after,
            due: None,
            decisions: Vec::new(),
            fill: None,
        })
    }

    /// Evaluates with fewer draws if there is no time for all of them.
    pub(crate) fn due(self, due: Option<Instant>) -> Self {
        Self { due, ..self }
    }

    /// Adds how rows are filled in, and what was decided on it after the training.
    pub(crate) fn decided(self, fill: Option<FillPlan>, decisions: Vec<Decision>) -> Self {
        Self {
            decisions,
            fill,
            ..self
        }
    }

    /// Returns how the model fills in rows, if it does.
    #[must_use]
    pub fn fill_plan(&self) -> Option<&FillPlan> {
        self.fill.as_ref()
    }

    /// Returns what was decided after the training: how queries are answered.
    #[must_use]
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// Returns the model, ready to sample.
    ///
    /// ```
    /// # use flowlet_trainer::{Seed, Table, Trainer};
    /// # let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// # let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
    /// let rows = trained.model().sample(100, Seed(1))?;
    /// assert_eq!(rows.values.dim(), (100, 2));
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    ///
    /// # Panics
    /// Never, because the bytes were parsed when they were made.
    #[must_use]
    pub fn model(&self) -> HostModel<'_> {
        HostModel::from(Model::parse(&self.bytes).expect("parsed before"))
    }

    /// Returns the bytes of the `.flow` file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes the `.flow` file. An existing file is replaced at once or not at all.
    ///
    /// ```
    /// # use flowlet_trainer::{Table, Trainer};
    /// # let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// # let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// let path = folder.path().join("rows.flow");
    /// trained.save(&path)?;
    /// assert_eq!(std::fs::read(&path).ok().as_deref(), Some(trained.bytes()));
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(files::write(path.as_ref(), &self.bytes)?)
    }

    /// Samples the model and compares the samples with the validation rows. Takes some seconds.
    ///
    /// ```
    /// # use flowlet_trainer::{Table, Trainer};
    /// # let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// # let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
    /// let card = trained.evaluate()?;
    /// println!("{card}");
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Sampler`], if the model cannot be sampled.
    pub fn evaluate(&self) -> Result<Card, Error> {
        let mut findings = self.real.examine(&self.model(), None, self.seed)?;
        findings.extend(overtraining(&self.float.losses));
        sort(&mut findings);
        Ok(Card::new(&self.bytes, &self.scores()?, findings)?)
    }

    /// Returns the scores from which the card is made.
    ///
    /// # Errors
    /// As for [`evaluate`](Self::evaluate).
    pub fn scores(&self) -> Result<Evaluation, Error> {
        let model = self.model();
        let score = |of: &Reference| evaluate(&model, Some(&self.float), of, None, self.seed);
        let Some(due) = self.due else {
            return Ok(score(&self.reference)?);
        };
        let start = Instant::now();
        let one = score(&self.reference.first_draws(1))?;
        let left = due.saturating_duration_since(Instant::now());
        let draws = self.reference.draws().len();
        let fit = (left.as_secs_f64() / (LATE * start.elapsed().as_secs_f64())) as usize;
        match draws.min(fit) {
            0 | 1 => Ok(one),
            draws => Ok(score(&self.reference.first_draws(draws))?),
        }
    }

    /// Returns the real rows that [`scores`](Self::scores) compares samples with.
    #[must_use]
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Returns the float network that the model was quantised from.
    #[must_use]
    pub fn float(&self) -> &FloatModel {
        &self.float
    }

    /// Returns which rows of the table were trained on, and which were kept for validation.
    #[must_use]
    pub fn split(&self) -> &Split {
        &self.split
    }

    /// Returns the optimiser steps after which the time budget ended each phase: the training, each
    /// round of reflow, the distillation. 0 means that all steps were taken. Empty if the budget
    /// ended none. [`Trainer::stop_after`](crate::Trainer::stop_after) repeats such a training.
    #[must_use]
    pub fn stopped_after(&self) -> &[usize] {
        &self.stopped_after
    }
}
