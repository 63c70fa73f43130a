//! Settings of a sampler that are numbers with fractions, as types of their own.

use crate::fixed::{TIME_FRAC, TIME_ONE};

/// Time t from 0 (noise) to 1 (data), in Q0.15.
///
/// ```
/// use flowlet::Time;
/// let half = Time::new(1, 2).unwrap();
/// assert!(Time::ZERO < half && half < Time::ONE);
/// assert_eq!(half.bits(), 1 << 14);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Time(u16);

impl Time {
    /// The start of the integration.
    pub const ZERO: Self = Self(0);
    /// The end of the integration.
    pub const ONE: Self = Self(TIME_ONE);

    /// Returns the time `numerator` / `denominator`, rounded, or `None` if it is above 1 or the
    /// denominator is 0.
    ///
    /// ```
    /// use flowlet::Time;
    /// const THIRD: Time = Time::new(1, 3).unwrap();
    /// assert_eq!(THIRD.bits(), 10_923);
    /// assert_eq!((Time::new(4, 3), Time::new(0, 0)), (None, None));
    /// ```
    pub const fn new(numerator: u16, denominator: u16) -> Option<Self> {
        match ratio(numerator, denominator, TIME_FRAC) {
            Some(bits) if numerator <= denominator => Some(Self(bits as u16)),
            _ => None,
        }
    }

    /// Returns the time `bits` / 32768, or `None` if it is above 1.
    ///
    /// ```
    /// use flowlet::Time;
    /// assert_eq!(Time::from_bits(1 << 15), Some(Time::ONE));
    /// assert_eq!(Time::from_bits((1 << 15) + 1), None);
    /// ```
    pub const fn from_bits(bits: u16) -> Option<Self> {
        if bits <= TIME_ONE {
            Some(Self(bits))
        } else {
            None
        }
    }

    /// Returns the time in units of 1/32768.
    ///
    /// ```
    /// assert_eq!(flowlet::Time::ONE.bits(), 32_768);
    /// ```
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Returns the time in a file, which `parse` has checked.
    #[inline(always)]
    pub(crate) const fn of_file(bytes: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(bytes))
    }
}

/// Strength of classifier-free guidance, from 0 to below 8, in Q3.12. 1 has no effect, larger
/// values give samples that are more typical of the class, and 0 ignores the class.
///
/// ```
/// let strength = flowlet::Guidance::new(3, 2).unwrap();
/// assert_eq!(strength.bits(), 3 << 11);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Guidance(u16);

impl Guidance {
    /// Fractional bits.
    pub(crate) const FRAC: u32 = 12;

    /// Returns the strength `numerator` / `denominator`, rounded, or `None` if it is 8 or more or
    /// the denominator is 0.
    ///
    /// ```
    /// use flowlet::Guidance;
    /// const STRENGTH: Guidance = Guidance::new(2, 1).unwrap();
    /// assert_eq!(STRENGTH.bits(), 2 * 4096);
    /// assert_eq!((Guidance::new(8, 1), Guidance::new(1, 0)), (None, None));
    /// ```
    pub const fn new(numerator: u16, denominator: u16) -> Option<Self> {
        match ratio(numerator, denominator, Self::FRAC) {
            Some(bits) if bits <= i16::MAX as u32 => Some(Self(bits as u16)),
            _ => None,
        }
    }

    /// Returns the strength `bits` / 4096, or `None` if it is 8 or more.
    ///
    /// ```
    /// use flowlet::Guidance;
    /// assert_eq!(Guidance::from_bits(3 << 11), Guidance::new(3, 2));
    /// assert_eq!(Guidance::from_bits(8 << 12), None);
    /// ```
    pub const fn from_bits(bits: u16) -> Option<Self> {
        if bits <= i16::MAX as u16 {
            Some(Self(bits))
        } else {
            None
        }
    }

    /// Returns the strength in units of 1/4096.
    ///
    /// ```
    /// assert_eq!(flowlet::Guidance::new(1, 1).unwrap().bits(), 4096);
    /// ```
    pub const fn bits(self) -> u16 {
        self.0
    }
}

/// Returns `numerator` / `denominator` with `frac` ≤ 15 fractional bits, rounded.
const fn ratio(numerator: u16, denominator: u16, frac: u32) -> Option<u32> {
    let (numerator, denominator) = ((numerator as u32) << frac, denominator as u32);
    (numerator + denominator / 2).checked_div(denominator)
}

#[cfg(test)]
mod tests {
    use super::{Guidance, Time};

    #[test]
    fn fractions_are_rounded_and_limited() {
        let extremes = [0, 1, 2, 3, 7, 8, 9, 4095, 32_767, 32_768, 65_534, 65_535];
        for numerator in extremes {
            for denominator in extremes {
                let exact = f64::from(numerator) / f64::from(denominator);
                let rounded = |one: f64| libm::floor(exact * one + 0.5);
                let time = Time::new(numerator, denominator).map(|t| f64::from(t.bits()));
                let expected = (exact <= 1.0).then(|| rounded(32_768.0));
                assert_eq!(time, expected, "{numerator}/{denominator}");
                let strength = Guidance::new(numerator, denominator).map(|w| f64::from(w.bits()));
                let expected = Some(rounded(4096.0)).filter(|&bits| bits < 32_768.0);
                assert_eq!(strength, expected, "{numerator}/{denominator}");
            }
        }
    }
}
