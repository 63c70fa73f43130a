//! Values that recur far from all others, as −999 does if it means "no value".

use std::collections::HashSet;

use crate::data::error::Place;
use crate::data::note::{Note, NoteKind};
use crate::data::read::rows::{Opened, Row};

/// Most columns that are watched. Rows with more are pictures or sounds.
const MAX_COLUMNS: usize = 128;
/// Distinct values that are kept at each end of a column.
const KEPT: usize = 3;
/// Distinct values that a column of measurements has at least.
const MIN_DISTINCT: usize = 10;
/// Distinct values that an end of a column leaves to the others.
const MIN_OTHERS: usize = 3;

/// Watches the values of all columns while they are read.
pub(crate) struct FarValues {
    /// `None` for columns that are not watched.
    columns: Vec<Option<Ends>>,
}

impl FarValues {
    /// Watches this number of columns, except those of names.
    pub fn new(columns: usize, named: &[usize]) -> Self {
        let is_watched = |position: &usize| columns <= MAX_COLUMNS && !named.contains(position);
        let ends = |position| is_watched(&position).then(Ends::default);
        Self {
            columns: (0..columns).map(ends).collect(),
        }
    }

    /// Looks at the values of a row.
    pub fn see(&mut self, row: &Row) {
        for (ends, &value) in self.columns.iter_mut().zip(&row.values) {
            if let (Some(ends), false) = (ends, value.is_nan()) {
                ends.add(value);
            }
        }
    }

    /// Returns a note about each value that recurs far from the others.
    pub fn notes(&self, opened: &Opened<'_>) -> Vec<Note> {
        let columns = self.columns.iter().zip(&opened.columns);
        let notes = columns.flat_map(|(ends, column)| {
            let ends = ends.as_ref();
            let far = ends.map_or_else(Vec::new, Ends::far);
            far.into_iter().map(move |end| {
                // A long number is shorter with an exponent.
                let shown = match end.value.abs() < 1e15 {
                    true => end.value.to_string(),
                    false => format!("{:e}", end.value),
                };
                let count = end.count;
                let message = format!("{shown} comes {count} times, apart from all other values");
                let place = Place {
                    cell: Some(shown),
                    ..Place::file(&opened.file).with_column(column)
                };
                Note::new(NoteKind::Recurring, place, message)
            })
        });
        notes.collect()
    }
}

/// A value, and how often it comes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    value: f64,
    count: usize,
}

/// The smallest and the largest distinct values of a column.
#[derive(Default)]
struct Ends {
    /// Ascending.
    low: Vec<End>,
    /// Descending.
    high: Vec<End>,
    /// Distinct values, as far as they matter.
    distinct: HashSet<u64>,
}

impl Ends {
    fn add(&mut self, value: f64) {
        insert(&mut self.low, value, |kept| value < kept);
        insert(&mut self.high, value, |kept| value > kept);
        if self.distinct.len() < 2 * MIN_DISTINCT {
            self.distinct.insert((value + 0.0).to_bits());
        }
    }

    /// Returns the values at the ends that recur far from the others.
    fn far(&self) -> Vec<End> {
        let taken = [(2, 1), (1, 2), (1, 1), (2, 0), (0, 2), (1, 0), (0, 1)];
        let mut taken = taken.into_iter().filter_map(|(low, high)| {
            let others = self.distinct.len().checked_sub(low + high)?;
            let (min, max) = (self.low.get(low)?.value, self.high.get(high)?.value);
            let (low, high) = (&self.low[..low], &self.high[..high]);
            let is_far = |end: &End| {
                let gap = (min - end.value).max(end.value - max);
                is_far(*end, gap, max - min, others)
            };
            let ends: Vec<End> = low.iter().chain(high).copied().collect();
            (others >= MIN_OTHERS && ends.iter().all(is_far)).then_some(ends)
        });
        let lone = || self.lone_negative().into_iter().collect();
        taken.next().unwrap_or_else(lone)
    }

    /// Returns the only negative value, if it is a usual code or comes much too often.
    fn lone_negative(&self) -> Option<End> {
        let [first, second, ..] = self.low.as_slice() else {
            return None;
        };
        let is_lone = first.value < 0.0 && second.value >= 0.0;
        let is_code = first.count >= 3 && is_code(first.value)
            || first.value == -1.0 && first.count >= 10.max(5 * second.count);
        (is_lone && is_code && self.distinct.len() >= MIN_DISTINCT).then_some(*first)
    }
}

/// Returns whether a value is too far from a range of others to be one of them.
fn is_far(end: End, gap: f64, range: f64, others: usize) -> bool {
    match is_code(end.value) {
        true => end.count >= 3 && gap > 0.5 * range || end.count >= 2 && gap > range,
        // Zero is usually the value of something that is off.
        false => end.value != 0.0 && end.count >= 3 && gap > 3.0 * range && others >= MIN_DISTINCT,
    }
}

/// Returns whether programs and instruments often write this for a missing value.
fn is_code(value: f64) -> bool {
    const CODES: [f64; 10] = [
        6999.0,
        7999.0,
        32767.0,
        32768.0,
        65535.0,
        2_147_483_647.0,
        2_147_483_648.0,
        1e20,
        1e30,
        127.0,
    ];
    let size = value.abs();
    let digits = size.to_string().replace('.', "");
    let is_nines = digits.len() >= 2 && digits.len() <= 9 && digits.chars().all(|c| c == '9');
    is_nines || CODES.contains(&size)
}

/// Counts a value among the first ones, in the order that `comes_before` tells.
fn insert(ends: &mut Vec<End>, value: f64, comes_before: impl Fn(f64) -> bool) {
    let at = ends
        .iter()
        .position(|end| end.value == value || comes_before(end.value));
    match at {
        Some(at) if ends[at].value == value => ends[at].count += 1,
        None if ends.len() == KEPT => {}
        at => {
            ends.insert(at.unwrap_or(ends.len()), End { value, count: 1 });
            ends.truncate(KEPT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Ends};

    fn far(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let mut ends = Ends::default();
        values.into_iter().for_each(|value| ends.add(value));
        ends.far().iter().map(|end| end.value).collect()
    }

    fn ramp(from: f64, to: f64) -> impl Iterator<Item = f64> {
        (0..50).map(move |at| from + (to - from) * f64::from(at) / 49.0)
    }

    #[test]
    fn codes_far_from_the_others_are_found() {
        let with = |values: &[f64]| {
            let all = ramp(10.0, 30.0).chain(values.iter().copied());
            far(all.collect::<Vec<_>>())
        };
        assert_eq!(with(&[-999.0; 3]), [-999.0]);
        assert_eq!(with(&[9999.0; 2]), [9999.0]);
        assert_eq!(with(&[-99.9; 4]), [-99.9]);
        assert_eq!(with(&[-6999.0, -6999.0, 6999.0, 6999.0]), [-6999.0, 6999.0]);
        assert_eq!(with(&[500.0; 3]), [500.0]);
        let survey = [1.0, 2.0, 3.0, 4.0, 5.0, 99.0];
        assert_eq!(far(survey.repeat(3)), [99.0]);
        // Among incomes.
        assert_eq!(far(ramp(0.0, 90_000.0).chain([-999.0; 3])), [-999.0]);
        assert_eq!(far(ramp(0.0, 100.0).chain([-1.0; 12])), [-1.0]);
    }

    #[test]
    fn limits_and_single_values_are_not() {
        let none = |values: Vec<f64>| assert_eq!(far(values.clone()), [0.0; 0], "{values:?}");
        none(ramp(0.2, 30.0).chain([0.0; 90]).collect());
        none(ramp(100.0, 102.0).chain([0.0; 90]).collect());
        none(ramp(10.0, 90.0).chain([100.0; 20]).collect());
        none(ramp(10.0, 30.0).chain([1e6]).collect());
        none(ramp(10.0, 30.0).chain([-999.0]).collect());
        none(ramp(-5.0, 30.0).chain([-1.0; 12]).collect());
        none([0.0, 1.0].repeat(9));
        none([1.0, 2.0, 50.0].repeat(9));
        none(ramp(900.0, 990.0).chain([999.0; 9]).collect());
        none(Vec::new());
    }

    #[test]
    fn values_are_counted_in_any_order() {
        let mut ends = Ends::default();
        for value in [5.0, 1.0, 4.0, 1.0, 2.0, 3.0, 5.0] {
            ends.add(value);
        }
        let of = |ends: &[End]| {
            ends.iter()
                .map(|end| (end.value, end.count))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&ends.low), [(1.0, 2), (2.0, 1), (3.0, 1)]);
        assert_eq!(of(&ends.high), [(5.0, 2), (4.0, 1), (3.0, 1)]);
    }
}
