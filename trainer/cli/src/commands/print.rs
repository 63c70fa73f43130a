//! Output of commands. Results that would mix with data on standard output go to standard error.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicI8, Ordering};

use serde::Serialize;

use super::Failure;
use flowlet_trainer::Card;

/// Amount of output on standard error: negative for errors only, 0 for notes, positive for details.
static VERBOSITY: AtomicI8 = AtomicI8::new(0);

/// Sets the amount of output on standard error.
pub(super) fn set_verbosity(verbosity: i8) {
    VERBOSITY.store(verbosity, Ordering::Relaxed);
}

/// Returns whether only errors are printed.
pub(super) fn is_quiet() -> bool {
    VERBOSITY.load(Ordering::Relaxed) < 0
}

/// Prints a line on standard error. Unlike `eprintln!`, it does not panic if that fails.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints a note, unless `--quiet` is set.
pub(super) fn note(text: &str) {
    if !is_quiet() {
        say(text);
    }
}

/// Prints a detail if `--verbose` is set.
pub(super) fn detail(text: &str) {
    if VERBOSITY.load(Ordering::Relaxed) > 0 {
        say(text);
    }
}

/// Prints a warning, unless `--quiet` is set.
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

/// Prints text without change.
pub(super) fn text(text: &str, to_stderr: bool) -> Result<(), Failure> {
    let written = if to_stderr {
        io::stderr().write_all(text.as_bytes())
    } else {
        io::stdout().write_all(text.as_bytes())
    };
    match written {
        // The reader, such as `head`, has ended.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(unprinted),
    }
}

/// Returns the failure of an output that cannot be written.
pub(super) fn unprinted(error: io::Error) -> Failure {
    Failure::Input(format!("cannot print: {error}"))
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize, to_stderr: bool) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    text(&format!("{json}\n"), to_stderr)
}

/// Prints the card of a model that was just written. With `--quiet` it prints only JSON.
pub(super) fn card_of_model(card: &Card, as_json: bool, to_stderr: bool) -> Result<(), Failure> {
    match is_quiet() && !as_json {
        true => Ok(()),
        false => self::card(card, as_json, to_stderr),
    }
}

/// Prints a quality card, as a table or as JSON.
pub(super) fn card(card: &Card, as_json: bool, to_stderr: bool) -> Result<(), Failure> {
    if as_json {
        json(card, to_stderr)
    } else {
        text(&card.to_string(), to_stderr)
    }
}
