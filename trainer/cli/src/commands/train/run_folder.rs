//! The folder of a training run: `beats.run/` for `beats.flow`.
//!
//! `recipe.toml` has every option, `losses.csv` the losses during the training, `card.json` the
//! quality card and `network` the float network for `flowlet report`. `checkpoint` is there only
//! until the training has ended.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::commands::{Failure, print};
use flowlet_trainer::{Checkpoint, files};

/// The folder of a run.
#[derive(Clone, Debug)]
pub(in crate::commands) struct RunFolder(PathBuf);

impl RunFolder {
    /// Returns the folder of the model at `output`. `None` for standard output and devices.
    pub fn of_model(output: &Path) -> Option<Self> {
        let special = output == Path::new("-") || output.exists() && !output.is_file();
        (!special).then(|| Self(output.with_extension("run")))
    }

    /// Makes the folder, or removes unfinished files of a killed training. Other trainings are
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

    /// Refuses a folder that has the name of the model or of another file.
    pub fn check(&self, output: &Path) -> Result<(), Failure> {
        let (folder, model) = (self.0.display(), output.display());
        let ending = output.extension().unwrap_or_default();
        if ending.eq_ignore_ascii_case("run") {
            return Err(Failure::Input(format!(
                "{model}: the run folder needs this name; end the name of the model in .flow"
            )));
        }
        if self.0.exists() && !self.0.is_dir() {
            return Err(Failure::Input(format!(
                "{folder}: a file has the name of the run folder; move the file, or name another model"
            )));
        }
        Ok(())
    }

    /// Returns whether the training of the model at `output` has ended.
    pub fn is_finished(&self, output: &Path) -> bool {
        let results = ["recipe.toml", "card.json"].map(|name| self.path(name).is_file());
        results == [true, true] && output.is_file() && !self.has_checkpoint()
    }

    /// Removes the card of an earlier training, because it marks a finished training.
    pub fn begin(&self) -> Result<(), Failure> {
        self.remove("card.json")
    }

    /// Returns the path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        Ok(files::write(&self.path(name), bytes)?)
    }

    /// Reads the checkpoint of an interrupted training, if there is one.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, Failure> {
        let path = self.path("checkpoint");
        let Ok(bytes) = fs::read(&path) else {
            return Ok(None);
        };
        Checkpoint::from_bytes(&bytes).map(Some).ok_or_else(|| {
            Failure::Input(format!(
                "{}: not a checkpoint of this version; remove it, or leave --resume out to start again",
                path.display()
            ))
        })
    }

    /// Returns whether there is a checkpoint.
    pub fn has_checkpoint(&self) -> bool {
        self.path("checkpoint").is_file()
    }

    /// Removes the checkpoint, because the training has ended.
    pub fn finish(&self) -> Result<(), Failure> {
        self.remove("checkpoint")
    }

    /// Removes the folder of a training that wrote nothing.
    pub fn remove_if_empty(&self) {
        // A folder with files is not removed.
        let _ = fs::remove_dir(&self.0);
    }

    fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::Input(
                format!("{}: cannot be removed: {error}", path.display()),
            )),
            _ => Ok(()),
        }
    }
}

/// A lock on a folder, so that only one training writes to it.
///
/// It is a lock of the system, so nothing is left of it when a training is killed.
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
                "{}: another training uses this folder; wait until it ends, or name another model",
                folder.display()
            ))),
            // Some network file systems have no locks.
            Err(TryLockError::Error(error)) => {
                print::warning(&format!(
                    "{}: the folder cannot be locked ({error}); start no other training here",
                    folder.display()
                ));
                Ok(Self { _lock: None })
            }
        }
    }
}
