//! Times of rows, and the gaps between them.

use std::collections::HashMap;

use super::time::Time;
use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};
use crate::data::read::options::ReadOptions;
use crate::data::read::rows::{Opened, Row, place as place_of};
use crate::data::read::stamp::{Date, Order, SECONDS_A_DAY, in_words};

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
    /// What comes first in dates that end with the year.
    order: Order,
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

/// The steps, if dates that end with the year have this order.
struct Reading {
    order: Order,
    steps: Steps,
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
        let mut readings: Vec<Reading> = [Order::DayFirst, Order::MonthFirst]
            .map(|order| Reading {
                order,
                steps: Steps::default(),
            })
            .into();
        // The first row of which day and month may be swapped.
        let mut open = None;
        let (file, rows) = (opened.file.clone(), opened.rows);
        for row in rows {
            let row = row?;
            let place = || place_of(&file, &row, column);
            let Some(time) = Time::of(&row, place)? else {
                continue;
            };
            readings.retain_mut(|reading| match time.seconds(reading.order) {
                Some(seconds) => {
                    reading.steps.add(key(&row), seconds, place);
                    true
                }
                None => false,
            });
            let text = row.origin.time.as_deref().unwrap_or_default();
            if readings.is_empty() {
                let message = format!(
                    "{} has day and month in another order than the dates above; write all dates \
                     as 2024-01-31",
                    quoted(text)
                );
                return Err(DataError::new(DataErrorKind::Other, place(), message));
            }
            if let (None, Some(date)) = (&open, time.open_date()) {
                open = Some(OpenDate {
                    text: text.to_owned(),
                    date,
                    place: place(),
                });
            }
        }
        let (reading, note) = match open {
            Some(open) => open.shown(readings)?,
            None => (readings.swap_remove(0), None),
        };
        let place = Place::file(&file).with_column(column);
        let mut times = reading.steps.times(&place, options.gap, reading.order)?;
        times.notes.extend(note);
        Ok(times)
    }

    /// Returns the time of a row. `None` if it is missing.
    pub fn time_of(
        &self,
        row: &Row,
        place: impl FnOnce() -> Place,
    ) -> Result<Option<f64>, DataError> {
        let time = Time::of(row, place)?;
        Ok(time.and_then(|time| time.seconds(self.order)))
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
    fn times(mut self, place: &Place, gap: Option<f64>, order: Order) -> Result<Times, DataError> {
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
            order,
            notes: notes.into_iter().flatten().collect(),
        })
    }
}

/// The first date of which day and month may be swapped.
struct OpenDate {
    text: String,
    date: Date,
    place: Place,
}

impl OpenDate {
    /// Returns the reading that the times show, and a note about it: the only one, or else the only
    /// one in which no time goes back, or no step is longer than a day. Dates without times of the
    /// day need another sign, because days of a month may be months.
    fn shown(self, mut readings: Vec<Reading>) -> Result<(Reading, Option<Note>), DataError> {
        let is_same = |one: &Steps, other: &Steps| {
            one.forward == other.forward && one.back.count == other.back.count
        };
        if let [one, other] = &readings[..]
            && is_same(&one.steps, &other.steps)
        {
            return Ok((readings.swap_remove(0), None));
        }
        let goes_on = |of: &Reading| of.steps.back.count == 0;
        let is_dense = |of: &Reading| {
            let mut steps = of.steps.forward.values().flatten();
            goes_on(of) && steps.all(|step| *step <= SECONDS_A_DAY)
        };
        let signs: [&dyn Fn(&Reading) -> bool; 3] = [&|_| true, &goes_on, &is_dense];
        let has_clock = self.text.contains(':');
        let usable = if has_clock { &signs[..] } else { &signs[..1] };
        let only = usable.iter().find_map(|is_so| {
            let mut found = (0..readings.len()).filter(|&at| is_so(&readings[at]));
            found.next().filter(|_| found.next().is_none())
        });
        let text = quoted(&self.text);
        let Some(at) = only else {
            let message = format!(
                "day and month of {text} may be swapped, and the times do not tell; write dates as \
                 2024-01-31"
            );
            return Err(DataError::new(DataErrorKind::Other, self.place, message));
        };
        let reading = readings.swap_remove(at);
        let note = self.date.day(Some(reading.order)).map(|day| {
            let message = format!("{text} is read as {}", in_words(day));
            Note::new(NoteKind::Other, self.place, message)
        });
        Ok((reading, note))
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

#[cfg(test)]
mod tests {
    use crate::data::Table;
    use crate::data::read::tests::options_with;
    use crate::data::read::{Window, parse_csv};

    /// Reads a row for each time, in windows of two.
    fn read(times: &[&str]) -> Result<Table, String> {
        let rows = times.iter().enumerate();
        let rows: String = rows.map(|(at, time)| format!("{time},{at}.5\n")).collect();
        let options = options_with(|of| {
            of.time = Some("t".to_owned());
            of.window = Some(Window {
                length: 2,
                stride: 2,
            });
            of.gap = Some(1e9);
        });
        let table = parse_csv(format!("t,x\n{rows}").as_bytes(), "a.csv", &options);
        table.map_err(|error| error.to_string())
    }

    /// Returns the notes about dates.
    fn notes(times: &[&str]) -> Vec<String> {
        let notes = read(times).expect("windows").notes.into_iter();
        let notes = notes.map(|note| note.message);
        notes.filter(|note| note.contains("is read as")).collect()
    }

    #[test]
    fn times_tell_day_and_month_apart() {
        let first = ["`01/02/2024 23:00` is read as 1 February"];
        // By a day above 12, by times that would go back, and by steps of less than a day.
        for [third, last] in [
            ["13/02/2024 01:00", "13/02/2024 02:00"],
            ["05/02/2024 01:00", "01/03/2024 01:00"],
            ["02/02/2024 01:00", "02/02/2024 02:00"],
        ] {
            let times = ["01/02/2024 23:00", "02/02/2024 00:00", third, last];
            assert_eq!(notes(&times), first, "{last}");
        }
        let times = ["02/01/2024 23:00", "02/02/2024 00:00"];
        let times = [&times[..], &["02/02/2024 01:00", "02/02/2024 02:00"]].concat();
        assert_eq!(notes(&times), ["`02/01/2024 23:00` is read as 1 February"]);
        // On a single day the order changes nothing.
        let times = ["01/02/2024 1:00", "01/02/2024 2:00"];
        let times = [&times[..], &["01/02/2024 3:00", "01/02/2024 4:00"]].concat();
        assert!(notes(&times).is_empty());
    }

    #[test]
    fn dates_that_tell_no_order_are_refused() {
        let times = ["01/02/2024", "02/02/2024", "03/02/2024", "04/02/2024"];
        assert_eq!(
            read(&times).unwrap_err(),
            "a.csv, line 2, column `t`: day and month of `01/02/2024` may be swapped, and the \
             times do not tell; write dates as 2024-01-31"
        );
        let times = ["13/02/2024 1:00", "13/02/2024 2:00", "02/14/2024 3:00"];
        assert_eq!(
            read(&times).unwrap_err(),
            "a.csv, line 4, column `t`: `02/14/2024 3:00` has day and month in another order than \
             the dates above; write all dates as 2024-01-31"
        );
    }
}
