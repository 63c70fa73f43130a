//! Circular columns: hours, days of a year, angles. A network learns the cosine and the sine of the
//! value, so that the end of a period is near its start.
//!
//! Tables hold the value in the first of two columns, and 0 in the second, like the samples of a
//! device.

use std::f64::consts::TAU;
use std::fmt;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::value_name::value_name;

/// A column whose values start again after a period. It has two values in a model.
///
/// ```
/// use flowlet_trainer::data::circular::Circular;
///
/// let hour = Circular { first: 0, start: 0.0, period: 24.0, decimals: Some(0) };
/// let [cosine, sine] = hour.point(18.0);
/// assert!(cosine.abs() < 1e-9 && (sine + 1.0).abs() < 1e-9);
/// assert_eq!(hour.value(cosine, sine), 18.0);
/// assert_eq!(hour.value(1.0, -0.01), 0.0); // not 24
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Circular {
    /// Position of the cosine among the values of a model. The sine is the next.
    pub first: usize,
    /// Smallest value.
    pub start: f64,
    /// Values reach up to `start` + `period`, and start again there.
    pub period: f64,
    /// Decimal places of the values; 0 for integers, `None` if they have no common number.
    pub decimals: Option<u8>,
}

impl Circular {
    /// Returns the cosine and the sine of a value.
    #[must_use]
    pub fn point(&self, value: f64) -> [f64; 2] {
        // The remainder first, because large angles have few digits left.
        let turns = (value - self.start).rem_euclid(self.period) / self.period;
        [(turns * TAU).cos(), (turns * TAU).sin()]
    }

    /// Returns the value at a point, rounded to the decimal places, from the start up to the end.
    /// It is the start in the origin.
    #[must_use]
    pub fn value(&self, cosine: f64, sine: f64) -> f64 {
        let turns = (sine.atan2(cosine) / TAU).rem_euclid(1.0);
        let value = self.start + turns * self.period;
        let rounded = self.decimals.map_or(value, |decimals| {
            let steps = 10f64.powi(decimals.into());
            (value * steps + 0.5).floor() / steps
        });
        let is_within = !(rounded < self.start || rounded >= self.start + self.period);
        if is_within { rounded } else { self.start }
    }

    /// Returns the mean of values: that of the mean of their points.
    pub(super) fn mean(&self, values: &[f64]) -> f64 {
        let points = values.iter().map(|&value| self.point(value));
        let [cosine, sine] = points.fold([0.0; 2], |[a, b], [c, d]| [a + c, b + d]);
        self.value(cosine, sine)
    }

    /// Returns the value from the start up to the end that has the same point. A missing value,
    /// NaN, stays missing.
    ///
    /// ```
    /// use flowlet_trainer::data::circular::Circular;
    ///
    /// let month = Circular { first: 0, start: 1.0, period: 12.0, decimals: Some(0) };
    /// assert_eq!(month.wrapped(13.0), 1.0);
    /// assert!(month.wrapped(f64::NAN).is_nan());
    /// ```
    #[must_use]
    pub fn wrapped(&self, value: f64) -> f64 {
        let end = self.start + self.period;
        if (self.start..end).contains(&value) {
            return value;
        }
        let wrapped = self.start + (value - self.start).rem_euclid(self.period);
        match wrapped >= end {
            true => self.start,
            false => wrapped,
        }
    }

    /// Returns the names of the two values of a column.
    #[must_use]
    pub fn value_names(column: &str) -> [String; 2] {
        ["cos", "sin"].map(|part| value_name(column, part))
    }
}

impl fmt::Display for Circular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, period, .. } = self;
        write!(f, "circular, from {start} to below {}", start + period)
    }
}

/// Replaces the values of circular columns by their cosines and sines.
pub(super) fn spread(columns: &[Circular], values: &mut Array2<f64>) {
    for column in columns {
        for mut row in values.rows_mut() {
            [row[column.first], row[column.first + 1]] = column.point(row[column.first]);
        }
    }
}

/// Replaces cosines and sines by the values of circular columns, and by 0.
pub(super) fn gather(columns: &[Circular], values: &mut Array2<f64>) {
    for column in columns {
        for mut row in values.rows_mut() {
            let value = column.value(row[column.first], row[column.first + 1]);
            [row[column.first], row[column.first + 1]] = [value, 0.0];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Circular;

    #[test]
    fn values_come_back_and_never_reach_the_end() {
        for (start, period, decimals) in [
            (0.0, 24.0, None),
            (1.0, 365.25, Some(2)),
            (-180.0, 360.0, Some(0)),
        ] {
            let column = Circular {
                first: 0,
                start,
                period,
                decimals,
            };
            let steps = 10f64.powi(decimals.unwrap_or(3).into());
            for i in 0..(period * steps) as i32 {
                let value = ((start * steps) + f64::from(i)) / steps;
                for turns in [0.0, 3.0, -2.0] {
                    let [cosine, sine] = column.point(value + turns * period);
                    let back = column.value(0.3 * cosine, 0.3 * sine);
                    let error = (back - value) / period;
                    assert!((error - error.round()).abs() < 1e-9, "{value} {back}");
                    assert!((start..start + period).contains(&back), "{back}");
                }
            }
            assert_eq!(
                column.value(1.0, -1e-12),
                if decimals.is_some() {
                    start
                } else {
                    column.value(1.0, -1e-12)
                }
            );
            assert_eq!(column.value(0.0, 0.0), start);
        }
        assert_eq!(Circular::value_names("hour"), ["hour=cos", "hour=sin"]);
    }
}
