//! What a format gives: a file that can be opened.

use super::super::error::DataError;
use super::options::ReadOptions;
use super::row::Opened;

/// A file that can be opened several times.
pub(super) trait Source {
    /// Returns the name of the file in messages.
    fn name(&self) -> String;

    /// Opens the rows.
    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError>;

    /// Adds to an error what the file says about its cause.
    fn explain(&self, error: DataError, _: &ReadOptions) -> DataError {
        error
    }
}
