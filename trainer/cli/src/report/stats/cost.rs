//! What a sample costs each board that flowlet knows.

use flowlet::Model;

use crate::boards::{BOARDS, Board, Demand};

/// A board's share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// The board.
    pub board: Board,
    /// Instructions a sample, from the counted kernels.
    pub instructions: f64,
    /// Milliseconds a sample at the board's clock: an estimate.
    pub milliseconds: f64,
    /// Bytes of flash (or RAM, where the machine has none): the file, and the runtime's code and constants.
    pub flash: usize,
    /// Bytes of RAM at most, the stack included.
    pub ram: usize,
}

impl Cost {
    /// Whether the board's memory is enough.
    #[must_use]
    pub fn fits(&self) -> bool {
        match self.board.flash {
            Some(flash) => self.flash <= flash && self.ram <= self.board.ram,
            None => self.flash + self.ram <= self.board.ram,
        }
    }
}

/// On every board, for samples in so many steps.
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
            ram: demand.ram_bytes(board.core),
        }
    };
    BOARDS.iter().copied().map(cost).collect()
}
