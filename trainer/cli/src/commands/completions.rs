//! `flowlet completions` and `flowlet man`: scripts for shells and manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Failure, output, print};

/// Print a script that completes commands and options in a shell.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet completions bash > ~/.local/share/bash-completion/completions/flowlet
  flowlet completions zsh > ~/.zfunc/_flowlet
  flowlet completions fish > ~/.config/fish/completions/flowlet.fish")]
pub struct CompletionsArgs {
    /// Shell to write the script for.
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

impl CompletionsArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut script = Vec::new();
        let mut command = Cli::command();
        clap_complete::generate(self.shell, &mut command, "flowlet", &mut script);
        Ok(output::write("-".as_ref(), &script)?)
    }
}

/// Print the manual page, or write one per command to a folder.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet man | man -l -
  flowlet man ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Folder for flowlet.1, flowlet-train.1 and the others. [default: print flowlet.1]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

impl ManArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        let Some(folder) = &self.folder else {
            return Ok(output::write("-".as_ref(), &page(command)?)?);
        };
        if !folder.is_dir() {
            return Err(Failure::Input(format!(
                "{}: no such folder; create it first",
                folder.display()
            )));
        }
        let subcommands: Vec<_> = command.get_subcommands().cloned().collect();
        for command in std::iter::once(command).chain(subcommands) {
            let name = command.get_display_name().unwrap_or("flowlet").to_owned();
            let path = folder.join(format!("{name}.1"));
            output::write(&path, &page(command)?)?;
            print::detail(&path.display().to_string());
        }
        Ok(())
    }
}

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(page)
}
