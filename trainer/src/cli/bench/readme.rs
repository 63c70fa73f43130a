//! The tables in the README, between two marks, so that they say what was measured.

use std::fs;

use super::Failure;
use super::boards::checkout;
use super::figures::All;
use super::table;
use crate::files;

const MARKS: [&str; 2] = [
    "<!-- measured by flowlet bench -->\n",
    "<!-- end of bench -->",
];

pub(super) fn write(all: &All) -> Result<(), Failure> {
    let path = checkout().join("README.md");
    let text =
        fs::read_to_string(&path).map_err(|error| Failure::Input(format!("README.md: {error}")))?;
    let text = replaced(&text, &table::markdown(all))
        .ok_or_else(|| Failure::Input(format!("README.md: no lines {MARKS:?}")))?;
    Ok(files::write(&path, text.as_bytes())?)
}

/// `readme` with what stands between the marks replaced.
fn replaced(readme: &str, tables: &str) -> Option<String> {
    let (before, rest) = readme.split_once(MARKS[0])?;
    let (_, after) = rest.split_once(MARKS[1])?;
    Some([before, MARKS[0], "\n", tables, MARKS[1], after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tables_change() {
        let readme = format!("a\n{}old\n{}\nb\n", MARKS[0], MARKS[1]);
        let expected = format!("a\n{}\nnew\n{}\nb\n", MARKS[0], MARKS[1]);
        assert_eq!(replaced(&readme, "new\n"), Some(expected));
        assert_eq!(replaced("no marks", "new\n"), None);
    }
}
