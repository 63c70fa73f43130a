//! Dates and times of the day, as people and programs write them.

pub(crate) mod names;
pub(crate) mod periods;

use chrono::NaiveDate;

use names::{WEEKDAYS, month_named, named, zone_named};

/// Seconds from midnight to midnight.
pub(crate) const SECONDS_A_DAY: f64 = 86400.0;

/// A date, a time of the day, or both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stamp {
    pub date: Option<Date>,
    pub clock: Option<Clock>,
}

/// A time of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Clock {
    /// Seconds since midnight, as written.
    pub seconds: f64,
    /// Seconds by which the time zone is ahead of UTC; 0 if there is none.
    pub offset: f64,
}

/// A date as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Date {
    Day(NaiveDate),
    /// The first day of a month, a week or a quarter: `2024-01`, `2024-W03`, `2024 Q1`.
    Month(NaiveDate),
    /// Day and month, or month and day.
    Either {
        first: u32,
        second: u32,
        year: i32,
    },
}

/// What comes first in a date that ends with the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

/// Longest text that is a date.
const MAX_LENGTH: usize = 64;

impl Stamp {
    /// Reads a date, a time of the day, or both. `None` if the text is something else.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if !(4..=MAX_LENGTH).contains(&text.len()) {
            return None;
        }
        let ordered = without_late_year(text)
            .or_else(|| without_signs(text))
            .or_else(|| with_colons(text));
        let text = ordered.as_deref().unwrap_or(text);
        let Some((date, clock)) = split(text) else {
            let date = Some(Date::of(text, false)?);
            return Some(Self { date, clock: None });
        };
        let date = match date {
            "" => None,
            date => Some(Date::of(date, true)?),
        };
        let clock = Some(Clock::of(clock)?);
        Some(Self { date, clock })
    }

    /// Returns whether it has a day, or a time of the day.
    pub fn has_day(self) -> bool {
        self.clock.is_some() || !matches!(self.date, Some(Date::Month(_)))
    }

    /// Returns the seconds since 1970, or since midnight without a date. `None` if there is no such
    /// date in this order.
    pub fn seconds(self, order: Order) -> Option<f64> {
        let days = match self.date {
            Some(date) => date.day(Some(order))?.to_epoch_days(),
            None => 0,
        };
        let clock = self.clock.map_or(0.0, |clock| clock.seconds - clock.offset);
        Some(f64::from(days) * SECONDS_A_DAY + clock)
    }
}

/// Returns a day in words, such as `1 February`.
pub(crate) fn in_words(day: NaiveDate) -> String {
    day.format("%-d %B").to_string()
}

/// Returns whether cells are mostly dates or times: `dates` of `cells`.
pub(crate) fn are_dates(dates: usize, cells: usize) -> bool {
    2 * dates > cells
}

/// Returns `15 Jan 2024 13:45:00` for `Mon Jan 15 13:45:00 2024`, as C and `date` write it. A time
/// zone may come before the year.
fn without_late_year(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [weekday, month, day, clock, zone @ .., year] = &words[..] else {
        return None;
    };
    let is_so = named(weekday, WEEKDAYS).is_some()
        && clock.contains(':')
        && zone.len() < 2
        && year.len() == 4;
    is_so.then(|| format!("{day} {month} {year} {clock} {}", zone.concat()))
}

/// Returns `2024-1-15 13:45` for `2024年1月15日 13:45`.
fn without_signs(text: &str) -> Option<String> {
    let is_so = text.contains('年') && text.contains('日');
    is_so.then(|| {
        text.replace(['年', '月'], "-")
            .replace('日', " ")
            .trim_end()
            .to_owned()
    })
}

/// Returns `1.3.2023 18:04` for `1.3.2023 18.04`, as in Finland and Italy. Without a date, only
/// `18.00.00` is a time.
fn with_colons(text: &str) -> Option<String> {
    let (date, clock) = text.rsplit_once(' ').unwrap_or(("", text));
    let parts: Vec<&str> = clock.split('.').collect();
    let is_part = |part: &&str| matches!(part.len(), 1..=2) && digits(part).is_some();
    let is_clock = match (date.trim(), &parts[..]) {
        // Versions and dates look the same.
        ("", [hours, minutes, "00"]) => hours.len() == 2 && (*minutes == "00" || *minutes > "12"),
        ("", _) => false,
        (date, [_, _] | [_, _, _]) => Date::of(date, true).is_some(),
        _ => false,
    };
    (is_clock && parts.iter().all(is_part)).then(|| format!("{date} {}", clock.replace('.', ":")))
}

/// Divides a text into the date, which may be empty, and the time of the day. `None` if there is no
/// such time.
fn split(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_mark = |&at: &usize| {
        bytes[at].eq_ignore_ascii_case(&b't') && is_digit(at.wrapping_sub(1)) && is_digit(at + 1)
    };
    if let Some(at) = (0..bytes.len()).find(is_mark) {
        return Some((&text[..at], &text[at + 1..]));
    }
    let colon = text.find(':')?;
    let hours = (0..colon).rev().take_while(|&at| is_digit(at)).count();
    // Web servers write `15/Jan/2024:13:45:00`.
    if hours == 4 && colon > hours {
        return Some((&text[..colon], &text[colon + 1..]));
    }
    let (date, clock) = text.split_at(colon - hours);
    let rest = date.trim_end_matches([' ', ',']);
    (date.is_empty() || rest.len() < date.len()).then_some((rest, clock))
}

impl Clock {
    /// Reads `13:45`, `13:45:10.25+02:00`, `1:45 PM`, `1:45 p.m.`, and `1345` as after a `T`.
    fn of(text: &str) -> Option<Self> {
        let is_clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',');
        let end = text.find(|c| !is_clock(c)).unwrap_or(text.len());
        let (clock, rest) = text.split_at(end);
        let rest = rest.trim().to_ascii_uppercase().replace(".M.", "M");
        let half = ["AM", "PM"].iter().position(|half| rest.starts_with(half));
        let zone = match half {
            Some(_) => rest[2..].trim(),
            None => &rest,
        };
        let (hours, minutes, seconds) = parts(clock)?;
        let hours = match half {
            Some(_) if !(1..=12).contains(&hours) => return None,
            Some(half) => hours % 12 + 12 * half as u32,
            None => hours,
        };
        let is_end = hours == 24 && minutes == 0 && seconds == 0.0;
        let is_valid = (hours < 24 || is_end) && minutes < 60 && seconds < 61.0;
        is_valid.then_some(())?;
        Some(Self {
            seconds: f64::from(hours * 3600 + minutes * 60) + seconds,
            offset: offset(zone)?,
        })
    }
}

/// Returns hours, minutes and seconds.
fn parts(clock: &str) -> Option<(u32, u32, f64)> {
    let clock = clock.replacen(',', ".", 1);
    let (whole, fraction) = clock.split_once('.').unwrap_or((&clock, ""));
    let pieces: Vec<&str> = match whole.contains(':') {
        true => whole.split(':').collect(),
        false => (0..whole.len())
            .step_by(2)
            .map(|at| &whole[at..whole.len().min(at + 2)])
            .collect(),
    };
    let (&hours, rest) = pieces.split_first()?;
    let is_whole = rest.iter().all(|piece| piece.len() == 2) && (1..=2).contains(&hours.len());
    let has_fraction = !fraction.is_empty();
    if !is_whole || rest.len() > 2 || has_fraction && rest.len() < 2 {
        return None;
    }
    let number = |at: usize| rest.get(at).map_or(Some(0), |piece| digits(piece));
    let seconds = format!("{}.{fraction}0", number(1)?);
    Some((digits(hours)?, number(0)?, seconds.parse().ok()?))
}

/// Returns the seconds of a time zone: `CET`, `+02`, `+02:00`, `-0330`, `GMT+2` or nothing. A name
/// in brackets may follow.
fn offset(zone: &str) -> Option<f64> {
    let zone = zone.split('[').next().unwrap_or_default().trim();
    let shift = ["GMT", "UTC"]
        .iter()
        .find_map(|name| zone.strip_prefix(name));
    let zone = shift
        .filter(|shift| shift.starts_with(['+', '-']))
        .unwrap_or(zone);
    let (sign, shift) = match zone.split_at_checked(1) {
        _ if zone.is_empty() => return Some(0.0),
        Some(("+", shift)) => (1.0, shift),
        Some(("-", shift)) => (-1.0, shift),
        _ => return zone_named(zone).map(|hours| 3600.0 * hours),
    };
    let shift = match shift.len() {
        1 => format!("0{shift}"),
        _ => shift.replacen(':', "", 1),
    };
    let (hours, minutes) = shift.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours <= 15 && minutes < 60).then_some(sign * f64::from(hours * 3600 + minutes * 60))
}

impl Date {
    /// Reads a date. Years of two digits after dots need a time of the day, because versions look
    /// the same.
    fn of(text: &str, has_clock: bool) -> Option<Self> {
        let week = text.split_once("-W").or_else(|| text.split_once('W'));
        if let Some((year, week)) = week.filter(|(year, _)| digits(year).is_some()) {
            return Self::of_week(year, week);
        }
        if text.contains(char::is_alphabetic) {
            return Self::of_quarter(text).or_else(|| Self::of_words(text));
        }
        if has_clock && text.len() == 8 {
            let parts = [text.get(..4)?, text.get(4..6)?, text.get(6..)?];
            if let [Some(year), Some(month), Some(day)] = parts.map(digits) {
                return date_of(year as i32, month, day).map(Self::Day);
            }
        }
        let mark = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
        let parts: Vec<&str> = text.split(mark).map(str::trim).collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let numbers: Vec<u32> = parts
            .iter()
            .map(|part| digits(part))
            .collect::<Option<_>>()?;
        match (&numbers[..], &lengths[..], mark) {
            (&[year, month, day], [4, 1..=2, 1..=2], _) => {
                date_of(year as i32, month, day).map(Self::Day)
            }
            (&[year, month], [4, 2], '-') => date_of(year as i32, month, 1).map(Self::Month),
            (&[day, month, year], [1..=2, 1..=2, 4], '.') => {
                date_of(year as i32, month, day).map(Self::Day)
            }
            (&[day, month, year], [1..=2, 1..=2, 2], '.') if has_clock => {
                date_of(full(year), month, day).map(Self::Day)
            }
            (&[first, second, year], [1..=2, 1..=2, 4], _) => {
                Self::either(first, second, year as i32)
            }
            (&[first, second, year], [1..=2, 1..=2, 2], '/') => {
                Self::either(first, second, full(year))
            }
            _ => None,
        }
    }

    fn either(first: u32, second: u32, year: i32) -> Option<Self> {
        if first == second {
            return date_of(year, first, second).map(Self::Day);
        }
        let date = Self::Either {
            first,
            second,
            year,
        };
        let orders = [Order::DayFirst, Order::MonthFirst];
        let is_day = |&order: &Order| date.day(Some(order)).is_some();
        orders.iter().any(is_day).then_some(date)
    }

    /// Reads `15 Jan 2024`, `January 15th, 2024`, `Mon, 15-Jan-24`, `2024 Jan 15`, `Jan 2024`,
    /// `2024 Jan`, `15. März 2024` or `15 de marzo de 2024`.
    fn of_words(text: &str) -> Option<Self> {
        let words = text.split([' ', ',', '-', '.', '/']);
        let words = words.filter(|word| !word.is_empty() && *word != "de");
        let mut words: Vec<&str> = words.collect();
        if words
            .first()
            .is_some_and(|word| named(word, WEEKDAYS).is_some())
        {
            words.remove(0);
        }
        let mut numbered = words.iter().enumerate();
        let (place, month) =
            numbered.find_map(|(place, word)| Some((place, month_named(word)?)))?;
        words.remove(place);
        let month = month as u32 + 1;
        let year = |word: &str| match word.len() {
            4 => digits(word).map(|year| year as i32),
            2 => digits(word).map(full),
            _ => None,
        };
        let number_of = |word: &str| {
            let ends = ["st", "nd", "rd", "th"];
            let end = ends.iter().find_map(|end| word.strip_suffix(end));
            digits(end.unwrap_or(word))
        };
        match words[..] {
            [first, last] if first.len() == 4 && digits(first).is_some() && place < 2 => {
                date_of(year(first)?, month, number_of(last)?).map(Self::Day)
            }
            [first, last] if place < 2 => {
                date_of(year(last)?, month, number_of(first)?).map(Self::Day)
            }
            [only] if only.len() == 4 => date_of(year(only)?, month, 1).map(Self::Month),
            _ => None,
        }
    }

    /// Returns what comes first, if only one order gives a date.
    pub fn order(self) -> Option<Order> {
        let is_day = |order| self.day(Some(order)).is_some();
        match self {
            Self::Either { .. } if !is_day(Order::DayFirst) => Some(Order::MonthFirst),
            Self::Either { .. } if !is_day(Order::MonthFirst) => Some(Order::DayFirst),
            _ => None,
        }
    }

    /// Returns the day, if `order` says enough.
    pub fn day(self, order: Option<Order>) -> Option<NaiveDate> {
        match self {
            Self::Day(day) | Self::Month(day) => Some(day),
            Self::Either {
                first,
                second,
                year,
            } => match order.or_else(|| self.order())? {
                Order::DayFirst => date_of(year, second, first),
                Order::MonthFirst => date_of(year, first, second),
            },
        }
    }
}

/// Returns the year of two digits.
fn full(year: u32) -> i32 {
    year as i32 + if year < 70 { 2000 } else { 1900 }
}

fn digits(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Returns a day of the Gregorian calendar, if there is such a day.
fn date_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let is_likely = (1000..3000).contains(&year);
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| is_likely)
}

#[cfg(test)]
mod tests;
