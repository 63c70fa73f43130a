//! The files and folders that a table is read from.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::error::DataError;
use super::super::note::{Note, NoteKind};
use super::super::{Place, Table};
use super::arrays::{idx, npy};
use super::csv::CsvFile;
use super::files::list::{ClassFile, FileKind, labelled, partition};
use super::files::{self, list, sniff};
use super::media::{images, sound};
use super::options::ReadOptions;
use super::rows::{Opened, Row, Source};
use super::table::join;
use super::{parquet, table};

/// A file, or a list of files that are rows or recordings.
enum File {
    Csv(CsvFile),
    Npy(PathBuf),
    Npz(PathBuf),
    Idx(PathBuf),
    Parquet(PathBuf),
    /// Images or clips, and the name of the folder.
    Images(Vec<ClassFile>, String),
    Clips(Vec<ClassFile>, String),
    /// A file with a table, the name of its label and its class, both from its subfolder.
    OfClass(Box<File>, String, String),
}

/// Reads a table from files and folders.
pub(crate) fn read(paths: &[PathBuf], options: &ReadOptions) -> Result<Table, DataError> {
    let mut notes = Vec::new();
    let folder = name(paths);
    let (kind, files) = list::files(paths, &folder, &mut notes)?;
    let list = match kind {
        FileKind::Image if files.len() == 1 && !paths[0].is_dir() => {
            let message = "a single image; name the folder that holds the images";
            return files::file(&files[0].0).and(Err(DataError::in_file(&folder, message)));
        }
        FileKind::Image => vec![File::Images(files, folder)],
        FileKind::Sound => vec![File::Clips(files, folder)],
        FileKind::Table => tables(files, &folder, options, &mut notes)?,
    };
    let list: Vec<&dyn Source> = list.iter().map(|file| file as &dyn Source).collect();
    let mut table = table::read(&list, options)?;
    table.notes.splice(0..0, notes);
    Ok(table)
}

/// Opens tables. Subfolders are classes unless the label is a column.
fn tables(
    files: Vec<ClassFile>,
    folder: &str,
    options: &ReadOptions,
    notes: &mut Vec<Note>,
) -> Result<Vec<File>, DataError> {
    let (classes, sources): (Vec<Option<String>>, Vec<_>) = files
        .iter()
        .map(|(path, class)| (class.clone(), File::table(path.clone(), options)))
        .unzip();
    let sources: Vec<File> = sources.into_iter().collect::<Result<_, _>>()?;
    let is_column = |_: &String| sources[0].open(options).is_ok();
    if classes.iter().all(Option::is_none) || options.label.as_ref().is_some_and(is_column) {
        return Ok(sources);
    }
    labelled(&files, folder, options)?;
    let (label, classes) = partition(classes);
    if options.label.is_none() {
        let message = format!(
            "the subfolders are the classes of the label `{label}`; to read without classes, name \
             the subfolders as the data"
        );
        notes.push(Note::new(NoteKind::Other, Place::file(folder), message));
    }
    let classed = sources
        .into_iter()
        .zip(classes)
        .map(|(source, class)| match class {
            Some(class) => File::OfClass(Box::new(source), label.clone(), class),
            None => source,
        });
    Ok(classed.collect())
}

/// Returns the name of several files in messages.
fn name(paths: &[PathBuf]) -> String {
    match paths {
        [] => String::new(),
        [only] => only.display().to_string(),
        [first, others @ ..] => join::name(&first.display().to_string(), others.len()),
    }
}

impl File {
    fn table(path: PathBuf, options: &ReadOptions) -> Result<Self, DataError> {
        let ending = files::extension(&path);
        if ["npy", "npz", "parquet"].contains(&&*ending) {
            check_format(&path, &ending)?;
        }
        Ok(match ending.as_str() {
            "npy" => Self::Npy(path),
            "npz" => Self::Npz(path),
            "parquet" => Self::Parquet(path),
            _ if idx::is_idx(&path) => Self::Idx(path),
            _ => Self::Csv(CsvFile::read(&path, options)?),
        })
    }
}

impl Source for File {
    fn name(&self) -> String {
        match self {
            Self::Csv(file) => file.name(),
            Self::Npy(path) | Self::Npz(path) | Self::Idx(path) | Self::Parquet(path) => {
                path.display().to_string()
            }
            Self::Images(_, folder) | Self::Clips(_, folder) => folder.clone(),
            Self::OfClass(file, ..) => file.name(),
        }
    }

    fn categories(&self) -> &[String] {
        match self {
            Self::Csv(file) => file.categories(),
            Self::OfClass(file, ..) => file.categories(),
            _ => &[],
        }
    }

    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError> {
        let name = self.name();
        match self {
            Self::Csv(file) => file.open(options),
            Self::Npy(path) => npy::npy(files::file(path)?, &name, options),
            Self::Npz(path) => npy::npz(path, &name, options),
            Self::Idx(path) => idx::idx(path, &name, options),
            Self::Parquet(path) => {
                parquet::parquet(files::file(path)?.into_inner(), &name, options)
            }
            Self::Images(files, _) => images::images(files.clone(), &name, options),
            Self::Clips(files, _) => sound::clips(files.clone(), &name, options),
            Self::OfClass(source, label, class) => {
                let opened = source.open(&unlabelled(options))?;
                let label = options.label.as_ref().unwrap_or(label).clone();
                let class = class.clone();
                let rows = opened.rows.map(move |row| {
                    row.map(|row| Row {
                        label: Some(class.clone()),
                        ..row
                    })
                });
                Ok(Opened {
                    label: Some((label, opened.columns.len())),
                    rows: Box::new(rows),
                    ..opened
                })
            }
        }
    }

    fn explain(&self, error: DataError, options: &ReadOptions) -> DataError {
        match self {
            Self::Csv(file) => file.explain(error, options),
            Self::OfClass(file, ..) => file.explain(error, &unlabelled(options)),
            _ => error,
        }
    }
}

/// Refuses a file whose first bytes are those of another format than its name says.
fn check_format(path: &Path, ending: &str) -> Result<(), DataError> {
    const PROBED: u64 = 4096;
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let read = files::file(path)?.take(PROBED).read_to_end(&mut bytes);
    read.map_err(|error| DataError::unreadable(&name, &error))?;
    // The content of an archive is listed at its end.
    let other = sniff::format(&bytes).filter(|_| !bytes.starts_with(b"PK"));
    match other.filter(|format| format.ending() != Some(ending)) {
        Some(format) => Err(format.error(&name)),
        None => Ok(()),
    }
}

/// Returns the options without a label, which the subfolders give.
fn unlabelled(options: &ReadOptions) -> ReadOptions {
    ReadOptions {
        label: None,
        ..options.clone()
    }
}
