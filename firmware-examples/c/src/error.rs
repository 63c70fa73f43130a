//! Error numbers.

use core::ffi::{CStr, c_char};

use flowlet::{Error, ModelError, SamplerError};

/// Result of a function; 0 means success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum flowlet_error {
    /// Success.
    FLOWLET_OK = 0,
    /// A pointer is null.
    FLOWLET_NULL = 1,
    /// A pointer is not aligned for its type. Memory for flowlet_new() is aligned like uintptr_t.
    FLOWLET_ALIGNMENT = 2,
    /// A buffer is too small.
    FLOWLET_SHORT = 3,
    /// The model was not opened with flowlet_open(), or the sampler not made with flowlet_new().
    FLOWLET_NOT_OPEN = 4,
    /// There is no such column or class.
    FLOWLET_RANGE = 5,
    /// No sample was started, or the sample is not finished.
    FLOWLET_NO_SAMPLE = 6,
    /// The caller's source of random numbers failed.
    FLOWLET_RANDOM = 7,
    /// The caller's source of random numbers returned the same number four times in a row: it is
    /// broken, not seeded or switched off.
    FLOWLET_STUCK = 8,
    /// The number of steps is not 1 to 256.
    FLOWLET_STEPS = 9,
    /// There is no such solver.
    FLOWLET_SOLVER = 10,
    /// The model was trained without label dropout, so guidance is impossible.
    FLOWLET_NOT_GUIDABLE = 11,
    /// Guidance needs two slots, that is FLOWLET_GUIDED_SAMPLER_BYTES of memory.
    FLOWLET_SLOTS = 12,
    /// The bytes are not a model: they do not begin with "FLOW".
    FLOWLET_MODEL_MAGIC = 13,
    /// The model has a version of the format that this library does not read.
    FLOWLET_MODEL_VERSION = 14,
    /// The model is longer than the given bytes.
    FLOWLET_MODEL_TRUNCATED = 15,
    /// The model is shorter than the given bytes.
    FLOWLET_MODEL_TRAILING = 16,
    /// The model is damaged: its checksum does not match.
    FLOWLET_MODEL_CHECKSUM = 17,
    /// The fields of the model cannot be decoded.
    FLOWLET_MODEL_ENCODING = 18,
    /// A field of the model has an invalid value.
    FLOWLET_MODEL_INVALID = 19,
    /// The model was not trained to fill in rows.
    FLOWLET_NO_FILL = 20,
    /// A condition is not known, or the model has no query with these known columns.
    FLOWLET_UNKNOWN = 21,
    /// The model was not trained to predict in one evaluation.
    FLOWLET_NO_PREDICTION = 22,
}

use flowlet_error::*;

/// Names of the errors by number.
const NAMES: [&CStr; 23] = [
    c"FLOWLET_OK",
    c"FLOWLET_NULL",
    c"FLOWLET_ALIGNMENT",
    c"FLOWLET_SHORT",
    c"FLOWLET_NOT_OPEN",
    c"FLOWLET_RANGE",
    c"FLOWLET_NO_SAMPLE",
    c"FLOWLET_RANDOM",
    c"FLOWLET_STUCK",
    c"FLOWLET_STEPS",
    c"FLOWLET_SOLVER",
    c"FLOWLET_NOT_GUIDABLE",
    c"FLOWLET_SLOTS",
    c"FLOWLET_MODEL_MAGIC",
    c"FLOWLET_MODEL_VERSION",
    c"FLOWLET_MODEL_TRUNCATED",
    c"FLOWLET_MODEL_TRAILING",
    c"FLOWLET_MODEL_CHECKSUM",
    c"FLOWLET_MODEL_ENCODING",
    c"FLOWLET_MODEL_INVALID",
    c"FLOWLET_NO_FILL",
    c"FLOWLET_UNKNOWN",
    c"FLOWLET_NO_PREDICTION",
];

/// Returns the name of an error, such as "FLOWLET_SHORT", or "unknown" if there is no such error.
/// The text is a constant.
#[unsafe(no_mangle)]
pub extern "C" fn flowlet_error_name(error: i32) -> *const c_char {
    let number = usize::try_from(error).unwrap_or(usize::MAX);
    NAMES.get(number).unwrap_or(&c"unknown").as_ptr()
}

/// Converts a result to the number that C receives.
pub(crate) fn number_of(result: Result<(), flowlet_error>) -> flowlet_error {
    result.err().unwrap_or(FLOWLET_OK)
}

impl From<ModelError> for flowlet_error {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Magic => FLOWLET_MODEL_MAGIC,
            ModelError::Version { .. } => FLOWLET_MODEL_VERSION,
            ModelError::Truncated { .. } => FLOWLET_MODEL_TRUNCATED,
            ModelError::Trailing { .. } => FLOWLET_MODEL_TRAILING,
            ModelError::Checksum { .. } => FLOWLET_MODEL_CHECKSUM,
            ModelError::Encoding => FLOWLET_MODEL_ENCODING,
            _ => FLOWLET_MODEL_INVALID,
        }
    }
}

impl From<SamplerError> for flowlet_error {
    fn from(error: SamplerError) -> Self {
        match error {
            SamplerError::Steps(_) => FLOWLET_STEPS,
            SamplerError::NotGuidable => FLOWLET_NOT_GUIDABLE,
            SamplerError::Batch { .. } => FLOWLET_SLOTS,
            SamplerError::Class { .. } | SamplerError::NeedsClass => FLOWLET_RANGE,
            SamplerError::Column(_) | SamplerError::Category(_) | SamplerError::Value(_) => {
                FLOWLET_RANGE
            }
            SamplerError::NoFill => FLOWLET_NO_FILL,
            SamplerError::Condition(_) | SamplerError::Query => FLOWLET_UNKNOWN,
            SamplerError::NotPredicting => FLOWLET_NO_PREDICTION,
            SamplerError::Generator => FLOWLET_RANDOM,
            SamplerError::StuckGenerator => FLOWLET_STUCK,
            _ => FLOWLET_SHORT, // the other errors are about memory
        }
    }
}

impl From<Error> for flowlet_error {
    fn from(error: Error) -> Self {
        match error {
            Error::Model(error) => error.into(),
            Error::Sampler(error) => error.into(),
            _ => FLOWLET_SHORT, // there is no other
        }
    }
}
