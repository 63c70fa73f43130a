//! What `flowlet demo` takes.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, values};

/// Train on the built-in handwritten digits and show what comes out.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet demo --out digits-demo")]
pub struct DemoArgs {
    /// Folder to write the model and a picture of real beside generated digits to; made if missing.
    #[arg(long, value_name = "DIR", default_value = "flowlet-demo")]
    pub out: PathBuf,
    /// Optimiser steps.
    #[arg(long, value_name = "N", default_value_t = 8000, value_parser = values::count())]
    pub iterations: u32,
    /// Seed of everything random.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
}

impl DemoArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        todo!()
    }
}
