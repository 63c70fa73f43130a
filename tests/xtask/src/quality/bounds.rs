//! Bounds of the figures. `cargo xtask quality` fails if one does not hold.

use std::fmt;

use super::{Case, Row};

/// What a figure must keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    AtMost(f64),
    AtLeast(f64),
    Between(f64, f64),
    /// Times the real baseline.
    OverReal(f64),
    /// Largest distance to the real baseline.
    NearReal(f64),
}

use Bound::{AtLeast, AtMost, Between, NearReal, OverReal};

/// All bounds: case, measure, bound.
#[rustfmt::skip]
const BOUNDS: &[(Case, &str, Bound)] = &[
    // A perfect sampler scores 0.239 ± 0.037, the mean of three draws.
    (Case::Moons, "W2, 1 step", AtMost(0.27)),
    (Case::Moons, "W2, 4 steps", AtMost(0.24)),
    (Case::Moons, "W2, 8 steps", AtMost(0.24)),
    (Case::Gaussians, "W2, 1 step", OverReal(1.0)),
    (Case::Gaussians, "W2, 4 steps", OverReal(1.0)),
    (Case::Gaussians, "W2, 8 steps", OverReal(1.0)),
    (Case::Digits, "energy distance", AtMost(0.180)),
    (Case::Digits, "KS, mean", AtMost(0.040)),
    (Case::Digits, "label accuracy", AtLeast(0.99)),
    (Case::Digits, "TSTR", AtLeast(0.975)),
    (Case::Digits, "bytes of flash", AtMost(48_450.0)),
    (Case::Mnist28, "TSTR", AtLeast(0.88)),
    (Case::Mnist28, "share of zero pixels", NearReal(0.05)),
    (Case::Mnist28, "bytes of flash", AtMost(131_072.0)),
    (Case::Mnist28, "multiply-accumulates per sample", AtMost(300_000.0)),
    (Case::Ecg, "W2", AtMost(4.4)),
    (Case::Ecg, "roughness over real", Between(0.9, 1.1)),
    (Case::Ecg, "spectrum error, dB", AtMost(1.5)),
    (Case::Ecg, "bytes of flash", AtMost(20_700.0)),
    (Case::EcgSmall, "W2", AtMost(4.65)),
    (Case::EcgSmall, "bytes of flash", AtMost(10_500.0)),
    (Case::Motion, "W2", AtMost(3.85)),
    (Case::Motion, "label accuracy", AtLeast(0.80)),
    (Case::Motion, "TSTR", AtLeast(0.775)),
    (Case::Motion, "bytes of flash", AtMost(20_000.0)),
    (Case::MotionClasses, "W2", AtMost(3.85)),
    (Case::MotionClasses, "label accuracy", AtLeast(0.80)),
    (Case::MotionClasses, "TSTR", AtLeast(0.775)),
    (Case::MotionClasses, "bytes of flash", AtMost(20_000.0)),
    (Case::SunSeries, "W2", OverReal(1.05)),
    (Case::SunSeries, "winter days with light at night", AtMost(0.02)),
    (Case::Spikes, "share of zeros", NearReal(0.02)),
    (Case::Spikes, "mean of the spikes", NearReal(1.0)),
    (Case::Income, "share of negative values", AtMost(0.0)),
    (Case::Income, "KS, mean", AtMost(0.05)),
    (Case::Outlier, "error of the quartiles", AtMost(0.05)),
    (Case::Iris, "copying", AtLeast(1.0)),
    (Case::Wine, "copying", AtLeast(1.0)),
    (Case::Tables, "W1 over Forest-Flow, geometric mean", AtMost(1.0)),
    (Case::Tables, "coverage of test rows − Forest-Flow, mean", AtLeast(-0.02)),
    (Case::Tables, "variance within classes over real, least", AtLeast(0.85)),
    (Case::FillMotion, "CRPS, 30 % missing", AtMost(0.21)),
    (Case::FillMotion, "CRPS, second half missing", AtMost(0.30)),
    (Case::FillMotion, "CRPS, gap", AtMost(0.245)),
    (Case::FillMotion, "coverage, 30 % missing", Between(0.76, 0.84)),
    (Case::FillMotion, "coverage, second half missing", Between(0.76, 0.84)),
    (Case::FillMotion, "coverage, gap", Between(0.76, 0.84)),
    (Case::FillEcg, "CRPS, 30 % missing", AtMost(0.16)),
    (Case::FillEcg, "CRPS, second half missing", AtMost(0.34)),
    (Case::FillEcg, "CRPS, gap", AtMost(0.20)),
    (Case::FillEcg, "CRPS over baselines, 30 % missing", AtMost(1.1)),
    (Case::FillEcg, "CRPS over baselines, second half missing", AtMost(1.1)),
    (Case::FillEcg, "CRPS over baselines, gap", AtMost(1.1)),
    (Case::FillEcg, "coverage, 30 % missing", Between(0.76, 0.84)),
    (Case::FillEcg, "coverage, second half missing", Between(0.76, 0.84)),
    (Case::FillEcg, "coverage, gap", Between(0.76, 0.84)),
    (Case::FillWeather, "CRPS, 30 % missing", AtMost(0.335)),
    (Case::FillWeather, "CRPS, 70 % missing", AtMost(0.465)),
    (Case::FillWeather, "CRPS, one column missing", AtMost(0.34)),
    (Case::FillWeather, "coverage, 30 % missing", Between(0.76, 0.84)),
    (Case::FillWeather, "coverage, 70 % missing", Between(0.76, 0.84)),
    (Case::FillWeather, "coverage, one column missing", Between(0.76, 0.84)),
    (Case::Fill, "CRPS over baselines, mean", AtMost(0.97)),
];

/// Returns the bounds of a case, with their measures.
pub(super) fn of_case(case: Case) -> impl Iterator<Item = (&'static str, Bound)> {
    let of_case = BOUNDS.iter().filter(move |of| of.0 == case);
    of_case.map(|&(_, measure, bound)| (measure, bound))
}

/// Returns the bound of a figure, if it has one.
pub(super) fn of(row: &Row) -> Option<Bound> {
    let mut bounds = of_case(row.case);
    bounds.find(|of| of.0 == row.measure).map(|of| of.1)
}

impl Bound {
    /// Returns whether a figure keeps the bound. A missing figure, which is NaN, does not.
    pub(super) fn holds(self, row: &Row) -> bool {
        let real = row.real_baseline.unwrap_or(f64::NAN);
        match self {
            AtMost(most) => row.int8 <= most,
            AtLeast(least) => row.int8 >= least,
            Between(least, most) => (least..=most).contains(&row.int8),
            OverReal(times) => row.int8 <= times * real,
            NearReal(most) => (row.int8 - real).abs() <= most,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtMost(most) => write!(f, "≤ {most}"),
            AtLeast(least) => write!(f, "≥ {least}"),
            Between(least, most) => write!(f, "{least} to {most}"),
            OverReal(times) => write!(f, "≤ {times} × real"),
            NearReal(most) => write!(f, "real ± {most}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNDS, Bound, Row, of};
    use crate::quality::Case;

    #[test]
    fn bounds_hold_at_their_ends_and_never_without_a_figure() {
        let row = |int8| Row {
            real_baseline: Some(2.0),
            ..Row::new(Case::Ecg, "W2", int8)
        };
        let holds = |bound: Bound| [1.0, 2.0, 3.0, f64::NAN].map(|int8| bound.holds(&row(int8)));
        assert_eq!(holds(Bound::AtMost(2.0)), [true, true, false, false]);
        assert_eq!(holds(Bound::AtLeast(2.0)), [false, true, true, false]);
        assert_eq!(holds(Bound::Between(0.5, 1.5)), [true, false, false, false]);
        assert_eq!(holds(Bound::OverReal(1.0)), [true, true, false, false]);
        assert_eq!(holds(Bound::NearReal(0.5)), [false, true, false, false]);
        assert!(!Bound::OverReal(1.0).holds(&Row::new(Case::Ecg, "W2", 1.0)));
    }

    #[test]
    fn a_measure_has_one_bound() {
        for &(case, measure, bound) in BOUNDS {
            assert_eq!(of(&Row::new(case, measure, 0.0)), Some(bound), "{measure}");
        }
    }
}
