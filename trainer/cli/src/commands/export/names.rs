//! Identifiers for names of columns and classes, which may be any text.

use std::collections::HashSet;

/// Returns different upper-case identifiers of ASCII letters, digits and underscores, none of which
/// is a keyword of Rust or C. Letters of other scripts are transliterated. A name that has no
/// letter or digit, or begins with a digit, gets the prefix `otherwise`.
pub(super) fn identifiers<'a>(
    names: impl Iterator<Item = &'a str>,
    otherwise: &str,
) -> Vec<String> {
    let mut taken = HashSet::new();
    let identifier = |(index, name): (usize, &str)| {
        let plain = match upper(name) {
            word if word.is_empty() => format!("{otherwise}_{index}"),
            word if word.starts_with(|first: char| first.is_ascii_digit()) => {
                format!("{otherwise}_{word}")
            }
            word => word,
        };
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let mut candidates = std::iter::once(plain.clone()).chain(numbered);
        let free = candidates.find(|candidate| !taken.contains(candidate));
        let free = free.expect("numbers do not end");
        taken.insert(free.clone());
        free
    };
    names.enumerate().map(identifier).collect()
}

/// Returns the words of ASCII letters and digits in upper case, joined by underscores.
fn upper(name: &str) -> String {
    let name = deunicode::deunicode(name);
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::identifiers;

    #[test]
    fn any_name_becomes_a_different_identifier() {
        let names = [
            "fn", "a b", "a-b", "a_b_2", "A B", "温度", "", "2nd", "größe", "_x_", "*/",
        ];
        assert_eq!(
            identifiers(names.into_iter(), "COLUMN"),
            [
                "FN",
                "A_B",
                "A_B_2",
                "A_B_2_2",
                "A_B_3",
                "WEN_DU",
                "COLUMN_6",
                "COLUMN_2ND",
                "GROSSE",
                "X",
                "COLUMN_10"
            ]
        );
    }
}
