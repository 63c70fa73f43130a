//! `cargo xtask`: commands for developers of flowlet, run in a checkout.

mod anomalies;
mod bench;
mod checkout;
mod cycles;
#[cfg(feature = "header")]
mod header;
mod quality;
mod record;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Any error; its text says what to do.
type Failure = Box<dyn std::error::Error>;

/// Commands for developers of flowlet.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train on normal rows of known data sets, and rank anomalies.
    Anomalies(anomalies::AnomaliesArgs),
    /// Count instructions and bytes of the runtime on the emulated boards.
    Bench(bench::BenchArgs),
    /// Count the kinds of executed instructions, on which the estimates of time are based.
    Cycles(cycles::CyclesArgs),
    /// Train on known data sets and score the samples.
    Quality(quality::QualityArgs),
    /// Record golden files anew.
    Record(record::RecordArgs),
}

fn main() -> ExitCode {
    let done = match Xtask::parse().command {
        Command::Anomalies(args) => args.run(),
        Command::Bench(args) => args.run(),
        Command::Cycles(args) => args.run(),
        Command::Quality(args) => args.run(),
        Command::Record(args) => args.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
