//! Values with a fixed number of decimal places, printed without floats.

use core::fmt;

/// Largest number of decimal places: 10^9 fits an i32.
pub(crate) const MAX_DECIMALS: u8 = 9;

/// Value with a fixed number of decimal places: `digits` · 10^−`decimals`.
///
/// It prints as it is, with all its places:
///
/// ```
/// use flowlet::Decimal;
/// assert_eq!(Decimal { digits: 1230, decimals: 2 }.to_string(), "12.30");
/// assert_eq!(Decimal { digits: -5, decimals: 3 }.to_string(), "-0.005");
/// assert_eq!(Decimal { digits: 7, decimals: 0 }.to_string(), "7");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// Value times 10^`decimals`.
    pub digits: i32,
    /// Number of decimal places, 0..=9. More count as 9.
    pub decimals: u8,
}

impl Decimal {
    /// Returns the nearest f32 if there are at most 2^24 `digits`. Otherwise the result may be the
    /// f32 next to it.
    ///
    /// ```
    /// assert_eq!(flowlet::Decimal { digits: 1230, decimals: 2 }.to_f32(), 12.3);
    /// ```
    pub fn to_f32(self) -> f32 {
        self.digits as f32 / power_of_ten(self.decimals) as f32
    }

    /// Returns the nearest f64, with the same bits on every machine.
    ///
    /// ```
    /// assert_eq!(flowlet::Decimal { digits: 2_147_483_647, decimals: 7 }.to_f64(), 214.7483647);
    /// ```
    pub fn to_f64(self) -> f64 {
        f64::from(self.digits) / f64::from(power_of_ten(self.decimals))
    }

    /// Writes the text into `buffer` and returns it, without `core::fmt`, which takes kilobytes of
    /// flash.
    ///
    /// ```
    /// let value = flowlet::Decimal { digits: -1230, decimals: 2 };
    /// assert_eq!(value.text(&mut [0; 12]), "-12.30");
    /// ```
    pub fn text(self, buffer: &mut [u8; 12]) -> &str {
        let mut rest = self.digits.unsigned_abs();
        let mut first = buffer.len();
        // Places left to the point, from the last digit on. At least one digit is before it.
        let mut left = match self.decimals.min(MAX_DECIMALS) {
            0 => -1,
            decimals => decimals as i8,
        };
        for (at, byte) in buffer.iter_mut().enumerate().rev() {
            (*byte, first) = (b'-', at);
            if rest == 0 && left < -1 {
                break;
            }
            *byte = b'.';
            if left != 0 {
                *byte = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            left -= 1;
        }
        if self.digits >= 0 {
            first += 1;
        }
        let text = buffer.get(first..).unwrap_or_default();
        core::str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Display for Decimal {
    /// Writes the value. Width, fill and `+` work as for integers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 12];
        let text = self.text(&mut buffer);
        f.pad_integral(self.digits >= 0, "", text.trim_start_matches('-'))
    }
}

/// Returns 10^`exponent`, of at most 9.
pub(crate) const fn power_of_ten(exponent: u8) -> u32 {
    let (mut power, mut left) = (1, exponent);
    while left > 0 && power < 1_000_000_000 {
        power *= 10;
        left -= 1;
    }
    power
}
