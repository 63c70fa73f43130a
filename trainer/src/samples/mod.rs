//! Files of samples, which can be read as data: tables, arrays, and folders of images or sound.

mod csv;
mod filled;
mod npy;
mod npz;
mod parquet;
mod png;
mod wav;

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use flowlet::Model;
use ndarray::ArrayView1;

pub use csv::to_csv;
pub use filled::filled_to_csv;
pub use npy::to_npy;
pub use npz::to_npz;
pub use parquet::to_parquet;

use crate::data::category::FileColumn;
use crate::data::layout::Layout;
use crate::device_columns::{categories, transform};
use crate::files::{self, WriteError};
use crate::generate::Generated;

/// A file of a folder: its path in the folder, and its bytes.
pub type FolderFile = (PathBuf, Vec<u8>);

/// Format of a file of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table in text.
    Csv,
    /// An array of NumPy.
    Npy,
    /// An archive of NumPy: values, classes and names.
    Npz,
    /// Parquet.
    Parquet,
    /// A folder: one PNG or WAV file per sample.
    Folder,
}

/// Why samples cannot be written as a name asks. `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages document the variants")]
pub enum FormatError {
    #[error(
        "unknown format; use a name that ends in .csv, .npy, .npz or .parquet, or in / for a folder \
         of PNG or WAV files"
    )]
    Unknown,
    #[error(
        "a folder is for images and sound, but the model has other columns; use a name that ends in \
         .csv, .npy, .npz or .parquet"
    )]
    NoMedia,
    #[error("WAV files need a sampling rate in Hz, which the model does not know")]
    NoRate,
    #[error("a sampling rate is for a folder of WAV files; leave it out")]
    Rate,
    #[error(
        "PNG files have integers from 0 to 65535, but column `{column}` has other values; use a \
         name that ends in .npy"
    )]
    Shades { column: String },
    #[error("class `{class}` cannot be the name of a folder; use a name that ends in .npz")]
    Class { class: String },
}

impl Format {
    /// Returns the format that a name asks for: by its ending, or because it is that of a folder.
    /// Names without an ending are CSV.
    ///
    /// ```
    /// use flowlet_trainer::samples::Format;
    ///
    /// assert_eq!(Format::of("made.npz".as_ref()), Ok(Format::Npz));
    /// assert_eq!(Format::of("made/".as_ref()), Ok(Format::Folder));
    /// assert!(Format::of("made.xlsx".as_ref()).is_err());
    /// ```
    ///
    /// # Errors
    /// [`FormatError::Unknown`].
    pub fn of(path: &Path) -> Result<Self, FormatError> {
        let name = path.as_os_str().to_string_lossy();
        if name.ends_with(['/', MAIN_SEPARATOR]) || path.is_dir() {
            return Ok(Self::Folder);
        }
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        match ending.to_ascii_lowercase().as_str() {
            "" | "csv" => Ok(Self::Csv),
            "npy" => Ok(Self::Npy),
            "npz" => Ok(Self::Npz),
            "parquet" => Ok(Self::Parquet),
            _ => Err(FormatError::Unknown),
        }
    }

    /// Checks, before samples are drawn, that those of a model can be written. `rate` is the
    /// sampling rate of sound in Hz.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn check(self, model: &Model<'_>, rate: Option<u32>) -> Result<(), FormatError> {
        if self != Self::Folder {
            return rate.map_or(Ok(()), |_| Err(FormatError::Rate));
        }
        match layout(model) {
            Layout::Series(..) if rate.is_none() => Err(FormatError::NoRate),
            Layout::Series(series, rest) => wav::check(&series, &rest),
            Layout::Numbers => Err(FormatError::NoMedia),
            _ if rate.is_some() => Err(FormatError::Rate),
            _ => png::check(&transform(model), &names(model)),
        }?;
        let is_name = |class: &str| {
            let special = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
            !class.is_empty() && !class.starts_with('.') && !class.contains(special)
        };
        match model.class_names().find(|class| !is_name(class)) {
            Some(class) => Err(FormatError::Class {
                class: class.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Writes samples of a model that [`Format::check`] accepts to a file, or to a folder that is
    /// new or empty.
    ///
    /// # Errors
    /// [`WriteError`]. Nothing is then written.
    ///
    /// # Panics
    /// If the samples are from another model.
    pub fn write(
        self,
        path: &Path,
        model: &Model<'_>,
        generated: &Generated,
        rate: Option<u32>,
    ) -> Result<(), WriteError> {
        match self {
            Self::Folder => {
                let contents = match layout(model) {
                    Layout::Series(series, _) => {
                        wav::files(&series, generated, rate.unwrap_or_default())
                    }
                    layout => png::files(&layout, &transform(model), generated),
                };
                files::write_folder(path, &in_classes(model, generated, contents))
            }
            _ => files::write(path, &self.bytes(model, generated)),
        }
    }

    /// Returns the bytes of a file of samples. A folder has none.
    ///
    /// # Panics
    /// If the samples are from another model.
    #[must_use]
    pub fn bytes(self, model: &Model<'_>, generated: &Generated) -> Vec<u8> {
        match self {
            Self::Csv => to_csv(model, generated),
            Self::Npy => to_npy(model, generated),
            Self::Npz => to_npz(model, generated),
            Self::Parquet => to_parquet(model, generated),
            Self::Folder => Vec::new(),
        }
    }
}

/// Names the files of samples by their numbers, in one folder per class.
fn in_classes(
    model: &Model<'_>,
    generated: &Generated,
    contents: Vec<(Vec<u8>, &'static str)>,
) -> Vec<FolderFile> {
    let names: Vec<&str> = model.class_names().collect();
    let mut counts = vec![0; names.len().max(1)];
    let digits = generated.values.nrows().to_string().len().max(4);
    let place = |(row, (bytes, ending)): (usize, (Vec<u8>, &str))| {
        let class = generated.classes.as_ref().map(|of| usize::from(of[row]));
        let number: &mut usize = &mut counts[class.unwrap_or(0)];
        let file = format!("{number:0digits$}.{ending}");
        *number += 1;
        let folder = class.map_or("", |class| names[class]);
        (Path::new(folder).join(file), bytes)
    };
    contents.into_iter().enumerate().map(place).collect()
}

fn layout(model: &Model<'_>) -> Layout {
    Layout::of(&names(model), &categories(model))
}

fn names(model: &Model<'_>) -> Vec<String> {
    model.column_names().map(str::to_owned).collect()
}

/// Returns the number of a row, or the number of its category.
fn number(column: &FileColumn<'_>, row: ArrayView1<'_, f64>) -> f64 {
    if column.categories.is_none() {
        return row[column.values.start];
    }
    let chosen = column.values.clone().position(|value| row[value] == 1.0);
    chosen.unwrap_or(0) as f64
}

#[cfg(test)]
mod tests;
