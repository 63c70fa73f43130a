//! The Gaussian drift: the velocity that data of a given mean and variance have in closed form,
//! so that the network learns only what is not Gaussian.
//!
//! For x1 ~ N(m, σ²) and the linear path, E[x1 − x0 | x_t = x] = m + r·(x − t·m) with
//! r = (t·σ² − (1−t)) / ((1−t)² + t²·σ²) (Lipman et al. 2022, section 4.1, for Gaussian ends).
//! Coordinates share a few variance levels, so r is one division a level and step, and a
//! coordinate costs one multiply-add for x and one for its mean. A level of 0 stands for no drift: its
//! r is 0, so that a network trained without one runs as it is, with means of 0.

use crate::fixed::{TIME_FRAC, TIME_ONE, VELOCITY_FRAC};
use crate::format::MAX_LEVELS;
use crate::int_math::{divide, root};

/// r and 1 − t·r for each variance level at one time, Q4.11: r in a word's lower half.
///
/// σ² ≥ 2^−8 gives −8 < r, and σ² < 4 gives r < 2. Over a step of some 2^−15, at whose ends s differs by a
/// few units of Q1.15, |r| is more, but below 15 for steps of [`MIN_STEP`](crate::format::MIN_STEP) and above.
/// So |r| < 2^15 and |1 − t·r| < 2^15 in Q4.11, and with |x| ≤ 2^15 and |mean| ≤ 2^14 the velocity's sum is
/// below 2^31.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Coefficients(pub(crate) [u32; MAX_LEVELS]);

impl Coefficients {
    /// Of no level.
    pub const NONE: Self = Self([0; MAX_LEVELS]);

    /// Of the levels' `variances` (unsigned Q2.14): those at a time, or over a step those with which
    /// Euler's ends where the drift's flow does. Then r is its mean slope over the step, (s(t')/s(t) − 1)/dt, and since s is convex, |r| keeps its bound;
    /// `spreads` are s(t), and become s(t').
    #[inline(never)]
    pub fn of(span: Span, variances: &[[u8; 2]], spreads: &mut Spreads) -> Self {
        let mut all = Self::NONE;
        for (level, &variance) in variances.iter().enumerate() {
            let level = level % MAX_LEVELS; // of a known number of them the loop would be unrolled
            all.0[level] = pair(span, u16::from_le_bytes(variance), &mut spreads.0[level]);
        }
        all
    }

    /// Those at `time`, Q0.15.
    #[cfg(any(test, feature = "kernels"))]
    pub fn at(time: u16, variances: &[[u8; 2]]) -> Self {
        let mut spreads = Spreads::NOISE; // not looked at
        Self::of(Span::At(time), variances, &mut spreads)
    }

    /// The drift's velocity in Q4.11, rounded, at x (Q4.11) for a coordinate of the given level and
    /// mean (Q4.11, little-endian).
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

/// The times that coefficients are for, Q0.15.
#[derive(Clone, Copy, Debug)]
pub enum Span {
    /// One.
    At(u16),
    /// From the first to the second.
    Step(u16, u16),
}

/// A level's coefficients. A call, for the loop around it is unrolled.
#[inline(never)]
fn pair(span: Span, variance: u16, spread: &mut u16) -> u32 {
    if variance == 0 {
        return 2048 << 16; // no drift: of the mean, which is 0, the whole
    }
    let (r, t) = match span {
        Span::At(t) => (slope(t.into(), variance.into()), t),
        Span::Step(t, end) => {
            let from = core::mem::replace(spread, spread_at(end.into(), variance.into()));
            (mean_slope(from, *spread, end.wrapping_sub(t)), t)
        }
    };
    let tr = r.wrapping_mul(t.into()).wrapping_add(1 << 14) >> TIME_FRAC;
    (r as u32 & 0xffff) | (2048i32.wrapping_sub(tr) as u32) << 16
}

/// s(t) = √((1 − t)² + t²·σ²) of each variance level, unsigned Q1.15: how wide the Gaussian is on its way.
/// A step begins where the last one ended, so each takes one root a level.
#[derive(Clone, Copy, Debug)]
pub struct Spreads([u16; MAX_LEVELS]);

impl Spreads {
    /// At t = 0: of the noise.
    pub const NOISE: Self = Self([TIME_ONE; MAX_LEVELS]);
}

/// (to/from − 1)/dt in Q4.11, cut toward 0, for s at the ends of a step in Q1.15 and its length in Q0.15.
/// s lies between 2^−4.01 and 2; its difference over a step is below 2^16 in Q15.
#[inline(always)]
fn mean_slope(from: u16, to: u16, dt: u16) -> i32 {
    let growth = i32::from(to).wrapping_sub(from.into()) << 15;
    let growth = divide(growth, from.into()) << VELOCITY_FRAC;
    divide(growth, dt.into())
}

/// s(t) in Q1.15. Its square, convex in t, is below 2^32 in Q30 since it is at both ends.
#[inline(always)]
fn spread_at(t: u32, variance: u32) -> u16 {
    let rest = u32::from(TIME_ONE).wrapping_sub(t);
    let square = ((t * t) >> 14).wrapping_mul(variance);
    root(rest.wrapping_mul(rest).wrapping_add(square)) as u16
}

/// r in Q4.11 at `t` (Q0.15, 0 to 1) for σ² = `variance` (unsigned Q2.14, ≥ 2^−8), cut toward 0.
/// Numerator and denominator are formed in Q29: the first is within ±2^31, the second below 2^32.
#[inline(always)]
fn slope(t: i32, variance: i32) -> i32 {
    let rest = i32::from(TIME_ONE) - t;
    let numerator = t.wrapping_mul(variance).wrapping_sub(rest << 14);
    let denominator = ((rest * rest) >> 1).wrapping_add(((t * t) >> 15).wrapping_mul(variance));
    // At least 2^29 · σ²/(1 + σ²) / 2^11 = 1020 for the smallest σ², so r is within an i16.
    divide(numerator, (denominator as u32 >> 11) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{MIN_STEP, MIN_VARIANCE};

    /// Over every time and a dense set of variances: close to the closed form, and inside the
    /// bounds on which the headroom proof stands.
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

    /// The exact flow of the drift, to what the formats can tell, and inside the same bounds.
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
                    let [from, to] = [time, end].map(|t| spread_at(t.into(), variance.into()));
                    let got = mean_slope(from, to, end - time);
                    let got = f64::from(got) / 2048.0;
                    // s is cut by up to 2^-15, which counts the more the shorter the step is.
                    let allowed = 1.0 / 2048.0 + 3.0 / 32_768.0 / s(t) / (e - t);
                    assert!((got - exact).abs() <= allowed, "{t} {e} {v}: {got} {exact}");
                    assert!(got.abs() < 16.0, "{t} {e} {v}: {got}");
                }
            }
        }
    }

    /// What the documentation of [`Coefficients`] claims, at every time and by both kinds of step, for the ends of the variances
    /// and some between: a word's halves hold what is put in, and no sum leaves an i32, whatever x and the mean are.
    #[test]
    fn no_velocity_of_the_drift_leaves_its_sum() {
        let variances = [MIN_VARIANCE, 200, 1 << 14, 40_000, u16::MAX];
        let levels = variances.map(u16::to_le_bytes);
        let mut steepest = 0;
        for time in 0..=TIME_ONE {
            let begin = variances.map(|v| match time {
                0 => TIME_ONE,
                _ => spread_at(time.into(), v.into()),
            });
            let steps = [MIN_STEP, 4, 5, 6, 8, 128, 4096, TIME_ONE]
                .map(|dt| time.saturating_add(dt).min(TIME_ONE));
            let spans = steps
                .into_iter()
                .filter(|&end| end >= time + MIN_STEP)
                .map(|end| Span::Step(time, end));
            for span in spans.chain([Span::At(time)]) {
                let mut spreads = Spreads::NOISE;
                spreads.0[..5].copy_from_slice(&begin);
                let all = Coefficients::of(span, &levels, &mut spreads);
                for ((&word, &variance), &begin) in all.0.iter().zip(&variances).zip(&begin) {
                    let exact = match span {
                        Span::At(t) => slope(t.into(), variance.into()),
                        Span::Step(t, end) => {
                            mean_slope(begin, spread_at(end.into(), variance.into()), end - t)
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
    fn spreads_go_on_from_step_to_step() {
        let mut spreads = Spreads::NOISE;
        let variances = [300, 40_000].map(u16::to_le_bytes);
        for (time, end) in [(0, 9000), (9000, 29_000), (29_000, TIME_ONE)] {
            Coefficients::of(Span::Step(time, end), &variances, &mut spreads);
            let expected = [300, 40_000].map(|variance| spread_at(end.into(), variance));
            assert_eq!(spreads.0[..2], expected);
        }
    }

    /// Whatever the time and the kind of step, nothing is added to a network that has no drift.
    #[test]
    fn a_level_of_0_adds_nothing() {
        let levels = [0u16, 1 << 14].map(u16::to_le_bytes);
        for time in (0..=TIME_ONE).step_by(64) {
            let drift = Coefficients::at(time, &levels);
            assert_eq!(drift.velocity(0, [0; 2], i16::MIN), 0);
            let end = time.saturating_add(4096).min(TIME_ONE);
            let step = Span::Step(time, end);
            let drift = Coefficients::of(step, &levels, &mut Spreads::NOISE.clone());
            assert_eq!(drift.velocity(0, [0; 2], i16::MAX), 0);
        }
    }

    #[test]
    fn velocity_of_a_unit_gaussian() {
        let at = |time| Coefficients::at(time, &[(1u16 << 14).to_le_bytes()]);
        let drift = at(TIME_ONE);
        assert_eq!(drift.velocity(0, [0; 2], 2048), 2048); // t = 1: v = x
        let drift = at(0);
        assert_eq!(drift.velocity(0, 1024i16.to_le_bytes(), 2048), 1024 - 2048); // t = 0: v = m − x
    }
}
