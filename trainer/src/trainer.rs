//! The front door: settings of a training, and the training itself.

use std::borrow::Cow;
use std::time::Duration;

use flowlet::Solver;
use flowlet::format::{MAX_HIDDEN, MAX_STEPS, MAX_WIDTH};

use crate::coupling::Coupling;
use crate::data::Table;
use crate::data::latent::{self, LatentRank, is_image};
use crate::data::schema::Schema;
use crate::decisions::{self, Decision};
use crate::defaults;
use crate::error::Error;
use crate::fit::{Budget, Checkpoint, FitConfig, FitControl, Observer, Progress};
use crate::fit::{check, fit, is_crossed, rehearse, steps_per_second};
use crate::host_model::Seed;
use crate::path::Path;
use crate::policy::{self, Candidate, Choice, Limit};
use crate::query::Query;
use crate::train::{Patience, TimeDensity};
use crate::trained::Trained;

/// Reports of progress per phase.
const REPORTS: usize = 100;
/// Longest time for measuring the rate of optimiser steps.
const MEASURED: Duration = Duration::from_millis(400);

/// Function that receives the progress of a fit.
type Report<'a> = Box<dyn FnMut(&Progress) + 'a>;

/// Settings of a training. Everything that is not set has the default of the command.
///
/// ```
/// use flowlet_trainer::{Table, Trainer};
///
/// let table = Table::parse_csv(b"x,y,kind\n1,2,a\n2,3,a\n3,5,b\n4,4,b\n", "rows.csv")?;
/// let trained = Trainer::new(&table)
///     .label("kind")
///     .hidden([8; 2])
///     .iterations(10)
///     .steps(4)
///     .distil()
///     .on_progress(|progress| eprintln!("{progress}"))
///     .fit()?;
/// assert_eq!(trained.model().classes(), 2);
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
pub struct Trainer<'a> {
    table: &'a Table,
    label: Option<String>,
    config: FitConfig,
    steps: Option<u16>,
    coupling: Option<Coupling>,
    solver: Option<Solver>,
    limits: Vec<Limit<'a>>,
    iterations: Option<usize>,
    learning_rate: Option<f32>,
    queries: Vec<String>,
    budget: Option<Budget>,
    on_progress: Option<Report<'a>>,
}

/// Setters. Each replaces an earlier value.
impl<'a> Trainer<'a> {
    /// Creates a training on `table` with default settings.
    #[must_use]
    pub fn new(table: &'a Table) -> Self {
        Self {
            table,
            label: None,
            config: FitConfig::default(),
            steps: None,
            coupling: None,
            solver: None,
            limits: Vec::new(),
            iterations: None,
            learning_rate: None,
            queries: Vec::new(),
            budget: None,
            on_progress: None,
        }
    }

    /// Takes a column of the table as the label, so that the model can be asked for a class.
    ///
    /// A table that was read with a label needs no call.
    #[must_use]
    pub fn label(mut self, column: impl Into<String>) -> Self {
        self.label = Some(column.into());
        self
    }

    /// Sets the units of each hidden layer. [default: [`HIDDEN`](crate::defaults::HIDDEN)]
    #[must_use]
    pub fn hidden(mut self, widths: impl IntoIterator<Item = usize>) -> Self {
        self.config.train.hidden = widths.into_iter().collect();
        self
    }

    /// Chooses the hidden layers so that the file has at most `bytes` bytes.
    #[must_use]
    pub fn max_size(mut self, bytes: usize) -> Self {
        self.limits.push(policy::max_size(bytes));
        self
    }

    /// Chooses the widest hidden layers that fit. `exceeds` returns why a network does not fit, or
    /// `None`.
    #[must_use]
    pub fn fit_device(mut self, exceeds: impl Fn(&Candidate) -> Option<String> + 'a) -> Self {
        self.limits.push(Box::new(exceeds));
        self
    }

    /// Sets the solver steps per sample, 1..=256. [default: the fewest whose samples are nearly as
    /// good as those of 16 steps, at most [`STEPS`](crate::defaults::STEPS)]
    #[must_use]
    pub fn steps(mut self, steps: u16) -> Self {
        self.steps = Some(steps);
        self
    }

    /// Sets the solver. [default: Euler if a coupling or reflow straightens the paths, exponential
    /// Euler otherwise]
    #[must_use]
    pub fn solver(mut self, solver: impl Into<Option<Solver>>) -> Self {
        self.solver = solver.into();
        self
    }

    /// Distils the network to the solver steps, after the training.
    #[must_use]
    pub fn distil(mut self) -> Self {
        self.config.post_training.distil = true;
        self
    }

    /// Sets the rounds of reflow after the training. [default: 0]
    #[must_use]
    pub fn reflow(mut self, rounds: u32) -> Self {
        self.config.post_training.reflow = rounds;
        self
    }

    /// Keeps uniform solver steps instead of searching a time grid.
    #[must_use]
    pub fn uniform_steps(mut self) -> Self {
        self.config.post_training.time_grid = false;
        self
    }

    /// Keeps the columns as they were trained, instead of refitting them to samples of the
    /// quantised model.
    #[must_use]
    pub fn no_recalibration(mut self) -> Self {
        self.config.post_training.recalibrate = false;
        self
    }

    /// Sets the optimiser steps. [default: [`ITERATIONS`](crate::defaults::ITERATIONS)]
    #[must_use]
    pub fn iterations(mut self, steps: usize) -> Self {
        self.iterations = Some(steps);
        self
    }

    /// Limits the time of the fit, counted from this call. Unless the number of optimiser steps is
    /// set, as many are planned as fit. A resumed fit counts the time before its interruption.
    #[must_use]
    pub fn budget(mut self, total: Duration) -> Self {
        self.budget = Some(Budget::new(total));
        self
    }

    /// Ends the training after this many optimiser steps, and each later phase after the next
    /// number: each round of reflow, then the distillation. 0 takes all steps of a phase. Unlike
    /// with fewer [`iterations`](Self::iterations), the learning rate does not fall sooner.
    /// [default: all steps]
    #[must_use]
    pub fn stop_after(mut self, steps: impl IntoIterator<Item = usize>) -> Self {
        self.config.stop_after = steps.into_iter().collect();
        self
    }

    /// Sets the rows per optimiser step, at least 4. [default: [`BATCH`](crate::defaults::BATCH)]
    #[must_use]
    pub fn batch(mut self, rows: usize) -> Self {
        self.config.train.batch = rows;
        self
    }

    /// Sets the peak learning rate. [default: [`LEARNING_RATE`](crate::defaults::LEARNING_RATE) for
    /// layers of up to 64 units, in inverse proportion to the root of the widest one beyond]
    #[must_use]
    pub fn learning_rate(mut self, rate: impl Into<Option<f32>>) -> Self {
        self.learning_rate = rate.into();
        self
    }

    /// Sets the decay of the moving average of the weights, 0 to below 1.
    /// [default: [`EMA`](crate::defaults::EMA)]
    #[must_use]
    pub fn ema(mut self, decay: f32) -> Self {
        self.config.train.ema = decay;
        self
    }

    /// Sets the random seed. The same seed and data give the same file. [default: `Seed(0)`]
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.config.train.seed = seed.0;
        self
    }

    /// Sets the path from noise to data. [default: linear]
    #[must_use]
    pub fn path(mut self, path: Path) -> Self {
        self.config.train.path = path;
        self
    }

    /// Sets how noise is paired with rows. [default: optimal transport for at most 64 values and at
    /// most 8 solver steps, independent otherwise, for images and with a latent]
    #[must_use]
    pub fn coupling(mut self, coupling: impl Into<Option<Coupling>>) -> Self {
        self.coupling = coupling.into();
        self
    }

    /// Sets the density of the times in training. [default: uniform]
    #[must_use]
    pub fn time_density(mut self, density: TimeDensity) -> Self {
        self.config.train.time_density = density;
        self
    }

    /// Sets the noise added to a row each time it is drawn, in standard deviations, 0 to 1.
    /// [default: 0]
    #[must_use]
    pub fn augment(mut self, stddev: f32) -> Self {
        self.config.train.augment = stddev;
        self
    }

    /// Sets when the training ends early, and which weights it keeps.
    /// [default: [`Patience::Automatic`]]
    #[must_use]
    pub fn patience(mut self, patience: impl Into<Patience>) -> Self {
        self.config.train.patience = patience.into();
        self
    }

    /// Sets the share of the rows that are shown without their label, 0 to below 1, as needed for
    /// guidance. [default: 0]
    #[must_use]
    pub fn label_dropout(mut self, share: f32) -> Self {
        self.config.train.label_dropout = share;
        self
    }

    /// Rounds the weights only after the training, not in its second half already.
    #[must_use]
    pub fn float_weights(mut self) -> Self {
        self.config.train.quantisation_aware = false;
        self
    }

    /// Sets the share of the rows kept for validation, above 0 and below 1.
    /// [default: [`VALIDATION`](crate::defaults::VALIDATION)]
    #[must_use]
    pub fn validation(mut self, share: f64) -> Self {
        self.config.validation = share;
        self
    }

    /// Calibrates scores of anomalies on the validation rows, and sets their share, above 0 and
    /// below 1. The model then tells how unusual a row is. [default: not calibrated]
    ///
    /// Fewer than 500 rows all calibrate: five further models are trained, each without a part of
    /// the rows, unless rows belong together or there is a time budget. Noise is paired
    /// independently with rows, unless a coupling is set, because scores are better so.
    ///
    /// ```
    /// # use flowlet_trainer::{Table, Trainer};
    /// # let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// let trained = Trainer::new(&table).hidden([4]).iterations(1).calibrate(0.25).fit()?;
    /// let calibration = trained.model().section(flowlet::format::Section::Score);
    /// assert!(calibration.is_some());
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    #[must_use]
    pub fn calibrate(mut self, share: f64) -> Self {
        self.config.validation = share;
        self.config.calibrate = true;
        self
    }

    /// Sets column types and limits that override those inferred from the data.
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.config.schema = schema;
        self
    }

    /// Sets whether the flow runs in principal components. [default: [`LatentRank::Auto`]]
    #[must_use]
    pub fn latent(mut self, rank: LatentRank) -> Self {
        self.config.latent = rank;
        self
    }

    /// Trains the network so that it fills in rows: any columns may be known.
    ///
    /// ```
    /// use flowlet_trainer::{Table, Trainer};
    ///
    /// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// let trained = Trainer::new(&table).hidden([4]).iterations(1).fill().fit()?;
    /// let fill = trained.model().section(flowlet::format::Section::Fill);
    /// assert!(fill.is_some());
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    #[must_use]
    pub fn fill(mut self) -> Self {
        self.config.fill.any = true;
        self
    }

    /// Takes columns as conditions, by names, ranges and wild cards: they are always known, and the
    /// model draws the others. [default: none]
    ///
    /// ```
    /// use flowlet_trainer::{Table, Trainer};
    ///
    /// let table = Table::parse_csv(b"angle,push\n1,2\n2,3\n3,5\n4,4\n", "cart.csv")?;
    /// let trainer = Trainer::new(&table).hidden([4]).iterations(1);
    /// let trained = trainer.conditions(["angle".to_owned()]).fit()?;
    /// assert_eq!(trained.model().dim(), 1);
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    #[must_use]
    pub fn conditions(mut self, columns: impl IntoIterator<Item = String>) -> Self {
        self.config.fill.conditions = columns.into_iter().collect();
        self
    }

    /// Declares which columns will be known, in lines that [`Query`](crate::Query) reads.
    #[must_use]
    pub fn queries(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.queries = lines.into_iter().collect();
        self
    }

    /// Calls `report` about a hundred times per phase.
    #[must_use]
    pub fn on_progress(mut self, report: impl FnMut(&Progress) + 'a) -> Self {
        self.on_progress = Some(Box::new(report));
        self
    }
}

impl<'a> Trainer<'a> {
    /// Checks data and settings, and makes every choice that was left open.
    ///
    /// ```
    /// # use flowlet_trainer::{Coupling, Table, Trainer};
    /// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// let plan = Trainer::new(&table).steps(4).max_size(10_000).plan()?;
    /// assert_eq!(plan.coupling(), Coupling::OptimalTransport);
    /// assert_eq!(plan.hidden().len(), 3);
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] of the data, of a setting, or of a limit that no network keeps.
    pub fn plan(self) -> Result<Plan<'a>, Error> {
        let table = match &self.label {
            Some(label) => Cow::Owned(self.table.with_label(label)?),
            None => Cow::Borrowed(self.table),
        };
        table.check()?;
        let mut config = self.config;
        config.schema = config.schema.resolved(&table);
        let cycles = config.schema.cycles(&table);
        let on_cycles = decisions::on_cycles(&table, &config.schema, &cycles);
        let table = match cycles.as_slice() {
            [] => table,
            cycles => Cow::Owned(table.with_cycles(cycles)),
        };
        if let Some(iterations) = self.iterations {
            config.train.iterations = iterations;
        }
        config.steps = self.steps.unwrap_or(defaults::STEPS);
        let is_free = self.steps.is_none() && !config.post_training.distil;
        config.chooses_steps = is_free && !config.fill.is_used();
        config.train.learning_rate =
            (self.learning_rate).unwrap_or_else(|| policy::learning_rate(&config.train.hidden));
        table.check()?;
        let table = match config.fill.conditions.is_empty() {
            true => table,
            false => Cow::Owned(table.with_conditions(&config.fill.conditions.join(","))?),
        };
        config.fill.queries = Query::parse_all(&self.queries, &table)?;
        if config.fill.is_used() {
            // Known values are standardised as the network was trained.
            config.post_training.recalibrate = false;
        }
        let on_known = without_latent(&table, &mut config);
        config.train.coupling = self.coupling.unwrap_or(Coupling::Independent);
        config.solver = self.solver.unwrap_or(Solver::ExponentialEuler);
        check_settings(&config)?;
        let (split, transform) = check(&table, &config)?;
        let mut decisions = decisions::on_columns(&table, &transform);
        decisions.extend(on_cycles);
        decisions.extend(decisions::on_split(&split.by));
        config.crosses = self.budget.is_none();
        if config.calibrate {
            let is_crossed = is_crossed(&table, &config);
            let rows = match is_crossed {
                true => table.values.nrows(),
                false => split.validation.len(),
            };
            decisions.push(decisions::on_calibration(rows, is_crossed));
        }
        decisions.extend(on_known);
        if self.coupling.is_none() {
            let chosen = policy::coupling(policy::Flow {
                values: transform.state_values(),
                has_queries: config.fill.is_used(),
                is_scored: config.calibrate,
                is_image: is_image(&table),
                has_latent: transform.latent.is_some(),
                steps: config.steps,
            });
            config.train.coupling = chosen.0;
            decisions.push(decisions::on_coupling(chosen));
        }
        if self.solver.is_none() {
            config.solver = policy::solver(config.train.coupling, config.post_training.reflow);
            decisions.push(decisions::on_solver(config.solver));
        }
        if config.post_training.recalibrate {
            decisions.extend(decisions::on_recalibration(&transform));
        }
        let mut choice = None;
        if !self.limits.is_empty() {
            let chosen = policy::widest(&table, &config, &self.limits)?;
            config.train.hidden.clone_from(&chosen.hidden);
            choice = Some(chosen);
        }
        if self.learning_rate.is_none() {
            let hidden = &config.train.hidden;
            config.train.learning_rate = policy::learning_rate(hidden);
            decisions.extend(decisions::on_learning_rate(
                config.train.learning_rate,
                hidden,
            ));
        }
        let mut rate = None;
        let mut budget = self.budget;
        if let Some(budget) = &mut budget {
            budget.reserve(rehearse(&table, &config)?);
        }
        if let (Some(budget), None) = (&budget, self.iterations) {
            let measured = steps_per_second(&table, &config, MEASURED.min(budget.total / 10))?;
            config.train.iterations = budget.iterations(measured, &config.post_training);
            rate = Some(measured);
        }
        Ok(Plan {
            table,
            config,
            decisions,
            rank: transform.latent.map(|latent| latent.rank()),
            choice,
            rate,
            budget,
            checkpoint: None,
            on_progress: self.on_progress,
        })
    }

    /// Trains the model.
    ///
    /// # Errors
    /// As for [`plan`](Self::plan), and [`Error`] of the training.
    pub fn fit(self) -> Result<Trained, Error> {
        self.plan()?.fit()
    }
}

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
    table: Cow<'a, Table>,
    config: FitConfig,
    decisions: Vec<Decision>,
    rank: Option<usize>,
    choice: Option<Choice>,
    rate: Option<f64>,
    budget: Option<Budget>,
    checkpoint: Option<Checkpoint>,
    on_progress: Option<Report<'a>>,
}

impl Plan<'_> {
    /// Resumes an interrupted fit of the same data and settings.
    #[must_use]
    pub fn resume(mut self, checkpoint: impl Into<Option<Checkpoint>>) -> Self {
        self.checkpoint = checkpoint.into();
        self
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
        self.rank
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

    /// Returns how noise is paired with rows.
    #[must_use]
    pub fn coupling(&self) -> Coupling {
        self.config.train.coupling
    }

    /// Returns the solver.
    #[must_use]
    pub fn solver(&self) -> Solver {
        self.config.solver
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
    /// [`Trainer::on_progress`].
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
        fit(&self.table, &self.config, steps, control)
    }
}

fn check_steps(steps: u16) -> Result<(), Error> {
    match (1..=MAX_STEPS).contains(&steps) {
        true => Ok(()),
        false => Err(setting("the number of solver steps", steps, "1 to 256")),
    }
}

/// Checks the settings that the training itself does not check.
fn check_settings(config: &FitConfig) -> Result<(), Error> {
    check_steps(config.steps)?;
    let share = config.validation;
    if !(share > 0.0 && share < 1.0) {
        let what = "the share of validation rows";
        return Err(setting(what, share, "a share above 0 and below 1"));
    }
    let hidden = &config.train.hidden;
    if hidden.len() > MAX_HIDDEN {
        return Err(setting(
            "the number of hidden layers",
            hidden.len(),
            "1 to 8",
        ));
    }
    if let Some(&width) = hidden.iter().find(|&&width| width > MAX_WIDTH.into()) {
        return Err(setting("the width of a hidden layer", width, "1 to 1024"));
    }
    let solver = config.solver;
    if config.fill.is_masked() && !config.fill.conditions.is_empty() {
        return Err(Error::Conditions);
    }
    if config.calibrate && !config.fill.conditions.is_empty() {
        return Err(Error::ScoredConditions);
    }
    if config.fill.is_used() {
        let free = config.train.coupling != Coupling::Independent;
        if free || config.post_training.reflow > 0 || config.latent != LatentRank::Off {
            return Err(Error::Known);
        }
    }
    if config.post_training.distil && matches!(solver, Solver::Midpoint | Solver::Heun) {
        return Err(Error::Distil { solver });
    }
    Ok(config.train.check()?)
}

/// Turns the automatic latent off if columns may be known. Returns the decision, if there could
/// have been a latent.
fn without_latent(table: &Table, config: &mut FitConfig) -> Option<Decision> {
    if !config.fill.is_used() || config.latent != LatentRank::Auto {
        return None;
    }
    config.latent = LatentRank::Off;
    latent::candidate(table, &config.schema).map(|_| decisions::on_no_latent())
}

fn setting(setting: &'static str, value: impl ToString, allowed: &'static str) -> Error {
    Error::Setting {
        setting,
        value: value.to_string(),
        allowed,
    }
}
