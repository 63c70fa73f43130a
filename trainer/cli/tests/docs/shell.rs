//! Lines of a shell, run with the command of this build.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

/// Makes training short.
const SHORT: &str = "--iterations 20 --hidden 8 --uniform-steps";

/// Runs a line of a shell in a folder, with short trainings.
pub fn shell(line: &str, folder: &Path) -> Output {
    let mut words = line.split(' ');
    let mut short: Vec<&str> = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "train" => short.extend(["train", SHORT]),
            "--hidden" => drop(words.next()),
            word => short.push(word),
        }
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_flowlet"));
    let mut path: OsString = binary.parent().expect("a folder").into();
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", &short.join(" ")]);
    shell.current_dir(folder).env("PATH", path);
    shell.output().expect("a shell")
}
