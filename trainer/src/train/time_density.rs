//! The density of the times in training.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::quantile::quantile;

/// Density of t in training.
///
/// ```
/// use flowlet_trainer::TimeDensity;
///
/// assert_eq!("logit-normal".parse(), Ok(TimeDensity::LogitNormal { scale: 1.0 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeDensity {
    /// All times equally often.
    Uniform,
    /// t = 1/(1 + e^−z) with z ~ N(0, scale²): prefers the middle to the ends, where the velocity
    /// is easy (Esser and others 2024, arXiv:2403.03206, section 3.1).
    LogitNormal {
        /// Standard deviation of z. With 1.7 the density is nearly uniform.
        scale: f32,
    },
}

/// Scales of the logit-normal density.
const SCALES: RangeInclusive<f32> = 0.1..=4.0;

impl TimeDensity {
    /// Returns whether the scale is in the range that the name accepts.
    pub(crate) fn is_valid(&self) -> bool {
        match self {
            TimeDensity::Uniform => true,
            TimeDensity::LogitNormal { scale } => SCALES.contains(scale),
        }
    }

    /// Returns the time for a uniform draw from 0..=1.
    pub fn at(&self, rank: f32) -> f32 {
        match *self {
            TimeDensity::Uniform => rank,
            TimeDensity::LogitNormal { scale } => {
                let z = scale * quantile(rank.into()) as f32;
                1.0 / (1.0 + (-z).exp())
            }
        }
    }
}

impl fmt::Display for TimeDensity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeDensity::Uniform => write!(f, "uniform"),
            TimeDensity::LogitNormal { scale } => write!(f, "logit-normal:{scale}"),
        }
    }
}

impl FromStr for TimeDensity {
    type Err = String;

    /// Reads `uniform` or `logit-normal[:SCALE]`, whose default scale is 1.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, scale) = text.split_once(':').unwrap_or((text, "1"));
        match (name, scale.parse()) {
            ("uniform", _) if name == text => Ok(TimeDensity::Uniform),
            ("logit-normal", Ok(scale)) if SCALES.contains(&scale) => {
                Ok(TimeDensity::LogitNormal { scale })
            }
            ("logit-normal", _) => Err(format!(
                "`{scale}` is not a scale; write a number from 0.1 to 4 after the colon"
            )),
            _ => Err("choose uniform or logit-normal[:SCALE]".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TimeDensity;

    #[test]
    fn logit_normal_prefers_the_middle() {
        let density = TimeDensity::LogitNormal { scale: 1.0 };
        let near = |rank, t: f32| (density.at(rank) - t).abs() < 1e-3;
        assert!(near(0.5, 0.5) && near(0.158_655, 1.0 / (1.0 + 1f32.exp())));
        assert!(density.at(0.0) > 0.0 && density.at(1.0) < 1.0);
        assert_eq!(TimeDensity::Uniform.at(0.25), 0.25);
    }

    #[test]
    fn names_are_read_and_written() {
        for text in ["uniform", "logit-normal:0.8"] {
            assert_eq!(
                text.parse::<TimeDensity>().map(|d| d.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in [
            "",
            "uniform:1",
            "logit-normal:9",
            "logit-normal:x",
            "cosine",
        ] {
            assert!(text.parse::<TimeDensity>().is_err(), "{text}");
        }
    }
}
