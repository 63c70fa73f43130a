//! Cells that say how long something took: `26:15:00`, `3:59.4`, `1 day, 2:03:04`, `PT1M3S`.

use super::format::Seen;

/// Cells of a column that may be durations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durations {
    pub seen: Seen,
    /// Some cells are nothing else.
    is_certain: bool,
    /// Some cells have three parts.
    has_hours: bool,
    /// Some cells have two parts, but are no times of the day.
    has_minutes: bool,
}

impl Durations {
    pub fn add(&mut self, cell: &str, line: usize) {
        let Some(duration) = Duration::of(cell) else {
            return;
        };
        self.seen.add(cell, line);
        self.is_certain |= duration.is_certain;
        self.has_hours |= duration.parts == 3;
        self.has_minutes |= duration.parts == 2 && duration.seconds >= 25.0 * 60.0;
    }

    /// Returns whether a column has durations, because nearly all cells are. If `is_meant`, those
    /// are too that may be times of the day.
    pub fn are_most(&self, cells: usize, is_meant: bool) -> bool {
        let is_certain = self.is_certain || self.has_hours && self.has_minutes;
        self.seen.is_some() && 10 * self.seen.count >= 9 * cells && (is_certain || is_meant)
    }
}

/// Returns whether the name of a column says that it has durations.
pub(crate) fn is_name(name: &str) -> bool {
    const WORDS: [&str; 6] = ["duration", "elapsed", "pace", "laptime", "dauer", "durée"];
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| WORDS.contains(&word))
}

/// Returns the seconds of a duration.
pub(crate) fn seconds(cell: &str) -> Option<f64> {
    Duration::of(cell).map(|duration| duration.seconds)
}

struct Duration {
    seconds: f64,
    /// Number of parts that colons separate.
    parts: usize,
    /// It cannot be a time of the day.
    is_certain: bool,
}

impl Duration {
    fn of(cell: &str) -> Option<Self> {
        let (sign, text) = match cell.strip_prefix('-') {
            Some(rest) => (-1.0, rest),
            None => (1.0, cell.strip_prefix('+').unwrap_or(cell)),
        };
        let duration = match text.strip_prefix('P') {
            Some(text) => Self::of_iso(text),
            None => Self::of_days(text).or_else(|| Self::of_units(text)),
        }?;
        Some(Self {
            seconds: sign * duration.seconds,
            is_certain: duration.is_certain || sign < 0.0 && duration.parts > 1,
            ..duration
        })
    }

    /// Reads `1DT2H3M4.5S`, which follows a P.
    fn of_iso(text: &str) -> Option<Self> {
        let (days, clock) = text.split_once('T').unwrap_or((text, ""));
        let days = match days.strip_suffix('D') {
            Some(days) => days.parse::<u32>().ok()?,
            None if days.is_empty() => 0,
            None => return None,
        };
        let clock = match clock {
            "" => 0.0,
            clock if clock.ends_with(['H', 'M', 'S']) => units(&clock.to_lowercase())?.0,
            _ => return None,
        };
        let is_empty = !text.contains(|c: char| c.is_ascii_digit());
        (!is_empty).then(|| Self {
            seconds: f64::from(days) * 86400.0 + clock,
            parts: 0,
            is_certain: true,
        })
    }

    /// Reads `2:03:04.5`, `59:04.5`, and the same after `1 day, ` or `0 days `.
    fn of_days(text: &str) -> Option<Self> {
        let (days, clock) = match text.split_once(" day") {
            Some((days, rest)) => {
                let rest = rest.strip_prefix('s').unwrap_or(rest);
                (Some(days), rest.trim_start_matches([',', ' ', '+']))
            }
            None => (None, text),
        };
        let day_count = days.map_or(Some(0), |days| days.parse::<u32>().ok())?;
        if days.is_some() && clock.is_empty() {
            let seconds = f64::from(day_count) * 86400.0;
            return Some(Self {
                seconds,
                parts: 0,
                is_certain: true,
            });
        }
        let clock = clock.replacen(',', ".", 1);
        let parts: Vec<&str> = clock.split(':').collect();
        let (&last, others) = parts.split_last()?;
        let is_whole = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_sixtieth = |part: &str| part.len() >= 2 && is_whole(&part[..2]) && part < "60";
        let (whole, fraction) = last.split_once('.').unwrap_or((last, ""));
        let is_clock = (2..=3).contains(&parts.len())
            && (1..=5).contains(&parts[0].len())
            && is_whole(parts[0])
            && others[1..]
                .iter()
                .all(|part| part.len() == 2 && is_sixtieth(part))
            && whole.len() == 2
            && is_sixtieth(whole)
            && is_whole(fraction);
        if !is_clock {
            return None;
        }
        let mut seconds = last.trim_end_matches('.').parse::<f64>().ok()?;
        for (part, unit) in others.iter().rev().zip([60.0, 3600.0]) {
            seconds += unit * part.parse::<f64>().ok()?;
        }
        let has_fraction = !fraction.is_empty();
        let is_beyond = parts.len() == 3 && seconds >= 25.0 * 3600.0;
        Some(Self {
            seconds: f64::from(day_count) * 86400.0 + seconds,
            parts: parts.len(),
            is_certain: days.is_some() || is_beyond || parts.len() == 2 && has_fraction,
        })
    }

    /// Reads `1h 30m` or `5m3.5s`. A single unit is a measured value.
    fn of_units(text: &str) -> Option<Self> {
        let (seconds, count) = units(text)?;
        (count > 1).then_some(Self {
            seconds,
            parts: 0,
            is_certain: true,
        })
    }
}

/// Returns the sum of times with units, the largest first, and their number.
fn units(text: &str) -> Option<(f64, usize)> {
    const UNITS: [(&str, f64); 8] = [
        ("d", 86400.0),
        ("h", 3600.0),
        ("hr", 3600.0),
        ("m", 60.0),
        ("min", 60.0),
        ("s", 1.0),
        ("sec", 1.0),
        ("ms", 0.001),
    ];
    let (mut rest, mut seconds, mut count) = (text.trim(), 0.0, 0);
    let mut last = f64::INFINITY;
    while !rest.is_empty() {
        let is_digit = |c: char| c.is_ascii_digit() || c == '.';
        let (number, after) = rest.split_at(rest.find(|c| !is_digit(c))?);
        let after = after.trim_start();
        let is_letter = |c: char| c.is_alphabetic();
        let (unit, after) = after.split_at(after.find(|c| !is_letter(c)).unwrap_or(after.len()));
        let &(_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        if size >= last {
            return None;
        }
        seconds += size * number.parse::<f64>().ok()?;
        (rest, last, count) = (after.trim_start(), size, count + 1);
    }
    Some((seconds, count))
}

#[cfg(test)]
mod tests {
    use super::{Durations, is_name, seconds};

    #[test]
    fn durations_are_read_in_seconds() {
        for (cell, value) in [
            ("26:15:01", 94501.0),
            ("3:59.4", 239.4),
            ("59:04,25", 3544.25),
            ("0:00:01.5", 1.5),
            ("-0:30.0", -30.0),
            ("0 days 00:01:13.500000", 73.5),
            ("1 day, 2:03:04", 93784.0),
            ("-1 day, 0:00:00", -86400.0),
            ("2 days", 172_800.0),
            ("PT1M3.5S", 63.5),
            ("P1DT2H", 93600.0),
            ("1h 30m", 5400.0),
            ("5m3.5s", 303.5),
        ] {
            assert_eq!(seconds(cell), Some(value), "{cell}");
        }
        for cell in [
            "",
            "5",
            "1.5",
            "5:3",
            "5:60",
            "1:2:3",
            "P",
            "PT",
            "PM10",
            "PT5",
            "x",
            "5 days old",
            "5s 3m",
            "5 m 3 m",
            "::",
            "1:00:00:00",
            "2024-01-15",
            "12:30 PM",
            "3 kg",
            "45 s",
        ] {
            assert_eq!(seconds(cell), None, "{cell}");
        }
    }

    #[test]
    fn durations_are_told_from_times_of_the_day() {
        let are_most = |cells: &[&str], is_meant: bool| {
            let mut durations = Durations::default();
            cells.iter().for_each(|cell| durations.add(cell, 1));
            durations.are_most(cells.len(), is_meant)
        };
        assert!(are_most(&["0:59:00", "25:00:00"], false));
        assert!(are_most(&["0:59", "1:02.5"], false));
        assert!(are_most(&["59:10", "1:02:30"], false));
        assert!(!are_most(&["9:10", "12:30"], false));
        assert!(are_most(&["1h 5m", "2h 0m"], false) && !are_most(&["45 s", "46 s"], true));
        assert!(!are_most(&["0:59", "1:02.5", "x"], true));
        assert!(are_most(&["9:10", "12:30"], true));
        assert!(is_name("Avg Pace") && is_name("duration_s") && !is_name("time"));
    }
}
