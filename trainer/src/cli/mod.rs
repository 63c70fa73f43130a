//! The `flowlet` command: what each subcommand takes, how it shows progress and results, and how it ends.

mod bench;
pub mod card;
mod data_args;
mod demo;
mod eval;
mod failure;
mod inspect;
mod model_file;
mod print;
pub mod progress;
mod quality;
mod readme;
mod sample;
mod train;
mod values;

use clap::{Parser, Subcommand};

pub use bench::BenchArgs;
pub use data_args::DataArgs;
pub use demo::DemoArgs;
pub use eval::EvalArgs;
pub use failure::Failure;
pub use inspect::InspectArgs;
pub use quality::QualityArgs;
pub use sample::SampleArgs;
pub use train::TrainArgs;
pub use values::{Times, Widths};

/// Generative models for microcontrollers: train a flow-matching sampler on a CSV file, and run the same bits anywhere.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "flowlet",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit codes: 0 done, 1 internal error, 2 bad input.\nStart with: flowlet demo"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Train a model on a CSV file.
    Train(TrainArgs),
    /// Draw samples from a model, as CSV.
    Sample(SampleArgs),
    /// Say what is in a model file.
    Inspect(InspectArgs),
    /// Judge a model's samples against real rows.
    Eval(EvalArgs),
    /// Train on the built-in handwritten digits and show what comes out.
    Demo(DemoArgs),
    /// Count what the runtime costs on the emulated boards (in a checkout of the sources).
    Bench(BenchArgs),
    /// Train on known data sets and say how good the samples are, over several seeds.
    Quality(QualityArgs),
}

impl Cli {
    /// Does what the command line asks for.
    ///
    /// # Errors
    /// [`Failure`], with the one line to print and the exit code.
    pub fn run(&self) -> Result<(), Failure> {
        match &self.command {
            Command::Train(args) => args.run(),
            Command::Sample(args) => args.run(),
            Command::Inspect(args) => args.run(),
            Command::Eval(args) => args.run(),
            Command::Demo(args) => args.run(),
            Command::Bench(args) => args.run(),
            Command::Quality(args) => args.run(),
        }
    }
}

#[cfg(test)]
mod tests;
