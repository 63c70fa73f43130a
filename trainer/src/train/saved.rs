//! A trained network as bytes: what `flowlet report` judges the int8 model beside.

use serde::{Deserialize, Serialize};

use super::{Progress, Trained};
use crate::drift::GaussianDrift;
use crate::network::{NetShape, VelocityNet};

/// What the bytes begin with; the last is the version.
const MAGIC: [u8; 8] = *b"FLOWNET1";

#[derive(Deserialize, Serialize)]
struct Saved {
    shape: NetShape,
    parameters: Vec<f32>,
    drift: GaussianDrift,
    steps: (usize, usize),
    losses: (f32, Option<f32>),
}

impl Trained {
    /// For a file: a magic number, and postcard.
    ///
    /// # Panics
    /// Never: a network is plain numbers.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let saved = Saved {
            shape: self.net.shape().clone(),
            parameters: self.net.parameters().to_vec(),
            drift: self.drift.clone(),
            steps: (self.progress.iteration, self.progress.of),
            losses: (self.progress.loss, self.progress.held_out_loss),
        };
        let message = postcard::to_stdvec(&saved).expect("numbers can be written");
        [&MAGIC[..], &message].concat()
    }

    /// From the bytes of a file; `None` where they are none of this version.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let saved: Saved = postcard::from_bytes(bytes.strip_prefix(&MAGIC)?).ok()?;
        Some(Self {
            net: VelocityNet::of_parameters(saved.shape, saved.parameters)?,
            drift: saved.drift,
            progress: Progress {
                iteration: saved.steps.0,
                of: saved.steps.1,
                loss: saved.losses.0,
                held_out_loss: saved.losses.1,
            },
        })
    }
}
