//! A float model as bytes, which `flowlet report` compares the int8 model with.

use flowlet::Model;
use serde::{Deserialize, Serialize};

use super::{FloatModel, RunProgress, ValidationLosses};
use crate::drift::GaussianDrift;
use crate::network::{NetShape, VelocityNet};

/// First bytes of a float model. The last one is the version.
const MAGIC: [u8; 8] = *b"FLOWNET1";

#[derive(Deserialize, Serialize)]
struct Saved {
    shape: NetShape,
    parameters: Vec<f32>,
    drift: GaussianDrift,
    steps: (usize, usize),
    losses: (f32, Option<f32>),
    validation_losses: ValidationLosses,
    kept_step: usize,
}

impl FloatModel {
    /// Returns the bytes of a file: a magic number and a postcard message.
    ///
    /// # Panics
    /// Never, because a network consists of plain numbers.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let saved = Saved {
            shape: self.net.shape().clone(),
            parameters: self.net.parameters().to_vec(),
            drift: self.drift.clone(),
            steps: (self.progress.step, self.progress.steps),
            losses: (self.progress.loss, self.progress.validation_loss),
            validation_losses: self.losses.clone(),
            kept_step: self.kept_step,
        };
        let message = postcard::to_stdvec(&saved).expect("numbers can be written");
        [&MAGIC[..], &message].concat()
    }

    /// Reads the bytes of a file. Returns `None` unless they are a float model of this version.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let saved: Saved = postcard::from_bytes(bytes.strip_prefix(&MAGIC)?).ok()?;
        Some(Self {
            net: VelocityNet::from_parameters(saved.shape, saved.parameters)?,
            drift: saved.drift,
            progress: RunProgress {
                step: saved.steps.0,
                steps: saved.steps.1,
                loss: saved.losses.0,
                validation_loss: saved.losses.1,
            },
            losses: saved.validation_losses,
            kept_step: saved.kept_step,
        })
    }

    /// Returns whether `model` may have been quantised from this network: its shape fits.
    #[must_use]
    pub fn is_source_of(&self, model: &Model<'_>) -> bool {
        let shape = self.net.shape();
        let hidden = model.hidden().map(|layer| usize::from(layer.width));
        let classes = usize::from(model.classes()) + usize::from(model.header().null_class != 0);
        shape.dim == model.state_dim()
            && shape.hidden.iter().copied().eq(hidden)
            && shape.classes == classes
    }
}
