//! Lists the files that paths name, which are all of one kind. Subfolders are classes.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::options::ReadOptions;
use super::extension;
use super::sniff;
use crate::data::error::{DataError, DataErrorKind, Place};
use crate::data::note::{Note, NoteKind};

/// A file in a folder, and the subfolder that it is in, which is its class.
pub(crate) type ClassFile = (PathBuf, Option<String>);

/// Default name of the label column, which the subfolders fill.
pub(crate) const LABEL: &str = "label";

/// Kind of a file, by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Image,
    Sound,
    Table,
}

/// Endings of files that are looked for in folders.
const IMAGES: [&str; 3] = ["png", "jpg", "jpeg"];
const SOUNDS: [&str; 1] = ["wav"];
const TABLES: [&str; 5] = ["csv", "tsv", "npy", "npz", "parquet"];
/// Endings of files that may have tables, but are read only if they are named.
const UNREAD: [&str; 12] = [
    "txt", "dat", "data", "lvm", "tab", "arff", "ts", "xls", "xlsx", "ods", "json", "feather",
];

/// Lists the files that paths name, and their kind. `name` is that of all of them in messages.
pub(crate) fn files(
    paths: &[PathBuf],
    name: &str,
    notes: &mut Vec<Note>,
) -> Result<(FileKind, Vec<ClassFile>), DataError> {
    let mut files: Vec<(ClassFile, FileKind)> = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => files.extend(in_folder(path, notes)?),
            false => files.push(((path.clone(), None), kind(path))),
        }
    }
    let Some(&(_, first)) = files.first() else {
        return Err(DataError::in_file(name, "no data; name a file or a folder"));
    };
    if let Some(((other, _), _)) = files.iter().find(|(_, kind)| *kind != first) {
        let message = "images, sounds and tables do not make one table; name files of one type";
        return Err(DataError::in_file(&other.display().to_string(), message));
    }
    let files: Vec<ClassFile> = files.into_iter().map(|(file, _)| file).collect();
    if paths.len() > 1 {
        check_repeats(&files)?;
    }
    Ok((first, files))
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

fn kind(path: &Path) -> FileKind {
    match extension(path).as_str() {
        ending if IMAGES.contains(&ending) => FileKind::Image,
        "wav" => FileKind::Sound,
        _ => FileKind::Table,
    }
}

/// Lists the files of one kind in a folder.
fn in_folder(path: &Path, notes: &mut Vec<Note>) -> Result<Vec<(ClassFile, FileKind)>, DataError> {
    let folder = path.display().to_string();
    let of = |kind: FileKind, endings: &[&str]| {
        let files = files_of(path, endings)?;
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
    if let Some(deep) = too_deep(path, &wanted)? {
        let message = format!(
            "only the folder and its subfolders are read; name {} itself, or move its files",
            deep.display()
        );
        return Err(DataError::in_file(&folder, message));
    }
    if media.is_empty() && tables.is_empty() {
        let other = files_of(path, &sniff::CONVERTIBLE.map(|(extension, _)| extension))?;
        let other = other.first().map(|(path, _)| extension(path));
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
    let mut files = files_of(folder, &UNREAD)?;
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

/// Lists the files with these extensions in a folder and in its subfolders, in the order of their
/// names. The subfolders are classes.
fn files_of(path: &Path, wanted: &[&str]) -> Result<Vec<ClassFile>, DataError> {
    let is_wanted = |path: &Path| !path.is_dir() && wanted.contains(&&*extension(path));
    let mut files = Vec::new();
    for entry in list(path)? {
        if entry.is_dir() {
            let class = entry
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let inside = list(&entry)?.into_iter().filter(|path| is_wanted(path));
            files.extend(inside.map(|path| (path, class.clone())));
        } else if is_wanted(&entry) {
            files.push((entry, None));
        }
    }
    Ok(files)
}

/// Returns a subfolder of a subfolder, in which no file is looked for, if it has such a file.
fn too_deep(path: &Path, wanted: &[&str]) -> Result<Option<PathBuf>, DataError> {
    for folder in list(path)?.into_iter().filter(|path| path.is_dir()) {
        for inner in list(&folder)?.into_iter().filter(|path| path.is_dir()) {
            if !files_of(&inner, wanted)?.is_empty() {
                return Ok(Some(inner));
            }
        }
    }
    Ok(None)
}

/// Lists what is in a folder, except hidden files and folders, and folders of trainings.
fn list(path: &Path) -> Result<Vec<PathBuf>, DataError> {
    let refuse = |error| DataError::unreadable(&path.display().to_string(), &error);
    let entries = fs::read_dir(path).map_err(refuse)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<Result<_, _>>().map_err(refuse)?;
    // macOS adds `.DS_Store` and, on other file systems, a `._0.png` for each `0.png`.
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        let name = name.as_encoded_bytes();
        // Excel adds `~$a.csv` while `a.csv` is open.
        let is_hidden = name.starts_with(b".") || name.starts_with(b"~$");
        let is_run = extension(path) == "run" && path.join("recipe.toml").is_file();
        !is_hidden && !is_run
    });
    paths.sort();
    Ok(paths)
}

/// Adds the label column that the subfolders make to the options.
pub(crate) fn labelled(
    files: &[ClassFile],
    folder: &str,
    options: &ReadOptions,
) -> Result<ReadOptions, DataError> {
    let inside = files.iter().filter(|(_, class)| class.is_some()).count();
    let mut options = options.clone();
    if inside == 0 {
        return match options.label {
            Some(_) => {
                let message =
                    "the folder has no subfolders to be the classes; read without a label";
                Err(DataError::in_file(folder, message).of_kind(DataErrorKind::NoLabel))
            }
            None => Ok(options),
        };
    }
    if let Some((path, _)) = files.iter().find(|(_, class)| class.is_none()) {
        let message = "the file is in no subfolder, but the subfolders are the classes; move it";
        return Err(DataError::in_file(&path.display().to_string(), message));
    }
    options.label.get_or_insert_with(|| LABEL.to_owned());
    Ok(options)
}

/// Returns the name of the label, and the classes. Spark and pandas name subfolders `label=class`.
pub(crate) fn partition(classes: Vec<Option<String>>) -> (String, Vec<Option<String>>) {
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
