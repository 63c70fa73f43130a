//! `cargo xtask bench`: what the runtime costs on every board, counted in QEMU.
//!
//! Counts are exact and the same on every host. The command fails if a figure exceeds its bound, or
//! is more than 2 % worse than the recorded one of the same compiler.

mod bounds;
mod figures;
mod measure;
mod table;

use clap::Args;
use flowlet_cli::boards::Board;

use crate::{Failure, checkout};
use figures::Record;

/// Count instructions and bytes of the runtime on the emulated boards.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask bench
  cargo xtask bench --board netduinoplus2
  cargo xtask bench --record

Exit code 1 if a figure exceeds its bound, or is more than 2 % worse than the
recorded one.")]
pub struct BenchArgs {
    /// Measure only this board; may be given more than once. [default: all]
    #[arg(long = "board", value_name = "NAME", value_parser = names())]
    boards: Vec<String>,
    /// Record the figures in tests/xtask/baseline.json and trainer/docs/benchmarks.md.
    #[arg(long, conflicts_with = "boards")]
    record: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

fn names() -> clap::builder::PossibleValuesParser {
    Board::emulated().map(|board| board.name).into()
}

impl BenchArgs {
    pub fn run(&self) -> Result<(), Failure> {
        let chosen = |board: &Board| {
            self.boards.is_empty() || self.boards.iter().any(|name| name == board.name)
        };
        let mut now = Record::default();
        for board in Board::emulated().filter(chosen) {
            eprintln!("{}", board.name);
            let (compiler, figures) = measure::measure(board.name)?;
            now.compiler = compiler;
            now.boards.insert(board.name.to_owned(), figures);
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&now)?);
        } else {
            print!("{}", table::terminal(&now.boards));
        }
        let checked = bounds::check(&now.boards);
        for line in &checked.unreached {
            eprintln!("note: not reached yet: {line}");
        }
        if !checked.exceeded.is_empty() {
            return Err(format!("bounds exceeded:\n{}", checked.exceeded.join("\n")).into());
        }
        if self.record {
            figures::write(&now)?;
            return checkout::record_tables("bench", &table::markdown(&now.boards));
        }
        compare(&figures::read()?, &now)
    }
}

/// Fails if a figure is worse than the recorded one.
fn compare(before: &Record, now: &Record) -> Result<(), Failure> {
    if before.compiler != now.compiler {
        eprintln!(
            "note: not compared, because the record is of {} and these figures are of {}",
            before.compiler, now.compiler
        );
        return Ok(());
    }
    let compared = figures::compare(&before.boards, &now.boards);
    for line in &compared.better {
        eprintln!("note: better: {line}; `cargo xtask bench --record` records it");
    }
    if compared.worse.is_empty() {
        return Ok(());
    }
    Err(format!("worse than recorded:\n{}", compared.worse.join("\n")).into())
}
