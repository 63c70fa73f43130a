//! The folder beside a model that says how it was made: `beats.run/` of `beats.flow`.
//!
//! `recipe.toml` has every option, `losses.csv` the losses on the way, `card.json` the quality card, `network` the float
//! network (for `flowlet report`), and `checkpoint`, only while a training has not come to its end, what it goes on from.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::commands::{Failure, print};
use flowlet_trainer::files;
use flowlet_trainer::fit::Checkpoint;

/// A run's folder.
#[derive(Clone, Debug)]
pub(in crate::commands) struct RunFolder(PathBuf);

impl RunFolder {
    /// Beside the model at `output`; none where that is standard output or a device.
    pub fn beside(output: &Path) -> Option<Self> {
        let special = output == Path::new("-") || output.exists() && !output.is_file();
        (!special).then(|| Self(output.with_extension("run")))
    }

    /// Makes the folder, or clears it of what a training that was killed had begun to write; other trainings are
    /// refused while the result lives.
    pub fn hold(&self) -> Result<Held, Failure> {
        let folder = self.0.display();
        fs::create_dir_all(&self.0).map_err(|error| {
            Failure::Input(format!("{folder}: the folder cannot be made: {error}"))
        })?;
        let held = Held::of(&self.0)?;
        files::remove_unfinished(&self.0);
        Ok(held)
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

    /// Whether there is something to go on from.
    pub fn has_checkpoint(&self) -> bool {
        self.path("checkpoint").is_file()
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

/// A folder that one training has for itself: two would write one's checkpoint beside the other's recipe.
///
/// The system's lock on the folder, so that nothing of it is left when a training is killed.
#[derive(Debug)]
#[must_use = "the folder is held while this lives"]
pub(in crate::commands) struct Held {
    _lock: Option<File>,
}

impl Held {
    fn of(folder: &Path) -> Result<Self, Failure> {
        let locked = File::open(folder).map_err(TryLockError::Error);
        let locked = locked.and_then(|file| file.try_lock().map(|()| file));
        match locked {
            Ok(file) => Ok(Self { _lock: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Failure::Input(format!(
                "{}: another training is at work here; wait for its end, or name another model",
                folder.display()
            ))),
            // As on some network file systems.
            Err(TryLockError::Error(error)) => {
                print::warning(&format!(
                    "{}: cannot be locked ({error}); run no other training here",
                    folder.display()
                ));
                Ok(Self { _lock: None })
            }
        }
    }
}
