//! Integer division, square roots and products of 64 bits.
//!
//! Cores that can divide use their instruction. Armv6-M cannot, and compilers would link half a
//! kilobyte for a division, so there both work bit by bit. It also has no product of 64 bits.

#[cfg(flowlet_kernel = "armv6m")]
pub(crate) use bits::{div_trunc, div_unsigned, isqrt, scale_state};
#[cfg(not(flowlet_kernel = "armv6m"))]
pub(crate) use divider::{div_trunc, div_unsigned, isqrt, scale_state};

#[cfg(not(flowlet_kernel = "armv6m"))]
mod divider {
    /// Returns `n` / `d`, or 0 if d = 0.
    #[inline(always)]
    pub(crate) const fn div_unsigned(n: u32, d: u32) -> u32 {
        match n.checked_div(d) {
            Some(quotient) => quotient,
            None => 0,
        }
    }

    /// Returns `n` / `d` for d ≥ 0, truncated toward 0, or 0 if d = 0.
    #[inline(always)]
    pub(crate) fn div_trunc(n: i32, d: i32) -> i32 {
        n.checked_div(d).unwrap_or(0)
    }

    /// Returns ⌊√n⌋. Three iterations of Newton's method, started within a factor of √2, give at
    /// most one too many.
    #[inline(always)]
    pub(crate) fn isqrt(n: u32) -> u32 {
        let mut root = 1 << ((32 - n.leading_zeros()) / 2);
        for _ in 0..3 {
            root = (root + n.checked_div(root).unwrap_or(0)) >> 1;
        }
        if root * root > n { root - 1 } else { root }
    }

    /// Returns x · `multiplier` for x in Q5.26, rounded. |x| ≤ 16 and |`multiplier`| < 2^27.
    #[inline(always)]
    pub(crate) const fn scale_state(x: i32, multiplier: i32) -> i32 {
        ((x as i64 * multiplier as i64 + (1 << 25)) >> 26) as i32
    }
}

#[cfg(any(flowlet_kernel = "armv6m", test))]
mod bits {
    /// Returns `n` / `d`, or 0 if d = 0.
    #[inline(never)]
    pub(crate) const fn div_unsigned(mut n: u32, mut d: u32) -> u32 {
        if d == 0 {
            return 0;
        }
        let (mut bit, mut quotient) = (1u32, 0);
        while d <= n >> 4 {
            d <<= 4;
            bit <<= 4;
        }
        while d <= n >> 1 {
            d <<= 1;
            bit <<= 1;
        }
        while bit != 0 {
            if let Some(rest) = n.checked_sub(d) {
                n = rest;
                quotient |= bit;
            }
            d >>= 1;
            bit >>= 1;
        }
        quotient
    }

    /// Returns `n` / `d` for d ≥ 0, truncated toward 0, or 0 if d = 0.
    #[inline(never)]
    pub(crate) fn div_trunc(n: i32, d: i32) -> i32 {
        let size = div_unsigned(n.unsigned_abs(), d as u32) as i32;
        if n < 0 { size.wrapping_neg() } else { size }
    }

    /// Returns ⌊√n⌋.
    #[inline(always)]
    pub(crate) fn isqrt(mut n: u32) -> u32 {
        let (mut bit, mut root) = (1u32 << 30, 0);
        while bit != 0 {
            let rest = n.checked_sub(root | bit);
            root >>= 1;
            if let Some(rest) = rest {
                n = rest;
                root |= bit;
            }
            bit >>= 2;
        }
        root
    }

    /// Returns x · `multiplier` for x in Q5.26, rounded. |x| ≤ 16 and |`multiplier`| < 2^27.
    ///
    /// x is 2^16·a + b and the multiplier is 2^14·c + d, so each product fits 32 bits.
    #[inline(always)]
    pub(crate) const fn scale_state(x: i32, multiplier: i32) -> i32 {
        let (a, b) = (x >> 16, x & 0xffff);
        let (c, d) = (multiplier >> 14, multiplier & 0x3fff);
        let low = (b.wrapping_mul(d) as u32).wrapping_add(1 << 25) >> 14;
        let middle = b.wrapping_mul(c).wrapping_add(a.wrapping_mul(d) << 2);
        let middle = middle.wrapping_add(low as i32) >> 12;
        (a.wrapping_mul(c) << 4).wrapping_add(middle)
    }
}

/// Returns `span` · `part` / `all`, rounded, for part ≤ all ≤ 2^62; 0 if `all` is 0. Bit by bit,
/// because a division of 64 bits takes more code on most cores.
#[inline(never)]
pub(crate) fn share(span: u32, part: u64, all: u64) -> u32 {
    if all == 0 {
        return 0;
    }
    let (mut quotient, mut rest) = (0u32, 0u64);
    let mut bits = 32 - span.leading_zeros();
    while bits > 0 {
        // All further bits are 0. This exit also keeps compilers from unrolling the loop.
        if rest == 0 && span.trailing_zeros() >= bits {
            return quotient << bits;
        }
        bits -= 1;
        quotient <<= 1;
        rest <<= 1;
        if span >> bits & 1 == 1 {
            rest += part;
        }
        // The rest is below 3 · all.
        if let Some(less) = rest.checked_sub(all) {
            rest = less;
            quotient += 1;
        }
        if let Some(less) = rest.checked_sub(all) {
            rest = less;
            quotient += 1;
        }
    }
    quotient + u32::from(rest >= all - rest)
}

#[cfg(test)]
mod tests {
    use super::{bits, divider};

    /// Returns numbers of every size, and those around each power of two.
    fn numbers() -> impl Iterator<Item = u32> + Clone {
        let any = (0..4000u32).map(|i| i.wrapping_mul(2_654_435_761) >> (i % 32));
        let edges = (0..32).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + 1]);
        any.chain(edges).chain([u32::MAX, u32::MAX - 1])
    }

    #[test]
    fn square_roots_are_exact() {
        let squares = (0..=u16::MAX).map(|i| u32::from(i) * u32::from(i));
        let edges = squares.flat_map(|square| [square.saturating_sub(1), square, square + 1]);
        for n in numbers().chain(edges) {
            assert_eq!((divider::isqrt(n), bits::isqrt(n)), (n.isqrt(), n.isqrt()));
        }
    }

    #[test]
    fn scaled_states_are_exact() {
        let states = numbers()
            .map(|x| x as i32 >> 1)
            .chain([1 << 30, -(1 << 30)]);
        for x in states {
            let multipliers = numbers().step_by(7).map(|m| m as i32 >> 4);
            for multiplier in multipliers.chain([(1 << 27) - 1, 1 - (1 << 27)]) {
                let scaled = (
                    bits::scale_state(x, multiplier),
                    divider::scale_state(x, multiplier),
                );
                assert_eq!(scaled.0, scaled.1, "{x} · {multiplier}");
            }
        }
    }

    #[test]
    fn quotients_are_exact() {
        for n in numbers() {
            for d in numbers().step_by(13).filter(|&d| d > 0) {
                assert_eq!(bits::div_unsigned(n, d), n / d, "{n} / {d}");
            }
            let by_zero = (bits::div_unsigned(n, 0), divider::div_unsigned(n, 0));
            assert_eq!(by_zero, (0, 0));
        }
        for (n, d) in [(-7, 2), (7, 2), (i32::MIN, 1), (i32::MIN, i32::MAX), (0, 5)] {
            let quotients = (bits::div_trunc(n, d), divider::div_trunc(n, d));
            assert_eq!(quotients, (n / d, n / d));
        }
        assert_eq!((bits::div_trunc(-3, 0), divider::div_trunc(-3, 0)), (0, 0));
    }
}
