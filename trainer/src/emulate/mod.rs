//! Runs a model on an emulated board and holds each sample that the board made against the host's.
//!
//! The board is QEMU's, driven by the script that the firmware examples come with, so what runs is
//! the firmware that a reader would flash. Only a checkout has that script; without it, or without
//! QEMU, there is a reason to tell and no harm done.

mod board;
mod report;

use flowlet::{Model, SamplerError};

use crate::generate::{Request, generate};

pub use board::{Board, Unavailable};
pub use report::{BoardSample, ReportError, parse};

/// A board's sample beside the host's from the same model, class, steps and seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What the board printed.
    pub board: BoardSample,
    /// CRC-32 of the host's sample.
    pub host_crc32: u32,
}

impl Compared {
    /// Samples on the host what the board sampled.
    ///
    /// # Errors
    /// [`SamplerError`] where the model takes no such class or number of steps.
    pub fn new(model: &Model<'_>, board: BoardSample) -> Result<Self, SamplerError> {
        let request = Request {
            count: 1,
            class: Some(board.class),
            steps: board.steps,
            seed: board.seed,
            ..Request::default()
        };
        let host_crc32 = generate(model, &request)?.crc32[0];
        Ok(Self { board, host_crc32 })
    }

    /// True where board and host made the same bits.
    #[must_use]
    pub fn same(&self) -> bool {
        self.board.crc32 == self.host_crc32
    }
}

#[cfg(test)]
mod tests;
