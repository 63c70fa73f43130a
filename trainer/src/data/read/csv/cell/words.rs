//! Words that tell what a line or a column is.

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
