//! Delimiters and quotes, as the first lines show them.

use std::collections::BTreeMap;

use super::super::cell::Look;
use super::super::text::position::Position;
use super::{Delimiter, Record, Records, Syntax};

/// Possible delimiters. The first one is taken if none divides the lines.
const DELIMITERS: [Delimiter; 5] = [
    Delimiter::Byte(b','),
    Delimiter::Byte(b';'),
    Delimiter::Byte(b'\t'),
    Delimiter::Byte(b'|'),
    Delimiter::Spaces,
];
/// Delimiters that are not taken without asking.
const UNUSUAL: [u8; 7] = *b":^~&!/\x1f";
/// First lines that show which delimiter is used.
const PROBED_LINES: usize = 256;

/// Returns the line `sep=;` that Excel understands: its delimiter, and where the next line begins.
pub(crate) fn declared(text: &str) -> Option<(u8, Position)> {
    let end = text.find(['\r', '\n'])?;
    let line = text[..end].trim_matches('"');
    let is_sep = line
        .get(..4)
        .is_some_and(|key| key.eq_ignore_ascii_case("sep="));
    let delimiter = line
        .as_bytes()
        .get(4)
        .copied()
        .filter(|_| is_sep && line.len() == 5)?;
    let end = Position { byte: end, line: 1 };
    Some((delimiter, end.after_line_end(text)))
}

/// Returns single quotes if they enclose cells of the first lines, and double quotes otherwise.
pub(crate) fn quote(text: &str) -> u8 {
    let lines = || text.lines().map(str::trim_start).take(PROBED_LINES);
    let begins = lines().any(|line| line.starts_with('\''));
    let is_closed =
        |line: &str| !line.contains('"') && line.matches('\'').count().is_multiple_of(2);
    match begins && lines().all(is_closed) {
        true => b'\'',
        false => b'"',
    }
}

/// Returns the delimiter that divides most of the first lines into equally many cells, and most of
/// these into numbers.
pub(crate) fn delimiter(text: &str, quote: u8, at: Position, comment: &str) -> Delimiter {
    let comma = Syntax {
        delimiter: DELIMITERS[0],
        quote,
    };
    if is_decimal_commas(&probed(text, comma, at, comment)) {
        return DELIMITERS[1];
    }
    // Spaces may be a part of names and dates.
    let is_even = |&delimiter: &Delimiter| {
        let records = probed(text, Syntax { delimiter, quote }, at, comment);
        let width = records.first().map_or(1, |record| record.cells.len());
        width > 1 && records.iter().all(|record| record.cells.len() == width)
    };
    let (spaces, others) = DELIMITERS.split_last().expect("five delimiters");
    let without_spaces = !is_even(spaces) && others.iter().any(is_even);
    let usable = if without_spaces { others } else { &DELIMITERS };
    let mut best = (DELIMITERS[0], 0.0);
    for &delimiter in usable {
        let score = score(text, Syntax { delimiter, quote }, at, comment);
        if score > best.1 + 1e-9 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// Returns an unusual delimiter that divides the lines of a single column, and the number of parts.
pub(crate) fn unusual(
    text: &str,
    quote: u8,
    used: Delimiter,
    comment: &str,
) -> Option<(u8, usize)> {
    let divides = |byte: u8| {
        let syntax = Syntax {
            delimiter: Delimiter::new(byte),
            quote,
        };
        let records = probed(text, syntax, Position::START, comment);
        let width = records.first()?.cells.len();
        let is_divided = |record: &Record<'_>| {
            record.cells.len() == width && record.texts().all(|cell| !cell.is_empty())
        };
        let is_number = |cell: &str| Look::of(cell) == Look::Number;
        // A space in a name does not separate columns.
        let is_delimiter =
            byte != b' ' || records.iter().any(|record| record.texts().any(is_number));
        (width > 1 && is_delimiter && records.iter().all(is_divided)).then_some((byte, width))
    };
    let usual = DELIMITERS.iter().map(|delimiter| delimiter.byte());
    let others = usual.chain(UNUSUAL).filter(|&byte| byte != used.byte());
    let mut divided: Vec<(u8, usize)> = others.filter_map(divides).collect();
    divided.reverse();
    divided.into_iter().max_by_key(|&(_, count)| count)
}

fn probed<'a>(text: &'a str, syntax: Syntax, at: Position, comment: &str) -> Vec<Record<'a>> {
    Records::new(text, syntax, at)
        .take(PROBED_LINES)
        .filter(|record| !record.begins_with(comment))
        .collect()
}

/// Returns whether lines are numbers with a decimal comma below one name.
fn is_decimal_commas(records: &[Record<'_>]) -> bool {
    let mut lines = records.iter().map(|record| record.text.trim());
    let name = lines.next().unwrap_or_default();
    let is_decimal = |line: &str| line.matches(',').count() == 1 && Look::of(line) == Look::Number;
    records.len() > 1 && !name.contains(',') && lines.all(is_decimal)
}

/// Returns how well a delimiter divides the first lines.
fn score(text: &str, syntax: Syntax, at: Position, comment: &str) -> f64 {
    let records = probed(text, syntax, at, comment);
    let Some(width) = commonest_width(&records).filter(|&width| width > 1) else {
        return 0.0;
    };
    let rows = records.iter().filter(|record| record.cells.len() == width);
    let divided = rows.clone().count() as f64 / records.len() as f64;
    let cells = rows
        .clone()
        .flat_map(Record::texts)
        .filter(|cell| !cell.is_empty());
    let looks: Vec<Look> = cells.map(Look::of).collect();
    let values = looks.iter().filter(|&&look| look != Look::Text).count();
    if values == 0 && syntax.delimiter == Delimiter::Spaces {
        return 0.0;
    }
    // Commas are decimal if something else is in each line too.
    let is_doubtful = syntax.delimiter == Delimiter::Byte(b',')
        && rows.clone().all(|record| record.text.contains([';', '\t']));
    let weight = if is_doubtful { 0.5 } else { 1.0 };
    weight * divided * (0.2 + values as f64 / looks.len().max(1) as f64)
}

/// Returns the number of cells of most lines. Lines with numbers count more.
pub(crate) fn commonest_width(records: &[Record<'_>]) -> Option<usize> {
    let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
    for record in records {
        let values = record.texts().filter(|cell| Look::of(cell) == Look::Number);
        let share = values.count() as f64 / record.cells.len() as f64;
        *weights.entry(record.cells.len()).or_default() += 1.0 + 4.0 * share;
    }
    let most = weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
    most.map(|(width, _)| width)
}

/// A delimiter as a message shows it.
pub(crate) fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_owned(),
        b' ' => "space".to_owned(),
        other => format!("'{}'", char::from(other).escape_default()),
    }
}
