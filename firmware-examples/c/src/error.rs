//! What went wrong, as a number.

use core::ffi::{CStr, c_char};

use flowlet::{ModelError, SamplerError};

/// What a function says of itself; 0 is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum flowlet_error {
    /// Nothing went wrong.
    FLOWLET_OK = 0,
    /// A pointer is null that must not be.
    FLOWLET_NULL = 1,
    /// A pointer is not aligned as its type asks for; memory for flowlet_new() as uintptr_t does.
    FLOWLET_ALIGNMENT = 2,
    /// A buffer is too small.
    FLOWLET_SHORT = 3,
    /// What the pointer leads to was not made by flowlet_open() or flowlet_new().
    FLOWLET_NOT_OPEN = 4,
    /// There is no such column or class.
    FLOWLET_RANGE = 5,
    /// No sample has been started, or the one that was is not finished.
    FLOWLET_NO_SAMPLE = 6,
    /// The caller's source of random numbers failed.
    FLOWLET_RANDOM = 7,
    /// Steps are 1 to 256.
    FLOWLET_STEPS = 8,
    /// There is no such solver.
    FLOWLET_SOLVER = 9,
    /// The model was trained without label dropout, and so cannot be guided.
    FLOWLET_NOT_GUIDABLE = 10,
    /// Guidance takes FLOWLET_GUIDED_SAMPLER_BYTES of memory.
    FLOWLET_LANES = 11,
    /// Not a model: it does not begin with FLOW.
    FLOWLET_MODEL_MAGIC = 12,
    /// A model in a version of the format that this library does not read.
    FLOWLET_MODEL_VERSION = 13,
    /// The model is longer than the bytes that are there.
    FLOWLET_MODEL_TRUNCATED = 14,
    /// More bytes are there than belong to the model.
    FLOWLET_MODEL_TRAILING = 15,
    /// The model is damaged: its checksum is another.
    FLOWLET_MODEL_CHECKSUM = 16,
    /// Not a model: its fields cannot be decoded.
    FLOWLET_MODEL_ENCODING = 17,
    /// A field of the model has a value that cannot be run.
    FLOWLET_MODEL_INVALID = 18,
}

use flowlet_error::*;

/// Names by number.
const NAMES: [&CStr; 19] = [
    c"FLOWLET_OK",
    c"FLOWLET_NULL",
    c"FLOWLET_ALIGNMENT",
    c"FLOWLET_SHORT",
    c"FLOWLET_NOT_OPEN",
    c"FLOWLET_RANGE",
    c"FLOWLET_NO_SAMPLE",
    c"FLOWLET_RANDOM",
    c"FLOWLET_STEPS",
    c"FLOWLET_SOLVER",
    c"FLOWLET_NOT_GUIDABLE",
    c"FLOWLET_LANES",
    c"FLOWLET_MODEL_MAGIC",
    c"FLOWLET_MODEL_VERSION",
    c"FLOWLET_MODEL_TRUNCATED",
    c"FLOWLET_MODEL_TRAILING",
    c"FLOWLET_MODEL_CHECKSUM",
    c"FLOWLET_MODEL_ENCODING",
    c"FLOWLET_MODEL_INVALID",
];

/// The name of an error, such as "FLOWLET_SHORT", for all time; "unknown" for a number that is none.
#[unsafe(no_mangle)]
pub extern "C" fn flowlet_error_name(error: i32) -> *const c_char {
    let number = usize::try_from(error).unwrap_or(usize::MAX);
    NAMES.get(number).unwrap_or(&c"unknown").as_ptr()
}

/// What C is told of a result.
pub(crate) fn told(result: Result<(), flowlet_error>) -> flowlet_error {
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
            SamplerError::Batch { .. } => FLOWLET_LANES,
            SamplerError::Class { .. } => FLOWLET_RANGE,
            _ => FLOWLET_SHORT, // memory: nothing else is asked of it here
        }
    }
}
