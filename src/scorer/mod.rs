//! The scorer: how unusual a row is, in fixed point.
//!
//! For data x, the network was trained to find the velocity x − z from the point t·x + (1 − t)·z
//! of a row x and noise z. Without noise, at t·x, it finds about x for a row like those of the
//! training, and something else for an unusual one. The score is the weighed square of the
//! difference, the *residual*, at two times. It takes two evaluations of the network, less than a
//! sample.

mod calibration;
mod cell;
mod latent;
mod places;
mod ranks;
mod score;
mod state;

pub use ranks::Ranks;
pub use score::{Contributions, Score};
pub use state::{BorrowedScorer, Scorer};

/// Checks the calibration of a model, if it has one.
#[cfg(feature = "encode")]
pub(crate) fn check(model: &crate::Model<'_>) -> Result<(), crate::ModelError> {
    calibration::Calibration::of(model).map(|_| ())
}
