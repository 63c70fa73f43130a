//! The `flowlet` command: what each subcommand takes, how it shows progress and results, and how it ends.

mod comparison;
mod completions;
mod data_args;
mod demo;
mod emulate;
mod eval;
mod export;
mod failure;
mod hint;
mod import;
mod inspect;
mod model_file;
mod plot;
mod print;
pub mod progress;
mod report;
mod sample;
mod train;
mod values;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use completions::{CompletionsArgs, ManArgs};
pub use data_args::DataArgs;
pub use demo::DemoArgs;
pub use emulate::EmulateArgs;
pub use eval::EvalArgs;
pub use export::ExportArgs;
pub use failure::Failure;
pub use import::ImportArgs;
pub use inspect::InspectArgs;
pub use plot::PlotArgs;
pub use report::ReportArgs;
pub use sample::SampleArgs;
pub use train::TrainArgs;
use train::recipe;
pub use values::{TimeGrid, Widths};

/// Place in a help of what every command takes, behind what only one does.
const LAST: usize = 500;

/// Generative models for microcontrollers: train a flow-matching sampler on a CSV file, and run the same bits anywhere.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "flowlet",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit codes: 0 done, 1 internal error, 2 bad input, 130 training interrupted.\n\nStart with: flowlet demo"
)]
pub struct Cli {
    /// Say what is done, on standard error.
    #[arg(short, long, global = true, conflicts_with = "quiet", display_order = LAST)]
    pub verbose: bool,
    /// Say nothing but errors: no progress, no notes.
    #[arg(short, long, global = true, display_order = LAST)]
    pub quiet: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Train a model on your data.
    Train(Box<TrainArgs>),
    /// Bring a network that was trained in PyTorch to a model.
    Import(ImportArgs),
    /// Draw samples from a model, as CSV.
    Sample(SampleArgs),
    /// Say what is in a model file.
    Inspect(InspectArgs),
    /// Write a model as Rust, C or JSON text.
    Export(ExportArgs),
    /// Judge a model's samples against real rows.
    Eval(EvalArgs),
    /// Draw samples on an emulated board, and count what they cost (in a checkout of the sources).
    Emulate(EmulateArgs),
    /// Write a page about a model beside real rows: pictures, checks, costs.
    Report(ReportArgs),
    /// Draw one picture of the report, as PNG or SVG.
    Plot(PlotArgs),
    /// Train on the built-in handwritten digits and show what comes out.
    Demo(DemoArgs),
    /// Print a script that completes options in a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for each command.
    Man(ManArgs),
}

/// Runs the command with the arguments of a process and returns its exit code.
#[must_use]
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    match Cli::read(arguments) {
        Ok(cli) => match cli.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => print::failure(&failure),
        },
        Err(refusal) => refusal.report(),
    }
}

impl Cli {
    /// Reads a command line, and the recipe that it names.
    ///
    /// # Errors
    /// What clap has against it, help among it; or a recipe's [`Failure`].
    pub fn read(arguments: Vec<OsString>) -> Result<Self, Refusal> {
        let mut matches = Self::command().try_get_matches_from(&arguments)?;
        if let Some(("train", given)) = matches.subcommand() {
            let command = train::command();
            let added = train::recipe_arguments(&command, given)?;
            let with_recipe = [arguments, added].concat();
            matches = Self::command().try_get_matches_from(&with_recipe)?;
        }
        let mut cli = Self::from_arg_matches(&matches)?;
        if let (Command::Train(args), Some(("train", given))) =
            (&mut cli.command, matches.subcommand())
        {
            args.recipe = recipe::of_matches(&train::command(), given);
        }
        Ok(cli)
    }

    /// Does what the command line asks for.
    ///
    /// # Errors
    /// [`Failure`], with the one line to print and the exit code.
    pub fn run(&self) -> Result<(), Failure> {
        print::set_verbosity(i8::from(self.verbose) - i8::from(self.quiet));
        match &self.command {
            Command::Train(args) => args.run(),
            Command::Import(args) => args.run(),
            Command::Sample(args) => args.run(),
            Command::Inspect(args) => args.run(),
            Command::Eval(args) => args.run(),
            Command::Emulate(args) => args.run(),
            Command::Export(args) => args.run(),
            Command::Report(args) => args.run(),
            Command::Plot(args) => args.run(),
            Command::Demo(args) => args.run(),
            Command::Completions(args) => args.run(),
            Command::Man(args) => args.run(),
        }
    }
}

/// Why a command line is refused.
#[derive(Debug)]
pub enum Refusal {
    /// By clap, which also prints help this way.
    Line(clap::Error),
    /// For its recipe.
    Recipe(Failure),
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Line(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Recipe(failure)
    }
}

impl Refusal {
    /// Prints why, and gives the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Line(error) => match error.print() {
                // Help that was asked for and is not there.
                Err(source) if !error.use_stderr() && source.kind() != ErrorKind::BrokenPipe => {
                    print::failure(&print::unprinted(source))
                }
                _ => ExitCode::from(error.exit_code() as u8),
            },
            Self::Recipe(failure) => print::failure(failure),
        }
    }
}

#[cfg(test)]
mod tests;
