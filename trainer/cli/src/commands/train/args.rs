//! Options of `flowlet train`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory};
use flowlet::Solver;
use toml::Value;

use super::choose::BoardName;
use crate::commands::Cli;
use crate::commands::data_args::{DATA, DataArgs};
use crate::commands::values::{self, Widths};
use flowlet_trainer::data::schema::Schema;
use flowlet_trainer::{
    Coupling, LatentRank, Path, Patience, Seed, Table, TimeDensity, Trainer, defaults,
};

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
    /// Data: a CSV file with a header (`-` reads standard input), an NPY, NPZ, IDX, Parquet or WAV
    /// file, or a folder of tables, images or WAV files, whose subfolders are classes. CSV and IDX
    /// may be gzipped. Several files and folders are joined. Their columns must agree.
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
    /// 1 to 1024, or class:K if each class is to have its own. Few components make smooth samples
    /// and small models. Automatic if half as many components as columns or fewer hold 99 % of the
    /// variance, then at most 48.
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
    /// Set the rows per optimiser step, 4 to 65536.
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
    /// are this share of the rows, in place of that of --validation; 0.2 without a number. With
    /// fewer than 500 rows all of them calibrate, which takes five further trainings.
    #[arg(help_heading = TRAINING, long, value_name = "FRACTION", num_args = 0..=1, default_missing_value = "0.2", conflicts_with = "validation", value_parser = values::fraction, allow_negative_numbers = true)]
    pub calibrate: Option<f64>,
    /// Set the solver steps per sample, 1 to 256. More steps are better and slower. [default: the
    /// fewest, at most 8, whose energy distance is within 2 % of that of 16 steps; with known
    /// columns, whose CRPS is too]
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
    /// Declare which columns will be known, such as "forecast: ax00..ax15, site -> ax16..ax31".
    /// Names, ranges and wild cards (ax*) are taken. Repeat the option for several queries.
    /// [default: none, or any columns with --fill]
    #[arg(help_heading = SAMPLING, long = "query", value_name = "QUERY", allow_hyphen_values = true)]
    pub queries: Vec<String>,
    /// Take these columns as conditions, separated by commas: they are always known, as what a
    /// robot observes, and the model draws the others. Ranges and wild cards are taken. [default:
    /// none]
    #[arg(help_heading = SAMPLING, long = "condition", value_name = "COLUMNS", value_delimiter = ',', conflicts_with_all = ["fill", "queries"])]
    pub conditions: Vec<String>,
    /// Set the solver: euler, exponential (exact for the Gaussian drift), midpoint or heun (two
    /// evaluations of the network per step). [default: euler with a coupling or reflow, otherwise
    /// exponential; with --fill or --query, the better one]
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
pub(in crate::commands) fn command() -> clap::Command {
    let mut cli = Cli::command();
    cli.build();
    cli.find_subcommand("train").expect("defined").clone()
}

impl TrainArgs {
    /// Returns the training with the settings of the command line.
    pub(super) fn trainer<'t>(&self, table: &'t Table, schema: Schema) -> Trainer<'t> {
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
