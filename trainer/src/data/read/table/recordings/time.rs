//! The time of a row: a number, or a date and time.

use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::read::rows::Row;
use crate::data::read::stamp::{Date, Order, Stamp};

/// The time of a row.
pub(crate) enum Time {
    Number(f64),
    Stamp(Stamp),
}

impl Time {
    /// Reads the time of a row. `None` if it is missing.
    pub fn of(row: &Row, place: impl FnOnce() -> Place) -> Result<Option<Self>, DataError> {
        match row.origin.time.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => Self::parse(text).map(Some).ok_or_else(|| {
                let message = format!(
                    "{} is not a time; write a number, or a date and time such as 2024-05-31 \
                     12:30:00",
                    quoted(text)
                );
                DataError::new(DataErrorKind::Other, place(), message)
            }),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text.parse::<f64>() {
            Ok(number) => number.is_finite().then_some(Self::Number(number)),
            Err(_) => Stamp::of(text).map(Self::Stamp),
        }
    }

    /// Returns the number, or the seconds of a date and time. `None` if there is no such date in
    /// this order.
    pub fn seconds(&self, order: Order) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Stamp(stamp) => stamp.seconds(order),
        }
    }

    /// Returns the date if day and month may be swapped.
    pub fn open_date(&self) -> Option<Date> {
        match self {
            Self::Stamp(stamp) => stamp.date.filter(|date| date.day(None).is_none()),
            Self::Number(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, Time};

    fn parse(text: &str) -> Option<f64> {
        Time::parse(text)?.seconds(Order::DayFirst)
    }

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
        assert_eq!(parse("02/01/1970 00:01"), Some(86460.0));
        for text in [
            "",
            "inf",
            "01/13/2024",
            "2024-13-01",
            "12:60",
            "2024-05-31 noon",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
