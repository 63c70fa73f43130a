use chrono::Datelike;

use super::{Date, Order, Stamp};

/// Returns the date, and the seconds since midnight.
fn read(text: &str) -> Option<(Option<String>, Option<f64>)> {
    let stamp = Stamp::of(text)?;
    let date = stamp.date.map(|date| match date.day(None) {
        Some(day) => day.to_string(),
        None => format!("{date:?}"),
    });
    Some((date, stamp.clock.map(|clock| clock.seconds)))
}

#[test]
fn dates_are_read_as_people_write_them() {
    for text in [
        "2024-01-15",
        "2024/01/15",
        "2024/1/15",
        "2024.01.15",
        "15.01.2024",
        "15. 1. 2024",
        "15/01/2024",
        "01/15/2024",
        "1-15-2024",
        "15/01/24",
        "15 Jan 2024",
        "15-Jan-24",
        "Jan 15, 2024",
        "January 15th, 2024",
        "Mon, 15 Jan 2024",
        "Monday, January 15 2024",
        "2024 Jan 15",
        "15. Januar 2024",
        "15 janv. 2024",
        "15 de enero de 2024",
        "2024年1月15日",
        "2024-W03-1",
        "2024W031",
    ] {
        let date = Some("2024-01-15".to_owned());
        assert_eq!(read(text), Some((date, None)), "{text}");
    }
    for text in ["2024-02", "Feb 2024", "2024 Feb"] {
        let month = Stamp::of(text).and_then(|stamp| stamp.date);
        assert!(
            matches!(month, Some(Date::Month(day)) if day.to_string() == "2024-02-01"),
            "{text}"
        );
    }
    for text in ["2024 Q3", "2024Q3", "2024-q3", "Q3 2024", "Q3/2024"] {
        let quarter = Stamp::of(text).and_then(|stamp| stamp.date);
        assert!(
            matches!(quarter, Some(Date::Month(day)) if day.to_string() == "2024-07-01"),
            "{text}"
        );
    }
    let week = Stamp::of("2024-W03").and_then(|stamp| stamp.date);
    assert!(matches!(week, Some(Date::Month(day)) if day.to_string() == "2024-01-15"));
}

#[test]
fn times_follow_dates() {
    let noon = 12.0 * 3600.0;
    for (text, seconds) in [
        ("2024-01-15T12:00", noon),
        ("2024-01-15 12:00:00", noon),
        ("2024-01-15t12:00:00Z", noon),
        ("2024-01-15T12:00:00.25+02:00", noon + 0.25),
        ("2024-01-15 12:00:00,25 -0330", noon + 0.25),
        ("2024-01-15T12:00:00+01:00[Europe/Berlin]", noon),
        ("2024-01-15 12:00:10 UTC", noon + 10.0),
        ("2024-01-15T12", noon),
        ("20240115T120010Z", noon + 10.0),
        ("20240115 12:00", noon),
        ("15.01.2024, 12:00", noon),
        ("Mon Jan 15 12:00:10 2024", noon + 10.0),
        ("Mon Jan 15 12:00:10 UTC 2024", noon + 10.0),
        ("15.01.24 12:00", noon),
        ("1/15/2024 12:00:30 PM", noon + 30.0),
        ("1/15/2024 1:00 pm", noon + 3600.0),
        ("Mon, 15 Jan 2024 12:00:00 GMT", noon),
        ("2024-01-15 12:30 AM", 1800.0),
        ("2024-01-15 24:00", 2.0 * noon),
        ("2024-01-15 12:00 CET", noon),
        ("2024-01-15 1:00 p.m. EST", noon + 3600.0),
        ("15/Jan/2024:12:00:10 +0000", noon + 10.0),
        ("2024年1月15日 12:00", noon),
        ("2024/01/15 12:00:00 PM GMT+1", noon),
        ("2024-01-15 12:00 UTC-03:30", noon),
        ("15.1.2024 12.00", noon),
        ("15/01/2024 12.00.10", noon + 10.0),
    ] {
        let date = Some("2024-01-15".to_owned());
        assert_eq!(read(text), Some((date, Some(seconds))), "{text}");
    }
    assert_eq!(read("13:45"), Some((None, Some(49500.0))));
    assert_eq!(read("18.00.00"), Some((None, Some(64800.0))));
    assert_eq!(read("8:05:10.5"), Some((None, Some(29110.5))));
}

#[test]
fn other_texts_are_no_dates() {
    for text in [
        "",
        "12",
        "1.5",
        "-3",
        "16:9",
        "4:3",
        "1.2.3",
        "1.2.10",
        "10.11.12",
        "18.00.01",
        "15.1.2024 12.5",
        "1 12.30",
        "2024 Q5",
        "2024 Q",
        "24 Q1",
        "Q 2024",
        "faq 2024",
        "2024-W54",
        "2024-W03-8",
        "24-W03",
        "10.0.0.1",
        "1.2345",
        "2024-13-01",
        "2024-02-30",
        "2023-02-29",
        "31.02.2024",
        "13/13/2024",
        "rain",
        "12:99",
        "25:00",
        "24:01",
        "1e-5",
        "0.5-1.5",
        "03-01",
        "2024-15",
        "2024-1",
        "may",
        "Mon",
        "Mar 5",
        "0:00:00:00",
        "13:45 noon",
        "13:45 GMT+x",
        "13:00 PM",
        "may2024",
        "2024-01-15T",
        "20240115",
        "12-2024",
        "12345-01-01",
        "mars 5 2024 1",
        "2024-01-15 x 12:00",
        "a12:30",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn days_and_months_may_be_swapped() {
    let order = |text: &str| {
        let date = Stamp::of(text).and_then(|stamp| stamp.date);
        let date = date.expect("a date");
        (date.order(), date.day(None).map(|day| day.ordinal()))
    };
    assert_eq!(order("01/02/2024"), (None, None));
    assert_eq!(order("02/02/2024"), (None, Some(33)));
    assert_eq!(order("13/02/2024"), (Some(Order::DayFirst), Some(44)));
    assert_eq!(order("02/13/2024"), (Some(Order::MonthFirst), Some(44)));
    assert_eq!(order("31.12.2024"), (None, Some(366)));
    assert_eq!(order("31.12.2023"), (None, Some(365)));
}
