//! The folder beside a model that says how it was made: `beats.run/` of `beats.flow`.
//!
//! `recipe.toml` has every option, `losses.csv` the losses on the way, `card.json` the quality card, `network` the float
//! network (for `flowlet report`), and `checkpoint`, only while a training has not come to its end, what it goes on from.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::files;
use crate::fit::Checkpoint;

/// A run's folder.
#[derive(Clone, Debug)]
pub(in crate::cli) struct RunFolder(PathBuf);

impl RunFolder {
    /// Beside the model at `output`; none where that is standard output or a device.
    pub fn beside(output: &Path) -> Option<Self> {
        let special = output == Path::new("-") || output.exists() && !output.is_file();
        (!special).then(|| Self(output.with_extension("run")))
    }

    /// Makes the folder, or clears it of what a training that was killed had begun to write.
    pub fn make(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.0).map_err(|error| {
            Failure::Input(format!(
                "{}: the folder cannot be made: {error}",
                self.0.display()
            ))
        })?;
        files::remove_unfinished(&self.0);
        Ok(())
    }

    /// A file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        Ok(files::write(&self.path(name), bytes)?)
    }

    /// What a training that was cut short goes on from, where there is one.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, Failure> {
        let path = self.path("checkpoint");
        let Ok(bytes) = fs::read(&path) else {
            return Ok(None);
        };
        Checkpoint::of_bytes(&bytes).map(Some).ok_or_else(|| {
            Failure::Input(format!(
                "{}: not a checkpoint of this version; remove it, or leave --resume out to begin anew",
                path.display()
            ))
        })
    }

    /// The training has come to its end.
    pub fn finish(&self) -> Result<(), Failure> {
        match fs::remove_file(self.path("checkpoint")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::Input(format!(
                    "{}: cannot be removed: {error}",
                    self.path("checkpoint").display()
                )))
            }
            _ => Ok(()),
        }
    }
}
