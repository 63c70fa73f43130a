//! Where the ticks of a logarithmic axis stand: at round values, for round logarithms are none.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;

/// Ticks at most, on an axis of less than [`CROWDED`].
const MOST: f64 = 7.0;
/// Decades from which on ticks at equal distances would crowd at one end; 1, 2 and 5 do not.
const CROWDED: f64 = 0.7;
/// Decades from which on 1, 2 and 5 would crowd.
const TENS: f64 = 2.5;

/// An axis with ticks of its own, or where the library puts them.
pub struct Ticked {
    plain: RangedCoordf64,
    ticks: Option<Vec<f64>>,
}

impl Ticked {
    pub fn new(range: Range<f64>, ticks: Option<Vec<f64>>) -> Self {
        Self {
            plain: range.into(),
            ticks,
        }
    }
}

impl Ranged for Ticked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.plain.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match &self.ticks {
            Some(ticks) => ticks.clone(),
            None => self.plain.key_points(hint),
        }
    }

    fn range(&self) -> Range<f64> {
        self.plain.range()
    }
}

/// Logarithms of round values within a range of logarithms.
pub fn decades(range: &Range<f64>) -> Vec<f64> {
    let span = range.end - range.start;
    let (low, high) = (10f64.powf(range.start), 10f64.powf(range.end));
    let values: Vec<f64> = if span < CROWDED {
        let step = round_step((high - low) / MOST);
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        (first as i64..=last as i64)
            .map(|number| number as f64 * step)
            .collect()
    } else {
        let figures: &[f64] = if span < TENS {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        (range.start.floor() as i32..=range.end.floor() as i32)
            .flat_map(|power| figures.iter().map(move |figure| figure * 10f64.powi(power)))
            .collect()
    };
    let ticks = values.into_iter().map(f64::log10);
    ticks.filter(|tick| range.contains(tick)).collect()
}

/// The least of 1, 2 and 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let figures = [1.0, 2.0, 5.0, 10.0];
    let enough = figures.into_iter().find(|figure| figure * power >= step);
    enough.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::decades;

    #[test]
    fn ticks_of_decades_are_round_values() {
        let of = |low: f64, high: f64| -> Vec<String> {
            let ticks = decades(&(low.log10()..high.log10()));
            ticks
                .into_iter()
                .map(|tick| format!("{:.4}", 10f64.powf(tick)))
                .collect()
        };
        assert_eq!(of(0.76, 1.17), ["0.8000", "0.9000", "1.0000", "1.1000"]);
        assert_eq!(
            of(0.29, 0.81),
            ["0.3000", "0.4000", "0.5000", "0.6000", "0.7000", "0.8000"]
        );
        assert_eq!(of(0.03, 0.9), ["0.0500", "0.1000", "0.2000", "0.5000"]);
        assert_eq!(of(0.002, 3.0), ["0.0100", "0.1000", "1.0000"]);
        assert_eq!(of(1.0008, 1.0042).len(), 7);
    }
}
