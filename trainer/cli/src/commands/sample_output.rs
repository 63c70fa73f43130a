//! Writes samples to the file or folder that the user names.

use std::path::Path;

use flowlet::Model;
use flowlet_trainer::files;
use flowlet_trainer::generate::Generated;
use flowlet_trainer::samples::{Format, FormatError};

use super::{Failure, output};

/// Where samples go.
pub(super) struct SampleOutput<'a> {
    path: &'a Path,
    format: Format,
    /// Sampling rate of sound.
    rate: Option<u32>,
}

impl<'a> SampleOutput<'a> {
    /// Checks, before long work begins, that samples can be written to `path`, and that they would
    /// not replace the model that is `read`.
    pub fn new(path: &'a Path, rate: Option<u32>, read: &Path) -> Result<Self, Failure> {
        let format = Format::of(path).map_err(|error| failure(path, &error))?;
        match format {
            Format::Folder => files::check_folder(path)?,
            _ => output::check_writable(path, &[read])?,
        }
        Ok(Self { path, format, rate })
    }

    /// Checks that samples of a model can be written.
    pub fn check(&self, model: &Model<'_>) -> Result<(), Failure> {
        let checked = self.format.check(model, self.rate);
        checked.map_err(|error| failure(self.path, &error))
    }

    /// Writes samples of a model that was checked.
    pub fn write(&self, model: &Model<'_>, generated: &Generated) -> Result<(), Failure> {
        match self.format {
            Format::Folder => self.format.write(self.path, model, generated, self.rate)?,
            _ => output::write(self.path, &self.format.bytes(model, generated))?,
        }
        Ok(())
    }
}

/// Names the option that helps.
fn failure(path: &Path, error: &FormatError) -> Failure {
    let hint = match error {
        FormatError::NoRate => " (--rate 16000)",
        FormatError::Rate => " (without --rate)",
        _ => "",
    };
    Failure::Input(format!("{}: {error}{hint}", path.display()))
}
