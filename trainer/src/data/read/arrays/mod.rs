//! Arrays of numbers: NumPy and IDX files.

pub(crate) mod format;
pub(crate) mod idx;
pub(crate) mod npy;
