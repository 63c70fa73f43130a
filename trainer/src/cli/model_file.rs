//! A model file given on the command line: its bytes, and its checked view.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use flowlet::{Model, ModelError};

use super::Failure;

/// A file that has been read; [`model`](Self::model) checks it.
pub(super) struct ModelFile {
    path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl ModelFile {
    /// Reads the file at `path`.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(|error| {
            let what = match error.kind() {
                ErrorKind::NotFound => "no such file; check the path".to_owned(),
                ErrorKind::IsADirectory => "a folder, not a model; name the file in it".to_owned(),
                _ => error.to_string(),
            };
            Failure::Input(format!("{}: {what}", path.display()))
        })?;
        Ok(Self {
            path: path.to_owned(),
            bytes,
        })
    }

    /// The runtime's view of it.
    pub(super) fn model(&self) -> Result<Model<'_>, Failure> {
        let refuse = |error| {
            let harmed = matches!(
                error,
                ModelError::Truncated { .. } | ModelError::Checksum { .. }
            );
            let help = if harmed {
                "; copy it again, as binary"
            } else {
                ""
            };
            Failure::Input(format!("{}: {error}{help}", self.path.display()))
        };
        Model::parse(&self.bytes).map_err(refuse)
    }
}

/// The number of the class called `name`.
pub(super) fn class_of(model: &Model<'_>, name: &str) -> Result<u16, Failure> {
    let class = model.class_names().position(|class| class == name);
    class.map(|class| class as u16).ok_or_else(|| {
        let names: Vec<&str> = model.class_names().collect();
        Failure::Input(if names.is_empty() {
            format!("the model has no classes, so none called `{name}`; leave --class out")
        } else {
            format!(
                "no class is called `{name}`; the model has {}",
                names.join(", ")
            )
        })
    })
}
