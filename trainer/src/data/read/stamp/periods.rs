//! Weeks and quarters of a year.

use chrono::{Days, NaiveDate, Weekday};

use super::{Date, date_of, digits};

impl Date {
    /// Reads what comes before and after the W of `2024-W03-1` or `2024W03`.
    pub(super) fn of_week(year: &str, week: &str) -> Option<Self> {
        let (week, day) = week.split_at_checked(2)?;
        let day = day.strip_prefix('-').unwrap_or(day);
        let number = digits(year).filter(|_| year.len() == 4)? as i32;
        let monday = NaiveDate::from_isoywd_opt(number, digits(week)?, Weekday::Mon)?;
        match day {
            "" => Some(Self::Month(monday)),
            day => {
                let day = digits(day).filter(|day| (1..=7).contains(day))?;
                Some(Self::Day(monday + Days::new(u64::from(day - 1))))
            }
        }
    }

    /// Reads `2024 Q3`, `2024Q3`, `2024-Q3`, `Q3 2024` or `Q3/2024`.
    pub(super) fn of_quarter(text: &str) -> Option<Self> {
        let marks = [' ', '-', '/'];
        let (before, after) = text.split_once(['Q', 'q'])?;
        let (year, quarter) = match before {
            "" => after
                .split_at_checked(1)
                .map(|(quarter, year)| (year, quarter))?,
            year => (year, after),
        };
        let year = year.trim_matches(marks);
        let quarter = digits(quarter).filter(|of| quarter.len() == 1 && (1..=4).contains(of))?;
        let year = digits(year).filter(|_| year.len() == 4)?;
        date_of(year as i32, 3 * quarter - 2, 1).map(Self::Month)
    }
}
