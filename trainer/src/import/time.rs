//! How t enters a network: as it is, or as sines and cosines.

use serde::Deserialize;

/// The columns of the input `"t"`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TimeInput {
    /// One column, t.
    #[default]
    Concat,
    /// The sine and the cosine of ω·t for each frequency ω.
    Sinusoidal(Sinusoidal),
}

/// Frequencies: `frequencies`, or `scale`·`max-period`^(−k/h) for k = 0 to h − 1, h = `dim`/2
/// (Vaswani and others, arXiv 1706.03762, section 3.5).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sinusoidal {
    /// Number of columns, even.
    dim: Option<usize>,
    /// Sets the lowest frequency. [default: 10 000]
    max_period: Option<f64>,
    /// Factor of t. [default: 1]
    scale: Option<f64>,
    /// Frequency of each sine and cosine, in the place of `dim`, `max-period` and `scale`.
    frequencies: Option<Vec<f64>>,
    /// Order of the columns.
    order: Order,
}

/// Order of sines and cosines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    /// All sines, then all cosines.
    SinCos,
    /// All cosines, then all sines.
    CosSin,
    /// Sine and cosine of the first frequency, of the second, and so on.
    Interleaved,
}

impl TimeInput {
    /// Checks the settings.
    pub(super) fn check(&self) -> Result<(), String> {
        let Self::Sinusoidal(waves) = self else {
            return Ok(());
        };
        match (waves.dim, &waves.frequencies) {
            (Some(dim), None) if dim > 0 && dim % 2 == 0 && dim <= 4096 => {}
            (Some(dim), None) => {
                return Err(format!(
                    "time: dim is {dim}; choose an even number, 2 to 4096"
                ));
            }
            (None, Some(of)) if !of.is_empty() && waves.max_period.or(waves.scale).is_none() => {}
            _ => {
                return Err(
                    "time: give either dim (with max-period and scale) or frequencies".to_owned(),
                );
            }
        }
        let finite = waves.frequencies().iter().all(|f| f.is_finite());
        if finite {
            Ok(())
        } else {
            Err("time: a frequency is not finite; check max-period and scale".to_owned())
        }
    }

    /// Returns the number of columns.
    pub(super) fn columns(&self) -> usize {
        match self {
            Self::Concat => 1,
            Self::Sinusoidal(waves) => 2 * waves.frequencies().len(),
        }
    }

    /// Returns the columns at `t`.
    pub(super) fn features(&self, t: f64) -> Vec<f64> {
        let waves = match self {
            Self::Concat => return vec![t],
            Self::Sinusoidal(waves) => waves,
        };
        let angles = waves.frequencies().into_iter().map(|f| f * t);
        let (sines, cosines): (Vec<f64>, Vec<f64>) = angles.map(f64::sin_cos).unzip();
        match waves.order {
            Order::SinCos => [sines, cosines].concat(),
            Order::CosSin => [cosines, sines].concat(),
            Order::Interleaved => {
                let pairs = sines.into_iter().zip(cosines);
                pairs.flat_map(|(sine, cosine)| [sine, cosine]).collect()
            }
        }
    }
}

impl Sinusoidal {
    fn frequencies(&self) -> Vec<f64> {
        if let Some(frequencies) = &self.frequencies {
            return frequencies.clone();
        }
        let half = self.dim.unwrap_or(0) / 2;
        let (period, scale) = (self.max_period.unwrap_or(1e4), self.scale.unwrap_or(1.0));
        let of = |k: usize| scale * period.powf(-(k as f64) / half as f64);
        (0..half).map(of).collect()
    }
}
