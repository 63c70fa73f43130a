//! What a format gives: a file that can be opened.

use super::super::options::ReadOptions;
use super::Opened;
use crate::data::error::DataError;

/// A file that can be opened several times.
pub(crate) trait Source {
    /// Returns the name of the file in messages.
    fn name(&self) -> String;

    /// Opens the rows.
    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError>;

    /// Adds to an error what the file says about its cause.
    fn explain(&self, error: DataError, _: &ReadOptions) -> DataError {
        error
    }
}
