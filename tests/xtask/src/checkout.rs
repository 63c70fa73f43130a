//! The checkout: its folder, its commands, and the tables in its documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use flowlet_trainer::files;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Document with all tables of results.
const BENCHMARKS: &str = "trainer/docs/benchmarks.md";

/// Returns the path of a file of the checkout.
pub fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file)
}

/// Runs a command in the checkout and returns what it printed. Its errors go to the terminal.
pub fn run(command: &mut Command) -> Result<String, Failure> {
    command.current_dir(path(""));
    let shown = format!("{command:?}");
    let child = command.stderr(std::process::Stdio::inherit()).output();
    let output = child.map_err(|error| format!("{shown}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shown}: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns the path of the figures that `cargo xtask COMMAND` recorded.
fn figures_path(command: &str) -> PathBuf {
    path(&format!("tests/xtask/{command}.json"))
}

/// Returns the figures that `cargo xtask COMMAND` recorded last, or none.
pub fn recorded<T: DeserializeOwned + Default>(command: &str) -> Result<T, Failure> {
    Ok(match fs::read(figures_path(command)) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => T::default(),
    })
}

/// Records the figures of `cargo xtask COMMAND`, and their tables in the document of results.
pub fn record(command: &str, figures: &impl Serialize, tables: &str) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(figures)? + "\n";
    files::write(&figures_path(command), json.as_bytes())?;
    record_tables(command, tables)
}

/// Replaces the tables of `cargo xtask COMMAND` in the document of results.
pub fn record_tables(command: &str, tables: &str) -> Result<(), Failure> {
    let path = path(BENCHMARKS);
    let text = fs::read_to_string(&path).map_err(|error| format!("{BENCHMARKS}: {error}"))?;
    let text = replaced(&text, command, tables)
        .ok_or_else(|| format!("{BENCHMARKS}: no lines {:?}", markers(command)))?;
    Ok(files::write(&path, text.as_bytes())?)
}

fn markers(command: &str) -> [String; 2] {
    [
        format!("<!-- measured by cargo xtask {command} -->\n"),
        format!("<!-- end of {command} -->"),
    ]
}

/// Returns `document` with `tables` between the markers of the command; `None` without markers.
fn replaced(document: &str, command: &str, tables: &str) -> Option<String> {
    let [begin, end] = markers(command);
    let (before, rest) = document.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some([before, &begin, "\n", tables, &end, after].concat())
}

#[cfg(test)]
mod tests {
    use super::{markers, replaced};

    #[test]
    fn only_the_tables_change() {
        let [begin, end] = markers("bench");
        let document = format!("a\n{begin}old\n{end}\nb\n");
        let expected = format!("a\n{begin}\nnew\n{end}\nb\n");
        assert_eq!(replaced(&document, "bench", "new\n"), Some(expected));
        assert_eq!(replaced(&document, "other", "new\n"), None);
    }
}
