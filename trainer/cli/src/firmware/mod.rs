//! Runs a model on an emulated board and compares each sample with the host's.
//!
//! The scripts of `firmware-examples` build the firmware once per board and size of sampler. The
//! emulator puts the model into the board's memory. Without a checkout or QEMU, an error says what
//! is missing.

mod builder;
pub(crate) mod memory;
mod report;

use flowlet::{Model, SamplerError};
use ndarray::Array2;

use flowlet_trainer::generate::{Generated, Request, generate};

pub use builder::{Firmware, FirmwareBuilder, FirmwareError, Run};
pub use memory::{Memory, MemoryError};
pub use report::{BoardSample, ReportError};

/// Samples of a board and of the host for the same request.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Samples of the board.
    pub board: Generated,
    /// Samples of the host.
    pub host: Generated,
}

impl Compared {
    /// Draws on the host what the board drew.
    ///
    /// # Errors
    /// [`SamplerError`] if the request does not suit the model.
    pub fn new(model: &Model<'_>, request: &Request<'_>, run: &Run) -> Result<Self, SamplerError> {
        let host = generate(model, request)?;
        let dim = model.dim();
        // If a line lacks values, the sample differs.
        let device_value = |(row, column): (usize, usize)| {
            let sample = run.samples.get(row);
            let value = sample.and_then(|sample| sample.values.get(column));
            value.copied().unwrap_or(f32::NAN)
        };
        let device_values = Array2::from_shape_fn((run.samples.len(), dim), device_value);
        // The exact value replaces the f32 that is rounded from it.
        let value = |(at, &value): ((usize, usize), &f32)| match host.device_values.get(at) {
            Some(known) if known.to_bits() == value.to_bits() => host.values[at],
            _ => value.into(),
        };
        let values = device_values.indexed_iter().map(value).collect();
        let classes = run.samples.iter().map(|sample| sample.class).collect();
        let board = Generated {
            standardised: host.standardised.clone(),
            values: Array2::from_shape_vec(device_values.raw_dim(), values)
                .expect("one value per f32"),
            device_values,
            classes: (model.classes() > 0).then_some(classes),
            crc32: run.samples.iter().map(|sample| sample.crc32).collect(),
        };
        Ok(Self { board, host })
    }

    /// Returns true if board and host agree on all bits of sample `index`: state, values in
    /// physical units, class.
    #[must_use]
    pub fn same(&self, index: usize) -> bool {
        let bits = |of: &Generated| -> Option<(u32, Option<u16>, Vec<u32>)> {
            let values = of.device_values.outer_iter().nth(index)?;
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

    /// Returns true if all requested samples agree.
    #[must_use]
    pub fn all_same(&self) -> bool {
        let samples = self.host.crc32.len();
        self.board.crc32.len() == samples && (0..samples).all(|index| self.same(index))
    }
}

#[cfg(test)]
mod tests;
