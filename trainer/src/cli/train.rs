//! `flowlet train`: from a CSV file to a model file and its quality card.

use std::path::PathBuf;

use clap::Args;
use flowlet::Solver;

use super::card::Card;
use super::data_args::DataArgs;
use super::progress::TrainingBar;
use super::values::{self, Widths};
use super::{Failure, print};
use crate::coupling::Coupling;
use crate::data::schema::Schema;
use crate::files;
use crate::fit::{FitConfig, Phase, Refinement, fit};
use crate::path::Path;
use crate::train::{Progress, TimeDensity, TrainConfig};

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
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// Where to write the model.
    #[arg(short, long, value_name = "MODEL.flow")]
    pub output: PathBuf,
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
    /// `rain = { whole = false, low = 0, high = inf }`.
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
    /// Print the quality card as JSON.
    #[arg(long)]
    pub json: bool,
}

impl TrainArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        files::check_writable(&self.output)?;
        if self.distil.is_some() && matches!(self.solver, Some(Solver::Midpoint | Solver::Heun)) {
            return Err(Failure::Input(
                "--distil is for solvers of one evaluation a step; choose --solver euler or exponential"
                    .to_owned(),
            ));
        }
        let table = self.read.read(&self.data, None)?;
        let schema = match &self.schema {
            Some(path) => Schema::read(path, &table.columns)?,
            None => Schema::default(),
        };
        let mut bar = TrainingBar::new();
        let fitted = fit(
            &table,
            &self.config(table.columns.len(), schema),
            None,
            &mut |phase: Phase, now: Progress| bar.show(phase, now),
        )?;
        drop(bar);
        files::write(&self.output, &fitted.bytes)?;
        let card = Card::new(&fitted.bytes, &fitted.evaluation)?;
        // With the model on standard output, the card must not mix with it.
        print::card(&card, self.json, self.output == std::path::Path::new("-"))
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
                seed: self.seed,
                ..TrainConfig::default()
            },
            steps: self.steps(),
            solver: self.solver(columns),
            holdout: self.holdout,
            refinement: Refinement {
                reflow: self.reflow,
                grid: !self.equal_steps,
                distil: self.distil.is_some(),
            },
        }
    }
}
