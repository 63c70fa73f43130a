//! Times of rows, and the gaps between them.

use std::collections::HashMap;

use super::super::error::{DataError, DataErrorKind, Place};
use super::super::note::{Note, NoteKind};
use super::options::ReadOptions;
use super::row::{Opened, Row};

/// A step longer than this many median steps is a gap.
const GAP: f64 = 1.5;
/// Share of steps from which going back or standing still is no exception.
const MANY: f64 = 0.25;
/// Share of gaps from which steps are irregular.
const IRREGULAR: f64 = 0.1;

/// What tells recordings apart besides gaps: the number of the file, and the group.
pub(super) type Key = (usize, Option<String>);

/// Returns what tells the recording of a row apart.
pub(super) fn key(row: &Row) -> Key {
    (row.origin.recording, row.origin.group.clone())
}

/// The gaps in the time column, found in a first reading of all rows.
pub(super) struct Times {
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
            let place = || super::row::place(&file, &row, column);
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
pub(super) fn time_of(row: &Row, place: impl FnOnce() -> Place) -> Result<Option<f64>, DataError> {
    match row.origin.time.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => parse(text).map(Some).ok_or_else(|| {
            let message = format!(
                "{} is not a time; write a number, or a date and time such as 2024-05-31 12:30:00",
                super::super::error::quoted(text)
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
pub(super) fn parse(text: &str) -> Option<f64> {
    match text.parse::<f64>() {
        Ok(number) => number.is_finite().then_some(number),
        Err(_) => iso(text),
    }
}

/// Reads `2024-05-31T12:30:05.25+02:00`, parts of it, or a time of the day, in seconds.
fn iso(text: &str) -> Option<f64> {
    let text = text.trim();
    let (date, clock) = match text.split_once(['T', 't', ' ']) {
        Some((date, clock)) => (date, clock.trim()),
        None if text.contains(':') => ("1970-01-01", text),
        None => (text, "0:0"),
    };
    let mut parts = date.split(['-', '/']);
    let [year, month, day] = [parts.next()?, parts.next()?, parts.next()?];
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let date = days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let zone_at = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(zone_at);
    Some(date as f64 * 86400.0 + seconds(clock.trim())? - offset(zone)?)
}

/// Returns whether a text is a date, a time of the day, or both. Dates may begin with the day or
/// the month.
pub(super) fn is_date(text: &str) -> bool {
    let separators = |c: char| matches!(c, '-' | '/' | '.' | ':');
    if text.len() < 4 || !text.contains(separators) || !text.starts_with(|c: char| c.is_numeric()) {
        return false;
    }
    // AM, PM or Z.
    let text = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let (date, clock) = match text.split_once(['T', 't', ' ']) {
        Some((date, clock)) => (date, clock.trim()),
        None if text.contains(':') => return is_clock(text),
        None => (text, "00:00"),
    };
    let is_day = ['-', '/', '.'].iter().any(|&separator| {
        let parts: Vec<&str> = date.split(separator).collect();
        let parts: Vec<Option<u32>> = parts.iter().map(|part| part.parse().ok()).collect();
        matches!(
            parts[..],
            [Some(1000..3000), Some(1..=12), Some(1..=31)]
                | [Some(1..=31), Some(1..=31), Some(1000..3000)]
        )
    });
    is_day && is_clock(clock)
}

/// Returns whether a text is a time of the day, with two digits for minutes. 16:9 is none.
fn is_clock(text: &str) -> bool {
    let minutes = text.split(':').nth(1).unwrap_or_default();
    let digits = minutes.chars().take_while(char::is_ascii_digit).count();
    digits == 2 && iso(text).is_some()
}

/// Returns the seconds of a time of the day.
fn seconds(clock: &str) -> Option<f64> {
    let mut parts = clock.split(':');
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let seconds: f64 = match parts.next() {
        Some(seconds) => seconds.replacen(',', ".", 1).parse().ok()?,
        None => 0.0,
    };
    let is_valid = hours <= 24 && minutes < 60 && (0.0..61.0).contains(&seconds);
    let to_minute = f64::from(hours * 3600 + minutes * 60);
    (is_valid && parts.next().is_none()).then_some(to_minute + seconds)
}

/// Returns the seconds of a time zone: `Z`, `+02:00`, `-0330` or nothing.
fn offset(zone: &str) -> Option<f64> {
    let (sign, digits) = match zone.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => return Some(0.0),
        Some(("+", digits)) => (1.0, digits),
        Some(("-", digits)) => (-1.0, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some(sign * f64::from(hours * 3600 + minutes * 60))
}

/// Returns the days since 1970 of a date in the Gregorian calendar (Hinnant, *chrono-compatible
/// low-level date algorithms*).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + day - 719_468)
}

#[cfg(test)]
mod tests {
    use super::{is_date, parse};

    #[test]
    fn dates_are_known_by_their_form() {
        for text in [
            "2024-03-01",
            "2024/3/1",
            "2024-03-01 12:30",
            "2024-03-01T12:30:05.25Z",
            "2024-03-01T12:30:05+02:00",
            "01.03.2024",
            "12/31/2024 08:30",
            "31-12-2024",
            "3/1/2024 8:30 AM",
            "08:30",
            "8:30:05",
            "08:30 PM",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "",
            "12",
            "1.5",
            "-3",
            "16:9",
            "4:3",
            "1.2.3",
            "10.0.0.1",
            "2024-13-01",
            "rain",
            "12:99",
            "1e-5",
            "0.5-1.5",
            "03-01",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn times_are_numbers_or_iso_dates() {
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
        for text in [
            "",
            "inf",
            "31.12.2024",
            "2024-13-01",
            "12:60",
            "2024-05-31 noon",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
