//! Reads files that the user names.

use std::io::{Error, ErrorKind};
use std::path::Path;

use super::Failure;

/// Reads a text file. `what` names its contents in messages, such as `a recipe`.
pub(super) fn text(path: &Path, what: &str) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| refuse(path, what, &error))
}

/// Reads a file. `what` names its contents in messages.
pub(super) fn bytes(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| refuse(path, what, &error))
}

fn refuse(path: &Path, what: &str, error: &Error) -> Failure {
    let reason = match error.kind() {
        ErrorKind::NotFound => "no such file; check the path".to_owned(),
        ErrorKind::IsADirectory => format!("a folder, not {what}; name a file in it"),
        ErrorKind::InvalidData => format!("not a text file; name {what}"),
        _ => format!("cannot be read: {error}"),
    };
    Failure::Input(format!("{}: {reason}", path.display()))
}
