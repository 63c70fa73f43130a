//! Parts of the optimiser, each for flat vectors of parameters.

mod adamw;
mod clip;
mod ema;
mod schedule;

pub use adamw::{AdamState, AdamW};
pub use clip::clipping_factor;
pub use ema::{Ema, EmaState};
pub use schedule::learning_rate;
