//! Writes files completely or not at all: to a temporary file in the same folder, which is flushed
//! to disk and then renamed. A half-written model must never replace a good one.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

/// Prefix of the names of unfinished files.
const PREFIX: &str = ".flowlet-";

/// Why a file cannot be written. `Display` is one line.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages document the variants")]
pub enum WriteError {
    #[error("{path}: the folder {folder} does not exist; create it first")]
    NoFolder { path: String, folder: String },
    #[error("{path}: {folder} is a file, not a folder; choose another place")]
    NotAFolder { path: String, folder: String },
    #[error("{path}: this is a folder; name a file in it")]
    Folder { path: String },
    #[error("{path}: the folder has files in it; name another one, or empty it")]
    NotEmpty { path: String },
    #[error("{path}: this is a file; name a folder")]
    File { path: String },
    #[error("{path}: this file is read, so it must not be replaced; name another file")]
    Source { path: String },
    #[error("{path}: no permission to write in {folder}; choose another place")]
    Forbidden { path: String, folder: String },
    #[error("{path}: the disk is full: {source}; free some space, or choose another place")]
    Full { path: String, source: io::Error },
    #[error("{path}: cannot be written: {source}")]
    Failed { path: String, source: io::Error },
}

impl WriteError {
    /// Explains why `path` cannot be written.
    #[must_use]
    pub fn new(path: &Path, source: io::Error) -> Self {
        let folder = folder_of(path);
        let is_there = folder.is_dir();
        let folder = folder.display().to_string();
        let path = path.display().to_string();
        match source.kind() {
            io::ErrorKind::NotFound if !is_there => Self::NoFolder { path, folder },
            io::ErrorKind::NotADirectory => Self::NotAFolder { path, folder },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Forbidden { path, folder }
            }
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full { path, source },
            _ => Self::Failed { path, source },
        }
    }
}

/// Writes `bytes` to a file.
///
/// An existing file is replaced at once and keeps its permissions. A symbolic link still points to
/// it. Pipes and devices are written directly. It is no error if a reader of standard output stops
/// early.
///
/// # Errors
/// [`WriteError`]. An existing file is then unchanged.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    match fs::canonicalize(path) {
        Ok(target) if target.is_dir() => Err(WriteError::Folder {
            path: path.display().to_string(),
        }),
        Ok(target) if !target.is_file() => {
            fs::write(&target, bytes).map_err(|source| WriteError::new(path, source))
        }
        Ok(target) => replace(&target, bytes).map_err(|source| WriteError::new(path, source)),
        Err(_) => replace(path, bytes).map_err(|source| WriteError::new(path, source)),
    }
}

/// Checks, before long work begins, that [`write()`] can write to `path`, and that it would replace
/// none of the files that are `read`.
///
/// # Errors
/// [`WriteError`]. Nothing is left behind.
pub fn check_writable(path: &Path, read: &[&Path]) -> Result<(), WriteError> {
    if path.exists() && !path.is_file() && !path.is_dir() {
        return Ok(());
    }
    if path.is_dir() {
        return Err(WriteError::Folder {
            path: path.display().to_string(),
        });
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // Links to one file have one canonical path.
    let is_target = |source: &&Path| fs::canonicalize(source).is_ok_and(|source| source == target);
    if read.iter().any(is_target) {
        return Err(WriteError::Source {
            path: path.display().to_string(),
        });
    }
    let attempt = Builder::new()
        .prefix(PREFIX)
        .tempfile_in(folder_of(&target));
    attempt
        .map(drop)
        .map_err(|source| WriteError::new(path, source))
}

/// Writes files, whose paths are relative, to a folder that is new or empty.
///
/// # Errors
/// [`WriteError`]. The folder is then as before.
pub fn write_folder(path: &Path, files: &[(PathBuf, Vec<u8>)]) -> Result<(), WriteError> {
    check_folder(path)?;
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.components().collect());
    fill(&target, files).map_err(|source| WriteError::new(&target, source))
}

/// Checks, before long work begins, that [`write_folder()`] can write to `path`.
///
/// # Errors
/// [`WriteError`]. Nothing is left behind.
pub fn check_folder(path: &Path) -> Result<(), WriteError> {
    let shown = || path.display().to_string();
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.components().collect());
    if target.exists() && !target.is_dir() {
        return Err(WriteError::File { path: shown() });
    }
    let refuse = |source| WriteError::new(&target, source);
    if target.is_dir() && fs::read_dir(&target).map_err(refuse)?.next().is_some() {
        return Err(WriteError::NotEmpty { path: shown() });
    }
    let attempt = Builder::new().prefix(PREFIX).tempdir_in(folder_of(&target));
    attempt.map(drop).map_err(refuse)
}

/// Fills a temporary folder next to `path`, and renames it.
fn fill(path: &Path, files: &[(PathBuf, Vec<u8>)]) -> io::Result<()> {
    let parent = folder_of(path);
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    if let Some(permissions) = permissions(0o777) {
        builder.permissions(permissions);
    }
    let unfinished = builder.tempdir_in(&parent)?;
    for (name, bytes) in files {
        let file = unfinished.path().join(name);
        fs::create_dir_all(folder_of(&file))?;
        fs::write(file, bytes)?;
    }
    if path.is_dir() {
        fs::remove_dir(path)?;
    }
    fs::rename(unfinished.path(), path)?;
    // Nothing is left to remove.
    let _ = unfinished.keep();
    sync_folder(&parent)
}

/// Removes the unfinished files of killed processes from `folder`, which no other process may use.
pub fn remove_unfinished(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        // Files that cannot be removed are harmless.
        let _ = fs::remove_file(entry.path());
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    if let Some(permissions) = permissions(0o666) {
        builder.permissions(permissions);
    }
    let mut file = builder.tempfile_in(&folder)?;
    // Uses the inner file, because errors of `file` would name the temporary file.
    file.as_file_mut().write_all(bytes)?;
    if let Ok(existing) = fs::metadata(path) {
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    sync_folder(&folder)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Permissions of a new file or folder before the umask. By default, only the owner may read a
/// temporary one.
#[cfg(unix)]
fn permissions(mode: u32) -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: u32) -> Option<Permissions> {
    None
}

/// Flushes the folder, without which the rename is not on disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::path::Path;

    use super::{WriteError, write, write_folder};

    #[test]
    fn a_file_is_written_and_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.flow");
        write(&path, b"first").expect("written");
        write(&path, b"second").expect("replaced");
        assert_eq!(fs::read(&path).expect("read"), b"second");
        assert_eq!(fs::read_dir(folder.path()).expect("a listing").count(), 1);
    }

    #[test]
    fn what_was_never_finished_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        for name in [".flowlet-a1b2", "checkpoint", ".flow"] {
            fs::write(path(name), b"").expect("written");
        }
        super::remove_unfinished(folder.path());
        assert!(!path(".flowlet-a1b2").exists());
        assert!(path("checkpoint").exists() && path(".flow").exists());
        super::remove_unfinished(&path("nowhere"));
    }

    #[test]
    fn a_folder_is_written_completely_or_not_at_all() {
        let place = tempfile::tempdir().expect("a folder");
        let made = place.path().join("made");
        let files = [("a/0.png", "first"), ("b/0.png", "second")];
        let files = files.map(|(name, text)| (Path::new(name).to_owned(), text.into()));
        write_folder(&made, &files).expect("written");
        assert_eq!(fs::read(made.join("b/0.png")).expect("read"), b"second");
        let error = write_folder(&made, &files).expect_err("it has files");
        let words = "the folder has files in it; name another one, or empty it";
        assert!(error.to_string().ends_with(words), "{error}");
        let empty = place.path().join("empty");
        fs::create_dir(&empty).expect("a folder");
        write_folder(&empty, &files).expect("written");
        assert_eq!(fs::read(empty.join("a/0.png")).expect("read"), b"first");
        // The second file cannot be in a folder that is a file.
        let broken = [("a", "first"), ("a/0.png", "second")];
        let broken = broken.map(|(name, text)| (Path::new(name).to_owned(), text.into()));
        assert!(write_folder(&place.path().join("broken"), &broken).is_err());
        let error = write_folder(&made.join("a/0.png"), &files).expect_err("a file");
        assert!(
            error.to_string().ends_with("this is a file; name a folder"),
            "{error}"
        );
        assert_eq!(fs::read_dir(place.path()).expect("a listing").count(), 2);
    }

    #[test]
    #[cfg(unix)]
    fn permissions_and_links_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (
            folder.path().join("a.flow"),
            folder.path().join("latest.flow"),
        );
        write(&path, b"first").expect("written");
        let mode = || fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode() & 0o600, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        symlink(&path, &link).expect("a link");
        write(&link, b"second").expect("written through");
        assert!(link.is_symlink());
        assert_eq!(
            (fs::read(&path).expect("read").as_slice(), mode()),
            (b"second".as_slice(), 0o640)
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_device_is_written_not_replaced() {
        use std::os::unix::fs::FileTypeExt;
        write(Path::new("/dev/null"), b"gone").expect("written");
        assert!(
            fs::metadata("/dev/null")
                .expect("there")
                .file_type()
                .is_char_device()
        );
    }

    #[test]
    fn refusals_say_what_and_where() {
        let refusal = |path: &str| {
            write(Path::new(path), b"")
                .expect_err("refused")
                .to_string()
        };
        assert_eq!(
            refusal("nowhere/a.flow"),
            "nowhere/a.flow: the folder nowhere does not exist; create it first"
        );
        assert_eq!(refusal("src"), "src: this is a folder; name a file in it");
        // A folder of Linux that is there, but takes no files.
        if Path::new("/proc/self").is_dir() {
            let words = refusal("/proc/a.flow");
            assert!(
                words.starts_with("/proc/a.flow: cannot be written: "),
                "{words}"
            );
        }
        assert_eq!(
            refusal("Cargo.toml/a.flow"),
            "Cargo.toml/a.flow: Cargo.toml is a file, not a folder; choose another place"
        );
    }

    #[test]
    fn a_folder_that_may_not_be_written() {
        // Made from the error itself, because no folder is read-only for the root user.
        for kind in [
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem,
        ] {
            assert_eq!(
                WriteError::new(Path::new("a.flow"), kind.into()).to_string(),
                "a.flow: no permission to write in .; choose another place"
            );
        }
    }
}
