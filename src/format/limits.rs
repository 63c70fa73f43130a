//! Constants and limits of the file format.

/// First four bytes of every file.
pub const MAGIC: [u8; 4] = *b"FLOW";
/// Version of the format that this crate reads and writes.
pub const VERSION: u16 = 1;
/// Length of the [`Header`](super::Header), bytes.
pub const HEADER_LEN: usize = 32;
/// Length of the record of a [`Hidden`](super::Hidden) layer, bytes.
pub const HIDDEN_LEN: usize = 7;
/// Length of the record of a [`Latent`](super::Latent), bytes.
pub const LATENT_LEN: usize = 11;
/// Length of the [`ScoreRecord`](super::ScoreRecord), bytes.
pub const SCORE_LEN: usize = 21;
/// Length of the [`FillRecord`](super::FillRecord), bytes.
pub const FILL_LEN: usize = 12;
/// Length of a [`QueryRecord`](super::QueryRecord), bytes.
pub const QUERY_LEN: usize = 8;
/// Length of the record of a [`Column`](crate::Column), bytes.
pub const COLUMN_LEN: usize = 20;
/// Length of a [`Knot`](crate::Knot) of a curve, bytes.
pub const KNOT_LEN: usize = 6;
/// Smallest and largest number of knots of a curve.
pub const MIN_KNOTS: u8 = 2;
/// See [`MIN_KNOTS`].
pub const MAX_KNOTS: u8 = 32;
/// Position of the CRC in the file.
pub const CRC_AT: core::ops::Range<usize> = 4..8;
/// Alignment of [`Body::tensors`](super::Body::tensors) from the start of the file, bytes.
pub const ALIGN: usize = 16;
/// Largest data dimension and largest width of a hidden layer.
pub const MAX_WIDTH: u16 = 1024;
/// Largest number of hidden layers.
pub const MAX_HIDDEN: usize = 8;
/// Longest card, bytes.
pub const MAX_CARD: usize = 255;
/// Largest number of classes.
pub const MAX_CLASSES: u16 = 256;
/// Largest number of solver steps.
pub const MAX_STEPS: u16 = 256;
/// Largest number of variance levels of the drift.
pub const MAX_LEVELS: usize = 8;
/// Segments that a layer may have, columns.
pub const SEGMENTS: [u16; 4] = [32, 64, 128, 1024];
/// Rows of a block of weights.
pub const BLOCK: usize = 4;
/// Smallest variance level except 0, Q2.14: σ = 1/16. It bounds the drift's |r| by 16.
pub const MIN_VARIANCE: u16 = 1 << 6;
/// Shortest step of a time grid, Q0.15. In a shorter step the rounding of the drift's standard
/// deviations could make r overflow an i16.
pub const MIN_STEP: u16 = 3;
