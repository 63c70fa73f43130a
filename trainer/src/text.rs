//! Text of numbers and lists.

/// Number of names in a list; the others are counted.
pub const MAX_LISTED: usize = 6;

/// Writes a number with its digits in groups of three: `17 408`.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Writes a number with its noun: `1 step`, `8 steps`.
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{count} {noun}")
}

/// Lists at most `most` names, and counts the others: `a, b and 3 more`.
#[must_use]
pub fn listed<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let first: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, listed};

    #[test]
    fn digits_are_grouped_in_threes() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1 000", "1 234 567"]
        );
    }

    #[test]
    fn many_names_are_counted() {
        let names = ["a", "b", "c", "d"];
        assert_eq!(listed(&names[..2], 2), "a, b");
        assert_eq!(listed(&names, 2), "a, b and 2 more");
    }
}
