//! The Gaussian drift: the closed-form velocity of Gaussian data with a given mean and variance.
//! The network learns only the rest.
//!
//! For x1 ~ N(m, σ²) and the linear path, E[x1 − x0 | x_t = x] = m + r·(x − t·m) with
//! r = (t·σ² − (1−t)) / ((1−t)² + t²·σ²) (Lipman et al., arXiv 2210.02747, section 4.1).
//! Coordinates share a few variance levels, so r takes one division per level and step. A
//! coordinate takes one multiply-add for x and one for its mean. A level of 0 means no drift: its r
//! is 0, so with means of 0 the network's velocity stays as it is.

use crate::fixed::{TIME_FRAC, TIME_ONE, VELOCITY_FRAC};
use crate::format::MAX_LEVELS;
use crate::int_math::{div_trunc, isqrt};

/// Coefficients r and 1 − t·r of each variance level at one time, Q4.11. r is the lower half of a
/// word.
///
/// σ² ≥ 2^−8 implies −8 < r, and σ² < 4 implies r < 2. In a short step, s differs by a few units of
/// Q1.15 at its ends. Rounding then makes |r| larger, but it stays below 15 in steps of at least
/// [`MIN_STEP`](crate::format::MIN_STEP). So |r| < 2^15 and |1 − t·r| < 2^15 in Q4.11, and with
/// |x| ≤ 2^15 and |mean| ≤ 2^14 the sum of the velocity is below 2^31.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct DriftCoefficients(pub(crate) [u32; MAX_LEVELS]);

impl DriftCoefficients {
    /// No drift at any level.
    pub const NONE: Self = Self([0; MAX_LEVELS]);

    /// Computes the coefficients of the levels' `variances` (unsigned Q2.14).
    ///
    /// For [`Span::At`] they give the velocity at that time. For [`Span::Step`] they give the
    /// velocity with which an Euler step ends where the flow of the drift ends. Then r is the mean
    /// slope (s(t')/s(t) − 1)/dt. s is convex, so the bound of |r| holds. `stddevs` holds s(t) and
    /// is updated to s(t').
    #[inline(never)]
    pub fn of(span: Span, variances: &[[u8; 2]], stddevs: &mut Stddevs) -> Self {
        let mut all = Self::NONE;
        for (level, &variance) in variances.iter().enumerate() {
            // Reduced, because compilers would unroll a loop over a known number of levels.
            let level = level % MAX_LEVELS;
            let stddev = &mut stddevs.0[level];
            all.0[level] = of_level(span, u16::from_le_bytes(variance), stddev);
        }
        all
    }

    /// Computes the coefficients at `time`, Q0.15.
    #[cfg(any(test, feature = "kernels"))]
    pub fn at(time: u16, variances: &[[u8; 2]]) -> Self {
        let mut unused = Stddevs::NOISE;
        Self::of(Span::At(time), variances, &mut unused)
    }

    /// Returns the drift's velocity at x, rounded, for a coordinate with this level and this mean
    /// (little-endian). x, mean and result are in Q4.11.
    #[inline(always)]
    pub(crate) fn velocity(&self, level: u8, mean: [u8; 2], x: i16) -> i32 {
        let pair = self.0[usize::from(level) % MAX_LEVELS];
        let (r, q) = (i32::from(pair as i16), i32::from((pair >> 16) as i16));
        r.wrapping_mul(x.into())
            .wrapping_add(q.wrapping_mul(i16::from_le_bytes(mean).into()))
            .wrapping_add(1 << 10)
            >> 11
    }
}

/// Time or step for which coefficients are computed, Q0.15.
#[derive(Clone, Copy, Debug)]
pub enum Span {
    /// One time.
    At(u16),
    /// Step from the first time to the second.
    Step(u16, u16),
}

/// Computes the coefficients of one level. Never inlined, because compilers would unroll the loop
/// around it.
#[inline(never)]
fn of_level(span: Span, variance: u16, stddev: &mut u16) -> u32 {
    if variance == 0 {
        return 2048 << 16; // no drift: r = 0, and the mean, which is 0, times 1
    }
    let (r, t) = match span {
        Span::At(t) => (slope(t.into(), variance.into()), t),
        Span::Step(t, end) => {
            let from = core::mem::replace(stddev, stddev_at(end.into(), variance.into()));
            (mean_slope(from, *stddev, end.wrapping_sub(t)), t)
        }
    };
    let tr = r.wrapping_mul(t.into()).wrapping_add(1 << 14) >> TIME_FRAC;
    (r as u32 & 0xffff) | (2048i32.wrapping_sub(tr) as u32) << 16
}

/// Standard deviation s(t) = √((1 − t)² + t²·σ²) of the state at each variance level, unsigned
/// Q1.15. It is kept from one step to the next, so a step takes one square root per level.
#[derive(Clone, Copy, Debug)]
pub struct Stddevs([u16; MAX_LEVELS]);

impl Stddevs {
    /// Standard deviations of the noise, at t = 0.
    pub const NOISE: Self = Self([TIME_ONE; MAX_LEVELS]);

    /// Returns no standard deviations: memory that is cheap to initialise.
    #[inline(always)]
    pub const fn none() -> Self {
        Self([0; MAX_LEVELS])
    }
}

/// Returns (to/from − 1)/dt in Q4.11, truncated toward 0. `from` and `to` are s at the ends of a
/// step in Q1.15, `dt` is its length in Q0.15. s is between 2^−4.01 and 2, and its difference over
/// a step is below 2^16 in Q15.
#[inline(always)]
fn mean_slope(from: u16, to: u16, dt: u16) -> i32 {
    let growth = i32::from(to).wrapping_sub(from.into()) << 15;
    let growth = div_trunc(growth, from.into()) << VELOCITY_FRAC;
    div_trunc(growth, dt.into())
}

/// Returns s(t) in Q1.15. Its square is convex in t and below 2^32 in Q30 at both ends, so it is
/// below 2^32 in between.
#[inline(always)]
fn stddev_at(t: u32, variance: u32) -> u16 {
    let rest = u32::from(TIME_ONE).wrapping_sub(t);
    let square = ((t * t) >> 14).wrapping_mul(variance);
    isqrt(rest.wrapping_mul(rest).wrapping_add(square)) as u16
}

/// Returns r in Q4.11, truncated toward 0, at `t` (Q0.15, 0 to 1) for σ² = `variance` (unsigned
/// Q2.14, ≥ 2^−8). The numerator, in Q29, is within ±2^31; the denominator, in Q29, is below 2^32.
#[inline(always)]
fn slope(t: i32, variance: i32) -> i32 {
    let rest = i32::from(TIME_ONE) - t;
    let numerator = t.wrapping_mul(variance).wrapping_sub(rest << 14);
    let denominator = ((rest * rest) >> 1).wrapping_add(((t * t) >> 15).wrapping_mul(variance));
    // The divisor is at least 2^29 · σ²/(1 + σ²) / 2^11 = 1020, so r fits an i16.
    div_trunc(numerator, (denominator as u32 >> 11) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{MIN_STEP, MIN_VARIANCE};

    /// Compares r with the closed form and with the bounds of the headroom proof, over all times
    /// and many variances.
    #[test]
    fn slope_follows_its_closed_form() {
        for variance in (MIN_VARIANCE..=u16::MAX).step_by(61).chain([u16::MAX]) {
            for time in (0..=TIME_ONE).step_by(3).chain([TIME_ONE]) {
                let (t, v) = (f64::from(time) / 32_768.0, f64::from(variance) / 16_384.0);
                let exact = (t * v - (1.0 - t)) / ((1.0 - t).powi(2) + t * t * v);
                let got = f64::from(slope(time.into(), variance.into())) / 2048.0;
                let allowed = 0.001 * exact.abs() + 1.0 / 2048.0;
                assert!((got - exact).abs() <= allowed, "t={t} v={v}: {got} {exact}");
                assert!((-9.0..2.1).contains(&got), "t={t} v={v}: {got}");
            }
        }
    }

    /// Compares r of a step with the exact flow of the drift and with the same bounds.
    #[test]
    fn slope_over_a_step_follows_its_closed_form() {
        for variance in (MIN_VARIANCE..=u16::MAX).step_by(61).chain([u16::MAX]) {
            for time in (0..TIME_ONE).step_by(97) {
                for end in [time + 1, time + 100, time + 4096, TIME_ONE] {
                    let end = end.min(TIME_ONE);
                    let (t, e) = (f64::from(time) / 32_768.0, f64::from(end) / 32_768.0);
                    let v = f64::from(variance) / 16_384.0;
                    let s = |t: f64| ((1.0 - t).powi(2) + t * t * v).sqrt();
                    let exact = (s(e) / s(t) - 1.0) / (e - t);
                    let [from, to] = [time, end].map(|t| stddev_at(t.into(), variance.into()));
                    let got = mean_slope(from, to, end - time);
                    let got = f64::from(got) / 2048.0;
                    // s is truncated by up to 2^-15, which weighs more in shorter steps.
                    let allowed = 1.0 / 2048.0 + 3.0 / 32_768.0 / s(t) / (e - t);
                    assert!((got - exact).abs() <= allowed, "{t} {e} {v}: {got} {exact}");
                    assert!(got.abs() < 16.0, "{t} {e} {v}: {got}");
                }
            }
        }
    }

    /// Checks the bounds that [`DriftCoefficients`] documents: both coefficients fit 16 bits, and
    /// no sum overflows an i32 for any x and mean. The cases are every time, both spans, the
    /// smallest and largest variance, and some between.
    #[test]
    fn no_velocity_of_the_drift_overflows() {
        let variances = [MIN_VARIANCE, 200, 1 << 14, 40_000, u16::MAX];
        let levels = variances.map(u16::to_le_bytes);
        let mut steepest = 0;
        for time in 0..=TIME_ONE {
            let begin = variances.map(|v| match time {
                0 => TIME_ONE,
                _ => stddev_at(time.into(), v.into()),
            });
            let steps = [MIN_STEP, 4, 5, 6, 8, 128, 4096, TIME_ONE]
                .map(|dt| time.saturating_add(dt).min(TIME_ONE));
            let spans = steps
                .into_iter()
                .filter(|&end| end >= time + MIN_STEP)
                .map(|end| Span::Step(time, end));
            for span in spans.chain([Span::At(time)]) {
                let mut stddevs = Stddevs::NOISE;
                stddevs.0[..5].copy_from_slice(&begin);
                let all = DriftCoefficients::of(span, &levels, &mut stddevs);
                for ((&word, &variance), &begin) in all.0.iter().zip(&variances).zip(&begin) {
                    let exact = match span {
                        Span::At(t) => slope(t.into(), variance.into()),
                        Span::Step(t, end) => {
                            mean_slope(begin, stddev_at(end.into(), variance.into()), end - t)
                        }
                    };
                    let exact = i64::from(exact);
                    let rest = 2048 - ((exact * i64::from(time) + (1 << 14)) >> 15);
                    let (r, q) = (i64::from(word as i16), i64::from((word >> 16) as i16));
                    assert_eq!((r, q), (exact, rest), "{span:?}");
                    let sum = r.abs() * (1 << 15) + q.abs() * (1 << 14) + (1 << 10);
                    assert!(i32::try_from(sum).is_ok(), "{span:?}: {r} {q}");
                    steepest = steepest.max(r.abs());
                }
            }
        }
        assert!(
            (8 << 11..=15 << 11).contains(&steepest),
            "{steepest}: the shortest steps are the steepest"
        );
    }

    #[test]
    fn stddevs_continue_from_step_to_step() {
        let mut stddevs = Stddevs::NOISE;
        let variances = [300, 40_000].map(u16::to_le_bytes);
        for (time, end) in [(0, 9000), (9000, 29_000), (29_000, TIME_ONE)] {
            DriftCoefficients::of(Span::Step(time, end), &variances, &mut stddevs);
            let expected = [300, 40_000].map(|variance| stddev_at(end.into(), variance));
            assert_eq!(stddevs.0[..2], expected);
        }
    }

    /// A level of 0 adds nothing to the network's velocity, at any time and for both spans.
    #[test]
    fn a_level_of_0_adds_nothing() {
        let levels = [0u16, 1 << 14].map(u16::to_le_bytes);
        for time in (0..=TIME_ONE).step_by(64) {
            let drift = DriftCoefficients::at(time, &levels);
            assert_eq!(drift.velocity(0, [0; 2], i16::MIN), 0);
            let end = time.saturating_add(4096).min(TIME_ONE);
            let step = Span::Step(time, end);
            let drift = DriftCoefficients::of(step, &levels, &mut Stddevs::NOISE.clone());
            assert_eq!(drift.velocity(0, [0; 2], i16::MAX), 0);
        }
    }

    #[test]
    fn velocity_of_a_unit_gaussian() {
        let at = |time| DriftCoefficients::at(time, &[(1u16 << 14).to_le_bytes()]);
        let drift = at(TIME_ONE);
        assert_eq!(drift.velocity(0, [0; 2], 2048), 2048); // t = 1: v = x
        let drift = at(0);
        assert_eq!(drift.velocity(0, 1024i16.to_le_bytes(), 2048), 1024 - 2048); // t = 0: v = m − x
    }
}
