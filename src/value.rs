//! Values in physical units, in fixed point, and their conversion to other formats and to the range
//! of a peripheral.

use core::cmp::Ordering;
use core::ops::RangeInclusive;

use crate::decimal::{Decimal, MAX_DECIMALS, power_of_ten};
use crate::int_math::share;

/// Value in physical units in fixed point: `raw` · 2^−`frac`.
///
/// ```
/// let fixed = flowlet::Fixed { raw: -3 << 20, frac: 21 };
/// assert_eq!(fixed.to_f32(), -1.5);
/// assert_eq!(fixed.rescale(8), Some(-384)); // -1.5 · 256
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fixed {
    /// Value times 2^`frac`.
    pub raw: i32,
    /// Number of fractional bits, −96..=126; the same in all samples of a column.
    pub frac: i8,
}

impl Fixed {
    /// Converts to f32, correctly rounded, with the same bits on every machine.
    ///
    /// ```
    /// assert_eq!(flowlet::Fixed { raw: 5, frac: -1 }.to_f32(), 10.0);
    /// ```
    pub fn to_f32(self) -> f32 {
        libm::ldexpf(self.raw as f32, -i32::from(self.frac))
    }

    /// Returns the value with `frac` fractional bits, rounded to the nearest integer, or `None` if
    /// it does not fit. A half is rounded up. With 0 bits this is the value as an integer.
    ///
    /// Columns of small values have more than 31 fractional bits, so `raw >> frac` would panic.
    ///
    /// ```
    /// use flowlet::Fixed;
    /// let millivolts = Fixed { raw: 5 << 27, frac: 28 }; // 2.5
    /// assert_eq!(millivolts.rescale(0), Some(3));
    /// assert_eq!(millivolts.rescale(8), Some(640));
    /// assert_eq!(millivolts.rescale(30), None);
    /// assert_eq!(Fixed { raw: 12_345, frac: 60 }.rescale(0), Some(0));
    /// ```
    pub const fn rescale(self, frac: i8) -> Option<i32> {
        let shift = frac as i32 - self.frac as i32;
        match shift {
            0 => Some(self.raw),
            1..=31 => {
                let scaled = self.raw << shift;
                if scaled >> shift == self.raw {
                    Some(scaled)
                } else {
                    None
                }
            }
            -31..=-1 => {
                let half = self.raw >> (-1 - shift) & 1;
                Some((self.raw >> -shift) + half)
            }
            ..=-32 => Some(0), // at most one half, which is exact only for i32::MIN and rounded up
            _ if self.raw == 0 => Some(0),
            _ => None,
        }
    }

    /// Returns the value with `frac` fractional bits, rounded, and limited to the range of an i32.
    ///
    /// ```
    /// use flowlet::Fixed;
    /// let value = Fixed { raw: -5, frac: 1 }; // -2.5
    /// assert_eq!(value.rescale_saturating(0), -2);
    /// assert_eq!(value.rescale_saturating(100), i32::MIN);
    /// ```
    pub const fn rescale_saturating(self, frac: i8) -> i32 {
        match self.rescale(frac) {
            Some(raw) => raw,
            None if self.raw < 0 => i32::MIN,
            None => i32::MAX,
        }
    }

    /// Returns the value with this number of decimal places, at most 9, rounded to the nearest, or
    /// `None` if its digits do not fit. A half is rounded up.
    ///
    /// ```
    /// use flowlet::{Decimal, Fixed};
    /// let volts = Fixed { raw: 79, frac: 6 }; // 1.234375
    /// assert_eq!(volts.to_decimal(2), Some(Decimal { digits: 123, decimals: 2 }));
    /// assert_eq!(Fixed { raw: 5, frac: -30 }.to_decimal(0), None);
    /// ```
    pub const fn to_decimal(self, decimals: u8) -> Option<Decimal> {
        let decimals = if decimals > MAX_DECIMALS {
            MAX_DECIMALS
        } else {
            decimals
        };
        // Below 2^61.
        let product = self.raw as i64 * power_of_ten(decimals) as i64;
        let digits = match self.frac {
            64.. => 0, // below one half
            1..=63 => ((product >> (self.frac - 1)) + 1) >> 1,
            -31..=0 if product as i32 as i64 == product => product << -self.frac,
            _ if product == 0 => 0,
            _ => return None,
        };
        if digits as i32 as i64 != digits {
            return None;
        }
        let digits = digits as i32;
        Some(Decimal { digits, decimals })
    }

    /// Maps the value linearly to a range of integers, for example the codes of a converter or the
    /// levels of a PWM: `low` becomes the start of the range and `high` its end. Values beyond them
    /// are limited. If `low` is above `high`, the range is reversed.
    ///
    /// The result is rounded to the nearest integer, and a half is rounded away from `low`. This is
    /// exact if the three numbers of fractional bits differ by at most 30. Otherwise, the result
    /// may differ by 1. If `low` equals `high` or the range is empty, the result is the start.
    ///
    /// ```
    /// use flowlet::Fixed;
    /// let (low, high) = (Fixed { raw: -1, frac: 0 }, Fixed { raw: 3, frac: 0 });
    /// let value = Fixed { raw: 1 << 20, frac: 21 }; // 0.5
    /// assert_eq!(value.to_range(low, high, 0..=4095), 1536);
    /// assert_eq!(value.to_range(high, low, 0..=4095), 2559);
    /// assert_eq!(Fixed { raw: 9, frac: 0 }.to_range(low, high, 0..=4095), 4095);
    /// ```
    pub fn to_range(self, low: Self, high: Self, range: RangeInclusive<i32>) -> i32 {
        let (start, end) = (*range.start(), *range.end());
        let span = if start < end { end.abs_diff(start) } else { 0 };
        let frac = common_frac(self, [low, high]);
        let [value, low, high] = [self, low, high].map(|fixed| fixed.wide(frac));
        // Their magnitude is at most 2^61, so nothing overflows.
        let (mut part, mut all) = (value.wrapping_sub(low), high.wrapping_sub(low));
        if all < 0 {
            (part, all) = (part.wrapping_neg(), all.wrapping_neg());
        }
        let part = part.min(all).max(0) as u64; // `clamp` can panic
        start.wrapping_add_unsigned(share(span, part, all as u64))
    }

    /// Compares two values.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        let shift = i32::from(self.frac) - i32::from(other.frac);
        match shift {
            ..=-1 => other.compare(self).reverse(),
            0..=31 => i64::from(self.raw).cmp(&(i64::from(other.raw) << shift)),
            // The other value exceeds every i32, if it is not 0.
            _ if other.raw == 0 => self.raw.cmp(&0),
            _ => 0.cmp(&other.raw),
        }
    }

    /// Returns the value with `frac` fractional bits, rounded, and limited to ±2^61.
    fn wide(self, frac: i32) -> i64 {
        let shift = frac - i32::from(self.frac);
        let bits = 32 - self.raw.unsigned_abs().leading_zeros() as i32;
        match shift {
            ..=-32 => 0, // at most one half
            -31..=-1 => (i64::from(self.raw) + (1 << (-1 - shift))) >> -shift,
            _ if bits + shift <= 61 => i64::from(self.raw) << (shift & 63),
            _ => i64::from(self.raw.signum()) << 61,
        }
    }
}

impl From<i32> for Fixed {
    /// Returns an integer: 0 fractional bits.
    fn from(raw: i32) -> Self {
        Self { raw, frac: 0 }
    }
}

impl From<i16> for Fixed {
    /// Returns an integer: 0 fractional bits.
    fn from(raw: i16) -> Self {
        i32::from(raw).into()
    }
}

impl From<f32> for Fixed {
    /// Converts without float arithmetic. Values below 2^−103 become 0. Those beyond ±2^127 are
    /// limited. What is not a number becomes −2^127, which no column has.
    ///
    /// ```
    /// use flowlet::Fixed;
    /// assert_eq!(Fixed::from(-1.5f32).to_f32(), -1.5);
    /// assert_eq!(Fixed::from(f32::NAN), Fixed { raw: i32::MIN, frac: -96 });
    /// ```
    fn from(value: f32) -> Self {
        let bits = value.to_bits();
        let (exponent, digits) = (bits >> 23 & 255, (bits & 0x7f_ffff | 0x80_0000) as i32);
        let (size, frac) = match exponent {
            ..24 => (0, 0),
            24..=246 => (digits, 150i32.wrapping_sub(exponent as i32) as i8),
            247..=253 => (digits << (exponent.wrapping_sub(246) & 7), -96),
            255 if bits & 0x7f_ffff != 0 => (i32::MIN, -96),
            _ => (i32::MAX, -96),
        };
        let raw = match value.is_sign_negative() {
            true => size.wrapping_neg(),
            false => size,
        };
        Self { raw, frac }
    }
}

/// Returns the number of fractional bits in which `value` is compared with its limits: the largest
/// of all, but at most 30 more than a limit has. Zeros have any number.
fn common_frac(value: Fixed, limits: [Fixed; 2]) -> i32 {
    let (mut largest, mut smallest) = (i32::from(value.frac), i32::from(i8::MAX));
    for limit in limits.iter().filter(|limit| limit.raw != 0) {
        largest = largest.max(limit.frac.into());
        smallest = smallest.min(limit.frac.into());
    }
    largest.min(smallest + 30)
}
