//! The subcommands: each parses options, calls the library, and prints.

mod anomalies;
mod comparison;
mod completions;
mod data_args;
mod demo;
mod emulate;
mod eval;
mod export;
mod failure;
mod fill;
mod hint;
mod import;
mod input;
mod inspect;
mod model_file;
mod output;
mod plot;
mod print;
pub mod progress;
mod report;
mod rows_args;
mod sample;
mod sample_output;
mod sampling_args;
mod score;
mod train;
mod uses;
mod values;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use completions::{CompletionsArgs, ManArgs};
pub use data_args::DataArgs;
pub use demo::DemoArgs;
pub use emulate::EmulateArgs;
pub use eval::EvalArgs;
pub use export::ExportArgs;
pub use failure::Failure;
pub use fill::FillArgs;
pub use import::ImportArgs;
pub use inspect::InspectArgs;
pub use plot::PlotArgs;
pub use report::ReportArgs;
use rows_args::RowsArgs;
pub use sample::SampleArgs;
use sample_output::SampleOutput;
pub use sampling_args::SamplingArgs;
pub use score::ScoreArgs;
pub use train::TrainArgs;
use train::recipe;
pub use values::{TimeGrid, Widths};

/// Position in help texts of the options that every command takes: the last.
const LAST: usize = 500;

/// Generative models for microcontrollers: train a flow-matching sampler on a CSV file, and draw
/// the same samples on every device.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "flowlet",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit code 0: success. Exit code 1: internal error. Exit code 2: bad input.\n\
Exit code 130: training interrupted.\n\nStart with: flowlet demo"
)]
pub struct Cli {
    /// Print details on standard error.
    #[arg(short, long, global = true, conflicts_with = "quiet", display_order = LAST)]
    pub verbose: bool,
    /// Print only results and errors: no progress and no notes. `train` and `import` print a card
    /// only with --json.
    #[arg(short, long, global = true, display_order = LAST)]
    pub quiet: bool,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// A subcommand.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Train a model on your data.
    Train(Box<TrainArgs>),
    /// Convert a network that was trained in PyTorch.
    Import(ImportArgs),
    /// Compare a model's samples with real rows.
    Eval(EvalArgs),
    /// Write a page that compares a model with real rows: plots, checks, costs.
    Report(ReportArgs),
    /// Draw one plot of the report, as PNG or SVG.
    Plot(PlotArgs),
    /// Draw samples from a model, as a table, an array, images or sound.
    Sample(SampleArgs),
    /// Fill in the missing values of rows.
    Fill(FillArgs),
    /// Score how unusual rows are, and find the columns that make them so.
    Score(ScoreArgs),
    /// Show the contents of a model file.
    Inspect(InspectArgs),
    /// Write a model as Rust, C or JSON text.
    Export(ExportArgs),
    /// Draw samples on an emulated board and count instructions (needs a checkout).
    Emulate(EmulateArgs),
    /// Train on built-in handwritten digits and show samples.
    Demo(DemoArgs),
    /// Print a script that completes commands and options in a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or write one per command.
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
    /// Reads a command line and the recipe that it names.
    ///
    /// # Errors
    /// An error of clap, which may be a help text, or a recipe's [`Failure`].
    pub fn read(arguments: Vec<OsString>) -> Result<Self, Refusal> {
        let mut matches = Self::command().try_get_matches_from(&arguments)?;
        if let Some(("train", given)) = matches.subcommand() {
            let command = train::command();
            if let Some(recipe) = train::recipe_of(&command, given)? {
                let with_recipe = [&arguments[..], &recipe.arguments].concat();
                let parsed = Self::command().try_get_matches_from(&with_recipe);
                matches = parsed.map_err(|error| in_recipe(&recipe.path, &error))?;
            }
        }
        let mut cli = Self::from_arg_matches(&matches)?;
        if let (Command::Train(args), Some(("train", given))) =
            (&mut cli.command, matches.subcommand())
        {
            args.recipe = recipe::of_matches(&train::command(), given);
        }
        match matches.subcommand() {
            Some((name, given)) => Ok(cli.with_saved_options(arguments, name, given)),
            None => Ok(cli),
        }
    }

    /// Reads the command line again, with the reading options of the model's run folder. They are
    /// not used if they do not fit those that were given.
    fn with_saved_options(
        mut self,
        arguments: Vec<OsString>,
        name: &str,
        given: &ArgMatches,
    ) -> Self {
        let saved = self.command.rows().and_then(|rows| {
            let saved = rows.saved_options(name, given)?;
            let with_recipe = [&arguments[..], &saved.arguments].concat();
            let matches = Self::command().try_get_matches_from(&with_recipe).ok()?;
            let mut cli = Self::from_arg_matches(&matches).ok()?;
            cli.command.rows()?.saved = Some(saved);
            Some(cli)
        });
        saved.unwrap_or(self)
    }

    /// Runs the subcommand.
    ///
    /// # Errors
    /// [`Failure`], with a message of one line and an exit code.
    pub fn run(&self) -> Result<(), Failure> {
        print::set_verbosity(i8::from(self.verbose) - i8::from(self.quiet));
        match &self.command {
            Command::Train(args) => args.run(),
            Command::Import(args) => args.run(),
            Command::Sample(args) => args.run(),
            Command::Fill(args) => args.run(),
            Command::Inspect(args) => args.run(),
            Command::Eval(args) => args.run(),
            Command::Score(args) => args.run(),
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

impl Command {
    /// Returns the arguments of a model and real rows.
    fn rows(&mut self) -> Option<&mut RowsArgs> {
        match self {
            Self::Eval(args) => Some(&mut args.comparison.rows),
            Self::Report(args) => Some(&mut args.comparison.rows),
            Self::Plot(args) => Some(&mut args.comparison.rows),
            Self::Score(args) => Some(&mut args.rows),
            Self::Fill(args) => Some(&mut args.rows),
            _ => None,
        }
    }
}

/// Returns the failure of a command line that was valid before the recipe was added.
fn in_recipe(path: &Path, error: &clap::Error) -> Failure {
    let text = error.to_string();
    let lines = text.lines().take_while(|line| !line.is_empty());
    let line = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let reason = line.strip_prefix("error: ").unwrap_or(&line);
    Failure::Input(format!("{}: {reason}", path.display()))
}

/// Reason why a command line is refused.
#[derive(Debug)]
pub enum Refusal {
    /// An error or a help text of clap.
    Line(clap::Error),
    /// An error of a recipe.
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
    /// Prints the reason and returns the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Line(error) => match error.print() {
                // A help text that could not be printed.
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
