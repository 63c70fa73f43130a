//! Writes results to a file or, if its path is `-`, to standard output.

use std::io::{self, Write};
use std::path::Path;

use flowlet_trainer::files::{self, WriteError};

/// Writes `bytes` to a file or to standard output, whose reader may stop early.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    if path != Path::new("-") {
        return files::write(path, bytes);
    }
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(WriteError::new("standard output".as_ref(), error))
        }
        _ => Ok(()),
    }
}

/// Checks, before long work begins, that [`write()`] can write to `path`, and that it would replace
/// none of the files that are `read`.
pub(super) fn check_writable(path: &Path, read: &[&Path]) -> Result<(), WriteError> {
    match path == Path::new("-") {
        true => Ok(()),
        false => files::check_writable(path, read),
    }
}
