//! The `flowlet` command.

use std::env;
use std::process::ExitCode;

use flowlet_cli::commands::Cli;

fn main() -> ExitCode {
    match Cli::read(env::args_os().collect()) {
        Ok(cli) => match cli.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(),
        },
        Err(refusal) => refusal.report(),
    }
}
