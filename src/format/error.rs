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

/// Field that makes a file invalid. Layers count from 0: the hidden layers, the output layer, and
/// all layers of a latent as one.
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
    /// Names of columns and classes: too few.
    Names,
    /// Card: longer than 255 bytes.
    Card,
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
    /// Tensors: shorter than the shapes require.
    Tensors,
    /// Section of the score: a length, format or time that is out of range.
    Score,
    /// Sections: cut, unknown, or not in their order.
    Sections,
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
    /// Latent: columns that do not exist, or a rank, format or number of layers out of range.
    Latent,
    /// Filling in: a record, name, condition or query that is incomplete or out of range.
    Fill,
}

impl ModelError {
    /// Returns what is wrong, without numbers: for messages of the compiler.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Magic => "not a flowlet model: it does not begin with FLOW",
            Self::Version { .. } => "another version of the format than this runtime reads",
            Self::Truncated { .. } => "truncated: the file is shorter than its header says",
            Self::Trailing { .. } => "the file is longer than its header says",
            Self::Checksum { .. } => "damaged: the checksum does not match",
            Self::Encoding => "damaged: the body cannot be decoded",
            Self::Invalid(field) => field.message(),
        }
    }
}

impl Field {
    /// Returns what is wrong, without numbers.
    const fn message(self) -> &'static str {
        match self {
            Self::Dim => "invalid field: data dimension",
            Self::Width => "invalid field: width of the widest layer",
            Self::Classes => "invalid field: number of classes",
            Self::Steps => "invalid field: number of steps",
            Self::InputFrac => "invalid field: number format of the input",
            Self::TimeLog2 => "invalid field: time resolution of the biases",
            Self::NullClass => "invalid field: null class",
            Self::Components => "invalid field: components of the drift",
            Self::LabelPosition => "invalid field: position of the label column",
            Self::Names => "invalid field: names of columns and classes",
            Self::Card => "invalid field: card",
            Self::Hidden => "invalid field: number of hidden layers",
            Self::LayerWidth(_) => "invalid field: width of a layer",
            Self::LayerFormat(_) => "invalid field: number format of a layer",
            Self::Variances => "invalid field: variance levels",
            Self::Table => "invalid field: activation table",
            Self::Solver => "invalid field: solver",
            Self::TimeGrid => "invalid field: time grid",
            Self::Padding => "invalid field: padding",
            Self::Tensors => "invalid field: length of the tensors",
            Self::Score => "invalid field: section of the score",
            Self::Sections => "invalid field: sections",
            Self::Overflow(..) => "invalid field: weights of a layer: the sum can overflow",
            Self::Segment(..) => {
                "invalid field: weights of a layer: the sum over a segment can overflow"
            }
            Self::Scale(..) => "invalid field: scale of a layer",
            Self::Mean => "invalid field: mean of the drift",
            Self::Level => "invalid field: variance level of the drift",
            Self::Column(_) => "invalid field: a column",
            Self::Proportions => "invalid field: class proportions",
            Self::Latent => "invalid field: latent",
            Self::Fill => "invalid field: filling in",
        }
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
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
            Self::Magic | Self::Encoding => f.write_str(self.message()),
            Self::Invalid(field) => write!(f, "invalid field: {field}"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::LayerWidth(layer) => write!(f, "width of layer {layer}"),
            Self::LayerFormat(layer) => write!(f, "number format of layer {layer}"),
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
            Self::Column(column) => write!(f, "column {column}"),
            _ => f.write_str(self.message().trim_start_matches("invalid field: ")),
        }
    }
}

impl core::error::Error for ModelError {}
