//! A model file given on the command line: its bytes, and its checked view.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use flowlet::{Model, ModelError};

use super::Failure;

/// More bytes than a model of the greatest network has, which no device holds: 64 MB.
const MOST: u64 = 1 << 26;

/// A file that has been read; [`model`](Self::model) checks it.
pub(super) struct ModelFile {
    path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl ModelFile {
    /// Reads the file at `path`.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let refuse = |what: String| Failure::Input(format!("{}: {what}", path.display()));
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes));
        read.map_err(|error| {
            let what = match error.kind() {
                ErrorKind::NotFound => "no such file; check the path".to_owned(),
                ErrorKind::IsADirectory => "a folder, not a model; name the file in it".to_owned(),
                _ => error.to_string(),
            };
            refuse(what)
        })?;
        if bytes.len() as u64 > MOST {
            return Err(refuse(
                "larger than any model; name a .flow file".to_owned(),
            ));
        }
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
