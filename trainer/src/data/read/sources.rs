//! The files and folders that a table is read from.

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::error::DataError;
use super::super::note::{Note, NoteKind};
use super::super::{Place, Table};
use super::csv::CsvFile;
use super::images::{self, LABEL, labelled};
use super::open::{self, ClassFile};
use super::options::ReadOptions;
use super::row::{Opened, Row};
use super::source::{self, Source};
use super::{idx, npy, parquet, sniff, sound};

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

/// Kind of a file, by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    Image,
    Sound,
    Table,
}

/// Endings of files that are looked for in folders.
const IMAGES: [&str; 3] = ["png", "jpg", "jpeg"];
const SOUNDS: [&str; 1] = ["wav"];
const TABLES: [&str; 5] = ["csv", "tsv", "npy", "npz", "parquet"];
/// Endings of files that may have tables, but are read only if they are named.
const UNREAD: [&str; 10] = [
    "txt", "dat", "data", "lvm", "tab", "xls", "xlsx", "ods", "json", "feather",
];

/// Reads a table from files and folders.
pub(super) fn read(paths: &[PathBuf], options: &ReadOptions) -> Result<Table, DataError> {
    let mut notes = Vec::new();
    let mut files: Vec<(ClassFile, FileKind)> = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => files.extend(in_folder(path, &mut notes)?),
            false => files.push(((path.clone(), None), kind(path))),
        }
    }
    let folder = name(paths);
    let Some(&(_, first)) = files.first() else {
        return Err(DataError::in_file(
            &folder,
            "no data; name a file or a folder",
        ));
    };
    if let Some(((other, _), _)) = files.iter().find(|(_, kind)| *kind != first) {
        let message = "images, sounds and tables do not make one table; name files of one type";
        return Err(DataError::in_file(&other.display().to_string(), message));
    }
    let files: Vec<ClassFile> = files.into_iter().map(|(file, _)| file).collect();
    if paths.len() > 1 {
        check_repeats(&files)?;
    }
    let list = match first {
        FileKind::Image if files.len() == 1 && !paths[0].is_dir() => {
            let message = "a single image; name the folder that holds the images";
            return open::file(&files[0].0).and(Err(DataError::in_file(&folder, message)));
        }
        FileKind::Image => vec![File::Images(files, folder)],
        FileKind::Sound => vec![File::Clips(files, folder)],
        FileKind::Table => tables(files, &folder, options, &mut notes)?,
    };
    let list: Vec<&dyn Source> = list.iter().map(|file| file as &dyn Source).collect();
    let mut table = source::read(&list, options)?;
    table.notes.splice(0..0, notes);
    Ok(table)
}

/// Refuses a file that is named twice, whose rows would be in training and validation.
fn check_repeats(files: &[ClassFile]) -> Result<(), DataError> {
    let mut seen = HashSet::new();
    let mut repeats = files.iter().filter(|(path, _)| {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        !seen.insert(real)
    });
    repeats.next().map_or(Ok(()), |(path, _)| {
        let message = "the file is named twice, by itself or in a folder; name it once";
        Err(DataError::in_file(&path.display().to_string(), message))
    })
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

/// Returns the name of the label, and the classes. Spark and pandas name subfolders `label=class`.
fn partition(classes: Vec<Option<String>>) -> (String, Vec<Option<String>>) {
    let parts = |class: &Option<String>| {
        let (label, class) = class.as_ref()?.split_once('=')?;
        Some((label.to_owned(), class.to_owned()))
    };
    let of: Option<Vec<(String, String)>> = classes.iter().map(parts).collect();
    match of {
        Some(of)
            if of
                .iter()
                .all(|(label, _)| !label.is_empty() && *label == of[0].0) =>
        {
            let classes = of.iter().map(|(_, class)| Some(class.clone()));
            (of[0].0.clone(), classes.collect())
        }
        _ => (LABEL.to_owned(), classes),
    }
}

/// Returns the name of several files in messages.
fn name(paths: &[PathBuf]) -> String {
    match paths {
        [] => String::new(),
        [only] => only.display().to_string(),
        [first, others @ ..] => super::join::name(&first.display().to_string(), others.len()),
    }
}

fn kind(path: &Path) -> FileKind {
    match open::extension(path).as_str() {
        ending if IMAGES.contains(&ending) => FileKind::Image,
        "wav" => FileKind::Sound,
        _ => FileKind::Table,
    }
}

/// Lists the files of one kind in a folder.
fn in_folder(path: &Path, notes: &mut Vec<Note>) -> Result<Vec<(ClassFile, FileKind)>, DataError> {
    let folder = path.display().to_string();
    let of = |kind: FileKind, endings: &[&str]| {
        let files = open::files_of(path, endings)?;
        let files: Vec<_> = files.into_iter().map(|file| (file, kind)).collect();
        Ok::<_, DataError>(files)
    };
    let images = of(FileKind::Image, &IMAGES)?;
    let clips = of(FileKind::Sound, &SOUNDS)?;
    let tables = of(FileKind::Table, &TABLES)?;
    let images_only = clips.is_empty();
    let media = match (images.is_empty(), clips.is_empty()) {
        (false, false) => {
            let message = "the folder has both images and WAV files; keep only one type in it";
            return Err(DataError::in_file(&folder, message));
        }
        (false, true) => images,
        _ => clips,
    };
    let wanted = match (&media[..], &tables[..]) {
        ([], []) => [&IMAGES[..], &SOUNDS, &TABLES].concat(),
        ([], _) => TABLES.to_vec(),
        _ if images_only => IMAGES.to_vec(),
        _ => SOUNDS.to_vec(),
    };
    if let Some(deep) = open::too_deep(path, &wanted)? {
        let message = format!(
            "only the folder and its subfolders are read; name {} itself, or move its files",
            deep.display()
        );
        return Err(DataError::in_file(&folder, message));
    }
    if media.is_empty() && tables.is_empty() {
        let other = open::files_of(path, &sniff::CONVERTIBLE.map(|(extension, _)| extension))?;
        let other = other.first().map(|(path, _)| open::extension(path));
        let known = |(extension, _): &(&str, &str)| other.as_deref() == Some(extension);
        let message = match sniff::CONVERTIBLE.into_iter().find(known) {
            Some((extension, format)) => {
                format!("the folder has .{extension} files; convert them to {format}")
            }
            None => format!(
                "the folder has no files that end in .{}; name the files in it",
                wanted.join(", .")
            ),
        };
        return Err(DataError::in_file(&folder, message));
    }
    if media.is_empty() {
        notes.extend(unread(path)?);
        return Ok(tables);
    }
    if let Some(((table, _), _)) = tables.first() {
        let message = "the file is not read, because the folder has images or sounds";
        let place = Place::file(&table.display().to_string());
        notes.push(Note::new(NoteKind::Other, place, message));
    }
    Ok(media)
}

/// Returns a note about files that may have tables, but do not end as those that are read.
fn unread(folder: &Path) -> Result<Option<Note>, DataError> {
    let is_about = |path: &Path| {
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        ["readme", "license", "licence", "notes"].contains(&&*stem)
    };
    let mut files = open::files_of(folder, &UNREAD)?;
    files.retain(|(path, _)| !is_about(path));
    let Some((first, _)) = files.first() else {
        return Ok(None);
    };
    let message = match files.len() {
        1 => "the file is not read, because of its ending; name it to read it".to_owned(),
        count => format!(
            "the file and {} more are not read, because of their endings; name them to read them",
            count - 1
        ),
    };
    let place = Place::file(&first.display().to_string());
    Ok(Some(Note::new(NoteKind::Other, place, message)))
}

impl File {
    fn table(path: PathBuf, options: &ReadOptions) -> Result<Self, DataError> {
        let ending = open::extension(&path);
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

    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError> {
        let name = self.name();
        match self {
            Self::Csv(file) => file.open(options),
            Self::Npy(path) => npy::npy(open::file(path)?, &name, options),
            Self::Npz(path) => npy::npz(path, &name, options),
            Self::Idx(path) => idx::idx(path, &name, options),
            Self::Parquet(path) => parquet::parquet(open::file(path)?.into_inner(), &name, options),
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
    let read = open::file(path)?.take(PROBED).read_to_end(&mut bytes);
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
