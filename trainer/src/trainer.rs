//! The front door: settings of a training.

mod check;
mod decide;
mod plan;

pub use plan::Plan;

use std::time::Duration;

use flowlet::Solver;

use crate::coupling::Coupling;
use crate::data::Table;
use crate::data::latent_rank::LatentRank;
use crate::data::schema::Schema;
use crate::fit::{Budget, FitConfig, Progress};
use crate::host_model::Seed;
use crate::path::Path;
use crate::policy::{self, Candidate, Limit};
use crate::train::{Patience, TimeDensity};

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

    /// Sets the rows per optimiser step, 4 to 65536. [default:
    /// [`BATCH`](crate::defaults::BATCH)]
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
