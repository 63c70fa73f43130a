//! Positions and labels of ticks.

use std::f64::consts::LN_10;
use std::ops::Range;

/// Scale of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Linear.
    Linear,
    /// Logarithmic; coordinates are logarithms to base 10.
    Decades,
    /// Logarithmic; coordinates are logarithms to base 2.
    Octaves,
}

/// Greatest number of ticks of an axis of fewer than [`FEW_DECADES`].
const MAX_DECADE_TICKS: f64 = 7.0;
/// Decades below which ticks are at equal distances of the values.
const FEW_DECADES: f64 = 0.7;
/// Decades below which ticks are at 1, 2 and 5, and above which they are at powers of ten.
const SOME_DECADES: f64 = 2.5;

impl Scale {
    /// Returns the coordinates of at most about `most` ticks within a range.
    pub fn ticks(self, range: &Range<f64>, most: usize) -> Vec<f64> {
        match self {
            Self::Linear => multiples(round_step((range.end - range.start) / most as f64), range),
            Self::Decades => decades(range),
            Self::Octaves => multiples(1.0, range),
        }
    }

    /// Returns the label of a tick on an axis of this range.
    pub fn label(self, at: f64, range: &Range<f64>) -> String {
        let span = range.end - range.start;
        match self {
            Self::Linear => short(at, span),
            Self::Decades => decade(10f64.powf(at), span),
            Self::Octaves => format!("{:.0}", 2f64.powf(at)),
        }
    }
}

/// Returns the multiples of a step within a range.
fn multiples(step: f64, range: &Range<f64>) -> Vec<f64> {
    let (first, last) = ((range.start / step).ceil(), (range.end / step).floor());
    let numbers = first as i64..=last as i64;
    numbers.map(|number| number as f64 * step).collect()
}

/// Returns the logarithms of round values within a range of logarithms.
fn decades(range: &Range<f64>) -> Vec<f64> {
    let span = range.end - range.start;
    let values = 10f64.powf(range.start)..10f64.powf(range.end);
    let values: Vec<f64> = if span < FEW_DECADES {
        multiples(
            round_step((values.end - values.start) / MAX_DECADE_TICKS),
            &values,
        )
    } else {
        let figures: &[f64] = match span < SOME_DECADES {
            true => &[1.0, 2.0, 5.0],
            false => &[1.0],
        };
        (range.start.floor() as i32..=range.end.floor() as i32)
            .flat_map(|power| figures.iter().map(move |figure| figure * 10f64.powi(power)))
            .collect()
    };
    let ticks = values.into_iter().map(f64::log10);
    ticks.filter(|tick| range.contains(tick)).collect()
}

/// Returns the least of 1, 2 and 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    if step <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    let figures = [1.0, 2.0, 5.0, 10.0];
    let enough = figures.into_iter().find(|figure| figure * power >= step);
    enough.unwrap_or(10.0) * power
}

/// Writes a value on an axis of so many decades: two figures, or more if ticks would look the same.
fn decade(value: f64, decades: f64) -> String {
    if decades < 0.2 {
        return short(value, value * decades * LN_10);
    }
    let two = format!("{value:.1e}");
    let rounded: f64 = two.parse().unwrap_or(value);
    match (1e-3..1e5).contains(&rounded) {
        true => rounded.to_string(),
        false => two,
    }
}

/// Writes a number with as many decimals as distinguish it from others within a span.
#[must_use]
pub fn number(value: f64, span: f64) -> String {
    let span = if span > 0.0 { span } else { value.abs() / 64.0 };
    let size = value.abs().max(span);
    if size >= 1e5 || (size < 1e-3 && size > 0.0) {
        return format!("{value:.1e}");
    }
    let decimals = (2.0 - span.max(1e-9).log10()).ceil().clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}").replace('-', "−")
}

/// Writes a number without zeros at the end.
fn short(value: f64, span: f64) -> String {
    let text = number(value, span);
    let text = match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    if text == "−0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, decade, number, short};

    #[test]
    fn linear_ticks_are_round() {
        let of = |min, max| Scale::Linear.ticks(&(min..max), 6);
        assert_eq!(of(0.0, 105.0), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(
            of(-0.3, 0.9),
            [-0.2, 0.0, 0.2, 0.4, 0.6000000000000001, 0.8]
        );
        assert_eq!(of(0.0, 0.0), [0.0]);
        assert_eq!(Scale::Octaves.ticks(&(-0.3..3.3), 6), [0.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn logarithmic_ticks_are_round() {
        let of = |low: f64, high: f64| -> Vec<String> {
            let ticks = Scale::Decades.ticks(&(low.log10()..high.log10()), 6);
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

    #[test]
    fn decades_have_two_figures_and_narrow_ranges_more() {
        let wide = [0.003981, 0.01, 0.7943, 1.122, 39.8, 2.5e-5].map(|value| decade(value, 2.0));
        assert_eq!(wide, ["0.004", "0.01", "0.79", "1.1", "40", "2.5e-5"]);
        assert_eq!(
            [1.0, 1.0233].map(|value| decade(value, 0.05)),
            ["1", "1.023"]
        );
    }

    #[test]
    fn numbers_have_as_many_decimals_as_they_need() {
        assert_eq!(number(0.2, 1.0), "0.20");
        assert_eq!(number(-3.0, 10.0), "−3.0");
        assert_eq!(number(1013.5, 40.0), "1013.5");
        assert_eq!(number(2e6, 1e6), "2.0e6");
        assert_eq!(number(300.0, 500.0), "300");
        assert_eq!(short(-3.0, 10.0), "−3");
        assert_eq!(short(-0.0, 2.0), "0");
        assert_eq!(short(0.0125, 0.04), "0.0125");
        assert_eq!(short(300.0, 500.0), "300");
    }
}
