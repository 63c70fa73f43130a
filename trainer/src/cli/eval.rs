//! What `flowlet eval` takes.

use std::path::PathBuf;

use clap::Args;

use super::values;

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
    #[arg(value_name = "DATA.csv")]
    pub data: PathBuf,
    /// Column that names each row's class.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
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
