//! `flowlet train`: from data to a model file and its quality card.

mod choose;
mod follow;
mod losses;
pub(super) mod recipe;
pub(super) mod run_folder;
mod sweep;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{ArgMatches, Args, CommandFactory};
use flowlet::Solver;
use toml::Value;

pub use choose::BoardName;
use follow::Follower;
pub(super) use losses::Losses;
pub(super) use run_folder::RunFolder;

use super::data_args::{DATA, DataArgs};
use super::progress::TrainingBar;
use super::values::{self, Widths};
use super::{Cli, Failure, hint, input, output, print};
use crate::text::{counted, solver_name};
use flowlet_trainer::data::schema::Schema;
use flowlet_trainer::{
    Card, Checkpoint, Coupling, Error, LatentRank, Path, Patience, Plan, Seed, Table, TimeDensity,
};
use flowlet_trainer::{Trained, Trainer, defaults};

/// Headings of options in the help text.
const NETWORK: &str = "Network";
const TRAINING: &str = "Training";
const SAMPLING: &str = "Sampling";

/// Train a model on your data.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet train beats.csv -o beats.flow
  flowlet train digits.csv --label label -o digits.flow --hidden 128,128
  gunzip -c rows.csv.gz | flowlet train - -o rows.flow --json > card.json")]
pub struct TrainArgs {
    /// Data: a CSV file with a header (`-` reads standard input), an NPY, NPZ, IDX or WAV file, or
    /// a folder of PNG or WAV files whose subfolders are classes. CSV and IDX may be gzipped.
    /// Several files and folders are joined. Their columns must agree.
    #[arg(value_name = "DATA", required_unless_present_any = ["config", "resume"])]
    pub data: Vec<PathBuf>,
    /// Write the model to this file. The folder MODEL.run gets the recipe, the losses and the card.
    #[arg(
        short,
        long,
        value_name = "MODEL.flow",
        required_unless_present = "config"
    )]
    pub output: Option<PathBuf>,
    /// Take the options of a recipe. Options on the command line take precedence.
    #[arg(long, value_name = "RECIPE.toml", conflicts_with = "resume")]
    pub config: Option<PathBuf>,
    /// Resume the interrupted training of this model from its last checkpoint, with the saved
    /// options. If there is no checkpoint, begin the training. A finished training is refused.
    #[arg(long)]
    pub resume: bool,
    /// Set the time between checkpoints.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = values::interval, allow_negative_numbers = true)]
    pub checkpoint_every: Duration,
    /// How to read the data.
    #[command(flatten)]
    pub read: DataArgs,
    /// Hide the label of this share of the rows, 0 to below 1. A share of 0.1 to 0.2 is usual.
    /// `sample --guidance` needs a model that was trained with label dropout.
    #[arg(help_heading = TRAINING, long, value_name = "SHARE", default_value_t = 0.0, value_parser = values::share, allow_negative_numbers = true)]
    pub label_dropout: f32,
    /// Set the units of each hidden layer, first to last: 1 to 8 layers of 1 to 1024 units.
    #[arg(help_heading = NETWORK, long, value_name = "WIDTHS", default_value_t = Widths::from(defaults::HIDDEN.as_slice()), allow_negative_numbers = true)]
    pub hidden: Widths,
    /// Run the flow in K principal components of the columns of a series or of an image: auto, off,
    /// or 1 to 1024. Few components make smooth samples and small models. Automatic if half as many
    /// components as columns or fewer hold 99 % of the variance, then at most 48.
    #[arg(help_heading = NETWORK, long, value_name = "K", default_value_t = LatentRank::Auto)]
    pub latent: LatentRank,
    /// Take this many optimiser steps. [default: 8000, or as many as --budget allows]
    #[arg(help_heading = TRAINING, long, value_name = "N", value_parser = values::count, allow_negative_numbers = true)]
    pub iterations: Option<u32>,
    /// End the training after this many of its optimiser steps, and each later phase after the next
    /// number, separated by commas; 0 takes all. The recipe has this if --budget ended a phase.
    /// [default: all steps]
    #[arg(help_heading = TRAINING, long, value_name = "STEPS", value_delimiter = ',')]
    pub stop_after: Vec<usize>,
    /// Set the rows per optimiser step, at least 4.
    #[arg(help_heading = TRAINING, long, value_name = "N", default_value_t = defaults::BATCH as u32, value_parser = values::batch, allow_negative_numbers = true)]
    pub batch: u32,
    /// Set the peak learning rate of AdamW, above 0 and at most 1. [default: 0.005, or less if a
    /// layer has more than 64 units]
    #[arg(help_heading = TRAINING, long, value_name = "RATE", value_parser = values::learning_rate, allow_negative_numbers = true)]
    pub learning_rate: Option<f32>,
    /// Random seed. The same seed and data give the same file.
    #[arg(help_heading = TRAINING, long, value_name = "S", default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub seed: u64,
    /// Set the path from noise to data: linear, trigonometric, or one with a width in standard
    /// deviations: constant-sigma[:0.1], bridge[:0.5], smooth[:0.5], lipman[:0.01].
    #[arg(help_heading = TRAINING, long, value_name = "PATH", default_value_t = Path::Linear)]
    pub path: Path,
    /// Set how noise is paired with the rows of a batch: independent, ot (exact minibatch optimal
    /// transport within each class), or schrodinger[:0.5] (drawn from the entropic plan).
    /// [default: ot for at most 64 values and 8 solver steps; independent otherwise, for images and
    /// with a latent]
    #[arg(help_heading = TRAINING, long, value_name = "NAME")]
    pub coupling: Option<Coupling>,
    /// Set how often each time is trained: uniform, or logit-normal:1, which prefers the middle.
    #[arg(help_heading = TRAINING, long, value_name = "DENSITY", default_value_t = TimeDensity::Uniform)]
    pub time_density: TimeDensity,
    /// Add noise to every row each time it is drawn, in standard deviations, 0 to 1. It reduces
    /// memorisation if rows are few, but blurs samples.
    #[arg(help_heading = TRAINING, long, value_name = "NOISE", default_value_t = 0.0, value_parser = values::augment, allow_negative_numbers = true)]
    pub augment: f32,
    /// End early, and keep earlier weights. Once the validation loss rises, auto keeps the last
    /// ones whose samples are not nearer to training rows than those are to each other. N keeps the
    /// weights with the least validation loss, and ends after N evaluations without improvement;
    /// there are about 50. off takes all steps.
    #[arg(help_heading = TRAINING, long, value_name = "auto|N|off", default_value_t = Patience::Automatic)]
    pub patience: Patience,
    /// Train with float weights to the end. [default: int8 rounding in the second half]
    #[arg(help_heading = TRAINING, long)]
    pub float_weights: bool,
    /// Override column types and limits with a TOML file of lines such as
    /// `rain = { integer = false, min = 0, max = inf }` or `station = { category = true }`.
    #[arg(help_heading = DATA, long, value_name = "COLUMNS.toml")]
    pub schema: Option<PathBuf>,
    /// Keep this share of the rows for validation, above 0 and below 1.
    #[arg(help_heading = DATA, long, value_name = "FRACTION", default_value_t = defaults::VALIDATION, value_parser = values::fraction, allow_negative_numbers = true)]
    pub validation: f64,
    /// Calibrate scores on the validation rows, so that the model tells how unusual a row is. They
    /// are this share of the rows, in place of that of --validation; 0.2 without a number. Fewer
    /// than 500 rows all calibrate, which takes five further trainings.
    #[arg(help_heading = TRAINING, long, value_name = "FRACTION", num_args = 0..=1, default_missing_value = "0.2", conflicts_with = "validation", value_parser = values::fraction, allow_negative_numbers = true)]
    pub calibrate: Option<f64>,
    /// Set the solver steps per sample, 1 to 256. More steps are better and slower. [default: the
    /// fewest, at most 8, whose energy distance is within 2 % of that of 16 steps]
    #[arg(help_heading = SAMPLING, long, value_name = "K", value_parser = values::steps, allow_negative_numbers = true)]
    pub steps: Option<u16>,
    /// Use uniform solver steps. [default: a time grid that is found after the training]
    #[arg(help_heading = SAMPLING, long)]
    pub uniform_steps: bool,
    /// Keep the columns as they were trained. [default: offset and gain of each number are refitted
    /// to samples of the quantised model]
    #[arg(help_heading = SAMPLING, long)]
    pub no_recalibration: bool,
    /// Train N more rounds on the model's own pairs of noise and sample, which straightens the
    /// paths.
    #[arg(help_heading = SAMPLING, long, value_name = "N", default_value_t = 0, value_parser = values::rounds, allow_negative_numbers = true)]
    pub reflow: u32,
    /// Distil the model to K solver steps, 1 to 256, or to 1 without K. This replaces --steps. The
    /// solver must be euler or exponential. [default: off]
    #[arg(help_heading = SAMPLING, long, value_name = "K", num_args = 0..=1, default_missing_value = "1", value_parser = values::steps, conflicts_with = "steps", allow_negative_numbers = true)]
    pub distil: Option<u16>,
    /// Train the network so that it fills in rows: any columns may be known, and it draws the
    /// others. It needs more memory, and more training to be as good.
    #[arg(help_heading = SAMPLING, long)]
    pub fill: bool,
    /// Declare which columns will be known, such as \"forecast: ax00..ax15, site -> ax16..ax31\".
    /// Names, ranges and wild cards (ax*) are taken. Repeat the option for several queries.
    /// [default: none, or any columns with --fill]
    #[arg(help_heading = SAMPLING, long = "query", value_name = "QUERY")]
    pub queries: Vec<String>,
    /// Take these columns as conditions, separated by commas: they are always known, as what a
    /// robot observes, and the model draws the others. Ranges and wild cards are taken. [default:
    /// none]
    #[arg(help_heading = SAMPLING, long = "condition", value_name = "COLUMNS", value_delimiter = ',', conflicts_with_all = ["fill", "queries"])]
    pub conditions: Vec<String>,
    /// Set the solver: euler, exponential (exact for the Gaussian drift), midpoint or heun (two
    /// evaluations of the network per step). [default: euler with a coupling or reflow, otherwise
    /// exponential]
    #[arg(help_heading = SAMPLING, long, value_name = "NAME", value_parser = values::solver)]
    pub solver: Option<Solver>,
    /// End the training within this time, such as 60s or 10m. Without --iterations, as many
    /// optimiser steps are planned as fit. The recipe then has the steps that were taken.
    /// [default: off]
    #[arg(help_heading = TRAINING, long, value_name = "TIME", value_parser = values::duration, conflicts_with = "sweep", allow_negative_numbers = true)]
    pub budget: Option<Duration>,
    /// Choose the hidden layers so that the file has at most this size. [default: off]
    #[arg(help_heading = NETWORK, long, value_name = "SIZE", value_parser = values::size, allow_negative_numbers = true)]
    pub max_size: Option<u64>,
    /// Choose the hidden layers so that they fit this board: half of its flash, half of its RAM,
    /// and a second per sample. [default: off]
    #[arg(help_heading = NETWORK, long, value_name = "NAME", conflicts_with = "hidden")]
    pub board: Option<BoardName>,
    /// Train networks of several widths, and evaluate each with several numbers of solver steps.
    /// Write the cheapest model within 5 % of the best. [default: off]
    #[arg(help_heading = NETWORK, long, conflicts_with_all = ["hidden", "steps", "distil", "resume"])]
    pub sweep: bool,
    /// Print the quality card as JSON.
    #[arg(long)]
    pub json: bool,
    /// Every option by name, for the recipe that is written.
    #[arg(skip)]
    pub recipe: BTreeMap<String, Value>,
}

/// Returns the definition of `flowlet train`.
///
/// # Panics
/// Never, because there is such a subcommand.
pub(super) fn command() -> clap::Command {
    let mut cli = Cli::command();
    cli.build();
    cli.find_subcommand("train").expect("defined").clone()
}

/// Returns the recipe of `--config`, or that of the run for `--resume`, without the options that
/// were `given`.
pub(super) fn recipe_of(
    command: &clap::Command,
    given: &ArgMatches,
) -> Result<Option<recipe::Recipe>, Failure> {
    if let Some(path) = given.get_one::<PathBuf>("config") {
        return recipe::read(path.clone(), command, given).map(Some);
    }
    let resumed = given.get_one::<PathBuf>("output");
    let Some(output) = resumed.filter(|_| given.get_flag("resume")) else {
        return Ok(None);
    };
    let Some(folder) = RunFolder::of_model(output) else {
        return Err(Failure::Input(format!(
            "{}: not a file, so there is no run to resume; leave --resume out",
            output.display()
        )));
    };
    let path = folder.path("recipe.toml");
    match path.is_file() {
        true => recipe::read(path, command, given).map(Some),
        // The run was killed before it wrote one, so the command line has all options.
        false if given.contains_id("data") => Ok(None),
        false => Err(Failure::Input(format!(
            "{output}: no training to resume, because {} is missing; begin one with flowlet train \
             DATA -o {output}",
            path.display(),
            output = output.display()
        ))),
    }
}

impl TrainArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let missing = |what: &str| {
            let path = self.recipe_path().unwrap_or_default();
            Failure::Input(format!(
                "{}: the recipe has no {what}; add it",
                path.display()
            ))
        };
        if self.data.is_empty() {
            return Err(missing("data"));
        }
        let output = self.output.as_deref().ok_or_else(|| missing("output"))?;
        let others = [&self.schema, &self.config].into_iter().flatten();
        let read: Vec<&std::path::Path> = others.chain(&self.data).map(PathBuf::as_path).collect();
        output::check_writable(output, &read)?;
        let folder = RunFolder::of_model(output);
        if let Some(folder) = &folder {
            folder.check(output)?;
            if self.resume && folder.is_finished(output) {
                return Err(Failure::Input(format!(
                    "{}: the training is finished; leave --resume out to train again",
                    output.display()
                )));
            }
            if !self.sweep {
                let data = self.data.iter().chain(&self.schema).map(PathBuf::as_path);
                resumable(data.chain([output]))?;
            }
        }
        if self.distil.is_some() && matches!(self.solver, Some(Solver::Midpoint | Solver::Heun)) {
            return Err(Failure::Input(
                "--distil needs a solver with one evaluation per step; choose --solver euler or \
                 exponential"
                    .to_owned(),
            ));
        }
        if self.label_dropout > 0.0 && self.read.label.is_none() {
            return Err(Failure::Input(
                "--label-dropout needs classes; name the label column with --label".to_owned(),
            ));
        }
        let schema = match &self.schema {
            Some(path) => {
                input::text(path, "a schema")?;
                Schema::read(path)?
            }
            None => Schema::default(),
        };
        let table = self.read.read(&self.data, None, schema.categories())?;
        table.check_categories()?;
        print::detail(&described(&table));
        if let Some(path) = &self.schema {
            schema.check(path, &table)?;
        }
        if self.sweep {
            return sweep::sweep(self, &table, &schema, output);
        }
        let mut trainer = self.trainer(&table, schema);
        if let Some(bytes) = self.max_size {
            trainer = trainer.max_size(bytes as usize);
        }
        if let Some(BoardName(board)) = &self.board {
            trainer = trainer.fit_device(|candidate| choose::exceeds(board, candidate));
        }
        if let Some(total) = self.budget {
            trainer = trainer.budget(total.saturating_sub(start.elapsed()));
        }
        let plan = trainer.plan()?;
        if !self.resume {
            self.print_choices(&plan);
        }
        let _held = folder.as_ref().map(RunFolder::hold).transpose()?;
        let checkpoint = match &folder {
            Some(folder) if self.resume => folder.checkpoint()?,
            _ => None,
        };
        let plan = plan.resume(checkpoint.clone());
        let mut recipe = BTreeMap::new();
        if let Some(folder) = &folder {
            recipe = self.planned(&plan);
            folder.write("recipe.toml", recipe::to_toml(&recipe)?.as_bytes())?;
            folder.begin()?;
        }
        let folder = folder.as_ref();
        let (trained, losses) = self.train(plan, folder, checkpoint, output)?;
        // From here on the recipe repeats the training without a clock.
        if recipe.remove("budget").is_some() && !trained.stopped_after().is_empty() {
            let steps = trained.stopped_after().iter();
            let steps = steps.map(|&steps| Value::Integer(steps as i64)).collect();
            recipe.insert("stop-after".to_owned(), Value::Array(steps));
        }
        if self.distil.is_none() {
            let steps = Value::Integer(trained.model().steps().into());
            recipe.insert("steps".to_owned(), steps);
        }
        let kept = keep(&trained, &losses, &recipe, folder, output);
        let card = kept.map_err(|failure| match folder {
            Some(folder) if folder.has_checkpoint() => Failure::Input(format!(
                "{failure}; then resume from the last checkpoint with: {}",
                resume_command(output)
            )),
            _ => failure,
        })?;
        // With the model on standard output, the card must not mix with it.
        print::card_of_model(&card, self.json, output == std::path::Path::new("-"))
    }

    fn recipe_path(&self) -> Option<PathBuf> {
        let of_run = || Some(RunFolder::of_model(self.output.as_deref()?)?.path("recipe.toml"));
        self.config.clone().or_else(of_run)
    }

    /// Prints what was chosen for the user.
    fn print_choices(&self, plan: &Plan<'_>) {
        for decision in plan.decisions() {
            print::note(&hint::decision_with_option(decision));
        }
        if plan.is_chosen() {
            let why = match plan.next_exceeds() {
                Some(why) => format!("with wider layers, {why}"),
                None => "wider layers rarely give better samples".to_owned(),
            };
            let hidden = widths(plan.hidden());
            print::note(&format!("chosen: --hidden {hidden}; {why}"));
        }
        if let (Some(rate), Some(total)) = (plan.steps_per_second(), self.budget) {
            let later = match (self.reflow, self.distil.is_some()) {
                (0, false) => "",
                (0, true) => ", and half as many of distillation,",
                (_, false) => ", and as many for each reflow,",
                (_, true) => ", as many for each reflow and half as many of distillation,",
            };
            print::note(&format!(
                "{} optimiser steps{later} fit in {}, at {rate:.0} per second",
                plan.iterations(),
                humantime::format_duration(total)
            ));
        }
    }

    /// Returns the recipe with the choices of the plan.
    fn planned(&self, plan: &Plan<'_>) -> BTreeMap<String, Value> {
        let mut recipe = self.recipe.clone();
        let text = |text: &str| Value::String(text.to_owned());
        recipe.insert("hidden".to_owned(), text(&widths(plan.hidden())));
        let iterations = Value::Integer(plan.iterations() as i64);
        recipe.insert("iterations".to_owned(), iterations);
        recipe.insert("coupling".to_owned(), text(&plan.coupling().to_string()));
        recipe.insert("solver".to_owned(), text(solver_name(plan.solver())));
        if self.distil.is_some() {
            recipe.remove("steps");
        }
        recipe
    }

    fn train(
        &self,
        plan: Plan<'_>,
        folder: Option<&RunFolder>,
        checkpoint: Option<Checkpoint>,
        output: &std::path::Path,
    ) -> Result<(Trained, Losses), Failure> {
        follow::catch_interrupts()?;
        let losses = match (&checkpoint, folder) {
            (Some(of), Some(folder)) => {
                let text = std::fs::read_to_string(folder.path("losses.csv")).unwrap_or_default();
                Losses::up_to(&text, of.phase(), of.step())
            }
            _ => Losses::default(),
        };
        let resuming = self.resume.then(|| match &checkpoint {
            Some(of) => format!("resuming the {} after step {}", of.stage(), of.step()),
            None => "no checkpoint yet; beginning the training".to_owned(),
        });
        let mut follower = Follower {
            bar: TrainingBar::new(),
            resuming,
            losses,
            folder,
            every: self.checkpoint_every,
            saved: Instant::now(),
            stopped: None,
            failed: false,
        };
        match plan.fit_observed(&mut follower) {
            Err(Error::Stopped) => Err(interrupted(&follower, output)),
            Err(error) => Err(error.into()),
            Ok(trained) => {
                self.say_if_stopped_early(&trained);
                for decision in trained.decisions() {
                    print::note(&hint::decision_with_option(decision));
                }
                Ok((trained, follower.losses))
            }
        }
    }

    /// Says that the model has the weights of an earlier step.
    fn say_if_stopped_early(&self, trained: &Trained) {
        let kept = trained.float().kept_step;
        let end = trained.float().progress;
        if kept < end.step {
            let why = match self.patience {
                Patience::Automatic => "because samples of later ones copy training rows",
                _ => "because they have the least validation loss",
            };
            print::note(&format!(
                "kept the weights of step {kept} of {}, {why} (--patience off takes all steps)",
                end.steps
            ));
        }
    }

    /// Returns the training with the settings of the command line.
    fn trainer<'t>(&self, table: &'t Table, schema: Schema) -> Trainer<'t> {
        let mut trainer = Trainer::new(table)
            .schema(schema)
            .hidden(self.hidden.as_slice().iter().copied())
            .label_dropout(self.label_dropout)
            .path(self.path)
            .coupling(self.coupling)
            .time_density(self.time_density)
            .augment(self.augment)
            .patience(self.patience)
            .latent(self.latent)
            .queries(self.queries.iter().cloned())
            .conditions(self.conditions.iter().cloned())
            .stop_after(self.stop_after.iter().copied())
            .batch(self.batch as usize)
            .learning_rate(self.learning_rate)
            .seed(Seed(self.seed))
            .solver(self.solver)
            .validation(self.validation)
            .reflow(self.reflow);
        if let Some(steps) = self.distil.or(self.steps) {
            trainer = trainer.steps(steps);
        }
        if let Some(iterations) = self.iterations {
            trainer = trainer.iterations(iterations as usize);
        }
        if let Some(share) = self.calibrate {
            trainer = trainer.calibrate(share);
        }
        if self.fill {
            trainer = trainer.fill();
        }
        if self.float_weights {
            trainer = trainer.float_weights();
        }
        if self.uniform_steps {
            trainer = trainer.uniform_steps();
        }
        if self.no_recalibration {
            trainer = trainer.no_recalibration();
        }
        if self.distil.is_some() {
            trainer = trainer.distil();
        }
        trainer
    }
}

/// Refuses names that a recipe cannot contain, because TOML is UTF-8.
fn resumable<'p>(mut names: impl Iterator<Item = &'p std::path::Path>) -> Result<(), Failure> {
    match names.find(|name| name.to_str().is_none()) {
        Some(name) => Err(Failure::Input(format!(
            "the name of {} is not UTF-8, so the run cannot be resumed; rename the file",
            name.display()
        ))),
        None => Ok(()),
    }
}

/// Returns widths as `--hidden` takes them.
fn widths(hidden: &[usize]) -> String {
    let widths: Vec<String> = hidden.iter().map(usize::to_string).collect();
    widths.join(",")
}

/// Describes a table in a line.
fn described(table: &Table) -> String {
    let (rows, columns) = table.values.dim();
    let classes = table.labels.as_ref().map(|labels| {
        let count = counted(labels.classes.len(), "class", "classes");
        format!(", {count} in `{}`", labels.column)
    });
    let categories = table.file_columns().into_iter().filter_map(|column| {
        let count = counted(column.categories?.len(), "category", "categories");
        Some(format!(", {count} in `{}`", column.name))
    });
    format!(
        "{rows} rows of {}{}{}",
        counted(columns, "value", "values"),
        categories.collect::<String>(),
        classes.unwrap_or_default()
    )
}

/// Says where a training was stopped, and how to resume it.
fn interrupted(follower: &Follower<'_>, output: &std::path::Path) -> Failure {
    let at = follower
        .stopped
        .map(|now| format!("{}, step {} of {}", now.stage(), now.step, now.steps));
    let at = at.unwrap_or_default();
    let command = resume_command(output);
    Failure::Interrupted(match follower.folder {
        Some(_) if !follower.failed => format!("stopped at {at}; resume with: {command}"),
        Some(folder) if folder.has_checkpoint() => format!(
            "stopped at {at}, but the checkpoint could not be written; resume from an earlier one \
             with: {command}"
        ),
        _ => format!("stopped at {at}; nothing is saved"),
    })
}

/// Returns the command that resumes a training, quoted for a shell.
fn resume_command(output: &std::path::Path) -> String {
    let name = output.to_string_lossy();
    // No path has the one character that cannot be quoted.
    let quoted = shlex::try_quote(&name).unwrap_or(Cow::Borrowed(&name));
    format!("flowlet train --resume -o {quoted}")
}

/// Writes the results, the model first, because it is the most valuable. Returns the card.
fn keep(
    trained: &Trained,
    losses: &Losses,
    recipe: &BTreeMap<String, Value>,
    folder: Option<&RunFolder>,
    output: &std::path::Path,
) -> Result<Card, Failure> {
    output::write(output, trained.bytes())?;
    let mut card = trained.evaluate()?;
    card.findings = hint::advised(card.findings);
    if let Some(folder) = folder {
        folder.write("recipe.toml", recipe::to_toml(recipe)?.as_bytes())?;
        folder.write("losses.csv", losses.bytes())?;
        folder.write("network", &trained.float().bytes())?;
        let json = serde_json::to_vec_pretty(&card)
            .map_err(|error| Failure::Internal(error.to_string()))?;
        // The card is last, because it marks a finished training.
        folder.write("card.json", &json)?;
        folder.finish()?;
    }
    Ok(card)
}
