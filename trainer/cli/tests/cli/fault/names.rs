//! File names with spaces, quotes, letters of any script, and bytes that are not UTF-8.

use std::process::Command;

use crate::place::{Ended, Place};
use crate::running::Running;

const FOLDER: &str = "Mes modèles 模型";
const DATA: &str = "Mes modèles 模型/l'été à 30 °C.csv";
const MODEL: &str = "Mes modèles 模型/l'été $HOME \"é\".flow";

fn place() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path(FOLDER)).expect("made");
    place.put(DATA, crate::place::table());
    place
}

/// Returns the command with arguments that contain spaces.
fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = place.command("");
    command.args(arguments);
    command
}

fn done(place: &Place, arguments: &[&str]) {
    let ended = Ended::from(command(place, arguments).output().expect("it runs"));
    assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
}

#[test]
fn every_command_takes_them() {
    let place = place();
    let out = |ending: &str| format!("{FOLDER}/sortie ü.{ending}");
    let (csv, rs, header, svg, html) = (out("csv"), out("rs"), out("h"), out("svg"), out("html"));
    done(
        &place,
        &[
            "train",
            DATA,
            "-o",
            MODEL,
            "--label",
            "kind",
            "--iterations",
            "20",
            "--hidden",
            "8",
        ],
    );
    let model = place.get(MODEL);
    // The recipe contains the names.
    let recipe = MODEL.replace(".flow", ".run/recipe.toml");
    done(&place, &["train", "--config", &recipe]);
    assert!(place.get(MODEL) == model);
    done(&place, &["inspect", MODEL]);
    done(&place, &["eval", MODEL, DATA]);
    for (arguments, output) in [
        (["sample", MODEL, "-n", "3", "-o", &csv], &csv),
        (["export", MODEL, "--rust", "--quiet", "-o", &rs], &rs),
        (["export", MODEL, "--c", "--quiet", "-o", &header], &header),
        (["plot", MODEL, DATA, "--kind=samples", "-o", &svg], &svg),
        (["report", MODEL, DATA, "--quiet", "-o", &html], &html),
    ] {
        done(&place, &arguments);
        assert!(!place.get(output).is_empty(), "{output}");
    }
}

/// The printed command to resume can be pasted into a shell.
#[test]
fn an_interrupted_training_is_resumed_by_the_printed_command() {
    let place = place();
    let forever = [
        "--label",
        "kind",
        "--hidden",
        "8",
        "--iterations",
        "1000000000",
        "--checkpoint-every",
        "10ms",
    ];
    let arguments = [&["train", DATA, "-o", MODEL][..], &forever].concat();
    let mut training = Running::spawn(&mut command(&place, &arguments));
    assert!(training.makes(&place, &MODEL.replace(".flow", ".run/checkpoint")));
    let kill = format!("kill -INT {}", training.id());
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.expect("a shell").success());
    assert_eq!(training.end().code(), Some(130));
    let said = training.stderr();
    let on = said
        .trim()
        .split_once("resume with: flowlet ")
        .expect("a command")
        .1;
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        &format!("exec \"$0\" {on}"),
        env!("CARGO_BIN_EXE_flowlet"),
    ]);
    let mut resumed = Running::spawn(shell.current_dir(place.path("")));
    let line = resumed.line();
    assert!(
        line.starts_with("resuming the training after step "),
        "{line}"
    );
}

/// A recipe cannot contain such a name, so only commands without a run folder take it.
#[test]
#[cfg(target_os = "linux")]
fn a_training_with_a_name_that_is_not_utf8_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::with_model();
    let data = OsStr::from_bytes(b"d\xe9t\xe9.csv");
    let model = OsStr::from_bytes(b"mod\xe8le.flow");
    std::fs::copy(place.path("data.csv"), place.path("").join(data)).expect("copied");
    std::fs::copy(place.path("model.flow"), place.path("").join(model)).expect("copied");
    let words = |name| {
        format!(
            "error: the name of {name} is not UTF-8, so the run cannot be resumed; rename the file"
        )
    };
    for (line, name, shown) in [
        ("train -o out.flow", data, "d\u{fffd}t\u{fffd}.csv"),
        ("train data.csv -o", model, "mod\u{fffd}le.flow"),
    ] {
        let ended = place.command(line).arg(name).output().expect("it runs");
        let ended = Ended::from(ended);
        assert_eq!((ended.code, ended.stderr.trim()), (Some(2), &*words(shown)));
    }
    assert!(!place.path("out.run").exists());
    let status = |command: &mut Command| command.output().expect("it runs").status.code();
    let mut eval = place.command("eval");
    assert_eq!(status(eval.args([model, data])), Some(0));
    let mut train = place.command("train -o - --label kind --iterations 20 --hidden 8");
    assert_eq!(status(train.arg(data)), Some(0));
}
