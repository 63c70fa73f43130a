//! What `flowlet inspect` takes.

use std::path::PathBuf;

use clap::Args;

/// Say what is in a model file.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet inspect beats.flow --json")]
pub struct InspectArgs {
    /// The model to look into.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
