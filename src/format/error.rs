//! Why a file is refused: one variant a reason, so that a caller without strings can act on it.

use core::fmt;

/// Why [`Model::parse`](crate::Model::parse) refuses a file.
///
/// ```
/// use flowlet::{Model, ModelError};
/// assert_eq!(Model::parse(b"PK\x03\x04...").unwrap_err(), ModelError::Magic);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ModelError {
    /// It does not begin with `FLOW`: it is empty, or another kind of file.
    Magic,
    /// It was written by another version of the format.
    Version {
        /// The version that the file states.
        found: u16,
    },
    /// It is shorter than it says.
    Truncated {
        /// Bytes that belong to it, or to its fixed part where even that is cut.
        expected: u32,
        /// Bytes that are there.
        found: u32,
    },
    /// More bytes follow than it says.
    Trailing {
        /// Bytes that belong to it.
        expected: u32,
        /// Bytes that are there.
        found: u32,
    },
    /// Its contents were damaged.
    Checksum {
        /// The checksum in the file.
        stored: u32,
        /// The checksum of what is there.
        computed: u32,
    },
    /// It is not the postcard message that a file must be.
    Encoding,
    /// A field has a value that no sampler can run.
    Invalid(Field),
}

/// The field that makes a file invalid. Layers count from 0, the output layer comes last.
///
/// ```
/// let error = flowlet::ModelError::Invalid(flowlet::Field::Overflow(1, 30));
/// assert_eq!(error.to_string(), "invalid field: weights of layer 1, row 30: the sum can overflow");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Field {
    /// Data dimension, 1..=1024.
    Dim,
    /// Widest layer: not the greatest of the layers' widths.
    Width,
    /// Number of classes, 0..=256.
    Classes,
    /// Steps, 1..=256.
    Steps,
    /// Fractional bits of the input, 4..=10.
    InputFrac,
    /// Resolution of the time tables, 1..=6.
    TimeLog2,
    /// A null class without classes.
    NullClass,
    /// Components of the drift: 1, or one for each class and the null class.
    Components,
    /// Place of the label column: beyond the last column.
    LabelPosition,
    /// Column and class names: not as many as there must be.
    Names,
    /// Number of hidden layers, 1..=8.
    Hidden,
    /// A hidden layer's width, 1..=1024.
    LayerWidth(u8),
    /// A layer's pre-activation or activation format, or its segment.
    LayerFormat(u8),
    /// Variance levels of the drift: none, or one below 2^-8 that is not 0.
    Variances,
    /// The activation's table: it leaves the activation's format, or leaps.
    Table,
    /// The solver: 0 to 3.
    Solver,
    /// Times of the steps: as many as there are steps and one, rising from 0 to 1 by 3 · 2^−15 or more.
    Times,
    /// Padding: 16 bytes or more.
    Padding,
    /// Tensors: not as long as the shapes ask for.
    Tensors,
    /// A row whose sum of products may overflow an i32.
    Overflow(u8, u16),
    /// A row whose sum over a segment may reach 2^23, or which has a weight of −128.
    Segment(u8, u16),
    /// A row whose multiplier or shift is out of range, or may overflow.
    Scale(u8, u16),
    /// A mean of the drift beyond ±8.
    Mean,
    /// A variance level that the file does not list.
    Level,
    /// A column whose physical value may overflow, or which has none, or is of no known kind; a dimension of a
    /// category column without one before it, in another format, or alone.
    Column(u16),
    /// Class proportions that do not ascend.
    Proportions,
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Magic => f.write_str("not a flowlet model: it does not begin with FLOW"),
            Self::Version { found } => {
                write!(
                    f,
                    "format version {found}; this runtime reads version {}",
                    super::VERSION
                )
            }
            Self::Truncated { expected, found } => {
                write!(f, "truncated: {found} of {expected} bytes are there")
            }
            Self::Trailing { expected, found } => {
                write!(f, "{found} bytes where {expected} belong to the model")
            }
            Self::Checksum { stored, computed } => {
                write!(
                    f,
                    "damaged: checksum {computed:#010x}, the file says {stored:#010x}"
                )
            }
            Self::Encoding => f.write_str("not a model: its fields cannot be decoded"),
            Self::Invalid(field) => write!(f, "invalid field: {field}"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Dim => f.write_str("data dimension"),
            Self::Width => f.write_str("widest layer"),
            Self::Classes => f.write_str("number of classes"),
            Self::Steps => f.write_str("number of steps"),
            Self::InputFrac => f.write_str("input format"),
            Self::TimeLog2 => f.write_str("time resolution"),
            Self::NullClass => f.write_str("null class"),
            Self::Components => f.write_str("components of the drift"),
            Self::LabelPosition => f.write_str("label position"),
            Self::Names => f.write_str("names"),
            Self::Hidden => f.write_str("number of hidden layers"),
            Self::LayerWidth(layer) => write!(f, "width of layer {layer}"),
            Self::LayerFormat(layer) => write!(f, "number format of layer {layer}"),
            Self::Variances => f.write_str("variance levels"),
            Self::Table => f.write_str("activation table"),
            Self::Solver => f.write_str("solver"),
            Self::Times => f.write_str("times of the steps"),
            Self::Padding => f.write_str("padding"),
            Self::Tensors => f.write_str("length of the tensors"),
            Self::Overflow(layer, row) => {
                write!(
                    f,
                    "weights of layer {layer}, row {row}: the sum can overflow"
                )
            }
            Self::Segment(layer, row) => {
                write!(
                    f,
                    "weights of layer {layer}, row {row}: too large for its segments"
                )
            }
            Self::Scale(layer, row) => write!(f, "scale of layer {layer}, row {row}"),
            Self::Mean => f.write_str("mean of the drift"),
            Self::Level => f.write_str("variance level of the drift"),
            Self::Column(column) => write!(f, "units of column {column}"),
            Self::Proportions => f.write_str("class proportions"),
        }
    }
}

impl core::error::Error for ModelError {}
