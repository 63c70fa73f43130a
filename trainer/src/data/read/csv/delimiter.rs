//! Delimiters and quotes, as the first lines show them.

use csv::{ReaderBuilder, StringRecord};

use super::super::super::error::{DataError, DataErrorKind};
use super::numbers::Written;
use super::text::CsvText;

/// Possible delimiters.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// First lines that show which delimiter is used.
const PROBED_LINES: usize = 32;

impl CsvText<'_> {
    /// Checks that a single column is not due to a wrong delimiter.
    pub fn check_delimiter(self, first: &StringRecord) -> Result<(), DataError> {
        // A single number may have a decimal comma.
        if first.len() != 1 || Written::of(&first[0]).is_some() {
            return Ok(());
        }
        let others = DELIMITERS
            .into_iter()
            .chain(self.is_spaced().then_some(b' '));
        let parted = others.map(|other| (cells(self.text, other), other));
        match parted.max_by_key(|&(count, _)| count) {
            Some((count, other)) if count > 1 => {
                let (used, other) = (char::from(self.delimiter), char::from(other));
                let (used_name, other_name) = (delimiter_name(used), delimiter_name(other));
                let message = format!(
                    "the delimiter {used_name} makes a single column, but {other_name} makes \
                     {count}; choose {other_name}"
                );
                Err(DataError::in_file(self.file, message).of_kind(DataErrorKind::Delimiter(other)))
            }
            _ => Ok(()),
        }
    }

    /// Returns whether the line below the header has numbers with spaces between them. A space in a
    /// name does not separate columns.
    fn is_spaced(self) -> bool {
        let mut lines = self.text.lines().filter(|line| !line.trim().is_empty());
        let below = lines.nth(1).unwrap_or_default();
        let is_number = |part: &str| part.parse::<f64>().is_ok();
        below.contains(' ') && below.split(' ').all(is_number)
    }
}

/// Returns the delimiter that makes the first lines equally long, and longest. A comma if none
/// does.
pub(super) fn delimiter(text: &str) -> u8 {
    let most = DELIMITERS
        .iter()
        .rev()
        .max_by_key(|&&delimiter| cells(text, delimiter));
    *most.unwrap_or(&b',')
}

/// Returns the number of cells in the first line if the delimiter makes the first lines equally
/// long, with several cells each. Otherwise 0.
fn cells(text: &str, delimiter: u8) -> usize {
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .quote(quote(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let lengths: Vec<usize> = reader
        .into_records()
        .take(PROBED_LINES)
        .map(|record| record.map_or(0, |record| record.len()))
        .collect();
    let equal = lengths.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let first = lengths.first().copied().unwrap_or(0);
    // Tolerates a few ragged lines.
    let consistent = 2 * equal + 1 >= lengths.len();
    if consistent && first > 1 { first } else { 0 }
}

/// Returns single quotes if the header begins with one and has no double quotes.
pub(super) fn quote(text: &str) -> u8 {
    let header = text
        .trim_start_matches('\u{feff}')
        .lines()
        .next()
        .unwrap_or_default();
    match header.starts_with('\'') && !header.contains('"') {
        true => b'\'',
        false => b'"',
    }
}

/// A delimiter as a message shows it.
fn delimiter_name(delimiter: char) -> String {
    match delimiter {
        '\t' => "tab".to_owned(),
        other => format!("'{other}'"),
    }
}
