//! Words that tell what a cell, a column or a line is.

/// Words that mean a missing value in any column, unless they are quoted. An empty cell does too.
const WORDS: [&str; 8] = ["nan", "na", "n/a", "null", "?", "<na>", "#n/a", "\\N"];
/// What spreadsheets show in the place of a value.
const SPREADSHEET: [&str; 14] = [
    "#na", "#n/a n/a", "#nv", "#div/0!", "#value!", "#valeur!", "#wert!", "#ref!", "#bezug!",
    "#num!", "#zahl!", "#name?", "#null!", "#error!",
];
/// What programs and instruments write among numbers. Elsewhere these are names.
const MARKERS: [&str; 48] = [
    "none", "nil", "nat", "n.a.", "n.a", "n/d", "nd", "n.d.", "no data", "nodata", "missing",
    "invalid", "unknown", "-", "--", "---", "----", "–", "—", ".", "..", "...", "*", "**", "***",
    "****", "-nan", "nan(ind)", "1.#qnan", "-1.#qnan", "1.#snan", "1.#ind", "-1.#ind", "err",
    "err.", "error", "#err", "#error", "fault", "fail", "over", "overload", "ovf", "ol", "o.l",
    "o.l.", "∞", "-∞",
];
const LONG_MARKERS: [&str; 3] = ["unavailable", "-nan(ind)", "overrange"];

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
pub fn is_missing_word(cell: &str) -> bool {
    is_one_of(&WORDS, cell) || cell.starts_with('#') && is_one_of(&SPREADSHEET, cell)
}

/// Returns whether a cell that is not a number means a missing value among numbers.
pub(crate) fn is_missing_marker(cell: &str) -> bool {
    is_missing_word(cell)
        || is_one_of(&MARKERS, cell)
        || is_one_of(&LONG_MARKERS, cell)
        || cell.strip_prefix('+').is_some_and(is_missing_marker)
}

/// Returns whether a marker is so usual that nobody needs to be told.
pub(crate) fn is_usual_marker(cell: &str) -> bool {
    cell.is_empty() || cell.eq_ignore_ascii_case("none") || is_one_of(&WORDS, cell)
}

fn is_one_of(words: &[&str], cell: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(cell))
}

/// Returns whether a word is among `words`, which spaces separate.
pub(crate) fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

/// Returns whether a name is that of an axis, such as time.
pub(crate) fn is_axis(name: &str) -> bool {
    const NAMES: &str = "time t x x-axis second seconds sec sequence sample index point no. \
        frequency freq date zeit";
    let name = name.to_lowercase();
    is_among(NAMES, &name) || name.starts_with("time") || name.starts_with("x_")
}

/// Returns whether a cell names a setting of an instrument or a measurement.
pub(crate) fn is_setting_word(cell: &str) -> bool {
    const WORDS: &str = "operator user author technician device instrument serial model project \
        title file filename company customer firmware software version comment comments remark \
        remarks description location";
    is_among(WORDS, &cell.trim_end_matches(':').to_lowercase())
}

/// Returns whether a cell names a summary of the rows above.
pub(crate) fn is_summary(cell: &str) -> bool {
    const WORDS: &str = "total totals sum sums summe gesamt subtotal average averages avg mean means \
        median mittelwert min minimum max maximum std stdev stddev count end eof * ** ***";
    let word = cell.trim_end_matches([':', '.']).to_lowercase();
    is_among(WORDS, word.strip_prefix("grand ").unwrap_or(&word))
}

/// Returns whether a cell names a summary of some rows, as a spreadsheet inserts them: `North
/// Total`.
pub(crate) fn is_subtotal(cell: &str) -> bool {
    let last = cell.rsplit_once(' ').map(|(_, last)| last.to_lowercase());
    last.is_some_and(|last| matches!(&*last, "total" | "subtotal" | "summe" | "ergebnis"))
}

#[cfg(test)]
mod tests {
    use super::{is_missing_marker, is_missing_word, is_usual_marker};

    #[test]
    fn markers_are_found_in_either_case() {
        for cell in ["NA", "NaN", "#N/A", "#DIV/0!", "<NA>", "?"] {
            assert!(is_missing_word(cell) && is_missing_marker(cell), "{cell}");
        }
        for cell in ["ERR", "OL", "+OL", "1.#QNAN", "-1.#IND", "--", ".", "None"] {
            assert!(!is_missing_word(cell) && is_missing_marker(cell), "{cell}");
        }
        for cell in ["inf", "oops", "0", "north", "+"] {
            assert!(!is_missing_marker(cell), "{cell}");
        }
        assert!(is_usual_marker("na") && !is_usual_marker("#DIV/0!"));
    }
}
