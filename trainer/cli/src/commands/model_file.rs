//! A model file named on the command line.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use flowlet::{Model, ModelError};

use super::Failure;

/// Greatest size of a file that is read: 64 MB, more than any model.
const MAX_BYTES: u64 = 1 << 26;

/// A file that was read; [`model`](Self::model) parses it.
pub(super) struct ModelFile {
    path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl ModelFile {
    /// Reads the file at `path`.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let refuse = |what: String| Failure::Input(format!("{}: {what}", path.display()));
        if path == Path::new("-") && !path.exists() {
            return Err(refuse(
                "a model is not read from standard input; name a .flow file".to_owned(),
            ));
        }
        let mut bytes = Vec::new();
        let read =
            File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        read.map_err(|error| {
            let what = match error.kind() {
                ErrorKind::NotFound => "no such file; check the path".to_owned(),
                ErrorKind::IsADirectory => "a folder, not a model; name a file in it".to_owned(),
                _ => error.to_string(),
            };
            refuse(what)
        })?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(refuse(
                "too large for a model; name a .flow file".to_owned(),
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            bytes,
        })
    }

    /// Parses the model.
    pub(super) fn model(&self) -> Result<Model<'_>, Failure> {
        let refuse = |error| {
            let path = self.path.display();
            if self.bytes.is_empty() {
                return Failure::Input(format!("{path}: the file is empty; copy it again"));
            }
            let help = match error {
                ModelError::Magic => "name a file that flowlet wrote, usually a .flow file",
                ModelError::Version { .. } => "train again with this version",
                ModelError::Truncated { .. }
                | ModelError::Trailing { .. }
                | ModelError::Checksum { .. } => "copy it again, as binary",
                _ => "do not use this file, which flowlet did not write",
            };
            Failure::Input(format!("{path}: {error}; {help}"))
        };
        Model::parse(&self.bytes).map_err(refuse)
    }
}

/// Returns the number of a class.
pub(super) fn class_of(model: &Model<'_>, name: &str) -> Result<u16, Failure> {
    let class = model.class_names().position(|class| class == name);
    class.map(|class| class as u16).ok_or_else(|| {
        let names: Vec<&str> = model.class_names().collect();
        Failure::Input(if names.is_empty() {
            format!("the model has no classes; remove --class {name}")
        } else {
            format!("no class `{name}`; the classes are {}", names.join(", "))
        })
    })
}
