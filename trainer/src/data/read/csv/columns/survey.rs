//! A first look at all cells of a column, before any of them is read.

use std::collections::HashSet;

use super::super::cell::numbers::{Form, Sign, Written};
use super::super::cell::units::{are_opposite, is_known};
use super::super::cell::words::{is_missing_marker, is_missing_word, is_usual_marker};
use super::durations::Durations;
use super::format::{Marks, Seen};
use super::progression::{ENOUGH, MIN_UNIQUE, Progression};
use crate::data::read::rows::declared::Declared;
use crate::data::read::rows::integers::Integers;
use crate::data::read::rows::selection::MAX_CATEGORIES;
use crate::data::read::stamp::{Stamp, are_dates};

/// Share of cells that are not numbers from which a column has names.
const NAME_SHARE: f64 = 0.9;
/// Most distinct texts and units that are told apart.
const MAX_DISTINCT: usize = 33;

/// A unit before or after the digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    pub prefix: String,
    pub suffix: String,
}

impl Unit {
    pub fn is_of(&self, written: &Written<'_>) -> bool {
        self.prefix == written.prefix && self.suffix == written.suffix
    }

    /// Returns whether it cannot be a part of a name.
    fn is_known(&self) -> bool {
        !self.prefix.is_empty() || is_known(&self.suffix)
    }

    /// Returns the unit as a message shows it.
    pub fn text(&self) -> String {
        format!("{} {}", self.prefix, self.suffix).trim().to_owned()
    }
}

/// How a column is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Numbers,
    /// Numbers that all have this unit.
    Measured(Unit),
    /// Durations, in seconds.
    Durations,
    Names,
    /// Numbers with and without a unit, or with several units.
    MixedUnits,
}

impl Role {
    /// Returns whether numbers of the column have the unit of a cell.
    pub fn has_unit_of(&self, written: &Written<'_>) -> bool {
        match self {
            Self::Measured(unit) => unit.is_of(written),
            _ => written.prefix.is_empty() && written.suffix.is_empty(),
        }
    }
}

/// What the cells of a column look like.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnSurvey {
    /// Cells that are not missing.
    pub cells: usize,
    /// Numbers without a unit.
    pub numbers: Seen,
    /// Numbers by unit, in the order in which they were found.
    pub units: Vec<(Unit, Seen)>,
    /// Other cells.
    pub texts: Seen,
    /// Markers of missing values that are not the usual ones.
    pub markers: Seen,
    /// Number of dates and times.
    pub dates: usize,
    pub durations: Durations,
    /// Words for a missing value without quotes.
    pub words: Seen,
    /// Numbers in quotes.
    pub quoted_numbers: usize,
    /// Words for a missing value in quotes.
    pub quoted_words: Seen,
    /// Empty cells, words and markers.
    pub missing: Seen,
    /// Negative numbers that are written unusually.
    pub unusual_signs: Seen,
    /// Integers that begin with a zero.
    pub leading_zeros: Seen,
    /// Number of cells such as `23.59`, and those of them that begin with a zero.
    pub dotted_times: usize,
    pub dotted_zeros: Seen,
    /// Integers that are dates without separators, such as 20240229.
    pub compact_dates: Seen,
    /// Integers that may be too large to be read exactly.
    pub integers: Integers,
    pub marks: Marks,
    pub progression: Progression,
    /// The texts are all equal.
    pub one_text: bool,
    /// Some numbers have decimals.
    has_decimals: bool,
    distinct: Distinct,
}

impl ColumnSurvey {
    pub fn new() -> Self {
        Self {
            one_text: true,
            ..Self::default()
        }
    }

    /// Looks at a cell. `line` is the line of its row.
    pub fn add(&mut self, cell: &str, line: usize, declared: &Declared, quoted: bool) {
        if cell.is_empty() || declared.has_cell(cell) {
            self.missing.add(cell, line);
            return;
        }
        self.durations.add(cell, line);
        if Stamp::of(cell).is_some() {
            self.dates += 1;
            return self.add_text(cell, line);
        }
        if let Some(written) = Written::of(cell) {
            self.quoted_numbers += usize::from(quoted);
            return self.add_number(&written, cell, line);
        }
        if is_missing_word(cell) && quoted {
            self.quoted_words.add(cell, line);
            self.distinct.add(cell);
        } else if is_missing_marker(cell) {
            self.missing.add(cell, line);
            if is_missing_word(cell) {
                self.words.add(cell, line);
            }
            if !is_usual_marker(cell) {
                self.markers.add(cell, line);
            }
        } else if cell.parse::<f64>().is_ok() {
            // Infinity: refused with a better message when it is read.
            self.cells += 1;
            self.numbers.add(cell, line);
        } else {
            self.add_text(cell, line);
        }
    }

    fn add_text(&mut self, cell: &str, line: usize) {
        self.cells += 1;
        let first = self.texts.first.as_ref();
        self.one_text &= first.is_none_or(|first| first.text == cell);
        self.texts.add(cell, line);
        self.distinct.add(cell);
    }

    /// Returns whether most cells are dates or times.
    pub fn has_dates(&self) -> bool {
        self.cells > 0 && are_dates(self.dates, self.cells)
    }

    fn add_number(&mut self, written: &Written<'_>, cell: &str, line: usize) {
        self.cells += 1;
        if matches!(written.sign, Sign::Trailing | Sign::Brackets) {
            self.unusual_signs.add(cell, line);
        }
        if written.is_bare() && written.digits().len() > 1 && written.digits().starts_with('0') {
            self.leading_zeros.add(cell, line);
        }
        if is_dotted_time(cell) {
            self.dotted_times += 1;
            if cell.starts_with('0') {
                self.dotted_zeros.add(cell, line);
            }
        }
        if written.is_bare() && is_compact_date(written.digits()) {
            self.compact_dates.add(cell, line);
        }
        if let Some(integer) = written.integer() {
            self.integers.add(integer);
        }
        self.marks.add(written, cell, line);
        self.progression.add(written);
        self.has_decimals |= written.form != Form::Plain;
        if written.prefix.is_empty() && written.suffix.is_empty() {
            self.numbers.add(cell, line);
            return;
        }
        self.distinct.add(cell);
        let known = self.units.iter().position(|(unit, _)| unit.is_of(written));
        match known {
            Some(at) => self.units[at].1.add(cell, line),
            None if self.units.len() < MAX_DISTINCT => {
                let mut seen = Seen::default();
                seen.add(cell, line);
                let unit = Unit {
                    prefix: written.prefix.to_owned(),
                    suffix: written.suffix.to_owned(),
                };
                self.units.push((unit, seen));
            }
            None => self.texts.add(cell, line),
        }
    }

    /// Returns how the column is read.
    pub fn role(&self) -> Role {
        let names = self.cells - self.numbers.count;
        let is_text = names > 0 && names as f64 >= NAME_SHARE * self.cells as f64;
        let of_known = || self.units.iter().all(|(unit, _)| unit.is_known());
        match self.units.as_slice() {
            _ if self.has_dates() => Role::Names,
            [] if is_text => Role::Names,
            [] => Role::Numbers,
            // Names may begin with digits too.
            _ if self.texts.is_some() => match self.usual_unit() {
                Some(unit) => Role::Measured(unit.clone()),
                None if is_text => Role::Names,
                None => Role::Numbers,
            },
            [(unit, _)] if !self.numbers.is_some() => {
                match unit.is_known() || self.has_decimals || self.distinct.len() >= MAX_DISTINCT {
                    true => Role::Measured(unit.clone()),
                    false => Role::Names,
                }
            }
            _ if of_known() || !is_text || self.has_opposite_units() => Role::MixedUnits,
            _ => Role::Names,
        }
    }

    /// Returns the unit that most cells have, if it is known.
    fn usual_unit(&self) -> Option<&Unit> {
        let is_usual =
            |(unit, seen): &&(Unit, Seen)| unit.is_known() && 2 * seen.count > self.cells;
        self.units.iter().find(is_usual).map(|(unit, _)| unit)
    }

    /// Returns whether degrees in the north and the south, or in the east and the west, are
    /// written with a letter and not with a sign.
    pub fn has_opposite_units(&self) -> bool {
        let is_opposite = |(other, _): &(Unit, Seen)| {
            let suffixes = self.units.iter().map(|(unit, _)| &unit.suffix);
            suffixes
                .into_iter()
                .any(|unit| are_opposite(unit, &other.suffix))
        };
        self.units.iter().any(is_opposite)
    }

    /// Returns whether no cell has a text other than this one.
    pub fn is_only_text(&self, cell: &str) -> bool {
        let first = self.texts.first.as_ref();
        self.one_text && first.is_none_or(|first| first.text == cell)
    }

    /// Returns whether there are more texts than a column of categories has.
    pub fn has_many_texts(&self) -> bool {
        self.distinct.len() > MAX_CATEGORIES
    }

    /// Returns whether no name comes twice, and they are enough to expect a repeat.
    pub fn is_unique_text(&self) -> bool {
        !self.has_dates() && self.distinct.is_unique()
    }
}

/// Returns whether a cell is a time of the day with a dot, such as `08.15`.
fn is_dotted_time(cell: &str) -> bool {
    let part = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = cell.split_once('.').unwrap_or_default();
    part(hours) && part(minutes) && hours < "24" && minutes < "60"
}

/// Returns whether digits are year and month, and perhaps the day, hours, minutes and seconds.
fn is_compact_date(digits: &str) -> bool {
    let is_long = matches!(digits.len(), 6 | 8 | 10 | 12 | 14);
    if !is_long || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let part = |from: usize| {
        digits
            .get(from..from + 2)
            .map_or(0, |part| part.parse().unwrap_or(99))
    };
    matches!(part(0), 19 | 20)
        && (1..=12).contains(&part(4))
        && (digits.len() == 6 || (1..=31).contains(&part(6)))
        && part(8) <= 24
        && part(10) < 60
        && part(12) <= 60
}

/// Texts that are told apart.
#[derive(Clone, Debug, Default)]
struct Distinct {
    seen: HashSet<String>,
    repeated: bool,
}

impl Distinct {
    fn add(&mut self, text: &str) {
        let max = if self.repeated { MAX_DISTINCT } else { ENOUGH };
        if self.seen.len() < max {
            self.repeated |= !self.seen.insert(text.to_owned());
        }
    }

    fn len(&self) -> usize {
        self.seen.len()
    }

    fn is_unique(&self) -> bool {
        !self.repeated && self.seen.len() >= MIN_UNIQUE
    }
}
