//! Reasons to reject a file.

use core::fmt;

use super::limits::VERSION;

/// Reason why [`Model::parse`](crate::Model::parse) rejects a file.
///
/// ```
/// use flowlet::{Model, ModelError};
/// assert_eq!(Model::parse(b"PK\x03\x04...").unwrap_err(), ModelError::Magic);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ModelError {
    /// The file does not begin with `FLOW`: it is empty or not a flowlet model.
    Magic,
    /// The file has another version of the format.
    Version {
        /// Version in the file.
        found: u16,
    },
    /// The file is shorter than its header says.
    Truncated {
        /// Length in the header, bytes; the length of a header if the file is shorter than that.
        expected: u32,
        /// Length of the file, bytes.
        found: u32,
    },
    /// The file is longer than its header says.
    Trailing {
        /// Length in the header, bytes.
        expected: u32,
        /// Length of the file, bytes.
        found: u32,
    },
    /// The file is damaged.
    Checksum {
        /// Checksum in the header.
        stored: u32,
        /// Checksum of the contents.
        computed: u32,
    },
    /// The body is not the expected postcard message.
    Encoding,
    /// A field has an invalid value.
    Invalid(Field),
}

/// Field that makes a file invalid. Layers count from 0; the output layer is the last.
///
/// ```
/// let error = flowlet::ModelError::Invalid(flowlet::Field::Overflow(1, 30));
/// let message = "invalid field: weights of layer 1, row 30: the sum can overflow";
/// assert_eq!(error.to_string(), message);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Field {
    /// Data dimension, 1..=1024.
    Dim,
    /// Width of the widest hidden layer: not the largest width of the layers.
    Width,
    /// Number of classes, 0..=256.
    Classes,
    /// Number of solver steps, 1..=256.
    Steps,
    /// Fractional bits of the input, 4..=10.
    InputFrac,
    /// Resolution of the condition biases over time, 1..=6.
    TimeLog2,
    /// Null class: neither 0 nor 1, or 1 in a model without classes.
    NullClass,
    /// Components of the drift: neither 1 nor one per class and for the null class.
    Components,
    /// Position of the label column: beyond the last column.
    LabelPosition,
    /// Names of columns and classes: wrong number.
    Names,
    /// Number of hidden layers, 1..=8.
    Hidden,
    /// Width of a hidden layer, 1..=1024.
    LayerWidth(u8),
    /// Formats or segment of a layer.
    LayerFormat(u8),
    /// Variance levels of the drift: none or too many, or one between 0 and 2^−8.
    Variances,
    /// Table of the activation: a value does not fit the format, or neighbours differ too much.
    Table,
    /// Number of the solver, 0..=3.
    Solver,
    /// Time grid: one time more than steps, rising from 0 to 1 in steps of at least 3 · 2^−15.
    TimeGrid,
    /// Padding: more than 15 bytes.
    Padding,
    /// Tensors: not as long as the shapes require.
    Tensors,
    /// Layer and row whose sum of products can overflow an i32.
    Overflow(u8, u16),
    /// Layer and row whose sum over a segment can reach 2^23, or which has a weight of −128.
    Segment(u8, u16),
    /// Layer and row whose multiplier or shift is out of range, or can overflow.
    Scale(u8, u16),
    /// Mean of the drift beyond ±8.
    Mean,
    /// Index of a variance level that does not exist.
    Level,
    /// Column that can overflow, has an empty range of values or an unknown kind. Also a category
    /// column with a single category, with different formats, or without its first category.
    Column(u16),
    /// Class proportions that decrease.
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
                    VERSION
                )
            }
            Self::Truncated { expected, found } => {
                write!(f, "truncated: {found} of {expected} bytes")
            }
            Self::Trailing { expected, found } => {
                write!(f, "{found} bytes, but the model has only {expected}")
            }
            Self::Checksum { stored, computed } => {
                write!(
                    f,
                    "damaged: checksum {computed:#010x}, but the header says {stored:#010x}"
                )
            }
            Self::Encoding => f.write_str("damaged: the body cannot be decoded"),
            Self::Invalid(field) => write!(f, "invalid field: {field}"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Dim => f.write_str("data dimension"),
            Self::Width => f.write_str("width of the widest layer"),
            Self::Classes => f.write_str("number of classes"),
            Self::Steps => f.write_str("number of steps"),
            Self::InputFrac => f.write_str("number format of the input"),
            Self::TimeLog2 => f.write_str("time resolution of the biases"),
            Self::NullClass => f.write_str("null class"),
            Self::Components => f.write_str("components of the drift"),
            Self::LabelPosition => f.write_str("position of the label column"),
            Self::Names => f.write_str("names of columns and classes"),
            Self::Hidden => f.write_str("number of hidden layers"),
            Self::LayerWidth(layer) => write!(f, "width of layer {layer}"),
            Self::LayerFormat(layer) => write!(f, "number format of layer {layer}"),
            Self::Variances => f.write_str("variance levels"),
            Self::Table => f.write_str("activation table"),
            Self::Solver => f.write_str("solver"),
            Self::TimeGrid => f.write_str("time grid"),
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
                    "weights of layer {layer}, row {row}: the sum over a segment can overflow"
                )
            }
            Self::Scale(layer, row) => write!(f, "scale of layer {layer}, row {row}"),
            Self::Mean => f.write_str("mean of the drift"),
            Self::Level => f.write_str("variance level of the drift"),
            Self::Column(column) => write!(f, "column {column}"),
            Self::Proportions => f.write_str("class proportions"),
        }
    }
}

impl core::error::Error for ModelError {}
