//! `flowlet sample`: from a model file to a CSV file like the one it was trained on.

use std::path::PathBuf;

use clap::Args;
use flowlet::Solver;
use serde::Serialize;

use super::model_file::{ModelFile, class_of};
use super::values::{self, TimeGrid};
use super::{Failure, print};
use flowlet_trainer::device_columns::to_csv;
use flowlet_trainer::files;
use flowlet_trainer::generate::{Request, generate};

/// Draw samples from a model, as CSV.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet sample beats.flow -n 1000 -o beats-made.csv
  flowlet sample digits.flow -n 10 --class 3 --seed 7 -o - | head
  flowlet sample digits.flow -n 10 --time-grid 0,0.3,0.6,1 -o few.csv
  flowlet sample dropout.flow -n 10 --guidance 1.5 -o typical.csv
  flowlet sample beats.flow -n 100 --antithetic -o pairs.csv")]
pub struct SampleArgs {
    /// The model to draw from.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// How many samples.
    #[arg(short = 'n', long = "count", value_name = "N", value_parser = values::count())]
    pub count: u32,
    /// Draw this class only; without it classes come in the proportions of the training rows.
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
    /// Solver steps a sample, 1 to 256; without it what the model recommends.
    #[arg(long, value_name = "K", value_parser = values::steps())]
    pub steps: Option<u16>,
    /// TimeGrid from 0 to 1 at which steps begin and end, in place of equal steps, as in 0,0.4,0.7,1.
    #[arg(long, value_name = "TIMES", conflicts_with = "steps")]
    pub time_grid: Option<TimeGrid>,
    /// Method of integration: euler, exponential (exact for the Gaussian base), midpoint or heun (twice
    /// the network a step); without it what the model recommends.
    #[arg(long, value_name = "NAME", value_parser = values::solver)]
    pub solver: Option<Solver>,
    /// Strength of classifier-free guidance, 0 to below 8: 1 is none, more keeps closer to what is
    /// typical of the class. For models trained with --label-dropout.
    #[arg(long, value_name = "W", value_parser = values::guidance)]
    pub guidance: Option<u16>,
    /// Seed of the noise; a device with the same seed draws the same bits.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// Draw pairs: every second sample is of the same class as the one before it, from its noise with the other sign.
    /// Few samples then stand better for the distribution, but are not independent.
    #[arg(long)]
    pub antithetic: bool,
    /// Where to write the samples; `-` is standard output.
    #[arg(short, long, value_name = "OUT.csv")]
    pub output: PathBuf,
    /// Print a summary as JSON, on standard error when the samples go to standard output.
    #[arg(long)]
    pub json: bool,
}

impl SampleArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        files::check_writable(&self.output, &[&self.model])?;
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        let class = self
            .class
            .as_deref()
            .map(|name| class_of(&model, name))
            .transpose()?;
        let request = Request {
            count: self.count as usize,
            class,
            steps: self.steps,
            times: self.time_grid.as_ref().map(TimeGrid::as_slice),
            solver: self.solver,
            guidance: self.guidance,
            seed: self.seed,
            antithetic: self.antithetic,
        };
        let generated = generate(&model, &request)?;
        files::write(&self.output, &to_csv(&model, &generated))?;
        if self.json {
            let summary = Summary {
                samples: generated.values.nrows(),
                steps: match &self.time_grid {
                    Some(times) => times.as_slice().len() as u16 - 1,
                    None => self.steps.unwrap_or(model.steps()),
                },
                seed: self.seed,
                class: self.class.as_deref(),
                crc32: generated.crc32,
            };
            print::json(&summary, self.output == std::path::Path::new("-"))?;
        }
        Ok(())
    }
}

/// What was drawn, for machines.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    samples: usize,
    steps: u16,
    seed: u64,
    class: Option<&'a str>,
    /// Of each sample, as a board prints it.
    crc32: Vec<u32>,
}
