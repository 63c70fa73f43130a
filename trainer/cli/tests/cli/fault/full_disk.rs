//! A full disk: files that cannot grow, and a device that accepts no bytes.

use std::fs::{self, File};
use std::process::Command;

use crate::place::{Ended, Place, WRITERS};
use crate::running::Running;

/// Message about a file without room.
const NO_ROOM: &str =
    "the disk is full: File too large (os error 27); free some space, or choose another place";
/// Trains for a moment, beyond the moment of a kill, and to a model of a thousand bytes.
const LONG: &str = "--label kind --hidden 16 --iterations 400";

/// Returns the command with files limited to so many half kilobytes.
fn limited(place: &Place, line: &str, blocks: u32) -> Command {
    let command = place.command(line);
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).arg(command.get_program());
    shell.args(command.get_args());
    shell.current_dir(command.get_current_dir().expect("a folder"));
    shell
}

#[test]
fn every_command_leaves_the_file_that_was_there() {
    let place = Place::with_model();
    fs::create_dir(place.path("out.run")).expect("made");
    for (line, output) in WRITERS {
        place.put(output, "made long ago");
        let words = place.refused_command(line, &mut limited(&place, line, 0));
        let file = match output {
            "out.flow" => "out.run/recipe.toml",
            other => other,
        };
        assert_eq!(words, format!("{file}: {NO_ROOM}"), "{line}");
    }
}

/// Neither checkpoints nor the model can be written; each is reported once.
#[test]
fn a_training_goes_on_without_checkpoints() {
    let place = Place::with_model();
    place.put("cut.flow", "made long ago");
    let line = format!("train data.csv -o cut.flow {LONG} --checkpoint-every 1ms");
    let ended: Ended = limited(&place, &line, 1).output().expect("it runs").into();
    let said: Vec<&str> = ended.stderr.lines().collect();
    assert_eq!(ended.code, Some(2), "{said:?}");
    let is_decision = |line: &&str| line.ends_with(')') && line.contains("(--");
    let said: Vec<&str> = said.into_iter().filter(|line| !is_decision(line)).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("warning: no checkpoint: cut.run/") && said[0].ends_with(NO_ROOM),
        "{said:?}"
    );
    assert_eq!(said[1], format!("error: cut.flow: {NO_ROOM}"));
    assert_eq!(place.get("cut.flow"), b"made long ago");
}

/// The disk fills up after a checkpoint, which is then resumed.
#[test]
fn a_training_goes_on_once_there_is_room() {
    let place = Place::with_model();
    place.done(&format!("train data.csv -o whole.flow {LONG}"));
    let line = format!("train data.csv -o cut.flow {LONG} --checkpoint-every 1ms");
    let mut training = Running::start(&place, &line);
    assert!(training.makes(&place, "cut.run/checkpoint"));
    training.kill();
    let checkpoint = place.get("cut.run/checkpoint");
    place.put("cut.flow", "made long ago");
    // Half a kilobyte is enough for the recipe, which is written again, but not for a model.
    let line = "train --resume -o cut.flow --quiet";
    let words = place.refused_command(line, &mut limited(&place, line, 1));
    let (what, advice) = words.split_once("; then resume").expect("advice");
    assert_eq!(what, format!("cut.flow: {NO_ROOM}"));
    let command = advice.split_once("with: flowlet ").expect("a command").1;
    assert_eq!(place.get("cut.run/checkpoint"), checkpoint);
    assert_eq!(place.run(command).code, Some(0));
    assert!(place.get("cut.flow") == place.get("whole.flow"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_device_that_is_full_is_said() {
    let place = Place::with_model();
    for line in [
        "inspect model.flow",
        "inspect model.flow --json",
        "eval model.flow data.csv",
        "sample model.flow -n 10 -o -",
        "sample model.flow -n 10 -o /dev/full",
        "train data.csv --label kind --iterations 20 --hidden 8 -o -",
        "report model.flow data.csv -o -",
        "completions bash",
        "man",
        "--help",
        "train --help",
        "--version",
    ] {
        let full = File::options()
            .write(true)
            .open("/dev/full")
            .expect("it is there");
        let words = place.refused_command(line, place.command(line).stdout(full));
        assert!(words.contains("No space left on device"), "{line}: {words}");
    }
}

/// A message that cannot be printed neither ends a training nor changes an exit code.
#[test]
#[cfg(target_os = "linux")]
fn messages_may_be_lost() {
    let place = Place::with_model();
    let full = || {
        File::options()
            .write(true)
            .open("/dev/full")
            .expect("it is there")
    };
    let line = format!("--verbose train data.csv -o cut.flow {LONG} --checkpoint-every 1ms");
    // A folder in place of the checkpoint causes a warning.
    fs::create_dir_all(place.path("cut.run/checkpoint/full")).expect("made");
    let status = place.command(&line).stderr(full()).stdout(full()).status();
    assert_eq!(status.expect("it runs").code(), Some(2));
    assert!(flowlet::Model::parse(&place.get("cut.flow")).is_ok());
    for (line, code) in [
        ("inspect nowhere.flow", 2),
        ("nonsense", 2),
        ("inspect model.flow", 0),
    ] {
        let status = place.command(line).stderr(full()).status();
        assert_eq!(status.expect("it runs").code(), Some(code), "{line}");
    }
}
