//! A read-only folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::place::{Place, WRITERS};

/// The user `nobody`.
const NOBODY: u32 = 65_534;

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("ours");
}

/// The command as a user who is not root, since root may write anywhere. A copy is where all may
/// run it.
struct Anyone {
    _folder: TempDir,
    command: PathBuf,
}

impl Anyone {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        set(folder.path(), 0o755);
        let command = folder.path().join("flowlet");
        fs::copy(env!("CARGO_BIN_EXE_flowlet"), &command).expect("copied");
        set(&command, 0o755);
        Self {
            _folder: folder,
            command,
        }
    }

    fn command(&self, place: &Place, line: &str) -> Command {
        let mut command = Command::new(&self.command);
        command
            .args(line.split_whitespace())
            .current_dir(place.path(""));
        if fs::metadata(place.path("")).expect("there").uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

#[test]
fn every_command_refuses_and_says_where() {
    let (anyone, place) = (Anyone::new(), Place::with_model());
    for (_, output) in WRITERS {
        place.put(output, "made long ago");
    }
    set(&place.path(""), 0o555);
    for (line, output) in WRITERS {
        let words = place.refused_command(line, &mut anyone.command(&place, line));
        let expected = "no permission to write in .; choose another place";
        assert_eq!(words, format!("{output}: {expected}"));
    }
    // So that the folder can be removed.
    set(&place.path(""), 0o755);
}

#[test]
fn a_read_only_run_folder_is_reported_before_the_training() {
    let (anyone, place) = (Anyone::new(), Place::with_model());
    fs::create_dir(place.path("out.run")).expect("made");
    set(&place.path("out.run"), 0o555);
    set(&place.path(""), 0o777);
    // The training is so long that the test ends only if it is refused first.
    let line = "train data.csv --label kind --iterations 1000000000 -q -o out.flow";
    let words = place.refused_command(line, &mut anyone.command(&place, line));
    let expected = "out.run/recipe.toml: no permission to write in out.run; choose another place";
    assert_eq!(words, expected);
    set(&place.path("out.run"), 0o755);
}
