//! `flowlet train`: from data to a model file and its quality card.

mod budget;
mod choose;
mod follow;
mod losses;
pub(super) mod recipe;
pub(super) mod run_folder;
mod sweep;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{ArgMatches, Args, CommandFactory};
use flowlet::Solver;
use toml::Value;

use budget::Budget;
pub use choose::BoardName;
use choose::Limits;
use follow::Follower;
pub(super) use losses::Losses;
pub(super) use run_folder::RunFolder;

use super::data_args::DataArgs;
use super::progress::TrainingBar;
use super::values::{self, Widths};
use super::{Cli, Failure, print};
use crate::report::card::Card;
use crate::text::solver_name;
use flowlet_trainer::coupling::Coupling;
use flowlet_trainer::data::Table;
use flowlet_trainer::data::schema::Schema;
use flowlet_trainer::files;
use flowlet_trainer::fit::{FitConfig, FitError, Fitted, PostTraining, check, fit};
use flowlet_trainer::path::Path;
use flowlet_trainer::train::{TimeDensity, TrainConfig};

/// Most columns, and most solver steps, for which optimal transport was better than independent noise.
const OT_COLUMNS: usize = 8;
const OT_STEPS: u16 = 4;

/// Train a model on a CSV file.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet train beats.csv -o beats.flow
  flowlet train digits.csv --label label -o digits.flow --hidden 128,128
  gunzip -c rows.csv.gz | flowlet train - -o rows.flow --json > card.json")]
pub struct TrainArgs {
    /// Rows to learn: a CSV file with a header (`-` reads standard input), an NPY, NPZ, IDX or WAV file, or a
    /// folder of PNG or WAV files whose subfolders are classes; CSV and IDX may be gzipped.
    #[arg(value_name = "DATA", required_unless_present_any = ["config", "resume"])]
    pub data: Option<PathBuf>,
    /// Where to write the model. Beside it, in MODEL.run, stand the recipe, the losses and the card.
    #[arg(
        short,
        long,
        value_name = "MODEL.flow",
        required_unless_present = "config"
    )]
    pub output: Option<PathBuf>,
    /// Take the options of a recipe, those of the command line first.
    #[arg(long, value_name = "RECIPE.toml", conflicts_with = "resume")]
    pub config: Option<PathBuf>,
    /// Go on with the training of this model that was cut short, by its recipe; begin where it had not come to a
    /// checkpoint.
    #[arg(long)]
    pub resume: bool,
    /// From one checkpoint to the next.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = values::interval)]
    pub checkpoint_every: Duration,
    /// How to read them.
    #[command(flatten)]
    pub read: DataArgs,
    /// Share of the rows learnt without their label, 0 to below 1: what `sample --guidance` asks for,
    /// 0.1 to 0.2 as a rule.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = values::share, requires = "label")]
    pub label_dropout: f32,
    /// Units of each hidden layer, first to last: 1 to 8 layers of 1 to 1024.
    #[arg(long, value_name = "WIDTHS", default_value = "64,64,64")]
    pub hidden: Widths,
    /// Optimiser steps.
    #[arg(long, value_name = "N", default_value_t = 8000, value_parser = values::count())]
    pub iterations: u32,
    /// Rows an optimiser step, at least 4.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = values::batch())]
    pub batch: u32,
    /// Highest learning rate of AdamW, above 0 to 1; lower it where training diverges.
    #[arg(long, value_name = "RATE", default_value_t = TrainConfig::default().learning_rate, value_parser = values::learning_rate)]
    pub learning_rate: f32,
    /// Seed of everything random; the same seed and data give the same file.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// Path from noise to data: linear, trigonometric, or one with a width in standard deviations:
    /// constant-sigma[:0.1], bridge[:0.5], smooth[:0.5], lipman[:0.01].
    #[arg(long, value_name = "PATH", default_value_t = Path::Linear)]
    pub path: Path,
    /// Which noise goes to which row of a batch: independent, ot (exact minibatch optimal transport,
    /// within each class), or schrodinger[:0.5] (drawn from the entropic plan). Without it ot where it helps,
    /// which is for at most 8 columns in at most 4 steps, and independent elsewhere.
    #[arg(long, value_name = "NAME")]
    pub coupling: Option<Coupling>,
    /// Which times are learnt: uniform, or logit-normal:1, the middle more often.
    #[arg(long, value_name = "DENSITY", default_value_t = TimeDensity::Uniform)]
    pub times: TimeDensity,
    /// Noise added to every row each time it is learnt, in standard deviations, 0 to 1: against copying where
    /// rows are few, at the cost of sharpness.
    #[arg(long, value_name = "NOISE", default_value_t = 0.0, value_parser = values::augment)]
    pub augment: f32,
    /// Stop when the loss of the rows held out has not fallen for this many of the 50 times that it is
    /// taken, and keep the weights of its least.
    #[arg(long, value_name = "N", value_parser = values::count())]
    pub patience: Option<u32>,
    /// Round the weights to int8 only after the training, and not in its second half already.
    #[arg(long)]
    pub float_weights: bool,
    /// What columns may be, where the data do not tell: a TOML file of lines as in
    /// `rain = { whole = false, min = 0, max = inf }` or `station = { category = true }`.
    #[arg(long, value_name = "COLUMNS.toml")]
    pub schema: Option<PathBuf>,
    /// Share of the rows kept from training, to judge the model by: above 0, below 1.
    #[arg(long, value_name = "FRACTION", default_value_t = 0.2, value_parser = values::fraction)]
    pub holdout: f64,
    /// Solver steps a sample that the file recommends: 1 to 256; more is better and slower.
    #[arg(long, value_name = "K", default_value_t = 8, value_parser = values::steps())]
    pub steps: u16,
    /// Equal steps, in place of those that are found after the training and stored in the file.
    #[arg(long)]
    pub equal_steps: bool,
    /// Rounds of training again on the model's own pairs of noise and sample, which straightens the paths.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub reflow: u32,
    /// Distil the model to this many solver steps, in place of --steps; for the solvers euler and exponential.
    #[arg(long, value_name = "K", value_parser = values::steps(), conflicts_with = "steps")]
    pub distil: Option<u16>,
    /// Solver that the file recommends: euler, exponential (exact for the Gaussian base), midpoint or
    /// heun (twice the network a step). Without it euler where paths are straightened, by a coupling or
    /// by reflow, and exponential elsewhere.
    #[arg(long, value_name = "NAME", value_parser = values::solver)]
    pub solver: Option<Solver>,
    /// Train no longer than this in all: as many optimiser steps as fit in it.
    #[arg(long, value_name = "TIME", value_parser = values::duration, conflicts_with_all = ["iterations", "sweep"])]
    pub budget: Option<Duration>,
    /// Choose the hidden layers so that the file has at most this size.
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub size_budget: Option<u64>,
    /// Choose the hidden layers so that they fit this board: half of its flash, half of its RAM, a second a
    /// sample.
    #[arg(long, value_name = "NAME", conflicts_with = "hidden")]
    pub board: Option<BoardName>,
    /// Train networks of several widths, judge each in several numbers of steps, and write the one that costs least
    /// of those within 5 % of the best.
    #[arg(long, conflicts_with_all = ["hidden", "steps", "distil", "resume"])]
    pub sweep: bool,
    /// Print the quality card as JSON.
    #[arg(long)]
    pub json: bool,
    /// Every option by name, for the recipe that is written.
    #[arg(skip)]
    pub recipe: BTreeMap<String, Value>,
}

/// The definition of `flowlet train`.
///
/// # Panics
/// Never: there is such a subcommand.
pub(super) fn command() -> clap::Command {
    let mut cli = Cli::command();
    cli.build();
    cli.find_subcommand("train").expect("defined").clone()
}

/// The arguments that a recipe adds to those that were `given`: that of `--config`, or, to `--resume`, the run's own.
pub(super) fn recipe_arguments(
    command: &clap::Command,
    given: &ArgMatches,
) -> Result<Vec<OsString>, Failure> {
    if let Some(path) = given.get_one::<PathBuf>("config") {
        return recipe::arguments(path, command, given);
    }
    let resumed = given.get_one::<PathBuf>("output");
    let Some(output) = resumed.filter(|_| given.get_flag("resume")) else {
        return Ok(Vec::new());
    };
    let Some(folder) = RunFolder::beside(output) else {
        return Err(Failure::Input(format!(
            "{}: no file, so it has no run to go on with; leave --resume out",
            output.display()
        )));
    };
    let path = folder.path("recipe.toml");
    match path.is_file() {
        true => recipe::arguments(&path, command, given),
        // Killed before it wrote one: the command line says it all.
        false if given.contains_id("data") => Ok(Vec::new()),
        false => Err(Failure::Input(format!(
            "{output}: no training to go on with, for there is no {}; begin one with flowlet train DATA -o {output}",
            path.display(),
            output = output.display()
        ))),
    }
}

impl TrainArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let missing = |what: &str| Failure::Input(format!("the recipe names no {what}; name it"));
        let data = self.data.as_deref().ok_or_else(|| missing("data"))?;
        let output = self.output.as_deref().ok_or_else(|| missing("output"))?;
        let others = [&self.schema, &self.config].into_iter().flatten();
        let read: Vec<&std::path::Path> = others.map(PathBuf::as_path).chain([data]).collect();
        files::check_writable(output, &read)?;
        if self.distil.is_some() && matches!(self.solver, Some(Solver::Midpoint | Solver::Heun)) {
            return Err(Failure::Input(
                "--distil is for solvers of one evaluation a step; choose --solver euler or exponential"
                    .to_owned(),
            ));
        }
        let schema = match &self.schema {
            Some(path) => Schema::read(path)?,
            None => Schema::default(),
        };
        let table = self.read.read(data, None, schema.categories())?;
        table.check_categories()?;
        print::detail(&described(&table));
        if let Some(path) = &self.schema {
            schema.check(path, &table)?;
        }
        let mut config = self.config(table.columns.len(), schema);
        check(&table, &config)?;
        if self.sweep {
            return sweep::sweep(self, &table, &config, output);
        }
        let limits = self.limits();
        if limits.bytes.is_some() || limits.board.is_some() {
            let (hidden, why) = limits.choose(&table, &config)?;
            print::note(&why);
            config.train.hidden = hidden;
        }
        let folder = RunFolder::beside(output);
        let _held = folder.as_ref().map(RunFolder::hold).transpose()?;
        let checkpoint = match &folder {
            Some(folder) if self.resume => folder.checkpoint()?,
            _ => None,
        };
        let budget = self.budget.map(|whole| Budget {
            start,
            whole,
            post_training: config.post_training,
        });
        if let Some(budget) = &budget {
            budget.plan(&table, &mut config)?;
        }
        if let Some(folder) = &folder {
            folder.write("recipe.toml", self.written(&config)?.as_bytes())?;
        }
        let folder = folder.as_ref();
        let (fitted, losses) = self.train(&table, &config, folder, checkpoint, budget, output)?;
        let card = Card::new(&fitted.bytes, &fitted.evaluation)?;
        keep(&fitted, &losses, &card, folder, output).map_err(|failure| match folder {
            Some(folder) if folder.has_checkpoint() => Failure::Input(format!(
                "{failure}; then go on from the last checkpoint with: {}",
                resuming(output)
            )),
            _ => failure,
        })?;
        // With the model on standard output, the card must not mix with it.
        print::card(&card, self.json, output == std::path::Path::new("-"))
    }

    fn limits(&self) -> Limits {
        Limits {
            bytes: self.size_budget.map(|bytes| bytes as usize),
            board: self.board.map(|board| board.0),
        }
    }

    /// The recipe, with what was chosen in it.
    fn written(&self, config: &FitConfig) -> Result<String, Failure> {
        let mut recipe = self.recipe.clone();
        let widths: Vec<String> = config.train.hidden.iter().map(usize::to_string).collect();
        recipe.insert("hidden".to_owned(), Value::String(widths.join(",")));
        recipe.insert(
            "iterations".to_owned(),
            Value::Integer(config.train.iterations as i64),
        );
        recipe.insert(
            "coupling".to_owned(),
            Value::String(config.train.coupling.to_string()),
        );
        let solver = solver_name(config.solver);
        recipe.insert("solver".to_owned(), Value::String(solver.to_owned()));
        if self.distil.is_some() {
            recipe.remove("steps");
        }
        recipe::to_toml(&recipe)
    }

    fn train(
        &self,
        table: &Table,
        config: &FitConfig,
        folder: Option<&RunFolder>,
        checkpoint: Option<flowlet_trainer::fit::Checkpoint>,
        budget: Option<Budget>,
        output: &std::path::Path,
    ) -> Result<(Fitted, Losses), Failure> {
        follow::catch_interrupts()?;
        let losses = match (&checkpoint, folder) {
            (Some(of), Some(folder)) => {
                let text = std::fs::read_to_string(folder.path("losses.csv")).unwrap_or_default();
                Losses::up_to(&text, of.phase, of.state.iteration)
            }
            _ => Losses::default(),
        };
        let going_on = self.resume.then(|| match &checkpoint {
            Some(of) => format!(
                "going on with {} after step {}",
                super::progress::phase_name(of.phase),
                of.state.iteration
            ),
            None => "no checkpoint yet: beginning".to_owned(),
        });
        let mut follower = Follower {
            bar: TrainingBar::new(),
            going_on,
            losses,
            folder,
            every: self.checkpoint_every,
            saved: Instant::now(),
            budget,
            stopped: None,
            failed: false,
        };
        match fit(table, config, checkpoint, &mut follower) {
            Err(FitError::Stopped) => Err(interrupted(&follower, output)),
            Err(error) => Err(error.into()),
            Ok(fitted) => Ok((fitted, follower.losses)),
        }
    }

    fn steps(&self) -> u16 {
        self.distil.unwrap_or(self.steps)
    }

    fn coupling(&self, columns: usize) -> Coupling {
        let helps = columns <= OT_COLUMNS && self.steps() <= OT_STEPS;
        self.coupling.unwrap_or(match helps {
            true => Coupling::OptimalTransport,
            false => Coupling::Independent,
        })
    }

    fn solver(&self, columns: usize) -> Solver {
        let straightened = self.coupling(columns) != Coupling::Independent || self.reflow > 0;
        self.solver.unwrap_or(match straightened {
            true => Solver::Euler,
            false => Solver::ExponentialEuler,
        })
    }

    /// The settings of the training.
    fn config(&self, columns: usize, schema: Schema) -> FitConfig {
        FitConfig {
            schema,
            train: TrainConfig {
                hidden: self.hidden.as_slice().to_vec(),
                label_dropout: self.label_dropout,
                path: self.path,
                coupling: self.coupling(columns),
                times: self.times,
                augment: self.augment,
                patience: self.patience,
                quantisation_aware: !self.float_weights,
                iterations: self.iterations as usize,
                batch: self.batch as usize,
                learning_rate: self.learning_rate,
                seed: self.seed,
                ..TrainConfig::default()
            },
            steps: self.steps(),
            solver: self.solver(columns),
            holdout: self.holdout,
            post_training: PostTraining {
                reflow: self.reflow,
                grid: !self.equal_steps,
                distil: self.distil.is_some(),
            },
        }
    }
}

/// What was read, in a line.
fn described(table: &Table) -> String {
    let (rows, columns) = table.values.dim();
    let classes = table
        .labels
        .as_ref()
        .map(|labels| format!(", {} classes in `{}`", labels.classes.len(), labels.column));
    let categories = table.file_columns().into_iter().filter_map(|column| {
        let count = column.categories?.len();
        Some(format!(", {count} categories in `{}`", column.name))
    });
    format!(
        "{rows} rows of {columns} values{}{}",
        categories.collect::<String>(),
        classes.unwrap_or_default()
    )
}

/// Where a training was stopped, and how it goes on.
fn interrupted(follower: &Follower<'_>, output: &std::path::Path) -> Failure {
    let at = follower.stopped.map(|(phase, now)| {
        let phase = super::progress::phase_name(phase);
        format!("{phase}, step {} of {}", now.iteration, now.of)
    });
    let at = at.unwrap_or_default();
    let on = resuming(output);
    Failure::Interrupted(match follower.folder {
        Some(_) if !follower.failed => format!("stopped at {at}; go on with: {on}"),
        Some(folder) if folder.has_checkpoint() => {
            format!("stopped at {at}, which could not be kept; go on from before it with: {on}")
        }
        _ => format!("stopped at {at}; nothing is kept"),
    })
}

/// The command that goes on with a training, as a shell takes it.
fn resuming(output: &std::path::Path) -> String {
    let name = output.to_string_lossy();
    // No path has the one character that cannot be quoted.
    let quoted = shlex::try_quote(&name).unwrap_or(Cow::Borrowed(&name));
    format!("flowlet train --resume -o {quoted}")
}

/// Writes what came out, the model first: it is worth more than what stands beside it.
fn keep(
    fitted: &Fitted,
    losses: &Losses,
    card: &Card,
    folder: Option<&RunFolder>,
    output: &std::path::Path,
) -> Result<(), Failure> {
    files::write(output, &fitted.bytes)?;
    let Some(folder) = folder else {
        return Ok(());
    };
    folder.write("losses.csv", losses.bytes())?;
    let json =
        serde_json::to_vec_pretty(card).map_err(|error| Failure::Internal(error.to_string()))?;
    folder.write("card.json", &json)?;
    folder.write("network", &fitted.trained.bytes())?;
    folder.finish()
}
