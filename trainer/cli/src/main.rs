//! The `flowlet` command.

use std::env;
use std::process::ExitCode;

use flowlet_cli::commands;

fn main() -> ExitCode {
    commands::main(env::args_os().collect())
}
