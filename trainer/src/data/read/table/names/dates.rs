//! Columns of dates and times, which become circular columns: the day of the year, and the hour.

use chrono::Datelike;

use super::day_order;
use super::moment::{Moment, even_days, hour_decimals};
use crate::data::circular::Circular;
use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};
use crate::data::read::options::ReadOptions;
use crate::data::read::rows::selection::{DATE_PARTS, column_of};
use crate::data::read::rows::{Opened, Row};
use crate::data::read::stamp::{Date, Order, SECONDS_A_DAY, Stamp, are_dates, in_words};
use crate::text::counted;

/// Name of the part of a date in the name of its column, and the first value and the period.
const DAY: (&str, f64, f64) = (DATE_PARTS[0], 1.0, 365.25);
const HOUR: (&str, f64, f64) = (DATE_PARTS[1], 0.0, 24.0);
/// Days that rows which count up evenly span at least if they show anything of a year.
const SEASON: f64 = 30.0;

/// A column of dates or times, as a model learns it.
pub(crate) struct Dates {
    pub parts: Vec<DatePart>,
    pub note: Note,
}

/// A circular column made of dates or times.
pub(crate) struct DatePart {
    pub name: String,
    /// Value of each row, NaN if it is missing.
    pub values: Vec<f64>,
    start: f64,
    period: f64,
    decimals: u8,
}

impl DatePart {
    /// Returns the circular column, whose first value is at `first`.
    pub fn circular(&self, first: usize) -> Circular {
        Circular {
            first,
            start: self.start,
            period: self.period,
            decimals: Some(self.decimals),
        }
    }

    /// Returns the text of a value that does not vary.
    fn constant(&self, moments: &[Option<Moment>]) -> String {
        let first = moments.iter().flatten().next();
        let days = moments.iter().flatten().filter_map(|of| of.day);
        let mut numbers = days.map(|day| day.to_epoch_days());
        let number = numbers.next();
        let is_one_day = numbers.all(|of| Some(of) == number);
        match first.and_then(|of| of.day) {
            Some(day) if self.period == DAY.2 && is_one_day => day.to_string(),
            Some(day) if self.period == DAY.2 => in_words(day),
            None if self.period == DAY.2 => "the same".to_owned(),
            _ => {
                let minutes = first.and_then(|of| of.clock).unwrap_or(0.0) as u32 / 60;
                format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
            }
        }
    }
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StampForm {
    Date,
    Time,
    Stamp,
}

impl StampForm {
    fn of(stamp: Stamp) -> Self {
        match (stamp.date, stamp.clock) {
            (Some(_), None) => Self::Date,
            (Some(_), Some(_)) => Self::Stamp,
            (None, _) => Self::Time,
        }
    }

    fn one(self) -> &'static str {
        match self {
            Self::Date => "a date",
            Self::Time => "a time of the day",
            Self::Stamp => "a date with a time",
        }
    }

    fn many(self) -> &'static str {
        match self {
            Self::Date => "dates",
            Self::Time => "times of the day",
            Self::Stamp => "time stamps",
        }
    }
}

/// Returns a part of a column, such as `when.hour`, that the options name.
pub(crate) fn named_part<'o>(column: &str, options: &'o ReadOptions) -> Option<&'o String> {
    let mut named = options.columns.iter().chain(&options.drop);
    named.find(|name| column_of(name) == Some(column))
}

/// Reads the cells of a column of names. `None` if they are mostly no dates and no times.
pub(crate) fn read(
    opened: &Opened<'_>,
    rows: &[Row],
    position: usize,
    cells: &[Option<String>],
    options: &ReadOptions,
) -> Result<Option<Dates>, DataError> {
    let column = DateColumn {
        opened,
        rows,
        position,
        cells,
    };
    let stamps: Vec<Option<Stamp>> = cells
        .iter()
        .map(|cell| Stamp::of(cell.as_deref()?))
        .collect();
    let is_month =
        |stamp: &&Stamp| matches!(stamp.date, Some(Date::Month(_))) && stamp.clock.is_none();
    let found = stamps.iter().flatten().count();
    let months = stamps.iter().flatten().filter(is_month).count();
    let known = cells.iter().flatten().count();
    // Serial numbers look like months, if they are small.
    let are_months = months == 0 || months == known;
    if !are_dates(found, known) || !are_months {
        return Ok(None);
    }
    let form = column.form(&stamps)?;
    let (order, example) = column.order(&stamps)?;
    let moment = |stamp: &Option<Stamp>| {
        let stamp = (*stamp)?;
        Some(Moment {
            day: stamp.date.and_then(|date| date.day(order)),
            clock: stamp.clock.map(|clock| clock.seconds),
        })
    };
    let moments: Vec<Option<Moment>> = stamps.iter().map(moment).collect();
    Ok(Some(column.dates(form, &moments, example, options)))
}

/// A column of dates.
struct DateColumn<'a> {
    opened: &'a Opened<'a>,
    rows: &'a [Row],
    position: usize,
    cells: &'a [Option<String>],
}

impl DateColumn<'_> {
    fn name(&self) -> &str {
        &self.opened.columns[self.position]
    }

    fn place(&self, row: usize) -> Place {
        Place {
            cell: self.cells[row].clone(),
            ..self.opened.place(&self.rows[row], self.position)
        }
    }

    fn cell(&self, row: usize) -> String {
        quoted(self.cells[row].as_deref().unwrap_or_default())
    }

    /// Returns what most cells say. Refuses the first that says something else.
    fn form(&self, stamps: &[Option<Stamp>]) -> Result<StampForm, DataError> {
        let forms: Vec<Option<StampForm>> = stamps
            .iter()
            .map(|stamp| stamp.map(StampForm::of))
            .collect();
        let count = |form| forms.iter().filter(|&&of| of == Some(form)).count();
        let all = [StampForm::Date, StampForm::Time, StampForm::Stamp];
        let usual = all.into_iter().max_by_key(|&form| count(form));
        let usual = usual.unwrap_or(StampForm::Date);
        let is_odd = |&row: &usize| self.cells[row].is_some() && forms[row] != Some(usual);
        match (0..forms.len()).find(is_odd) {
            None => Ok(usual),
            Some(row) => {
                let what = match forms[row] {
                    Some(form) => format!("is {}", form.one()),
                    None => "is neither a date nor a time that exists".to_owned(),
                };
                let message = format!(
                    "{} {what}, but the column has {}; correct it or remove the row",
                    self.cell(row),
                    usual.many()
                );
                let kind = DataErrorKind::NotANumber;
                Err(DataError::new(kind, self.place(row), message))
            }
        }
    }

    /// Returns whether the day comes first in dates that end with the year, and a row that shows
    /// it.
    fn order(&self, stamps: &[Option<Stamp>]) -> Result<(Option<Order>, Option<usize>), DataError> {
        let dates = stamps.iter().map(|stamp| stamp.and_then(|of| of.date));
        let dates: Vec<Option<Date>> = dates.collect();
        let first = |order| {
            dates
                .iter()
                .position(|date| date.and_then(Date::order) == Some(order))
        };
        let open = |(row, date): (usize, &Option<Date>)| {
            let date = (*date)?;
            date.day(None).is_none().then_some((row, date))
        };
        let open = dates.iter().enumerate().find_map(open);
        match (first(Order::DayFirst), first(Order::MonthFirst), open) {
            (Some(day), Some(month), _) => {
                let (row, other, order) = match day < month {
                    true => (month, day, "month before the day, unlike"),
                    false => (day, month, "day before the month, unlike"),
                };
                let message = format!(
                    "{} has the {order} {}; write all dates as 2024-01-31",
                    self.cell(row),
                    self.cell(other)
                );
                Err(DataError::new(
                    DataErrorKind::Dates,
                    self.place(row),
                    message,
                ))
            }
            (Some(row), None, _) => Ok((Some(Order::DayFirst), Some(row))),
            (None, Some(row), _) => Ok((Some(Order::MonthFirst), Some(row))),
            (None, None, Some((row, date))) => {
                if let Some(order) = day_order::shown(stamps) {
                    return Ok((Some(order), Some(row)));
                }
                // A day that does not vary is left out.
                if dates.iter().flatten().all(|of| *of == date) {
                    return Ok((None, None));
                }
                let words = |order| date.day(Some(order)).map_or(String::new(), in_words);
                let message = format!(
                    "{} may be {} or {}, and no date of the column has a day above 12 that tells; \
                     write dates as 2024-01-31",
                    self.cell(row),
                    words(Order::DayFirst),
                    words(Order::MonthFirst)
                );
                Err(DataError::new(
                    DataErrorKind::Dates,
                    self.place(row),
                    message,
                ))
            }
            (None, None, None) => Ok((None, None)),
        }
    }

    /// Chooses the parts that a model learns.
    fn dates(
        &self,
        form: StampForm,
        moments: &[Option<Moment>],
        example: Option<usize>,
        options: &ReadOptions,
    ) -> Dates {
        let mut made = Vec::new();
        let mut left_out = Vec::new();
        let days = self.part(DAY, 0, moments, |of| Some(of.day?.ordinal().into()));
        let hours = self.part(HOUR, hour_decimals(moments), moments, |of| {
            Some(of.clock?.rem_euclid(SECONDS_A_DAY) / 3600.0)
        });
        let span = even_days(moments);
        for (part, is_there) in [
            (days, form != StampForm::Time),
            (hours, form != StampForm::Date),
        ] {
            if !is_there {
                continue;
            }
            let is_day = part.period == DAY.2;
            let what = if is_day { "day" } else { "hour" };
            let counts = span.filter(|&span| is_day && form == StampForm::Stamp && span < SEASON);
            let reason = match (&options.date_parts, counts) {
                _ if self.is_dropped(&part, options) => Some("the options say so".to_owned()),
                (Some(wanted), _) if wanted.contains(&part.name) => None,
                (Some(_), _) => Some("the model has none".to_owned()),
                (None, _) if !varies(&part.values) => {
                    Some(format!("it is {} in all rows", part.constant(moments)))
                }
                (None, Some(span)) => Some(format!(
                    "the rows count up evenly over {}, which tell nothing of a year",
                    counted(span.ceil().max(1.0) as usize, "day", "days")
                )),
                (None, None) => None,
            };
            match reason {
                None => made.push(part),
                Some(reason) => left_out.push(format!("the {what} is left out, because {reason}")),
            }
        }
        let names: Vec<String> = made.iter().map(|part| quoted(&part.name)).collect();
        let become_ = match names.as_slice() {
            [] => format!("no column is made of the {}", form.many()),
            [only] => format!("the {} become the circular column {only}", form.many()),
            more => format!(
                "the {} become the circular columns {}",
                form.many(),
                more.join(" and ")
            ),
        };
        let order = example.map(|row| {
            let is_day = moments[row].and_then(|of| of.day);
            let day = is_day.map_or(String::new(), in_words);
            format!("{} is read as {day}", self.cell(row))
        });
        let clauses: Vec<String> = [become_].into_iter().chain(left_out).chain(order).collect();
        let place = Place::file(&self.opened.file).with_column(self.name());
        Dates {
            parts: made,
            note: Note::new(NoteKind::Dates, place, clauses.join("; ")),
        }
    }

    /// Returns whether the options leave a part out.
    fn is_dropped(&self, part: &DatePart, options: &ReadOptions) -> bool {
        let is_named = |name: &String| column_of(name) == Some(self.name());
        let has_column = options.columns.iter().any(|name| name == self.name());
        let chosen = !has_column && options.columns.iter().any(is_named);
        options.drop.contains(&part.name) || chosen && !options.columns.contains(&part.name)
    }

    fn part(
        &self,
        (name, start, period): (&str, f64, f64),
        decimals: u8,
        moments: &[Option<Moment>],
        value: impl Fn(Moment) -> Option<f64>,
    ) -> DatePart {
        let steps = 10f64.powi(decimals.into());
        let rounded = |value: f64| {
            let value = (value * steps).round() / steps;
            if value < start + period { value } else { start }
        };
        let value = |of: &Option<Moment>| of.and_then(&value).map_or(f64::NAN, rounded);
        DatePart {
            name: format!("{}.{name}", self.name()),
            values: moments.iter().map(value).collect(),
            start,
            period,
            decimals,
        }
    }
}

/// Returns whether known values differ.
fn varies(values: &[f64]) -> bool {
    let mut known = values.iter().filter(|value| !value.is_nan());
    let first = known.next();
    known.any(|value| Some(value) != first)
}

#[cfg(test)]
mod tests;
