//! Curves: how a column is decoded whose values are far from normally distributed.

use super::{Column, Model, decode, padded};
use crate::format::{COLUMN_LEN, KNOT_LEN};
use crate::int_math::div_unsigned;

/// Knot of a curve: a point of a monotone function, which is linear between knots and constant
/// beyond the first and the last.
///
/// ```
/// use flowlet::Knot;
/// let knot = Knot { x: -(1 << 11), value: 300 };
/// assert_eq!(Knot::from_bytes(&knot.to_bytes()), knot);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Knot {
    /// Standardised x, Q4.11, greater than that of the knot before.
    pub x: i16,
    /// Value, with the fractional bits of the column, at least that of the knot before.
    pub value: i32,
}

impl Knot {
    /// Reads a knot: x, then its value, little-endian.
    #[inline(always)]
    pub const fn from_bytes(&[x0, x1, v0, v1, v2, v3]: &[u8; KNOT_LEN]) -> Self {
        Self {
            x: i16::from_le_bytes([x0, x1]),
            value: i32::from_le_bytes([v0, v1, v2, v3]),
        }
    }

    /// Returns the bytes of the knot.
    pub const fn to_bytes(self) -> [u8; KNOT_LEN] {
        let ([x0, x1], [v0, v1, v2, v3]) = (self.x.to_le_bytes(), self.value.to_le_bytes());
        [x0, x1, v0, v1, v2, v3]
    }

    /// Returns x in Q5.26.
    const fn state(self) -> i32 {
        (self.x as i32) << 15
    }

    /// Returns the value at `x`, Q5.26, between this knot and the next, rounded to the nearest.
    fn towards(self, next: Self, x: i32) -> i32 {
        let width = next.x.wrapping_sub(self.x) as u16;
        let part = x.wrapping_sub(self.state()) as u32;
        // Q0.15, at most 1. Writers take care that x increases; others give any value.
        let part = div_unsigned(part, width.into()).min(1 << 15);
        let rise = next.value.wrapping_sub(self.value) as u32;
        // Each product is of 16 bits and 16 bits. The sum is at most the rise.
        let high = (rise >> 16).wrapping_mul(part) << 1;
        let low = (rise & 0xffff).wrapping_mul(part).wrapping_add(1 << 14) >> 15;
        self.value.wrapping_add(high.wrapping_add(low) as i32)
    }
}

impl<'a> Model<'a> {
    /// Returns the knots of the curve of dimension `index`; none if it is decoded without a curve.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().curve(0).count(), 0);
    /// ```
    pub fn curve(&self, index: usize) -> impl ExactSizeIterator<Item = Knot> + use<'a> {
        let knots = self
            .records()
            .get(index)
            .map(|record| self.knots_of(record));
        knots.unwrap_or_default().iter().map(Knot::from_bytes)
    }

    /// Returns the start of the curves, which follow the class proportions in the tensors.
    pub(super) const fn curves_at(&self) -> usize {
        self.proportions_at() + padded(self.proportions_len())
    }

    /// Returns `count` knots after the first `before` ones; none if there are fewer.
    pub(super) const fn knots(&self, before: usize, count: u8) -> &'a [[u8; KNOT_LEN]] {
        let start = self
            .curves_at()
            .saturating_add(KNOT_LEN.saturating_mul(before));
        let Some((_, knots)) = self.tensors.split_at_checked(start) else {
            return &[];
        };
        match knots.split_at_checked(KNOT_LEN * count as usize) {
            Some((knots, _)) => knots.as_chunks().0,
            None => &[],
        }
    }

    /// Returns the knots of a column.
    fn knots_of(&self, record: &[u8; COLUMN_LEN]) -> &'a [[u8; KNOT_LEN]] {
        let [o0, o1, o2, o3, .., count] = *record;
        self.knots(u32::from_le_bytes([o0, o1, o2, o3]) as usize, count)
    }

    /// Decodes `x`, Q5.26, by the curve of a column. The result has the column's fractional bits.
    #[inline(never)]
    pub(crate) fn decode_curve(&self, record: &[u8; COLUMN_LEN], x: i32) -> i32 {
        let mut knots = self.knots_of(record).iter().map(Knot::from_bytes);
        let Some(mut before) = knots.next() else {
            return decode(record, x); // no writer makes a curve without knots
        };
        let mut value = before.value;
        for knot in knots {
            if x <= before.state() {
                break;
            }
            value = match x < knot.state() {
                true => before.towards(knot, x),
                false => knot.value,
            };
            before = knot;
        }
        Column::from_bytes(record).within(value)
    }
}
