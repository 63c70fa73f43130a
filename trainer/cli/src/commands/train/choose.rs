//! Limits of a board, which a network must keep.

use std::sync::LazyLock;

use clap::ValueEnum;

use crate::boards::{BOARDS, Board, Demand};
use crate::text::grouped;
use flowlet_trainer::Candidate;

/// A model may take this part of a board's flash and of its RAM. The rest is for the firmware.
const MEMORY_DIVISOR: usize = 2;
/// Longest time per sample.
const MAX_MILLISECONDS: f64 = 1000.0;

/// A board, by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoardName(pub Board);

impl ValueEnum for BoardName {
    fn value_variants<'a>() -> &'a [Self] {
        static NAMES: LazyLock<Vec<BoardName>> =
            LazyLock::new(|| BOARDS.iter().copied().map(BoardName).collect());
        &NAMES
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name).help(self.0.title))
    }
}

/// Returns why a candidate does not fit a board, or `None` if it does.
pub(super) fn exceeds(board: &Board, candidate: &Candidate) -> Option<String> {
    let demand = Demand::of_candidate(candidate);
    let ram = demand.ram_bytes(board.core, 1);
    let time = board.milliseconds(demand.instructions(board.core));
    let bytes = candidate.file_bytes;
    if bytes > board.program_memory() / MEMORY_DIVISOR {
        let memory = board.flash.map_or("RAM", |_| "flash");
        let bytes = grouped(bytes);
        Some(format!(
            "the file has {bytes} bytes, more than half of the {memory}"
        ))
    } else if ram > board.ram / MEMORY_DIVISOR {
        let ram = grouped(ram);
        Some(format!(
            "sampling takes {ram} bytes of RAM, more than half of it"
        ))
    } else if time > MAX_MILLISECONDS {
        Some(format!(
            "a sample takes about {time:.0} ms, more than a second"
        ))
    } else {
        None
    }
}
