//! Tables in the README, each between two marks, so that they say what was measured.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use flowlet_trainer::files;

/// The checkout's folder.
pub(super) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Writes the tables of `flowlet COMMAND`.
pub(super) fn write(command: &str, tables: &str) -> Result<(), Failure> {
    let path = checkout().join("README.md");
    let text =
        fs::read_to_string(&path).map_err(|error| Failure::Input(format!("README.md: {error}")))?;
    let text = replaced(&text, command, tables)
        .ok_or_else(|| Failure::Input(format!("README.md: no lines {:?}", marks(command))))?;
    Ok(files::write(&path, text.as_bytes())?)
}

fn marks(command: &str) -> [String; 2] {
    [
        format!("<!-- measured by flowlet {command} -->\n"),
        format!("<!-- end of {command} -->"),
    ]
}

/// `readme` with what stands between the command's marks replaced.
fn replaced(readme: &str, command: &str, tables: &str) -> Option<String> {
    let [begin, end] = marks(command);
    let (before, rest) = readme.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some([before, &begin, "\n", tables, &end, after].concat())
}

#[cfg(test)]
mod tests {
    use super::{marks, replaced};

    #[test]
    fn only_the_tables_change() {
        let [begin, end] = marks("bench");
        let readme = format!("a\n{begin}old\n{end}\nb\n");
        let expected = format!("a\n{begin}\nnew\n{end}\nb\n");
        assert_eq!(replaced(&readme, "bench", "new\n"), Some(expected));
        assert_eq!(replaced(&readme, "other", "new\n"), None);
    }
}
