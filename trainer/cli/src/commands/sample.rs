//! `flowlet sample`: samples of a model, as CSV or NPY.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::SamplingArgs;
use super::model_file::ModelFile;
use super::values::{self, TimeGrid};
use super::{Failure, output, print};
use flowlet_trainer::device_columns::{to_csv, to_npy};
use flowlet_trainer::generate::{Request, generate};

/// Draw samples from a model, as CSV or NPY.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet sample beats.flow -n 1000 -o beats-made.csv
  flowlet sample digits.flow -n 10 --class 3 --seed 7 -o - | head
  flowlet sample digits.flow -n 10 --time-grid 0,0.3,0.6,1 -o few.csv
  flowlet sample dropout.flow -n 10 --guidance 1.5 -o typical.csv
  flowlet sample beats.flow -n 100 --antithetic -o pairs.csv
  flowlet sample beats.flow -n 1000 -o made.npy")]
pub struct SampleArgs {
    /// Model to draw from.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Draw this many samples.
    #[arg(short = 'n', long = "count", value_name = "N", value_parser = values::count, allow_negative_numbers = true)]
    pub count: u32,
    /// How to sample the model.
    #[command(flatten)]
    pub sampling: SamplingArgs,
    /// Begin and end solver steps at these times, which increase from 0 to 1, such as 0,0.4,0.7,1.
    /// [default: the model's time grid]
    #[arg(
        long,
        value_name = "TIMES",
        conflicts_with = "steps",
        allow_negative_numbers = true
    )]
    pub time_grid: Option<TimeGrid>,
    /// Draw pairs: every second sample has the class and the negated noise of the sample before it.
    /// A few samples then represent the distribution better, but they are not independent.
    #[arg(long)]
    pub antithetic: bool,
    /// Write the samples to this file; `-` is standard output. A name that ends in .npy asks for an
    /// array of f64 with categories and classes as numbers, .csv or no ending for CSV.
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Print a summary as JSON; on standard error if the samples go to standard output.
    #[arg(long)]
    pub json: bool,
}

impl SampleArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        output::check_writable(&self.output, &[&self.model])?;
        let format = format(&self.output)?;
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        let request = Request {
            count: self.count as usize,
            time_grid: self.time_grid.as_ref().map(TimeGrid::as_slice),
            antithetic: self.antithetic,
            ..self.sampling.request(&model)?
        };
        let generated = generate(&model, &request)?;
        let bytes = match format {
            Format::Csv => to_csv(&model, &generated),
            Format::Npy => to_npy(&model, &generated),
        };
        output::write(&self.output, &bytes)?;
        if self.json {
            let summary = Summary {
                samples: generated.values.nrows(),
                steps: match &self.time_grid {
                    Some(times) => times.as_slice().len() as u16 - 1,
                    None => self.sampling.steps.unwrap_or(model.steps()),
                },
                seed: self.sampling.seed,
                class: self.sampling.class.as_deref(),
                crc32: generated.crc32,
            };
            print::json(&summary, self.output == Path::new("-"))?;
        }
        Ok(())
    }
}

/// File format, by the ending of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Npy,
}

fn format(path: &Path) -> Result<Format, Failure> {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    match end.to_ascii_lowercase().as_str() {
        "" | "csv" => Ok(Format::Csv),
        "npy" => Ok(Format::Npy),
        _ => Err(Failure::Input(format!(
            "{}: unknown format; use a name that ends in .csv or .npy",
            path.display()
        ))),
    }
}

/// Summary of the samples.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    samples: usize,
    steps: u16,
    seed: u64,
    class: Option<&'a str>,
    /// CRC-32 of each sample, as a board prints it.
    crc32: Vec<u32>,
}
