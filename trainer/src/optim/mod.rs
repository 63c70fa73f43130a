//! The optimiser's parts, each over flat parameter vectors that know nothing of layers.

mod adamw;
mod clip;
mod ema;
mod schedule;

pub use adamw::{AdamState, AdamW};
pub use clip::clipping_factor;
pub use ema::{Ema, EmaState};
pub use schedule::learning_rate;
