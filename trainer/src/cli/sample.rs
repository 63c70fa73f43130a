//! `flowlet sample`: from a model file to a CSV file like the one it was trained on.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::model_file::{ModelFile, class_of};
use super::{Failure, print, values};
use crate::data::to_csv;
use crate::files;
use crate::generate::{Request, generate};

/// Draw samples from a model, as CSV.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet sample beats.flow -n 1000 -o beats-made.csv
  flowlet sample digits.flow -n 10 --class 3 --seed 7 -o - | head")]
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
    /// Seed of the noise; a device with the same seed draws the same bits.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// Where to write the samples; `-` is standard output.
    #[arg(short, long, value_name = "OUT.csv")]
    pub output: PathBuf,
    /// Print a summary as JSON, on standard error when the samples go to standard output.
    #[arg(long)]
    pub json: bool,
}

impl SampleArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        files::check_writable(&self.output)?;
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
            seed: self.seed,
        };
        let generated = generate(&model, &request)?;
        files::write(&self.output, &to_csv(&model, &generated))?;
        if self.json {
            let summary = Summary {
                samples: generated.values.nrows(),
                steps: self.steps.unwrap_or(model.steps()),
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
struct Summary<'a> {
    samples: usize,
    steps: u16,
    seed: u64,
    class: Option<&'a str>,
    /// Of each sample, as a board prints it.
    crc32: Vec<u32>,
}
