//! Cost of a sample on each known board.

use flowlet::Model;

use crate::boards::{BOARDS, Board, Demand};

/// Cost of a sample on a board.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// The board.
    pub board: Board,
    /// Instructions per sample, from the counts of the kernels.
    pub instructions: f64,
    /// Milliseconds per sample at the board's clock, estimated.
    pub milliseconds: f64,
    /// Bytes of flash (or of RAM, if the board has no flash): the file, and the runtime's code and
    /// constants.
    pub flash: usize,
    /// Greatest number of bytes of RAM, with the stack.
    pub ram: usize,
}

impl Cost {
    /// Returns whether the model fits the board's memory.
    #[must_use]
    pub fn fits(&self) -> bool {
        match self.board.flash {
            Some(flash) => self.flash <= flash && self.ram <= self.board.ram,
            None => self.flash + self.ram <= self.board.ram,
        }
    }
}

/// Returns the cost on every board of a sample in so many steps.
#[must_use]
pub fn costs(model: &Model<'_>, file_bytes: usize, steps: u16) -> Vec<Cost> {
    let demand = Demand::of_model_in(model, steps);
    let cost = |board: Board| {
        let instructions = demand.instructions(board.core);
        Cost {
            board,
            instructions,
            milliseconds: board.milliseconds(instructions),
            flash: file_bytes + board.core.runtime_bytes(),
            ram: demand.ram_bytes(board.core, 1),
        }
    };
    BOARDS.iter().copied().map(cost).collect()
}
