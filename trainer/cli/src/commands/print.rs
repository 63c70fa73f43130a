//! What a command prints when it is done, on standard output or, where that carries the result
//! itself, on standard error.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicI8, Ordering};

use serde::Serialize;

use super::Failure;
use crate::report::card::Card;

/// How much is said on standard error: below 0 errors alone, 0 what the user must know, above 0 what is done.
static VERBOSITY: AtomicI8 = AtomicI8::new(0);

/// Says as much from now on.
pub(super) fn set_verbosity(verbosity: i8) {
    VERBOSITY.store(verbosity, Ordering::Relaxed);
}

/// Whether only errors are to be said.
pub(super) fn is_quiet() -> bool {
    VERBOSITY.load(Ordering::Relaxed) < 0
}

/// Says a line on standard error. Where that leads to a full disk nobody can be told, and the work goes on; `eprintln!`
/// would panic.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Says what was decided for the user, unless they want it quiet.
pub(super) fn note(text: &str) {
    if !is_quiet() {
        say(text);
    }
}

/// Says what is done, where the user wants it.
pub(super) fn detail(text: &str) {
    if VERBOSITY.load(Ordering::Relaxed) > 0 {
        say(text);
    }
}

/// Says what went wrong but does not stop the work, unless they want it quiet.
pub(super) fn warning(text: &str) {
    note(&format!("warning: {text}"));
}

/// Prints a failure on standard error and returns its exit code.
pub(super) fn failure(failure: &Failure) -> ExitCode {
    match failure {
        Failure::Interrupted(_) => say(&failure.to_string()),
        _ => say(&format!("error: {failure}")),
    }
    ExitCode::from(failure.code())
}

/// Prints `text` as it is.
pub(super) fn text(text: &str, to_stderr: bool) -> Result<(), Failure> {
    let written = if to_stderr {
        io::stderr().write_all(text.as_bytes())
    } else {
        io::stdout().write_all(text.as_bytes())
    };
    match written {
        // Whoever read it has seen enough, as `head` has.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(unprinted),
    }
}

/// Standard output takes no more.
pub(super) fn unprinted(error: io::Error) -> Failure {
    Failure::Input(format!("cannot print: {error}"))
}

/// Prints `value` as JSON.
pub(super) fn json(value: &impl Serialize, to_stderr: bool) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    text(&format!("{json}\n"), to_stderr)
}

/// Prints a quality card, for people or as JSON.
pub(super) fn card(card: &Card, as_json: bool, to_stderr: bool) -> Result<(), Failure> {
    if as_json {
        json(card, to_stderr)
    } else {
        text(&card.to_string(), to_stderr)
    }
}
