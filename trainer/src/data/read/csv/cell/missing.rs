//! Cells that mean a missing value.

/// Words that mean a missing value in any column, unless they are quoted. An empty cell does too.
const WORDS: [&str; 8] = ["nan", "na", "n/a", "null", "?", "<na>", "#n/a", "\\N"];
/// What spreadsheets show in the place of a value.
const SPREADSHEET: [&str; 14] = [
    "#na", "#n/a n/a", "#nv", "#div/0!", "#value!", "#valeur!", "#wert!", "#ref!", "#bezug!",
    "#num!", "#zahl!", "#name?", "#null!", "#error!",
];
/// What programs and instruments write among numbers. Elsewhere these are names.
const MARKERS: [&str; 51] = [
    "none",
    "nil",
    "nat",
    "n.a.",
    "n.a",
    "n/d",
    "nd",
    "n.d.",
    "no data",
    "nodata",
    "missing",
    "invalid",
    "unavailable",
    "unknown",
    "-",
    "--",
    "---",
    "----",
    "–",
    "—",
    ".",
    "..",
    "...",
    "*",
    "**",
    "***",
    "****",
    "-nan",
    "nan(ind)",
    "-nan(ind)",
    "1.#qnan",
    "-1.#qnan",
    "1.#snan",
    "1.#ind",
    "-1.#ind",
    "err",
    "err.",
    "error",
    "#err",
    "#error",
    "fault",
    "fail",
    "over",
    "overload",
    "overrange",
    "ovf",
    "ol",
    "o.l",
    "o.l.",
    "∞",
    "-∞",
];

/// Returns whether a cell that is not empty means a missing value in any column, unless it is
/// quoted.
///
/// ```
/// use flowlet_trainer::data::read::is_missing_word;
///
/// assert!(is_missing_word("#N/A"));
/// assert!(!is_missing_word("none"));
/// ```
#[must_use]
pub fn is_word(cell: &str) -> bool {
    is_among(&WORDS, cell) || cell.starts_with('#') && is_among(&SPREADSHEET, cell)
}

/// Returns whether a cell that is not a number means a missing value among numbers.
pub(crate) fn is_marker(cell: &str) -> bool {
    is_word(cell) || is_among(&MARKERS, cell) || cell.strip_prefix('+').is_some_and(is_marker)
}

/// Returns whether a marker is so usual that nobody needs to be told.
pub(crate) fn is_usual(cell: &str) -> bool {
    cell.is_empty() || cell.eq_ignore_ascii_case("none") || is_among(&WORDS, cell)
}

fn is_among(words: &[&str], cell: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(cell))
}

#[cfg(test)]
mod tests {
    use super::{is_marker, is_usual, is_word};

    #[test]
    fn markers_are_found_in_either_case() {
        for cell in ["NA", "NaN", "#N/A", "#DIV/0!", "<NA>", "?"] {
            assert!(is_word(cell) && is_marker(cell), "{cell}");
        }
        for cell in ["ERR", "OL", "+OL", "1.#QNAN", "-1.#IND", "--", ".", "None"] {
            assert!(!is_word(cell) && is_marker(cell), "{cell}");
        }
        for cell in ["inf", "oops", "0", "north", "+"] {
            assert!(!is_marker(cell), "{cell}");
        }
        assert!(is_usual("na") && !is_usual("#DIV/0!"));
    }
}
