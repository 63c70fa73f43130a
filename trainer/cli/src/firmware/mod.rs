//! Runs a model on an emulated board and holds each sample that the board made against the host's.
//!
//! The board is QEMU's, driven by the script that the firmware examples come with, so what runs is the sampler that a
//! reader would flash, with their memory map. The firmware is built once for a board and a size of sampler; the model
//! is put into the board's memory by the emulator. Only a checkout has the script; without it, or without QEMU, there
//! is a reason to tell and no harm done.

mod builder;
pub(crate) mod memory;
mod report;

use flowlet::{Model, SamplerError};
use ndarray::Array2;

use flowlet_trainer::generate::{Generated, Request, generate};

pub use builder::{Firmware, FirmwareBuilder, Run, Trouble};
pub use memory::{Memory, MemoryError};
pub use report::{BoardSample, ReportError};

/// What a board drew, beside what the host draws for the same request.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The board's samples.
    pub board: Generated,
    /// The host's.
    pub host: Generated,
}

impl Compared {
    /// Samples on the host what the board sampled.
    ///
    /// # Errors
    /// [`SamplerError`] where the model does not take the request.
    pub fn new(model: &Model<'_>, request: &Request<'_>, run: &Run) -> Result<Self, SamplerError> {
        let host = generate(model, request)?;
        let dim = model.dim();
        // A line that lacks values differs, and is no reason to fail.
        let value = |(row, column): (usize, usize)| {
            let sample = run.samples.get(row);
            let value = sample.and_then(|sample| sample.values.get(column));
            value.copied().unwrap_or(f32::NAN)
        };
        let classes = run.samples.iter().map(|sample| sample.class).collect();
        let board = Generated {
            standardised: host.standardised.clone(),
            values: Array2::from_shape_fn((run.samples.len(), dim), value),
            classes: (model.classes() > 0).then_some(classes),
            crc32: run.samples.iter().map(|sample| sample.crc32).collect(),
        };
        Ok(Self { board, host })
    }

    /// True where board and host made the same bits of sample `index`: its state, its values in physical units and its
    /// class.
    #[must_use]
    pub fn same(&self, index: usize) -> bool {
        let bits = |of: &Generated| -> Option<(u32, Option<u16>, Vec<u32>)> {
            let values = of.values.outer_iter().nth(index)?;
            let class = of.classes.as_ref().and_then(|classes| classes.get(index));
            Some((
                *of.crc32.get(index)?,
                class.copied(),
                values.iter().map(|value| value.to_bits()).collect(),
            ))
        };
        let (board, host) = (bits(&self.board), bits(&self.host));
        board.is_some() && board == host
    }

    /// True where that holds for all that was asked for.
    #[must_use]
    pub fn all_same(&self) -> bool {
        let samples = self.host.crc32.len();
        self.board.crc32.len() == samples && (0..samples).all(|index| self.same(index))
    }
}

#[cfg(test)]
mod tests;
