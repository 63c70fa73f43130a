//! `flowlet sample`: samples of a model, as a table, an array, images or sound.

use std::path::{Path, PathBuf};

use clap::Args;
use ndarray::Axis;
use serde::Serialize;

use super::SamplingArgs;
use super::fill::{note_no_class, note_out_of_range, refused};
use super::model_file::ModelFile;
use super::sampling_args::check_count;
use super::values::{self, TimeGrid};
use super::{Failure, SampleOutput, print};
use flowlet_trainer::fill::{generate_given, known_row, out_of_range};
use flowlet_trainer::generate::{Request, generate};

/// Draw samples from a model, as a table, an array, images or sound.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet sample beats.flow -n 1000 -o beats-made.csv
  flowlet sample digits.flow -n 10 --class 3 --seed 7 -o - | head
  flowlet sample digits.flow -n 10 --time-grid 0,0.3,0.6,1 -o few.csv
  flowlet sample dropout.flow -n 10 --guidance 1.5 -o typical.csv
  flowlet sample beats.flow -n 100 --antithetic -o pairs.csv
  flowlet sample room.flow -n 100 --given temp=21.5,state=run -o given.csv
  flowlet sample beats.flow -n 1000 -o made.parquet
  flowlet sample signs.flow -n 100 -o made/
  flowlet sample machine.flow -n 100 -o made/ --rate 8000")]
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
    /// Draw the other columns of rows in which these are known, such as temp=21.5,state=run. Needs
    /// a model that was trained with --fill, --query or --condition.
    #[arg(long, value_name = "COLUMN=VALUE", value_delimiter = ',', conflicts_with_all = ["time_grid", "antithetic", "solver", "guidance"])]
    pub given: Vec<String>,
    /// Write the samples to this file; `-` is standard output. The ending chooses the format: .csv
    /// (or none), .npy, .npz or .parquet. A folder, such as made/, gets PNG files of a model of
    /// images, or WAV files of a model of sound.
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Write WAV files with this sampling rate in Hz.
    #[arg(long, value_name = "HZ", value_parser = values::count, allow_negative_numbers = true)]
    pub rate: Option<u32>,
    /// Print a summary as JSON; on standard error if the samples go to standard output.
    #[arg(long)]
    pub json: bool,
}

impl SampleArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let output = SampleOutput::new(&self.output, self.rate, &self.model)?;
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        output.check(&model)?;
        check_count("-n", self.count, model.dim())?;
        let request = Request {
            count: self.count as usize,
            time_grid: self.time_grid.as_ref().map(TimeGrid::as_slice),
            antithetic: self.antithetic,
            ..self.sampling.request(&model)?
        };
        let is_given = !self.given.is_empty() || model.has_conditions();
        let generated = match is_given {
            false => generate(&model, &request)?,
            true => {
                if self.sampling.class.is_none() {
                    note_no_class(&model, "--given", "--class NAME chooses one");
                }
                let known = known_row(&model, &self.given);
                let refuse = |error: String| Failure::Input(format!("--given: {error}"));
                let known = known.map_err(refuse)?;
                let row = known.view().insert_axis(Axis(0));
                note_out_of_range("--given", false, &out_of_range(&model, row));
                generate_given(&model, known.view(), &request)
                    .map_err(|error| refused(&self.model, "--given", &error))?
            }
        };
        output.write(&model, &generated)?;
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
