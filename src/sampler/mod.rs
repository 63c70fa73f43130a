//! The sampler: noise at t = 0 is integrated to a sample at t = 1, in fixed point.
//!
//! x ← x + dt · v(x, t) over K steps (Lipman et al., arXiv 2210.02747, section 6), or one of the
//! other [solvers](crate::Solver). The bits of a sample depend only on the model, the noise, the
//! class, the time grid, the solver and the guidance. They do not depend on the core or on other
//! samples of a batch.

mod borrowed;
mod buffers;
mod category;
mod circular;
mod columns;
mod draw;
mod error;
mod integrate;
mod sample;
mod samples;
mod settings;
mod slot;
mod state;
mod time_grid;
mod values;

pub use borrowed::BorrowedSampler;
pub(crate) use buffers::{Borrowed, Buffers, Owned};
pub use columns::{ColumnValue, Columns, Value};
pub use error::SamplerError;
pub(crate) use integrate::stages;
pub use sample::Given;
pub use sample::Sample;
pub use samples::Samples;
pub use settings::Sampler;
pub(crate) use slot::{Slot, Update, add_drift, first, first_mut};
pub use values::Values;
