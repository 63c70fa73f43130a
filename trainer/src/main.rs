//! The `flowlet` command.

use std::process::ExitCode;

use clap::Parser;
use flowlet_trainer::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
