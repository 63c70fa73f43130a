//! `flowlet eval`: a model's samples beside a table of real rows.

use std::path::PathBuf;

use clap::Args;

use super::card::Card;
use super::data_args::DataArgs;
use super::model_file::ModelFile;
use super::{Failure, print, values};
use crate::evaluate::{Reference, evaluate};

/// Judge a model's samples against real rows.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet eval digits.flow digits.csv --label label --steps 4

Rows that the model was not trained on judge it best.")]
pub struct EvalArgs {
    /// The model to judge.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Real rows, with the columns that the model was trained on; `-` reads standard input.
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// How to read them.
    #[command(flatten)]
    pub read: DataArgs,
    /// Solver steps a sample, 1 to 256; without it what the model recommends.
    #[arg(long, value_name = "K", value_parser = values::steps())]
    pub steps: Option<u16>,
    /// Seed of the noise and of the metrics' directions.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

impl EvalArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        let table = self.read.read_for(&self.data, &model)?;
        let reference = Reference::halves(&model, &table, self.seed)?;
        let evaluation = evaluate(&model, None, &reference, self.steps, self.seed);
        print::card(&Card::new(&file.bytes, &evaluation)?, self.json, false)
    }
}
