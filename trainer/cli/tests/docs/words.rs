//! The words that texts must not contain, and how they are found.

/// Words and phrases that have a plainer replacement.
const BANNED: [(&str, &str); 22] = [
    ("beside", "compared with, next to, in addition to"),
    ("stands", "is"),
    ("hang together", "are correlated"),
    ("foretold", "predicted"),
    ("mend", "correct"),
    ("dearer", "more expensive"),
    ("by lot", "at random"),
    ("learn by heart", "memorise"),
    ("learning by heart", "memorising"),
    ("at times of its own", "non-uniform steps, a time grid"),
    ("times of its own", "non-uniform steps, a time grid"),
    ("kernel discrepancy", "MMD"),
    ("train on synthetic", "TSTR"),
    ("held out", "validation, test"),
    ("held-out", "validation, test"),
    ("whole number", "integer"),
    ("whole numbers", "integers"),
    ("lent", "borrowed"),
    ("steps a sample", "steps per sample"),
    ("values a sample", "values per sample"),
    ("instructions a sample", "instructions per sample"),
    ("evaluations a sample", "evaluations per sample"),
];

/// Returns a message for each banned word or phrase in `text`.
///
/// A phrase may span lines, but not sentences.
pub fn faults(text: &str) -> Vec<String> {
    let paragraphs = text.replace("\n\n", ". ");
    let end = |pair: &str| pair.ends_with(['.', ':', ';', '?', '!', '|']);
    let mut joined = String::from(" ");
    for word in paragraphs.split_whitespace() {
        let parts = word.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
        for part in parts.filter(|part| !part.is_empty()) {
            joined += &format!("{} ", part.to_lowercase());
        }
        if end(word) {
            joined += ". ";
        }
    }
    let found = |(phrase, _): &&(&str, &str)| joined.contains(&format!(" {phrase} "));
    BANNED
        .iter()
        .filter(found)
        .map(|(phrase, plain)| format!("{phrase:?}: write {plain}"))
        .collect()
}

#[test]
fn phrases_are_found_as_whole_words_across_lines() {
    assert_eq!(faults("amend the besides"), Vec::<String>::new());
    assert_eq!(faults("four values. A sample"), Vec::<String>::new());
    assert_eq!(faults("it\nStands.").len(), 1);
    assert_eq!(faults("rows held\n  out, 4 steps a sample").len(), 2);
}
