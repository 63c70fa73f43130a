//! The dates and times of a column, after day and month are told apart.

use chrono::NaiveDate;

use crate::data::read::stamp::SECONDS_A_DAY;

/// Rows that count up evenly by no coincidence, and the share of equal steps among them.
const CLOCK_ROWS: usize = 10;
const EVEN_SHARE: f64 = 0.9;

/// A date or a time after day and month are told apart.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub day: Option<NaiveDate>,
    /// Seconds since midnight, as written.
    pub clock: Option<f64>,
}

impl Moment {
    /// Returns the seconds as written, without the time zone.
    pub fn seconds(self) -> f64 {
        let days = self.day.map_or(0, |day| day.to_epoch_days());
        f64::from(days) * SECONDS_A_DAY + self.clock.unwrap_or(0.0)
    }
}

/// Returns how many decimals of hours show the times: full hours, 6 minutes, minutes or seconds.
pub(crate) fn hour_decimals(moments: &[Option<Moment>]) -> u8 {
    let clocks = || moments.iter().flatten().filter_map(|of| of.clock);
    let steps = [(3600.0, 0), (360.0, 1), (60.0, 2)];
    let fits = |step: f64| clocks().all(|clock| clock % step == 0.0);
    let found = steps.into_iter().find(|&(step, _)| fits(step));
    found.map_or(4, |(_, decimals)| decimals)
}

/// Returns the days from the first row to the last, if the rows count up evenly.
pub(crate) fn even_days(moments: &[Option<Moment>]) -> Option<f64> {
    let times: Vec<f64> = moments.iter().flatten().map(|of| of.seconds()).collect();
    let mut steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if times.len() < CLOCK_ROWS || steps.iter().any(|&step| step <= 0.0) {
        return None;
    }
    let days = (times[times.len() - 1] - times[0]) / SECONDS_A_DAY;
    steps.sort_by(f64::total_cmp);
    let median = steps[steps.len() / 2];
    let is_even = |step: &&f64| (**step - median).abs() <= 0.01 * median;
    let even = steps.iter().filter(is_even).count();
    (even as f64 >= EVEN_SHARE * steps.len() as f64).then_some(days)
}
