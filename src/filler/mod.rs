//! The filler: draws the unknown columns of a row, given the known ones.
//!
//! It is a sampler whose known coordinates are held or steered; [`FillRecord`] specifies how. It is
//! a separate type, so firmware that only samples has no code for it.
//!
//! [`FillRecord`]: crate::format::FillRecord

mod begin;
mod borrowed;
mod gain;
mod integrate;
mod known;
mod memory;
mod settings;

pub use borrowed::BorrowedFiller;
pub use known::Known;
pub use settings::{Filler, checked_fill, fill_dims};
