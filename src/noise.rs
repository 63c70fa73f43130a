//! Standard normal noise from uniform integers, by inversion of the distribution function (Devroye,
//! *Non-Uniform Random Variate Generation*, 1986, II.2).
//!
//! A u32 gives a sign and p in (0, 1/2]. The quantile is interpolated linearly in a table of 24
//! octaves of p with 16 intervals each (770 bytes). So the tails are as accurate as the middle;
//! they end at 5.4 σ. A variate takes one 32-bit draw, and no float and no division.
//!
//! # Generators
//!
//! A sampler draws from any generator of [`rand_core`] 0.10, and from any function that returns a
//! `u32`: [`from_fn`] wraps it. This is how generators of `rand_core` 0.6 and 0.9 are used, such as
//! the hardware generators of most HALs.
//!
//! The noise needs uniform, independent bits, but no secrecy: xoshiro128++ is good enough, and a
//! linear feedback shift register or a linear congruential generator is not. Equal seeds give equal
//! samples, so seed the generator from hardware. A generator that returns the same word four times
//! in a row is an [error](crate::SamplerError::StuckGenerator).

mod antithetic;
mod from_fn;

pub use antithetic::Antithetic;
pub use from_fn::{FromFn, SourceFailed, TryFromFn, from_fn, try_from_fn};

use crate::tables::NORMAL;

/// Returns the standard normal variate of `uniform` in Q5.26, the format of a
/// [state](crate::fixed), ±5.42. The upper 31 bits of `uniform` are p · 2^32, the lowest bit is the
/// sign: `normal(u)` = −`normal(u ^ 1)`.
///
/// ```
/// use flowlet::noise::normal;
/// let one_sigma = normal(2 * (0.158_655 * 2147483648.0 * 2.0) as u32); // P(Z > 1)
/// assert!((f64::from(one_sigma) / f64::from(1 << 26) - 1.0).abs() < 0.0003);
/// ```
#[inline]
pub fn normal(uniform: u32) -> i32 {
    // The table ends at 2^-25; all smaller p give one value.
    let p = (uniform >> 1).max(1 << 7);
    let (octave, leading) = octave(p);
    // The bits below the leading one, inverted so that they grow toward the tail.
    let place = !leading & 0x3fff_ffff;
    let index = (octave << 4 | place >> 26) as usize;
    let (Some(&near), Some(&far)) = (NORMAL.get(index), NORMAL.get(index + 1)) else {
        return 0; // index < 24 · 16
    };
    let fraction = place >> 13 & 0x1fff;
    let near = u32::from(near);
    let z =
        (near << 13).wrapping_add(u32::from(far).wrapping_sub(near).wrapping_mul(fraction)) as i32;
    if uniform & 1 == 0 { z } else { -z }
}

/// Returns the number of zeros before the leading bit of p < 2^31, minus one, and p shifted by that
/// number. Cores without an instruction that counts zeros shift in a loop, by one bit on average.
#[inline(always)]
fn octave(p: u32) -> (u32, u32) {
    if cfg!(any(flowlet_kernel = "armv6m", target_arch = "riscv32")) {
        let (mut octave, mut p) = (0, p);
        while p < 1 << 30 {
            p <<= 1;
            octave += 1;
        }
        return (octave, p);
    }
    let octave = p.leading_zeros().wrapping_sub(1);
    (octave, p << (octave & 31))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_xoshiro::Xoshiro128PlusPlus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};
    use std::vec::Vec;

    fn phi(z: f64) -> f64 {
        0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
    }

    fn real(uniform: u32) -> f64 {
        f64::from(normal(uniform)) / f64::from(1u32 << 26)
    }

    /// Applies the Kolmogorov–Smirnov test at the 1 % level (1.628/√n) to 10⁶ draws.
    #[test]
    fn draws_follow_the_normal_distribution() {
        let n = 1_000_000;
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(7);
        let mut draws: Vec<f64> = (0..n).map(|_| real(rng.next_u32())).collect();
        draws.sort_by(f64::total_cmp);
        let n = n as f64;
        let statistic = draws
            .iter()
            .enumerate()
            .map(|(i, &z)| {
                (phi(z) - i as f64 / n)
                    .abs()
                    .max((phi(z) - (i + 1) as f64 / n).abs())
            })
            .fold(0.0, f64::max);
        assert!(statistic < 1.628 / n.sqrt(), "KS statistic {statistic}");
        let moment = |k: i32| draws.iter().map(|z| z.powi(k)).sum::<f64>() / n;
        for (k, exact, allowed) in [
            (1, 0.0, 0.004),
            (2, 1.0, 0.006),
            (3, 0.0, 0.016),
            (4, 3.0, 0.04),
        ] {
            assert!(
                (moment(k) - exact).abs() < allowed,
                "moment {k}: {}",
                moment(k)
            );
        }
        let beyond = draws.iter().filter(|z| z.abs() > 4.0).count() as f64;
        assert!(
            (beyond - 63.3).abs() < 4.0 * 63.3f64.sqrt(),
            "{beyond} of 63.3 expected beyond 4 sigma"
        );
    }

    /// Checks that quantiles over the complete table are within 0.0012 of z, and symmetric.
    #[test]
    fn quantile_is_exact_enough_everywhere() {
        for i in 0..2_000_000u32 {
            let u = i.wrapping_mul(2_654_435_761) >> (i % 24) & !1;
            let z = real(u);
            let p = (f64::from(u >> 1) + 0.5) / f64::from(u32::MAX);
            if p > 2f64.powi(-24) {
                // dz = dp / density, so no second quantile function is needed.
                let density = libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
                let error = (phi(-z) - p) / density;
                assert!(error.abs() < 0.0012, "u={u} z={z} error={error}");
            }
            assert_eq!(normal(u), -normal(u | 1));
        }
        assert!(real(0) > 5.3 && real(u32::MAX - 1).abs() < 0.001);
    }
}
