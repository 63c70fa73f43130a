//! Whether the day or the month comes first, if no date of a column has a day above 12.

use chrono::Datelike;

use crate::data::read::stamp::{Order, SECONDS_A_DAY, Stamp};

/// Returns the only order in which all rows are first days of months, or in which they follow each
/// other as those of a logger do.
pub(crate) fn shown(stamps: &[Option<Stamp>]) -> Option<Order> {
    let only = |is_so: fn(&[Option<Stamp>], Order) -> bool| {
        let orders = [Order::DayFirst, Order::MonthFirst];
        let mut found = orders.into_iter().filter(|&order| is_so(stamps, order));
        found.next().filter(|_| found.next().is_none())
    };
    only(are_firsts).or_else(|| only(follow_each_other))
}

/// Returns whether all dates are the first days of months, of more than one year.
fn are_firsts(stamps: &[Option<Stamp>], order: Order) -> bool {
    let dates = stamps.iter().flatten().filter_map(|stamp| stamp.date);
    let Some(days) = dates
        .map(|date| date.day(Some(order)))
        .collect::<Option<Vec<_>>>()
    else {
        return false;
    };
    let is_other = |year: i32| days.iter().any(|day| day.year() != year);
    days.iter().all(|day| day.day() == 1) && days.first().is_some_and(|day| is_other(day.year()))
}

/// Returns whether each time is at most a day after the one before, or at most a day before it in
/// all rows.
fn follow_each_other(stamps: &[Option<Stamp>], order: Order) -> bool {
    let seconds = |stamp: &Stamp| {
        let day = stamp.date?.day(Some(order))?;
        Some(f64::from(day.to_epoch_days()) * SECONDS_A_DAY + stamp.clock?.seconds)
    };
    let times = stamps.iter().flatten().map(seconds);
    let Some(times) = times.collect::<Option<Vec<_>>>() else {
        return false;
    };
    let are_in = |range: std::ops::RangeInclusive<f64>| {
        let mut steps = times.windows(2).map(|pair| pair[1] - pair[0]);
        steps.all(|step| range.contains(&step))
    };
    are_in(0.0..=SECONDS_A_DAY) || are_in(-SECONDS_A_DAY..=0.0)
}
