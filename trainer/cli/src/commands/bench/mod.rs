//! `flowlet bench`: what the runtime costs on every board, counted in QEMU, beside what is on record.
//!
//! Only a checkout has the firmware, so only there does it run. Counts are exact and the same on
//! every machine, so a figure that is worse than the committed one by more than 2 % is a failure,
//! where the same compiler made both.

mod boards;
mod figures;
mod host;
mod table;

use clap::Args;

use super::{Failure, print, progress, readme};
use boards::{BOARDS, Board, PROGRAMS};
use figures::Record;

/// Count what the runtime costs on the emulated boards (in a checkout of the sources).
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  cargo run --release -p flowlet-cli -- bench
  cargo run --release -p flowlet-cli -- bench --board netduinoplus2
  cargo run --release -p flowlet-cli -- bench --record

Exit code 1 where a figure is worse than the one on record by more than 2 %.")]
pub struct BenchArgs {
    /// Only this board; may be given more than once.
    #[arg(long = "board", value_name = "NAME", value_parser = BOARDS.map(|board| board.name))]
    pub boards: Vec<String>,
    /// Put the figures on record: tests/xtask/baseline.json, and the README's tables.
    #[arg(long, conflicts_with = "boards")]
    pub record: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    pub json: bool,
}

impl BenchArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let chosen = |board: &&Board| {
            self.boards.is_empty() || self.boards.iter().any(|name| name == board.name)
        };
        let chosen: Vec<&Board> = BOARDS.iter().filter(chosen).collect();
        let now = measure(&chosen)?;
        if self.json {
            print::json(&now, false)?;
        } else {
            let rate = host::multiply_accumulates_a_second()?;
            let text = format!(
                "{}\nhost: {:.1} · 10⁹ multiply-accumulates a second on one core\n",
                table::terminal(&now.boards),
                rate / 1e9
            );
            print::text(&text, false)?;
        }
        if self.record {
            figures::write(&now)?;
            return readme::write("bench", &table::markdown(&now.boards));
        }
        compare(&figures::read()?, &now)
    }
}

/// Builds and runs every program on every board.
fn measure(boards: &[&Board]) -> Result<Record, Failure> {
    let bar = progress::bar((boards.len() * PROGRAMS) as u64, "");
    let mut record = Record::default();
    for board in boards {
        bar.set_message(board.name);
        let (compiler, figures) = board.measure(|| bar.inc(1))?;
        record.compiler = compiler;
        record.boards.insert(board.name.to_owned(), figures);
    }
    bar.finish_and_clear();
    Ok(record)
}

/// Fails where a figure is worse than on record.
fn compare(before: &Record, now: &Record) -> Result<(), Failure> {
    if before.compiler != now.compiler {
        print::note(&format!(
            "not compared: these figures are of {}, those on record of {}",
            now.compiler, before.compiler
        ));
        return Ok(());
    }
    let compared = figures::compare(&before.boards, &now.boards);
    for line in &compared.better {
        print::note(&format!(
            "{line}; `flowlet bench --record` puts it on record"
        ));
    }
    if compared.worse.is_empty() {
        return Ok(());
    }
    Err(Failure::Worse(compared.worse.join("\n")))
}
