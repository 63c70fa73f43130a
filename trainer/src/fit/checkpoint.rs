//! The state of a fit between two optimiser steps, as bytes.
//!
//! It holds what cannot be computed again from data and settings. That is the present phase, the
//! network with which the phase began, and the state of the phase. Everything else, such as the
//! split, the drift and a teacher's trajectories, comes out the same every time.

use std::time::Duration;

use crc::{CRC_64_XZ, Crc};
use serde::{Deserialize, Serialize};

use super::config::{FitConfig, Phase, stage};
use crate::data::Table;
use crate::error::Error;
use crate::score::FoldScores;
use crate::train::RunState;

/// First bytes of a checkpoint. The last one is the version.
const MAGIC: [u8; 8] = *b"FLOWCKP1";
const CRC: Crc<u64> = Crc::<u64>::new(&CRC_64_XZ);

/// The state from which an interrupted fit resumes. See [`Plan::resume`](crate::Plan::resume).
///
/// ```
/// use flowlet_trainer::Checkpoint;
///
/// assert_eq!(Checkpoint::from_bytes(b"not a checkpoint"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Checkpoint {
    pub(super) fingerprint: Fingerprint,
    /// Number of the fold whose model was being trained, counted from 1.
    pub(super) fold: Option<u32>,
    /// Scores of the folds before.
    pub(super) scores: FoldScores,
    pub(super) phase: Phase,
    /// Parameters with which the phase began. Empty for the training, which begins at random.
    pub(super) start: Vec<f32>,
    pub(super) state: RunState,
    /// The phases before.
    pub(super) ended: Vec<PhaseEnd>,
    /// Time that the fit has taken so far.
    pub(super) spent: Duration,
}

/// End of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct PhaseEnd {
    /// Optimiser steps that it took.
    pub steps: usize,
    /// Whether the budget ended it.
    pub out_of_time: bool,
}

impl Checkpoint {
    /// Returns the phase that was interrupted.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Returns the name of that phase, and of the fold if only its model was interrupted. See
    /// [`Progress::fold`](crate::Progress::fold).
    #[must_use]
    pub fn stage(&self) -> String {
        stage(self.fold, self.phase)
    }

    /// Returns the optimiser steps done in that phase.
    #[must_use]
    pub fn step(&self) -> usize {
        self.state.step
    }

    /// Returns the time that the fit has taken.
    #[must_use]
    pub fn spent(&self) -> Duration {
        self.spent
    }

    /// Refuses to resume a fit of other data or settings.
    pub(crate) fn check(&self, table: &Table, config: &FitConfig) -> Result<(), Error> {
        Fingerprint::new(table, config).check(&self.fingerprint)
    }

    /// Returns the bytes of a file: a magic number, a postcard message and a CRC-64.
    ///
    /// # Panics
    /// Never, because a checkpoint consists of plain numbers.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(postcard::to_stdvec(self).expect("numbers can be written"));
        let crc = CRC.checksum(&bytes);
        bytes.extend(crc.to_le_bytes());
        bytes
    }

    /// Reads the bytes of a file. Returns `None` unless they are an undamaged checkpoint of this
    /// version.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk()?;
        let is_undamaged = CRC.checksum(body) == u64::from_le_bytes(*crc);
        let message = body.strip_prefix(&MAGIC).filter(|_| is_undamaged)?;
        postcard::from_bytes(message).ok()
    }
}

/// Numbers that change with the data and with the settings of a fit.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub(super) struct Fingerprint {
    data: u64,
    settings: u64,
}

impl Fingerprint {
    /// Returns the fingerprint of a fit.
    pub fn new(table: &Table, config: &FitConfig) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self {
            data: digest(table),
            settings: CRC.checksum(format!("{version} {config:?}").as_bytes()),
        }
    }

    /// Refuses the fingerprint of another fit, which a checkpoint has.
    fn check(&self, other: &Self) -> Result<(), Error> {
        let what = match (self.data == other.data, self.settings == other.settings) {
            (true, true) => return Ok(()),
            (false, true) => "data",
            (true, false) => "settings",
            (false, false) => "data and settings",
        };
        Err(Error::OtherCheckpoint { what })
    }
}

/// Returns a number that changes with the data.
fn digest(table: &Table) -> u64 {
    let Table {
        columns,
        categories,
        circular,
        labels,
        values,
        recordings,
        conditions,
        notes: _,
    } = table;
    let names = format!("{columns:?} {categories:?} {circular:?} {labels:?}");
    let mut digest = CRC.digest();
    digest.update(names.as_bytes());
    let conditions = conditions.iter().flat_map(|of| &of.values);
    for value in values.iter().chain(conditions) {
        digest.update(&value.to_le_bytes());
    }
    for span in recordings.iter().flat_map(|of| &of.of_row) {
        for number in [span.recording, span.start, span.length] {
            digest.update(&(number as u64).to_le_bytes());
        }
    }
    digest.finalize()
}
