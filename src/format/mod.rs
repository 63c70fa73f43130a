//! The `.flow` file: what it contains, and what [`Model::parse`](crate::Model::parse) proves about
//! it.
//!
//! The [`Header`] has a fixed size of 32 bytes. [`ModelSize`](crate::ModelSize) reads it at compile
//! time. The [`Body`] is a postcard message that consists of strings of bytes, so it is used in
//! place. Its last string, [`Body::tensors`], holds all arrays. The padding before it makes the
//! arrays start at a multiple of 16 bytes from the start of the file. Reading assumes no alignment.
//!
//! The page `trainer/docs/format.md` of the repository specifies the file byte by byte, and how a
//! sample is drawn from it with the same bits. `format-score.md` and `format-fill.md` specify the
//! optional [`Section`]s. Readers in Python follow these pages, and tests compare their bits with
//! those of this crate.
//!
//! # What `parse` proves
//!
//! - All shapes, indices and formats are in range.
//! - Σ|w| of each row times the largest input magnitude fits an i32, so every order of summation
//!   gives the same bits.
//! - For rows a and c that product is below 2^23 in each aligned segment of [`Hidden::segment`]
//!   columns.
//! - The sum of a row, shifted by its scale, is at most 2^22. Scaled, with its bias, it fits an
//!   i32.
//! - The values of a table fit an i16 in the formats of the layers that use it, and neighbours
//!   differ by less than 4.0. Its largest value bounds the inputs of the next layer.
//! - The multiplier of each column is below 2^27, so that 16 times it fits an i32. Decoded values
//!   are limited to an i32.
//!
//! The sampler therefore never reads outside an array, and no integer wraps.

mod error;
mod fill;
mod layout;
mod limits;
mod score;
mod section;
mod solver;

pub use crate::tables::Nodes;
pub use error::{Field, ModelError};
pub use fill::{FillRecord, QueryRecord};
pub use layout::{Body, Header, Hidden, Latent};
pub use limits::{
    ALIGN, BLOCK, COLUMN_LEN, CRC_AT, FILL_LEN, HEADER_LEN, HIDDEN_LEN, KNOT_LEN, LATENT_LEN,
    MAGIC, MAX_CARD, MAX_CLASSES, MAX_HIDDEN, MAX_KNOTS, MAX_LEVELS, MAX_STEPS, MAX_WIDTH,
    MIN_KNOTS, MIN_STEP, MIN_VARIANCE, QUERY_LEN, SCORE_LEN, SEGMENTS, VERSION,
};
pub use score::{Gauge, ScoreRecord};
pub use section::Section;
pub use solver::Solver;

use crate::crc;

/// Returns the checksum for [`Header::crc`] of the file `bytes`: CRC-32/ISO-HDLC of all bytes after
/// that field.
///
/// ```
/// let bytes = flowlet::include_model!("../moons.flow");
/// assert_eq!(flowlet::format::checksum(bytes).to_le_bytes(), bytes[4..8]);
/// ```
pub const fn checksum(bytes: &[u8]) -> u32 {
    match bytes.split_at_checked(CRC_AT.end) {
        Some((_, bytes)) => !crc::update(!0, bytes),
        None => 0,
    }
}
