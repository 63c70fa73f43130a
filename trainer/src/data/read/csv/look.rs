//! What a cell looks like, before it is known which lines are rows.

use super::super::stamp::Stamp;
use super::missing::is_marker;
use super::numbers::Written;
use super::record::{Cell, Record};
use super::units;

/// What a cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
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
            _ if is_marker(cell) || cell.is_empty() => Self::Missing,
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

/// Returns whether a line is drawn with dashes, as below the header of a printed table.
pub(super) fn is_rule(text: &str) -> bool {
    let is_drawn = text.contains("---") || text.contains("===");
    // Markdown takes fewer dashes.
    let is_markdown = text.trim_start().starts_with('|') && text.contains("--");
    (is_drawn || is_markdown) && text.chars().all(|c| "-=+|: \t".contains(c))
}

/// Returns the number of cells that are not empty.
pub(super) fn present(record: &Record<'_>) -> usize {
    record.texts().filter(|cell| !cell.is_empty()).count()
}

/// Returns whether the cells of a row are units, or types of values, as far as they are not empty.
/// There are `columns` of them.
pub(super) fn is_units(record: &Record<'_>, columns: usize) -> bool {
    let cells = record.texts().take(columns).filter(|cell| !cell.is_empty());
    let units = cells.clone().filter(|cell| is_unit(cell)).count();
    let only_dashes = cells.clone().all(|cell| cell == "-");
    units > 0 && 5 * units >= 3 * cells.count() && !only_dashes
}

/// Returns whether a cell is a unit, or a type of value.
fn is_unit(cell: &str) -> bool {
    const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let inner = |(open, close): (char, char)| cell.strip_prefix(open)?.strip_suffix(close);
    if BRACKETS.into_iter().any(|pair| inner(pair).is_some()) {
        return true;
    }
    let unit = |part: &str| {
        let part = part.trim_end_matches(|c: char| c.is_ascii_digit() || "^-²³⁻¹.".contains(c));
        part.is_empty() || units::is_known(part) || is_word(part)
    };
    is_word(cell)
        || cell == "-"
        || units::is_known(cell)
        || cell.split(['/', '*', '·', ' ', '_']).all(unit)
}

/// Returns whether a text is a unit in words, or a type of value.
fn is_word(text: &str) -> bool {
    const WORDS: &str = "volt volts millivolt millivolts amp amps ampere amperes second seconds \
        minute minutes hour hours day days millisecond milliseconds microseconds ohms hertz celsius \
        kelvin fahrenheit percent degree degrees deg degc meter meters metre metres gram grams \
        kilogram kilograms pascal pascals watt watts newton newtons newton-meter tesla gauss lux \
        count counts ratio unitless dimensionless sekunde sekunden stunde stunden grad prozent \
        ts rn smp avg min max std tot wvc med mom sample float float32 float64 double int int16 \
        int32 int64 integer string str text bool boolean date datetime timestamp number numeric real \
        sequence utc v a g ms us ns c f k rh";
    let text = text.to_lowercase();
    WORDS.split_ascii_whitespace().any(|word| word == text)
}

/// Returns whether a name is that of an axis, such as time.
pub(super) fn is_axis(name: &str) -> bool {
    const NAMES: [&str; 16] = [
        "time",
        "t",
        "x",
        "x-axis",
        "second",
        "seconds",
        "sec",
        "sequence",
        "sample",
        "index",
        "point",
        "no.",
        "frequency",
        "freq",
        "date",
        "zeit",
    ];
    let name = name.to_lowercase();
    NAMES.contains(&name.as_str()) || name.starts_with("time") || name.starts_with("x_")
}

/// Returns whether a cell names a setting of an instrument or a measurement.
pub(super) fn is_setting_word(cell: &str) -> bool {
    const WORDS: &str = "operator user author technician device instrument serial model project \
        title file filename company customer firmware software version comment comments remark \
        remarks description location";
    let word = cell.trim_end_matches(':').to_lowercase();
    WORDS
        .split_ascii_whitespace()
        .any(|setting| setting == word)
}

/// Returns whether a cell names a summary of the rows above.
pub(super) fn is_summary(cell: &str) -> bool {
    const WORDS: &str = "total totals sum sums summe gesamt subtotal average averages avg mean means \
        median mittelwert min minimum max maximum std stdev stddev count end eof * ** ***";
    let word = cell.trim_end_matches([':', '.']).to_lowercase();
    let word = word.strip_prefix("grand ").unwrap_or(&word);
    WORDS
        .split_ascii_whitespace()
        .any(|summary| summary == word)
}

/// Returns whether a cell names a summary of some rows, as a spreadsheet inserts them: `North
/// Total`.
pub(super) fn is_subtotal(cell: &str) -> bool {
    let last = cell.rsplit_once(' ').map(|(_, last)| last.to_lowercase());
    last.is_some_and(|last| matches!(&*last, "total" | "subtotal" | "summe" | "ergebnis"))
}

/// Returns whether names count the columns from 0 or 1.
pub(super) fn counts(cells: &[Cell<'_>]) -> bool {
    let from = |first: usize| {
        let mut numbered = (first..).zip(cells);
        numbered.all(|(at, cell)| cell.text == at.to_string())
    };
    from(0) || from(1)
}

#[cfg(test)]
mod tests {
    use super::{Look, is_unit};

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

    #[test]
    fn units_are_told_from_names() {
        for unit in [
            "V", "mV", "Deg C", "m/s^2", "(ms)", "[-]", "second", "Volt", "-", "kg/m3", "rad/s",
            "°C",
        ] {
            assert!(is_unit(unit), "{unit}");
        }
        for name in ["rec", "CH1", "x-axis", "Source", "temp", "battv", "label"] {
            assert!(!is_unit(name), "{name}");
        }
    }
}
