//! Decoding of the columns of a model, and the proportions of its classes.

use super::Model;
use crate::angle::angle;
use crate::decimal::MAX_DECIMALS;
use crate::format::COLUMN_LEN;
use crate::int_math::scale_state;
use crate::value::Fixed;

/// How one dimension is decoded to physical units.
///
/// The value of standardised x is (offset + x · multiplier) · 2^−frac, rounded to an integer in an
/// integer column, then limited to `min..=max`. A column with knots has a
/// [curve](Model::curve) in the place of offset and multiplier. In a category column this value is
/// the score of one category, and the category of the highest score is chosen.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let column = flowlet::Model::parse(bytes).unwrap().column(0).unwrap();
/// let mean = f64::from(column.offset) * 2f64.powi(-i32::from(column.frac));
/// assert!((mean - 0.5).abs() < 0.1); // mean of x in the training data
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Column {
    /// Value at x = 0, `frac` fractional bits.
    pub offset: i32,
    /// Change of the value per 1.0 of x, `frac` fractional bits. Its magnitude is below 2^27.
    pub multiplier: i32,
    /// Fractional bits of all values, −96..=126.
    pub frac: i8,
    /// Smallest value, `frac` fractional bits; `i32::MIN` if there is none. The start of a circular
    /// column.
    pub min: i32,
    /// Largest value, not below `min`; `i32::MAX` if there is none. The end of a circular column:
    /// its start plus the period.
    pub max: i32,
    /// Kind of the values.
    pub kind: ColumnKind,
    /// Decimal places of the values in the training data, 0..=9; `None` if they have no common
    /// number of places. [`Sample::decimal`](crate::Sample::decimal) rounds to them.
    pub decimals: Option<u8>,
    /// Number of knots of the column's [curve](Model::curve), 2..=32, or 0 without a curve. With a
    /// curve, `offset` is the number of knots before the first one, and `multiplier` is 0.
    pub knots: u8,
    /// Whether the network was trained with the smallest and with the largest value a
    /// [gap](crate::fixed::GAP) beyond its limit. Decoding ignores it; standardising does not.
    pub gaps: [bool; 2],
}

/// Kind of the values of a dimension.
///
/// A column of n categories has n consecutive dimensions with one score each. The value of the
/// dimension with the highest score is 1 (of equal scores the first counts), that of the others is
/// 0.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let column = flowlet::Model::parse(bytes).unwrap().column(0).unwrap();
/// assert_eq!(column.kind, flowlet::ColumnKind::Real);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ColumnKind {
    /// Any number.
    Real = 0,
    /// Integers.
    Integer = 1,
    /// Score of the first category of a category column.
    Category = 2,
    /// Score of the next category in the column of the previous dimension.
    NextCategory = 3,
    /// Value of a circular column, which starts again after a period, as hours and angles do. The
    /// state has its cosine here, and its sine in the next dimension.
    Circular = 4,
    /// Sine of the circular column of the previous dimension. Its value is 0.
    NextCircular = 5,
}

impl ColumnKind {
    /// Returns the kind with this number in a file that `parse` has checked.
    pub(crate) const fn from_bits(number: u8) -> Self {
        match number & 7 {
            0 => Self::Real,
            1 => Self::Integer,
            2 => Self::Category,
            3 => Self::NextCategory,
            4 => Self::Circular,
            _ => Self::NextCircular,
        }
    }

    /// Returns whether the dimension belongs to a category column.
    ///
    /// ```
    /// use flowlet::ColumnKind;
    /// assert!(ColumnKind::NextCategory.is_category());
    /// assert!(!ColumnKind::Integer.is_category());
    /// ```
    pub const fn is_category(self) -> bool {
        matches!(self, Self::Category | Self::NextCategory)
    }
}

impl Column {
    /// Returns a column of real numbers without limits.
    ///
    /// ```
    /// assert_eq!(flowlet::Column::real(5, 3, 0).decode(2 << 26), 11);
    /// ```
    pub const fn real(offset: i32, multiplier: i32, frac: i8) -> Self {
        Self {
            offset,
            multiplier,
            frac,
            min: i32::MIN,
            max: i32::MAX,
            kind: ColumnKind::Real,
            decimals: None,
            knots: 0,
            gaps: [false; 2],
        }
    }

    /// Reads a column from its record: offset, multiplier, smallest and largest value, fractional
    /// bits, kind, decimal places and gaps, and number of knots, little-endian. Of the kind only
    /// three bits are read.
    ///
    /// ```
    /// use flowlet::Column;
    /// let column = Column { decimals: Some(2), ..Column::real(5, 3, -1) };
    /// assert_eq!(Column::from_bytes(&column.to_bytes()), column);
    /// ```
    #[inline(always)]
    pub const fn from_bytes(bytes: &[u8; COLUMN_LEN]) -> Self {
        #[rustfmt::skip]
        let [o0, o1, o2, o3, m0, m1, m2, m3, s0, s1, s2, s3, l0, l1, l2, l3, frac, kind, places, knots] =
            *bytes;
        Self {
            offset: i32::from_le_bytes([o0, o1, o2, o3]),
            multiplier: i32::from_le_bytes([m0, m1, m2, m3]),
            frac: frac as i8,
            min: i32::from_le_bytes([s0, s1, s2, s3]),
            max: i32::from_le_bytes([l0, l1, l2, l3]),
            kind: ColumnKind::from_bits(kind),
            decimals: decimals_from(places),
            knots,
            gaps: gaps_from(places),
        }
    }

    /// Returns the record of the column.
    ///
    /// ```
    /// let record = flowlet::Column::real(5, 3, -1).to_bytes();
    /// assert_eq!(record[..8], [5, 0, 0, 0, 3, 0, 0, 0]);
    /// ```
    pub const fn to_bytes(self) -> [u8; COLUMN_LEN] {
        let [o0, o1, o2, o3] = self.offset.to_le_bytes();
        let [m0, m1, m2, m3] = self.multiplier.to_le_bytes();
        let [s0, s1, s2, s3] = self.min.to_le_bytes();
        let [l0, l1, l2, l3] = self.max.to_le_bytes();
        let (frac, kind) = (self.frac as u8, self.kind as u8);
        let kind = if self.knots > 0 { kind + CURVE } else { kind };
        let places = match self.decimals {
            Some(decimals @ 0..=MAX_DECIMALS) => decimals + 1,
            _ => 0,
        };
        let [low, high] = self.gaps;
        let places = places | (low as u8) << 6 | (high as u8) << 7;
        #[rustfmt::skip]
        let record =
            [o0, o1, o2, o3, m0, m1, m2, m3, s0, s1, s2, s3, l0, l1, l2, l3, frac, kind, places, self.knots];
        record
    }

    /// Returns the smallest and the largest value that the column can take.
    ///
    /// ```
    /// use flowlet::{Column, Fixed};
    /// let column = Column { min: -20, ..Column::real(5, 3, 1) };
    /// let limits = [-20, 5 + 16 * 3].map(|raw| Fixed { raw, frac: 1 });
    /// assert_eq!(column.limits(), (limits[0], limits[1]));
    /// ```
    pub const fn limits(&self) -> (Fixed, Fixed) {
        let (low, high, frac) = match self.kind {
            ColumnKind::Category | ColumnKind::NextCategory => (0, 1, 0),
            ColumnKind::Circular => (self.min, self.max, self.frac),
            ColumnKind::NextCircular => (0, 0, 0),
            _ if self.knots > 0 => (self.min, self.max, self.frac),
            ColumnKind::Real | ColumnKind::Integer => {
                // The ends of the state's range.
                let ends = (self.decode(-1 << 30), self.decode((1 << 30) - 1));
                match self.multiplier {
                    ..0 => (ends.1, ends.0, self.frac),
                    _ => (ends.0, ends.1, self.frac),
                }
            }
        };
        (Fixed { raw: low, frac }, Fixed { raw: high, frac })
    }

    /// Decodes standardised `x`, Q5.26 within ±16, in a column without a curve. The result has
    /// `frac` fractional bits; for a category it is the score.
    ///
    /// ```
    /// use flowlet::{Column, ColumnKind};
    /// let column = Column { kind: ColumnKind::Integer, min: 0, ..Column::real(0, 10, 2) };
    /// assert_eq!(column.decode(1 << 26), 12); // 2.5, rounded to 3
    /// assert_eq!(column.decode(-1 << 26), 0);
    /// ```
    pub const fn decode(&self, x: i32) -> i32 {
        match self.kind {
            ColumnKind::Circular | ColumnKind::NextCircular => self.decode_component(x),
            _ => self.decode_number(x),
        }
    }

    /// Decodes a number, or the score of a category.
    #[inline(always)]
    pub(super) const fn decode_number(&self, x: i32) -> i32 {
        self.within(self.decode_component(x))
    }

    /// Rounds a value to an integer in an integer column, and limits it.
    #[inline(always)]
    pub(super) const fn within(&self, mut raw: i32) -> i32 {
        if matches!(self.kind, ColumnKind::Integer) {
            raw = match self.frac {
                ..=0 => raw,
                frac @ 1..=31 => raw.saturating_add(1 << (frac - 1)) >> frac << frac,
                _ => 0, // all values are below one half
            };
        }
        if raw > self.max {
            self.max
        } else if raw < self.min {
            self.min
        } else {
            raw
        }
    }

    /// Returns offset + x · multiplier, limited to an i32.
    #[inline(always)]
    pub(crate) const fn decode_component(&self, x: i32) -> i32 {
        // |x| ≤ 16 in Q26, and parse proves that |multiplier| is below 2^27.
        self.offset.saturating_add(scale_state(x, self.multiplier))
    }

    /// Returns the value of a circular column from its two dimensions, as they are decoded: `min`
    /// for the angle 0, then rising to `max`, which is never reached. The result has `frac`
    /// fractional bits and is rounded.
    ///
    /// The angle has an error of at most 10^−4 turns, if one of the two is at least 2^18. If both
    /// are 0, the result is `min`.
    ///
    /// ```
    /// use flowlet::{Column, ColumnKind};
    /// let hours = Column::real(0, 1 << 26, 0);
    /// let hours = Column { min: 0, max: 24, kind: ColumnKind::Circular, ..hours };
    /// assert_eq!(hours.decode_circular(1 << 26, 0), 0);
    /// assert_eq!(hours.decode_circular(0, -1 << 26), 18);
    /// ```
    pub fn decode_circular(&self, cosine: i32, sine: i32) -> i32 {
        let turns = u32::from(angle(cosine, sine));
        let period = self.max.wrapping_sub(self.min) as u32;
        // Each product is of 16 bits and 16 bits, and the sum is at most the period.
        let low = (turns.wrapping_mul(period & 0xffff)).wrapping_add(1 << 15) >> 16;
        let part = turns.wrapping_mul(period >> 16).wrapping_add(low);
        let part = if part < period { part } else { 0 };
        self.min.wrapping_add(part as i32)
    }
}

/// Added to the kind of a number in the record of a column with a curve.
const CURVE: u8 = 8;

/// Returns the decimal places that a record has in four bits, as one more than their number.
pub(super) const fn decimals_from(places: u8) -> Option<u8> {
    match (places & 15).wrapping_sub(1) {
        decimals @ 0..=MAX_DECIMALS => Some(decimals),
        _ => None,
    }
}

/// Returns the gaps that a record has in the upper two bits of its decimal places.
pub(super) const fn gaps_from(places: u8) -> [bool; 2] {
    [places >> 6 & 1 == 1, places >> 7 == 1]
}

impl<'a> Model<'a> {
    /// Returns the start of the class proportions, which follow the columns in the tensors.
    pub(super) const fn proportions_at(&self) -> usize {
        self.columns_at + COLUMN_LEN * self.dim()
    }

    /// Returns the bytes of the class proportions, without their padding.
    pub(super) const fn proportions_len(&self) -> usize {
        2 * self.classes() as usize
    }

    /// Returns the upper bounds of the classes' shares of the draws.
    pub(super) const fn bounds(&self) -> &'a [[u8; 2]] {
        let Some((_, rest)) = self.tensors.split_at_checked(self.proportions_at()) else {
            return &[];
        };
        match rest.split_at_checked(self.proportions_len()) {
            Some((bounds, _)) => bounds.as_chunks().0,
            None => &[],
        }
    }

    /// Returns the class that a uniform draw selects, in the training proportions.
    pub(crate) fn class_of_draw(&self, draw: u16) -> u16 {
        let bounds = self.bounds();
        let mut class = 0;
        // The bounds increase, and the last class has the rest.
        while class + 1 < bounds.len()
            && let Some(&bound) = bounds.get(class)
            && u16::from_le_bytes(bound) <= draw
        {
            class += 1;
        }
        class as u16
    }
}
