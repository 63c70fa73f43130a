//! Probability paths: interpolants between noise and data, and their velocities.
//!
//! Every path is linear in x0, x1 and ε: x_t = a(t)·x0 + b(t)·x1 + c(t)·ε. So a path consists of
//! six scalar functions of t, the three coefficients and their derivatives. The regression target
//! is the derivative of x_t at fixed x0, x1 and ε. It includes the term of ε, which vanishes only
//! if c is constant.

use std::f32::consts::{FRAC_PI_2, PI};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Distance of a bridge's time from 0 and 1, where its velocity is unbounded.
const BRIDGE_MARGIN: f32 = 1e-3;
/// Widths of a path, in standard deviations of the data.
const SIGMAS: RangeInclusive<f32> = 0.0..=8.0;

/// An interpolant between noise x0 and data x1, with extra noise ε if the path is stochastic.
///
/// x0 and ε are independent standard normal vectors. x1 is a standardised data row.
///
/// ```
/// use flowlet_trainer::Path;
///
/// assert_eq!("bridge".parse(), Ok(Path::Bridge { sigma: 0.5 }));
/// assert_eq!(Path::Bridge { sigma: 0.5 }.to_string(), "bridge:0.5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Path {
    /// x_t = (1−t)·x0 + t·x1: rectified flow (Liu and others 2022, arXiv:2209.03003).
    Linear,
    /// Linear path with noise of constant width σ: I-CFM (Tong and others 2023,
    /// arXiv:2302.00482, section 3.2.2).
    ConstantSigma {
        /// Width, in standard deviations of the data.
        sigma: f32,
    },
    /// Brownian bridge of width σ√(t(1−t)): SB-CFM (arXiv:2302.00482, section 3.2.5). Its times are
    /// 0.001 away from both ends, where the velocity has no bound.
    Bridge {
        /// Diffusion of the bridge, in standard deviations of the data.
        sigma: f32,
    },
    /// Noise of width σ·sin²(πt), zero with zero slope at both ends: a stochastic interpolant
    /// (Albergo and others 2023, arXiv:2303.08797, section 2).
    Smooth {
        /// Largest width, at t = ½, in standard deviations of the data.
        sigma: f32,
    },
    /// x_t = cos(πt/2)·x0 + sin(πt/2)·x1: VP-CFM (Albergo and Vanden-Eijnden 2022,
    /// arXiv:2209.15571).
    Trigonometric,
    /// x_t = (1−(1−σ_min)t)·x0 + t·x1: flow matching's optimal-transport path (Lipman and others
    /// 2022, arXiv:2210.02747, example II).
    Lipman {
        /// Width around each data row at t = 1.
        sigma_min: f32,
    },
}

/// Factors of x0, x1 and ε at one time, in x_t and in its velocity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathFactors {
    /// Factors of (x0, x1, ε) in x_t.
    pub position: [f32; 3],
    /// Factors of (x0, x1, ε) in the velocity.
    pub velocity: [f32; 3],
}

impl PathFactors {
    /// Returns one coordinate of x_t and of its velocity.
    #[inline]
    pub fn apply(&self, x0: f32, x1: f32, noise: f32) -> (f32, f32) {
        let mix = |k: [f32; 3]| k[0] * x0 + k[1] * x1 + k[2] * noise;
        (mix(self.position), mix(self.velocity))
    }
}

impl Path {
    /// Returns the factors at `t`, 0..=1.
    pub fn at(&self, t: f32) -> PathFactors {
        let straight = |c: f32, dc: f32| PathFactors {
            position: [1.0 - t, t, c],
            velocity: [-1.0, 1.0, dc],
        };
        match *self {
            Path::Linear => straight(0.0, 0.0),
            Path::ConstantSigma { sigma } => straight(sigma, 0.0),
            Path::Bridge { sigma } => {
                let root = (t * (1.0 - t)).sqrt();
                straight(sigma * root, sigma * (1.0 - 2.0 * t) / (2.0 * root))
            }
            Path::Smooth { sigma } => {
                let sine = (PI * t).sin();
                straight(sigma * sine * sine, sigma * PI * (2.0 * PI * t).sin())
            }
            Path::Trigonometric => {
                let (sin, cos) = (FRAC_PI_2 * t).sin_cos();
                PathFactors {
                    position: [cos, sin, 0.0],
                    velocity: [-FRAC_PI_2 * sin, FRAC_PI_2 * cos, 0.0],
                }
            }
            Path::Lipman { sigma_min } => PathFactors {
                position: [1.0 - (1.0 - sigma_min) * t, t, 0.0],
                velocity: [sigma_min - 1.0, 1.0, 0.0],
            },
        }
    }

    /// Maps a uniform draw from 0..1 to a time at which the velocity is bounded.
    pub fn time(&self, uniform: f32) -> f32 {
        match self {
            Path::Bridge { .. } => BRIDGE_MARGIN + (1.0 - 2.0 * BRIDGE_MARGIN) * uniform,
            _ => uniform,
        }
    }

    /// Returns whether the width is in the range that the name accepts.
    pub(crate) fn is_valid(&self) -> bool {
        match *self {
            Path::ConstantSigma { sigma }
            | Path::Bridge { sigma }
            | Path::Smooth { sigma }
            | Path::Lipman { sigma_min: sigma } => SIGMAS.contains(&sigma),
            Path::Linear | Path::Trigonometric => true,
        }
    }

    /// Returns whether x_t depends on ε.
    pub fn is_stochastic(&self) -> bool {
        match *self {
            Path::ConstantSigma { sigma } | Path::Bridge { sigma } | Path::Smooth { sigma } => {
                sigma != 0.0
            }
            Path::Linear | Path::Trigonometric | Path::Lipman { .. } => false,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Linear => write!(f, "linear"),
            Path::ConstantSigma { sigma } => write!(f, "constant-sigma:{sigma}"),
            Path::Bridge { sigma } => write!(f, "bridge:{sigma}"),
            Path::Smooth { sigma } => write!(f, "smooth:{sigma}"),
            Path::Trigonometric => write!(f, "trigonometric"),
            Path::Lipman { sigma_min } => write!(f, "lipman:{sigma_min}"),
        }
    }
}

impl FromStr for Path {
    type Err = String;

    /// Reads `NAME` or `NAME:SIGMA`. The default widths are 0.1 for `constant-sigma`, 0.5 for
    /// `bridge` and `smooth`, and 0.01 for `lipman`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, suffix) = match text.split_once(':') {
            Some((name, suffix)) => (name, Some(suffix)),
            None => (text, None),
        };
        let sigma = |default: f32| match suffix {
            None => Ok(default),
            Some(s) => match s.parse() {
                Ok(sigma) if SIGMAS.contains(&sigma) => Ok(sigma),
                _ => Err(format!(
                    "`{s}` is not a width; write a number from 0 to 8 after the colon, such as bridge:0.5"
                )),
            },
        };
        let plain = |path| match suffix {
            None => Ok(path),
            Some(_) => Err(format!(
                "the path `{name}` takes no width; leave out the colon and what follows it"
            )),
        };
        match name {
            "linear" => plain(Path::Linear),
            "constant-sigma" => sigma(0.1).map(|sigma| Path::ConstantSigma { sigma }),
            "bridge" => sigma(0.5).map(|sigma| Path::Bridge { sigma }),
            "smooth" => sigma(0.5).map(|sigma| Path::Smooth { sigma }),
            "trigonometric" => plain(Path::Trigonometric),
            "lipman" => sigma(0.01).map(|sigma_min| Path::Lipman { sigma_min }),
            _ => Err(format!(
                "no path is called `{name}`; choose linear, constant-sigma[:SIGMA], bridge[:SIGMA], \
                 smooth[:SIGMA], trigonometric or lipman[:SIGMA]"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [Path; 6] = [
        Path::Linear,
        Path::ConstantSigma { sigma: 0.3 },
        Path::Bridge { sigma: 0.7 },
        Path::Smooth { sigma: 0.4 },
        Path::Trigonometric,
        Path::Lipman { sigma_min: 0.05 },
    ];

    #[test]
    fn velocity_is_the_time_derivative() {
        let (x0, x1, noise, h) = (0.7, -1.3, 1.1, 1e-3);
        for path in PATHS {
            for t in [0.05, 0.2, 0.5, 0.77, 0.95] {
                let x = |t| path.at(t).apply(x0, x1, noise).0;
                let slope = (x(t + h) - x(t - h)) / (2.0 * h);
                let velocity = path.at(t).apply(x0, x1, noise).1;
                assert!(
                    (slope - velocity).abs() < 2e-3 * (1.0 + velocity.abs()),
                    "{path} at {t}: {slope}, {velocity}"
                );
            }
        }
    }

    #[test]
    fn ends_are_noise_and_data() {
        for path in PATHS {
            let (tube, left) = match path {
                Path::ConstantSigma { sigma } => (sigma, 0.0),
                Path::Lipman { sigma_min } => (0.0, sigma_min),
                _ => (0.0, 0.0),
            };
            let near =
                |a: [f32; 3], b: [f32; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
            assert!(near(path.at(0.0).position, [1.0, 0.0, tube]), "{path}");
            assert!(near(path.at(1.0).position, [left, 1.0, tube]), "{path}");
        }
    }

    #[test]
    fn closed_forms() {
        let at = |path: Path| path.at(0.25).apply(2.0, 3.0, 0.5);
        let near =
            |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).abs() < 1e-5 && (a.1 - b.1).abs() < 1e-5;
        assert!(near(at(Path::Linear), (2.25, 1.0)));
        assert!(near(at(PATHS[1]), (2.4, 1.0)));
        // Width 0.7·√0.1875, slope 0.7·0.5 / (2·√0.1875).
        assert!(near(at(PATHS[2]), (2.25 + 0.151_554_4, 1.0 + 0.202_072_6)));
        // sin²(π/4) = ½, its derivative π·sin(π/2).
        assert!(near(at(PATHS[3]), (2.25 + 0.1, 1.0 + 0.2 * PI)));
        let (sin, cos) = (PI / 8.0).sin_cos();
        let arc = (2.0 * cos + 3.0 * sin, FRAC_PI_2 * (3.0 * cos - 2.0 * sin));
        assert!(near(at(PATHS[4]), arc));
        assert!(near(at(PATHS[5]), (2.275, 1.1)));
    }

    #[test]
    fn names_read_back() {
        for path in PATHS {
            assert_eq!(path.to_string().parse(), Ok(path));
        }
        assert_eq!("bridge:0.25".parse(), Ok(Path::Bridge { sigma: 0.25 }));
        assert_eq!("lipman".parse(), Ok(Path::Lipman { sigma_min: 0.01 }));
    }

    #[test]
    fn wrong_names_are_explained() {
        let message = |text: &str| text.parse::<Path>().unwrap_err();
        assert!(message("brige").contains("bridge[:SIGMA]"));
        assert!(message("bridge:wide").contains("`wide` is not a width"));
        assert!(message("bridge:-1").contains("`-1` is not a width"));
        assert!(message("smooth:NaN").contains("`NaN` is not a width"));
        assert!(message("linear:0.1").contains("takes no width"));
    }
}
