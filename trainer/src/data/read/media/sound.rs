//! WAV files: a folder of clips, one per row, or recordings to be cut into windows. Subfolders are
//! classes. Values are within ±1. Channels are averaged, or become columns of their own.

use std::path::{Path, PathBuf};

use super::super::files::list::{ClassFile, labelled};
use super::super::options::ReadOptions;
use super::super::rows::Opened;
use super::super::rows::selection::{Selection, check_width, moments};
use super::wav::Recording;
use super::{decoded, row, wav};
use crate::data::error::{DataError, DataErrorKind, Place, RowPlace};
use crate::data::note::{Note, NoteKind};

/// What all recordings have in common with the first one.
struct First {
    path: PathBuf,
    rate: u32,
    /// Channels that are read.
    channels: usize,
    /// Moments of a clip.
    length: usize,
}

/// Opens clips of one length, or recordings for windows.
pub(crate) fn clips(
    files: Vec<ClassFile>,
    folder: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let options = labelled(&files, folder, options)?;
    let windows = options.window.is_some();
    let split = options.split_channels;
    let first = First::new(&files[0].0, split)?;
    let channels: Vec<String> = match first.channels {
        1 => vec!["s".to_owned()],
        count => (0..count).map(|channel| format!("s{channel}")).collect(),
    };
    let names = match windows {
        true => channels,
        false => {
            let shown = first.path.display().to_string();
            check_width(first.channels.saturating_mul(first.length), &shown)?;
            let names = channels.iter().flat_map(|name| moments(name, first.length));
            names.collect()
        }
    };
    let (selection, opened) = Selection::unnamed(&names, folder, &options)?;
    let (notes, mut noted) = (opened.late.clone(), split);
    let rows = files
        .into_iter()
        .enumerate()
        .flat_map(move |(number, (path, class))| {
            let file = (number, class.as_ref());
            let recording =
                match read(&path).and_then(|found| first.check(found, &path, windows, split)) {
                    Ok(recording) => recording,
                    Err(error) => return vec![Err(error)],
                };
            if !noted && !recording.is_mono() {
                noted = true;
                let place = Place::file(&path.display().to_string());
                let message = format!(
                    "the recording has {} channels that differ; channels are averaged",
                    recording.channels
                );
                notes
                    .borrow_mut()
                    .push(Note::new(NoteKind::Channels, place, message));
            }
            let values = if split {
                recording.values
            } else {
                recording.mean()
            };
            let moments = values.chunks_exact(first.channels).enumerate();
            if windows {
                let moment = |(at, moment): (usize, &[f64])| {
                    let at = RowPlace::Row(at + 1);
                    Ok(row(&selection, file, at, |column| moment[column]))
                };
                return moments.map(moment).collect();
            }
            let value = |column: usize| {
                let (channel, moment) = (column / first.length, column % first.length);
                values[moment * first.channels + channel]
            };
            let at = RowPlace::File(path.display().to_string());
            vec![Ok(row(&selection, file, at, value))]
        });
    Ok(Opened {
        rows: Box::new(rows),
        ..opened
    })
}

impl First {
    fn new(path: &Path, split: bool) -> Result<Self, DataError> {
        let Recording {
            rate,
            channels,
            values,
        } = read(path)?;
        if values.is_empty() {
            let message = "the recording has no values; remove it";
            return Err(DataError::in_file(&path.display().to_string(), message));
        }
        Ok(Self {
            path: path.to_owned(),
            rate,
            channels: if split { channels } else { 1 },
            length: values.len() / channels,
        })
    }

    /// Refuses a recording that differs from the first one.
    fn check(
        &self,
        found: Recording,
        path: &Path,
        windows: bool,
        split: bool,
    ) -> Result<Recording, DataError> {
        let first = self.path.display();
        let refuse = |kind, message: String| {
            let error = DataError::in_file(&path.display().to_string(), message);
            Err(error.of_kind(kind))
        };
        if found.rate != self.rate {
            let message = format!(
                "{} Hz, but {first} has {} Hz; bring all recordings to one sampling rate",
                found.rate, self.rate
            );
            return refuse(DataErrorKind::Other, message);
        }
        if split && found.channels != self.channels {
            let message = format!(
                "{} channels, but {first} has {}; bring all recordings to one number of channels",
                found.channels, self.channels
            );
            return refuse(DataErrorKind::Other, message);
        }
        let length = found.values.len() / found.channels;
        if !windows && length != self.length {
            let message = format!(
                "{length} samples, but {first} has {}; bring all clips to one length, or cut them \
                 into windows",
                self.length
            );
            return refuse(DataErrorKind::Lengths, message);
        }
        Ok(found)
    }
}

fn read(path: &Path) -> Result<Recording, DataError> {
    decoded(path, |bytes| wav::recording(&bytes))
}

#[cfg(test)]
mod tests;
