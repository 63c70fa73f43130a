//! A fit between two steps, as bytes: what a run that was cut short goes on from.
//!
//! It holds what cannot be computed again from data and settings: how far the fit is, the network that the phase began
//! with, and all that moves in the phase. The rest (the split, the drift, a teacher's trajectories) comes out the same
//! every time.

use crc::{CRC_64_XZ, Crc};
use serde::{Deserialize, Serialize};

use super::{FitConfig, Phase};
use crate::data::Table;
use crate::train::RunState;

/// What the bytes begin with; the last is the version.
const MAGIC: [u8; 8] = *b"FLOWCKP1";
const CRC: Crc<u64> = Crc::<u64>::new(&CRC_64_XZ);

/// Where a fit is.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Checkpoint {
    /// Of the data and the settings.
    pub(super) fingerprint: u64,
    /// The phase that was under way.
    pub phase: Phase,
    /// Parameters of the network that it began with; none for the training, which begins with random ones.
    pub(super) start: Vec<f32>,
    /// All that moves in it.
    pub state: RunState,
}

impl Checkpoint {
    /// For a file: postcard between a magic number and a CRC-64.
    ///
    /// # Panics
    /// Never: a checkpoint is plain numbers.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(postcard::to_stdvec(self).expect("numbers can be written"));
        let crc = CRC.checksum(&bytes);
        bytes.extend(crc.to_le_bytes());
        bytes
    }

    /// From the bytes of a file; `None` where they are no whole checkpoint of this version.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk()?;
        let whole = CRC.checksum(body) == u64::from_le_bytes(*crc);
        let message = body.strip_prefix(&MAGIC).filter(|_| whole)?;
        postcard::from_bytes(message).ok()
    }
}

/// A number that other data or other settings change.
pub(super) fn fingerprint(table: &Table, config: &FitConfig) -> u64 {
    let mut digest = CRC.digest();
    digest.update(
        format!(
            "{} {config:?} {:?} {:?} {:?}",
            env!("CARGO_PKG_VERSION"),
            table.columns,
            table.categories,
            table.labels
        )
        .as_bytes(),
    );
    for value in &table.values {
        digest.update(&value.to_le_bytes());
    }
    digest.finalize()
}
