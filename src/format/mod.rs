//! The `.flow` file: what it contains, and what [`Model::parse`](crate::Model::parse) proves about
//! it.
//!
//! The [`Header`] has a fixed size of 32 bytes. [`ModelSize`](crate::ModelSize) reads it at compile
//! time. The [`Body`] is a postcard message that consists of strings of bytes, so it is used in
//! place. Its last string, [`Body::tensors`], holds all arrays. The padding before it makes the
//! arrays start at a multiple of 16 bytes from the start of the file. Reading assumes no alignment.
//!
//! # Tensors
//!
//! D is the data dimension, S the number of values of the state (D without a [`Latent`]), W the
//! width of a hidden layer, and C the number of classes (0 in an unconditional model). N is C, or
//! C + 1 with a [null class](Header::null_class). K is 2^`time_log2`. All values are little-endian.
//! Each array is padded with zeros to a multiple of 4 bytes. The order is:
//!
//! 1. For each hidden layer, then for the output layer (rows: W, or S in the output layer; columns:
//!    rows of the layer before, or S in the first layer), then for each layer of the latent (rows:
//!    [`Latent::columns`]; columns: [`Latent::rank`]; like the output layer):
//!    - Weights, i8 in −127..=127, in blocks of four rows a, b, c, d; rows beyond the last are 0. A
//!      block has four i16 for each pair of columns i and i+1: 256·a_i + b_i,
//!      256·a_(i+1) + b_(i+1), 256·c_i + d_i, 256·c_(i+1) + d_(i+1). An odd last column is followed
//!      by weights of 0. One 16-bit multiplication thus serves two rows; `src/kernel/` says how
//!      their sums are separated.
//!    - Scales, u32, one per row of every block ([`Scale`](crate::fixed::Scale)).
//!    - Biases, i16, in the layer's pre-activation format: one per row. In a conditioned layer
//!      (K + 1) × rows; bias k belongs to t = k/K, and between these times it is interpolated
//!      linearly.
//!    - In a conditioned layer, class biases, i16, N × rows. The bias of the class is added.
//! 2. Gaussian drift of B components, B = 1 or N: means, i16 Q4.11, |mean| ≤ 8, B × S; then
//!    variance levels, u8, B × S, indices into [`Body::variances`].
//! 3. Columns, D records of 20 bytes: offset, i32; multiplier, i32; smallest value, i32; largest
//!    value, i32; fractional bits, i8; kind, u8 ([`ColumnKind`](crate::ColumnKind), plus 8 with a
//!    curve); decimal places plus 1, u8, or 0 if they are unknown, plus 64 and 128 with a gap at
//!    the smallest and at the largest value; number of knots of its curve, u8, or 0 without a
//!    curve. [`Column`](crate::Column) says how a value is decoded. A column of
//!    n ≥ 2 categories has n dimensions: the first has kind 2, the others kind 3, and each is named
//!    `column=category`. A circular column has two dimensions: `column=cos` of kind 4 and
//!    `column=sin` of kind 5. The smallest and largest value of the first are its start, and its
//!    start plus its period. All dimensions of a column have the same fractional bits.
//! 4. Cumulative class proportions, u16, C: a uniform u16 draw below entry c, and not below the
//!    entry before it, selects class c. All other draws select the last class.
//! 5. Knots of the curves ([`Knot`](crate::Knot)), column after column, 6 bytes each: x, i16 Q4.11;
//!    value, i32 with the fractional bits of the column. In the record of a column with a curve,
//!    the offset is the number of knots before its first one, and the multiplier is 0.
//! 6. Sections ([`Section`]), if there are any.
//! 7. If a hidden layer uses it ([`Hidden::table`]), the table of an activation: 513 nodes, i16
//!    Q4.11, at pre-activations of i/16 − 16 for i = 0..=512.
//!
//! # The network
//!
//! The input is the state x as an integer a in Q(15−f).f with f = `input_frac`. Each hidden layer
//! computes pre = [`requantise`](crate::fixed::requantise)(Σ w·a, bias) in its `pre_frac`. The bias
//! of a conditioned layer is the condition bias: bias(t), rounded, plus the class bias, saturated.
//! The activation, in `act_frac`, is [`silu`](crate::fixed::silu)(pre), or
//! [`activation`](crate::fixed::activation)(pre) with the file's table. The output layer has no
//! activation; its result is in Q4.11.
//!
//! The velocity is the output plus the drift r·x + (1 − t·r)·mean, with
//! r = (t·σ² − (1−t)) / ((1−t)² + t²·σ²). If the variance level is 0, r is 0, and a mean of 0 then
//! means no drift.
//!
//! After the last step, the layer of the latent, or that of the class if there are several,
//! replaces its `rank` values of the state by the columns that they stand for, in Q4.11.
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
