//! The demo's model on an emulated board, one line a sample, beside the host's.

use std::path::Path;

use flowlet::Model;

use crate::cli::card::grouped;
use crate::cli::{Failure, print};
use crate::emulate::{Board, Compared, parse};

/// Runs the model at `path` on `board` and compares each sample. Where there is no board, says so.
pub(super) fn compare(board: &Board, model: &Model<'_>, path: &Path) -> Result<(), Failure> {
    let path = path
        .canonicalize()
        .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
    let output = match board.run(&path) {
        Ok(output) => output,
        Err(why) => return print::text(&format!("skipped: {why}\n"), false),
    };
    let samples = parse(&output).map_err(|error| Failure::Internal(error.to_string()))?;
    for sample in samples {
        let compared =
            Compared::new(model, sample).map_err(|error| Failure::Internal(error.to_string()))?;
        print::text(&line(&compared), false)?;
        if !compared.same() {
            return Err(Failure::Internal(format!(
                "class {}: the board's bits are not the host's",
                sample.class
            )));
        }
    }
    Ok(())
}

fn line(compared: &Compared) -> String {
    let Compared { board, host_crc32 } = compared;
    let verdict = if compared.same() {
        "the same bits"
    } else {
        "DIFFERENT BITS"
    };
    format!(
        "class {}, seed {}, {} steps: board {:#010x}, host {host_crc32:#010x}, {verdict}, {} instructions\n",
        board.class,
        board.seed,
        board.steps,
        board.crc32,
        grouped(board.instructions as usize)
    )
}
