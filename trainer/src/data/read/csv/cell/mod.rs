//! What a cell looks like, before it is known which lines are rows.

pub(crate) mod numbers;
pub(crate) mod units;
pub(crate) mod words;

use std::borrow::Cow;

use super::super::stamp::Stamp;
use numbers::Written;
use words::is_missing_marker;

/// What a cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Missing,
    Number,
    /// A date or a time of day.
    Time,
    Text,
}

impl Look {
    pub fn of(cell: &str) -> Self {
        let is_number =
            |written: Written<'_>| written.prefix.is_empty() || written.suffix.is_empty();
        match cell {
            _ if is_missing_marker(cell) || cell.is_empty() => Self::Missing,
            _ if is_time(cell) || Stamp::of(cell).is_some_and(Stamp::has_day) => Self::Time,
            _ if Written::of(cell).is_some_and(is_number) => Self::Number,
            _ if cell.parse::<f64>().is_ok() => Self::Number,
            _ => Self::Text,
        }
    }

    /// Returns whether a row with this cell may belong to a column of this look.
    pub fn fits(self, column: Self) -> bool {
        self == column || self == Self::Missing || column == Self::Text
    }
}

/// Returns the name that a cell means. A number that C or NumPy printed with an exponent, such as
/// `1.000000e+00`, means 1.
pub(crate) fn name(cell: &str) -> Cow<'_, str> {
    let is_printed = cell.split_once('e').is_some_and(|(mantissa, exponent)| {
        mantissa.contains('.') && exponent.starts_with(['+', '-']) && exponent.len() > 2
    });
    match cell.parse::<f64>() {
        Ok(value) if is_printed => Cow::Owned(value.to_string()),
        _ => Cow::Borrowed(cell),
    }
}

/// Returns whether a cell is a date or a time of day: digits, with several separators between them.
fn is_time(cell: &str) -> bool {
    let separators = cell.chars().filter(|c| ":/-".contains(*c)).count();
    let cell = cell.trim_end_matches([' ', 'A', 'P', 'M', 'a', 'p', 'm', 'Z']);
    let is_part = |c: char| c.is_ascii_digit() || ":/-.T +,".contains(c);
    let (first, last) = (cell.chars().next(), cell.chars().next_back());
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_short_time = separators == 1 && cell.contains(':') && cell.len() <= 8;
    (separators >= 2 || is_short_time)
        && is_digit(first)
        && is_digit(last)
        && cell.chars().all(is_part)
        && cell.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::{Look, name};

    #[test]
    fn printed_numbers_are_plain_names() {
        for (cell, plain) in [
            ("1.000000000000000000e+00", "1"),
            ("-2.5000e-01", "-0.25"),
            ("1.0", "1.0"),
            ("1e5", "1e5"),
            ("1.5e3", "1.5e3"),
            ("a.e+00", "a.e+00"),
        ] {
            assert_eq!(name(cell), plain);
        }
    }

    #[test]
    fn cells_are_told_by_their_look() {
        for (cell, look) in [
            ("-1.5e3", Look::Number),
            ("1,5", Look::Number),
            ("1 234", Look::Number),
            ("nan", Look::Missing),
            ("", Look::Missing),
            ("2024-03-01", Look::Time),
            ("2024-03-01T00:00:00.5Z", Look::Time),
            ("3/1/24 1:30 PM", Look::Time),
            ("12:30", Look::Time),
            ("sun", Look::Text),
            ("x-axis", Look::Text),
            ("5;2", Look::Text),
        ] {
            assert_eq!(Look::of(cell), look, "{cell}");
        }
    }
}
