//! The `.flow` file: what it holds, and what [`parse`](crate::Model::parse) proves of it.
//!
//! Its [`Header`] is 32 bytes of fixed size, so that it is read in place,
//! by [`Size`](crate::ModelSize) at compile time; the [`Body`], a postcard message, has strings of bytes alone, borrowed in
//! place. The last, [`Body::tensors`], holds every array; the padding before it makes it start at a
//! multiple of 16 bytes from the start of the file. Reading assumes no alignment.
//!
//! # Tensors
//!
//! D = data dimension, W = a hidden layer's width, C = classes (0: unconditional), N = C, or C + 1
//! with a [null class](Header::null_class), K = 2^`time_log2`.
//! Little-endian, each array padded with zeros to a multiple of 4 bytes, in this order:
//!
//! 1. for each hidden layer, then the output layer (rows = W, or D for the output; cols = the
//!    layer before, or D for the first):
//!    - weights, i8 in −127..=127, in blocks of four rows a, b, c, d (rows beyond the last are 0),
//!      in each block for every two columns i, i+1 (an odd last one is followed by weights of 0)
//!      four i16: 256·a_i + b_i, 256·a_(i+1) + b_(i+1), 256·c_i + d_i, 256·c_(i+1) + d_(i+1).
//!      So one 16-bit multiply serves two rows; `src/kernel/` says how they come apart again;
//!    - scales, u32, one a row of every block ([`Scale`](crate::fixed::Scale));
//!    - biases, i16 in the layer's pre-activation format: rows, or for a conditioned layer
//!      (K + 1) × rows, bias k at t = k/K, linear in between;
//!    - for a conditioned layer, class biases, i16, N × rows, added to it;
//! 2. the Gaussian drift, B = 1 component or N: means, i16 Q4.11, |mean| ≤ 8, B × D; variance
//!    levels, u8, B × D, indices into [`Body::variances`];
//! 3. physical units: offsets, i32, D; multipliers, i32, D; fractional bits, i8, D; smallest values,
//!    i32, D; largest values, i32, D; kinds, u8, D ([`ColumnKind`](crate::ColumnKind)). The value of standardised x is
//!    (offset + x · multiplier) · 2^−frac, rounded where it is whole, then limited. A category column of K
//!    categories has K ≥ 2 dimensions, the first of kind 2 and the others of kind 3, of the same fractional
//!    bits and named `column=category`; that of the greatest value, the first of equal ones, is 1, the others 0;
//! 4. cumulative class proportions, u16, C: class c is drawn for u16 draws below entry c, and the
//!    last class for the rest;
//! 5. where a hidden layer has it for its activation ([`Hidden::table`]), a table of 513 nodes, i16
//!    Q4.11, at pre-activations of i/16 − 16 for i = 0..=512.
//!
//! # The network
//!
//! The input is x as an integer a in Q(15−f).f with f = `input_frac`. Each hidden layer gives
//! pre = [`requantise`](crate::fixed::requantise)(Σ w·a, bias) in its `pre_frac`, where the bias of
//! a conditioned layer is bias(t), rounded, plus the class bias, saturated; and a = [`silu`](crate::fixed::silu)(pre) in
//! its `act_frac`, or [`activation`](crate::fixed::activation)(pre) by the file's table. The output layer
//! is the same without activation, in Q4.11. To that comes the drift,
//! g = r·x + (1 − t·r)·mean with r = (t·σ² − (1−t)) / ((1−t)² + t²·σ²), or r = 0 where the level is 0:
//! with a mean of 0 that is no drift.
//!
//! # What `parse` proves
//!
//! Each row's Σ|w| times the largest input magnitude fits an i32, so any order of summation gives
//! the same bits; for rows a and c that product is below 2^23 over each aligned segment of
//! [`Hidden::segment`] columns; the scaled sum and its bias fit an i32; all shapes, indices and formats are in range;
//! the physical value fits an i32; what the table gives for a layer's pre-activations fits an i16, its
//! neighbours differ by less than 4.0, and its largest is what the next layer is bounded by. After it the sampler indexes nothing that is not there and
//! no integer wraps.

pub(crate) mod crc;
mod error;

pub use error::{Field, ModelError};

#[cfg(feature = "encode")]
use serde::{Deserialize, Serialize};

/// The first four bytes of every file.
pub const MAGIC: [u8; 4] = *b"FLOW";
/// The format version that this crate reads and writes.
pub const VERSION: u16 = 1;
/// Bytes of the [`Header`].
pub const HEADER_LEN: usize = 32;
/// Bytes of a [`Hidden`] layer's record.
pub const HIDDEN_LEN: usize = 7;
/// Where the CRC stands in the file.
pub const CRC_AT: core::ops::Range<usize> = 4..8;
/// Alignment of [`Body::tensors`] from the start of the file, bytes.
pub const ALIGN: usize = 16;
/// Largest data dimension and hidden width.
pub const MAX_WIDTH: u16 = 1024;
/// Largest number of hidden layers.
pub const MAX_HIDDEN: usize = 8;
/// Largest number of classes.
pub const MAX_CLASSES: u16 = 256;
/// Largest number of solver steps.
pub const MAX_STEPS: u16 = 256;
/// Largest number of variance levels of the drift.
pub const MAX_LEVELS: usize = 8;
/// The segments that a layer may have, columns.
pub const SEGMENTS: [u16; 4] = [32, 64, 128, 1024];
/// Rows of a block of weights.
pub const BLOCK: usize = 4;
/// Smallest variance level but 0, Q2.14: σ = 1/16. It bounds the drift's |r| by 16.
pub const MIN_VARIANCE: u16 = 1 << 6;
/// Shortest step that times may ask for, Q0.15. Over shorter ones the rounding of the drift's spread at their ends would make more of
/// r than an i16 can hold.
pub const MIN_STEP: u16 = 3;
/// A table of an activation, little-endian: 513 nodes, and two bytes that fill its last word.
pub type Nodes = [[u8; 2]; 514];

/// What every file begins with, its fields of fixed size and little-endian.
///
/// ```
/// let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let head = flowlet::format::Header::of_bytes(bytes.first_chunk().unwrap());
/// assert_eq!((head.magic, head.dim), (flowlet::format::MAGIC, 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "encode", derive(Serialize))]
pub struct Header {
    /// [`MAGIC`].
    pub magic: [u8; 4],
    /// CRC-32/ISO-HDLC of all that follows.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub crc: u32,
    /// [`VERSION`].
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub version: u16,
    /// Data dimension D, 1..=1024.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub dim: u16,
    /// Widest hidden layer, 1..=1024.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub width: u16,
    /// Number of classes C, 0..=256; 0 for an unconditional model.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub classes: u16,
    /// Length of the whole file, bytes.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub length: u32,
    /// Number of steps that the trainer judged the model with, 1..=256.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub steps: u16,
    /// As [`Hidden::segment`], of the output layer.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub output_segment: u16,
    /// Components of the Gaussian drift: 1, or one for each class and the null class.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub components: u16,
    /// Place of the label column among all columns of the training file, each category column one.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub label_position: u16,
    /// Fractional bits f of the network's input, 4..=10: |a| ≤ 2^(4+f).
    pub input_frac: u8,
    /// The conditioned biases stand at 2^`time_log2` + 1 times, 1..=6.
    pub time_log2: u8,
    /// 1: class number C stands for no class. The network was trained with labels left out, so that
    /// it knows the velocity of all data too, which guidance asks for. Only with classes. 0: none.
    pub null_class: u8,
    /// The [`Solver`](crate::Solver) that the trainer judged the model with, by its number there.
    pub solver: u8,
}

impl Header {
    /// From a file's first bytes.
    ///
    /// ```
    /// use flowlet::format::{HEADER_LEN, Header};
    /// assert_eq!(Header::of_bytes(&[2; HEADER_LEN]).crc, 0x0202_0202);
    /// ```
    #[inline(always)]
    pub const fn of_bytes(bytes: &[u8; HEADER_LEN]) -> Self {
        let b = bytes;
        Self {
            magic: [b[0], b[1], b[2], b[3]],
            crc: u32::from_le_bytes([b[4], b[5], b[6], b[7]]),
            version: u16::from_le_bytes([b[8], b[9]]),
            dim: u16::from_le_bytes([b[10], b[11]]),
            width: u16::from_le_bytes([b[12], b[13]]),
            classes: u16::from_le_bytes([b[14], b[15]]),
            length: u32::from_le_bytes([b[16], b[17], b[18], b[19]]),
            steps: u16::from_le_bytes([b[20], b[21]]),
            output_segment: u16::from_le_bytes([b[22], b[23]]),
            components: u16::from_le_bytes([b[24], b[25]]),
            label_position: u16::from_le_bytes([b[26], b[27]]),
            input_frac: b[28],
            time_log2: b[29],
            null_class: b[30],
            solver: b[31],
        }
    }

    /// Classes, and the null class where there is one.
    pub(crate) fn conditions(&self) -> u16 {
        self.classes.wrapping_add(self.null_class.into())
    }
}

/// A hidden layer's shape and formats.
///
/// ```
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// let first = model.hidden().next().unwrap();
/// assert_eq!((first.width, first.conditioned), (64, true));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Hidden {
    /// Number of units, 1..=1024.
    pub width: u16,
    /// ColumnNames of this layer's weights, 32, 64, 128 or 1024, after which a kernel takes rows apart.
    pub segment: u16,
    /// Fractional bits p of the pre-activations, 11..=13: range ±2^(15−p).
    pub pre_frac: u8,
    /// Fractional bits f of the activations, 1..p.
    pub act_frac: u8,
    /// Its bias depends on t and on the class.
    pub conditioned: bool,
    /// Its activation is the file's table, not SiLU.
    pub table: bool,
}

impl Hidden {
    /// From its record: the fields in order, little-endian; the last byte is 1 where the layer is
    /// conditioned, and 2 more where its activation is the table.
    ///
    /// ```
    /// let hidden = flowlet::format::Hidden::of_bytes(&[64, 0, 32, 0, 12, 9, 1]);
    /// assert_eq!((hidden.width, hidden.segment, hidden.pre_frac), (64, 32, 12));
    /// assert_eq!(hidden.bytes(), [64, 0, 32, 0, 12, 9, 1]);
    /// ```
    #[inline(always)]
    pub const fn of_bytes(bytes: &[u8; HIDDEN_LEN]) -> Self {
        let [w0, w1, s0, s1, pre_frac, act_frac, flags] = *bytes;
        Self {
            width: u16::from_le_bytes([w0, w1]),
            segment: u16::from_le_bytes([s0, s1]),
            pre_frac,
            act_frac,
            conditioned: flags & 1 != 0,
            table: flags & 2 != 0,
        }
    }

    /// Its record.
    ///
    /// ```
    /// # use flowlet::format::Hidden;
    /// let record = [1, 2, 3, 4, 12, 9, 0];
    /// assert_eq!(Hidden::of_bytes(&record).bytes(), record);
    /// ```
    pub const fn bytes(self) -> [u8; HIDDEN_LEN] {
        let ([w0, w1], [s0, s1]) = (self.width.to_le_bytes(), self.segment.to_le_bytes());
        let flags = self.conditioned as u8 | (self.table as u8) << 1;
        [w0, w1, s0, s1, self.pre_frac, self.act_frac, flags]
    }
}

/// What follows the [`Header`].
///
/// ```
/// use flowlet::format::{Body, HEADER_LEN};
/// let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let body: Body = postcard::from_bytes(&bytes[HEADER_LEN..]).unwrap();
/// assert_eq!(body.names, b"x\ny\n");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "encode", derive(Serialize, Deserialize))]
pub struct Body<'a> {
    /// Names in UTF-8, each ended by a newline: D dimensions, then, where C > 0, the label column and C
    /// classes.
    pub names: &'a [u8],
    /// Records of the [`Hidden`] layers, first to last, 1..=8.
    pub hidden: &'a [u8],
    /// Variance levels of the drift, 1..=8: u16, little-endian, unsigned Q2.14, each at least
    /// [`MIN_VARIANCE`], or 0 for no drift.
    pub variances: &'a [u8],
    /// Times at which steps begin and end, u16, little-endian, Q0.15, rising from 0 to 1 by [`MIN_STEP`] or more; empty for
    /// [`Header::steps`] equal ones.
    pub times: &'a [u8],
    /// 0 to 15 bytes that align `tensors`.
    pub padding: &'a [u8],
    /// All arrays; see the [module's text](self).
    pub tensors: &'a [u8],
}

/// The checksum that belongs into [`Header::crc`] of the file `bytes`: CRC-32/ISO-HDLC of all that
/// follows it.
///
/// ```
/// let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// assert_eq!(flowlet::format::checksum(bytes).to_le_bytes(), bytes[4..8]);
/// ```
pub fn checksum(bytes: &[u8]) -> u32 {
    !crc::update(!0, bytes.get(CRC_AT.end..).unwrap_or_default())
}
