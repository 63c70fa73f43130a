//! Times of rows, and the gaps between them.

use std::collections::HashMap;

use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};
use crate::data::read::options::ReadOptions;
use crate::data::read::rows::{Opened, Row, place as place_of};
use crate::data::read::stamp::Stamp;

/// A step longer than this many median steps is a gap.
const GAP: f64 = 1.5;
/// Share of steps from which going back or standing still is no exception.
const MANY: f64 = 0.25;
/// Share of gaps from which steps are irregular.
const IRREGULAR: f64 = 0.1;

/// What tells recordings apart besides gaps: the number of the file, and the group.
pub(crate) type Key = (usize, Option<String>);

/// Returns what tells the recording of a row apart.
pub(crate) fn key(row: &Row) -> Key {
    (row.origin.recording, row.origin.group.clone())
}

/// The gaps in the time column, found in a first reading of all rows.
pub(crate) struct Times {
    /// Longest step of each recording that is no gap.
    limits: HashMap<Key, f64>,
    pub notes: Vec<Note>,
}

/// Steps from row to row.
#[derive(Default)]
struct Steps {
    last: HashMap<Key, f64>,
    /// Steps forward of each recording.
    forward: HashMap<Key, Vec<f64>>,
    all: usize,
    back: Places,
    same: Places,
}

/// How often something was seen, and where first.
#[derive(Default)]
struct Places {
    count: usize,
    first: Option<Place>,
}

impl Places {
    fn add(&mut self, place: impl FnOnce() -> Place) {
        self.count += 1;
        self.first.get_or_insert_with(place);
    }

    fn note(self, message: impl FnOnce(usize) -> String) -> Option<Note> {
        let place = self.first?;
        Some(Note::new(NoteKind::Time, place, message(self.count)))
    }
}

impl Times {
    /// Reads the times of all rows.
    pub fn measure(
        opened: Opened<'_>,
        column: &str,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let mut steps = Steps::default();
        let (file, rows) = (opened.file.clone(), opened.rows);
        for row in rows {
            let row = row?;
            let place = || place_of(&file, &row, column);
            if let Some(time) = time_of(&row, place)? {
                steps.add(key(&row), time, place);
            }
        }
        steps.times(&Place::file(&file).with_column(column), options.gap)
    }

    /// Returns whether a step ends a recording.
    pub fn ends(&self, key: &Key, step: f64) -> bool {
        step < 0.0 || self.limits.get(key).is_some_and(|limit| step > *limit)
    }
}

impl Steps {
    fn add(&mut self, key: Key, time: f64, place: impl FnOnce() -> Place) {
        let Some(last) = self.last.insert(key.clone(), time) else {
            return;
        };
        self.all += 1;
        let step = time - last;
        if step < 0.0 {
            self.back.add(place);
        } else if step == 0.0 {
            self.same.add(place);
        } else {
            self.forward.entry(key).or_default().push(step);
        }
    }

    /// Returns the limits, and notes. Refuses rows that are in no order of time.
    fn times(mut self, place: &Place, gap: Option<f64>) -> Result<Times, DataError> {
        let many = |of: &Places| of.count > 1 && of.count as f64 > MANY * self.all as f64;
        if many(&self.back) || many(&self.same) {
            let (of, what) = match many(&self.back) {
                true => (&self.back, "the time goes back"),
                false => (&self.same, "the time is that of the row before"),
            };
            let message = format!(
                "{what} here and in {} of {} rows in all; sort the rows by time, or name the column \
                 of their recording",
                of.count,
                self.all + 1
            );
            let place = of.first.clone().unwrap_or_default();
            return Err(DataError::new(DataErrorKind::NoOrder, place, message));
        }
        let mut medians: Vec<f64> = self
            .forward
            .values_mut()
            .map(|steps| median(steps))
            .collect();
        medians.sort_by(f64::total_cmp);
        let limits: HashMap<Key, f64> = self
            .forward
            .iter()
            .map(|(key, steps)| (key.clone(), gap.unwrap_or(GAP * steps[steps.len() / 2])))
            .collect();
        let is_gap = |key: &Key, step: &&f64| **step > limits[key];
        let gaps = self.forward.iter();
        let gaps = gaps.map(|(key, steps)| steps.iter().filter(|step| is_gap(key, step)).count());
        let gaps: usize = gaps.sum();
        let steps = match (medians.first(), medians.last()) {
            (Some(&first), Some(&last)) if short(first) == short(last) => short(first),
            (Some(&first), Some(&last)) => format!("{} to {}", short(first), short(last)),
            _ => "unknown".to_owned(),
        };
        let limit = match gap {
            Some(gap) => short(gap),
            None => format!("{GAP} times that"),
        };
        let mut message = match gaps {
            0 => format!("the median step is {steps}, and no step is longer than {limit}"),
            _ => format!(
                "the median step is {steps}; a new recording begins after each step longer than \
                 {limit}: {gaps} of {}",
                self.all
            ),
        };
        if gaps as f64 > IRREGULAR * self.all as f64 {
            message +=
                "; steps this irregular need another limit, or rows resampled to equal steps";
        }
        let notes = [
            Some(Note::new(NoteKind::Gaps, place.clone(), message)),
            self.back.note(|count| {
                format!(
                    "the time goes back here, {count} times in all; a new recording begins there"
                )
            }),
            self.same.note(|count| {
                format!(
                    "the time is that of the row before, {count} times in all; the rows are kept"
                )
            }),
        ];
        Ok(Times {
            limits,
            notes: notes.into_iter().flatten().collect(),
        })
    }
}

/// Returns the time of a row. `None` if it is missing.
pub(crate) fn time_of(row: &Row, place: impl FnOnce() -> Place) -> Result<Option<f64>, DataError> {
    match row.origin.time.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => parse(text).map(Some).ok_or_else(|| {
            let message = format!(
                "{} is not a time; write a number, or a date and time such as 2024-05-31 12:30:00",
                quoted(text)
            );
            DataError::new(DataErrorKind::Other, place(), message)
        }),
    }
}

fn median(steps: &mut [f64]) -> f64 {
    steps.sort_by(f64::total_cmp);
    steps[steps.len() / 2]
}

/// Returns a number as people write it: six digits, without the noise of a difference.
fn short(number: f64) -> String {
    let rounded: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// Reads a time: a number, or a date and time in seconds.
pub(crate) fn parse(text: &str) -> Option<f64> {
    match text.parse::<f64>() {
        Ok(number) => number.is_finite().then_some(number),
        Err(_) => Stamp::of(text)?.seconds(),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn times_are_numbers_or_dates() {
        assert_eq!(parse("12.5"), Some(12.5));
        assert_eq!(parse("1970-01-02"), Some(86400.0));
        assert_eq!(parse("2024-02-29T12:00:00Z"), Some(1_709_208_000.0));
        assert_eq!(
            parse("2024-02-29 14:00:00.25+02:00"),
            Some(1_709_208_000.25)
        );
        assert_eq!(parse("2024/02/29 08:30 -0330"), Some(1_709_208_000.0));
        assert_eq!(parse("2024-03-01"), Some(1_709_251_200.0));
        assert_eq!(parse("00:01:30"), Some(90.0));
        assert_eq!(parse("02.01.1970 00:01"), Some(86460.0));
        for text in [
            "",
            "inf",
            "01/02/2024",
            "2024-13-01",
            "12:60",
            "2024-05-31 noon",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
