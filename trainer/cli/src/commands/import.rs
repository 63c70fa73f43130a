//! `flowlet import`: from a network trained in PyTorch to a model file and its quality card.

use std::path::{Path, PathBuf};

use clap::Args;

use super::data_args::DataArgs;
use super::{Failure, hint, input, output, print, values};
use flowlet_trainer::Card;
use flowlet_trainer::data::read::ReadOptions;
use flowlet_trainer::import::{ImportError, Network, Spec, import, read_weights};

/// Convert a velocity network trained in PyTorch to a model file.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet import moons.safetensors --like spec.toml --calibrate moons.csv \\
    -o moons.flow

The network is an nn.Sequential of Linear and SiLU, SELU, ReLU, GELU or Tanh,
saved with

  safetensors.torch.save_file(net.state_dict(), \"moons.safetensors\")

spec.toml describes the rest:

  input = [\"x\", \"t\"]        # inputs in order; \"class\" is a one-hot class
  activation = \"selu\"       # silu, selu, relu, gelu, gelu-tanh or tanh
  steps = 8                 # solver steps; optional like everything below
  solver = \"euler\"          # euler, midpoint or heun
  noise-at = 0              # t of the noise, 0 or 1; the velocity is dx/dt
  layers = [\"0\", \"2\", \"4\"]  # names before .weight; default: by number

  [time]                    # without it, or with kind = \"concat\", \"t\" is t
  kind = \"sinusoidal\"       # sin and cos of w*t
  dim = 16                  # w = scale * max-period^(-2k/dim)
  max-period = 10000        # or: frequencies = [1.0, 2.0]
  scale = 1
  order = \"cos-sin\"         # or sin-cos, or interleaved (sin, cos, sin, ...)

  [class]
  column = \"label\"          # in the calibration data
  names = [\"up\", \"down\"]    # in the order of the one-hot columns

  [scaling]                 # if trained on (value - mean) / scale
  mean = [0.5, 0.2]         # one number per column
  scale = [0.9, 0.5]

trainer/examples/pytorch/moons has all of this for two moons.")]
pub struct ImportArgs {
    /// Weights.
    #[arg(value_name = "WEIGHTS.safetensors")]
    pub weights: PathBuf,
    /// Read what the weights do not say from this file.
    #[arg(long, value_name = "SPEC.toml")]
    pub like: PathBuf,
    /// Write the model to this file.
    #[arg(short, long, value_name = "MODEL.flow")]
    pub output: PathBuf,
    /// Read rows of the training data. They name the columns, and the card compares samples with
    /// them.
    #[arg(long, value_name = "DATA")]
    pub calibrate: PathBuf,
    /// How to read the data.
    #[command(flatten)]
    pub read: DataArgs,
    /// Random seed.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub seed: u64,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

impl ImportArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        output::check_writable(&self.output, &[&self.weights, &self.like, &self.calibrate])?;
        let (spec, weights) = (&self.like, &self.weights);
        let text = input::text(spec, "a description of the network")?;
        let spec = Spec::parse(&text).map_err(|what| fault(spec, what))?;
        let bytes = input::bytes(weights, "a safetensors file")?;
        let layers = read_weights(&bytes, spec.layers.as_deref());
        let layers = layers.map_err(|what| fault(weights, what))?;
        let label = spec.class.as_ref().map(|class| class.column.clone());
        let own_scale = spec.scaling.is_none();
        let network = Network::new(spec, layers).map_err(|what| fault(weights, what))?;
        let table = self.read.read(
            std::slice::from_ref(&self.calibrate),
            ReadOptions::labelled(label.as_deref()),
        )?;
        let imported = import(&network, &table, self.seed)?;
        for warning in &imported.warnings {
            print::warning(warning);
        }
        output::write(&self.output, &imported.bytes)?;
        if own_scale {
            print::note(
                "the network uses the scale of the data, so distances are in their units, not in standard deviations",
            );
        }
        let mut card = Card::new(&imported.bytes, &imported.evaluation, imported.findings)?;
        card.findings = hint::advised(card.findings);
        print::card_of_model(&card, self.json, self.output == Path::new("-"))
    }
}

fn fault(path: &Path, what: impl std::fmt::Display) -> Failure {
    Failure::Input(format!("{}: {what}", path.display()))
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Model(_) => Self::Internal(error.to_string()),
            _ => Self::Input(error.to_string()),
        }
    }
}
