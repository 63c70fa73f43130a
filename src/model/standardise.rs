//! Standardised values of rows in physical units: the inverse of decoding.

use super::{Column, ColumnKind, Knot, Model, Records, read};
use crate::angle::point;
use crate::fixed::{GAP, limit_state};
use crate::int_math::{div_unsigned, share};
use crate::value::Fixed;

/// Standardised value of a dimension, from [`Model::standardise`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// let far = model.standardise(&[1e9f32, 0.0], 0).unwrap();
/// assert!(far.is_outside);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Standardised {
    /// x, Q5.26, within ±16.
    pub x: i32,
    /// Whether the physical value is beyond the limits of the column or of the state. No sample
    /// has such a value.
    pub is_outside: bool,
}

impl Model<'_> {
    /// Returns the standardised value of dimension `index` of a row, or `None` beyond the last
    /// dimension. It is the inverse of decoding.
    ///
    /// A row has one value per dimension, as [samples](crate::Sample::fixed) have: in a category
    /// column 1 for its category and 0 for the others, and in a circular column the value, then 0.
    /// Values that are missing at the end are 0.
    ///
    /// Decoding x gives the value, limited and rounded to the resolution of x. A value at a limit
    /// with a [gap](Column::gaps) has its x beyond the gap. A value that recurs in a curve has the
    /// x in the middle of its plateau.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// let x = model.standardise(&[0.25f32, 1.0], 0).unwrap().x;
    /// let column = model.column(0).unwrap();
    /// let value = flowlet::Fixed { raw: column.decode(x), frac: column.frac };
    /// assert!((value.to_f32() - 0.25).abs() < 1e-6);
    /// ```
    pub fn standardise<V: Copy + Into<Fixed>>(
        &self,
        row: &[V],
        index: usize,
    ) -> Option<Standardised> {
        let value = |index: usize| {
            let zero = Fixed { raw: 0, frac: 0 };
            row.get(index).map_or(zero, |&value| value.into())
        };
        self.standardise_by(self.records(), index, value)
    }

    /// Returns the standardised value of dimension `index` of columns with these records, from
    /// values that are looked up. Only columns of the model have curves.
    #[inline(always)]
    pub(crate) fn standardise_by(
        &self,
        records: Records<'_>,
        index: usize,
        value: impl Fn(usize) -> Fixed,
    ) -> Option<Standardised> {
        let column = read(records.get(index)?);
        Some(match column.kind {
            ColumnKind::Circular => cosine_and_sine(&column, value(index)).0.at(&column),
            ColumnKind::NextCircular => {
                let first = index.saturating_sub(1);
                let start = read(records.get(first)?);
                cosine_and_sine(&start, value(first)).1.at(&column)
            }
            _ if column.knots > 0 => self.on_curve(&column, index, value(index)),
            _ => number(&column, value(index)),
        })
    }

    /// Returns the x of a value of a column with a curve.
    #[inline(never)]
    fn on_curve(&self, column: &Column, index: usize, value: Fixed) -> Standardised {
        let (raw, is_outside) = limited(column, value);
        let (mut low, mut high) = (None, None);
        let mut before: Option<Knot> = None;
        for knot in self.curve(index) {
            // The smallest x whose value is at least that of the row, and the largest x whose
            // value is at most that.
            if low.is_none() && knot.value >= raw {
                low = Some(between(before, knot, raw));
            }
            if high.is_none() && knot.value > raw {
                high = Some(between(before, knot, raw));
            }
            before = Some(knot);
        }
        let last = before.map_or(0, |knot| i32::from(knot.x) << 15);
        let (low, high) = (low.unwrap_or(last), high.unwrap_or(last));
        // Half of each first, because the sum may not fit.
        let x = (low >> 1).wrapping_add(high >> 1);
        Standardised { x, is_outside }
    }
}

/// Returns x of a value between two knots; that of the second one without a first one.
fn between(before: Option<Knot>, knot: Knot, raw: i32) -> i32 {
    let end = i32::from(knot.x) << 15;
    let Some(before) = before else {
        return end;
    };
    let start = i32::from(before.x) << 15;
    let all = i64::from(knot.value).wrapping_sub(before.value.into());
    let part = i64::from(raw).wrapping_sub(before.value.into());
    let width = end.wrapping_sub(start) as u32;
    // 0 ≤ part ≤ all, because the knots before have smaller values.
    start.wrapping_add_unsigned(share(width, part.max(0) as u64, all.max(0) as u64))
}

/// Returns the value in the column's fractional bits, rounded and limited as the column's values
/// are, and whether it was beyond their range.
#[inline(never)]
fn limited(column: &Column, value: Fixed) -> (i32, bool) {
    let exact = value.rescale_saturating(column.frac);
    let raw = match exact {
        exact if exact == column.min || exact == column.max => exact,
        exact => column.within(exact),
    };
    (raw, exact.abs_diff(raw) > tolerance(column, raw))
}

/// Returns how far a value may be from `raw` and still be meant to be equal to it: half for an
/// integer, otherwise a millionth, because values with a decimal point are seldom exact.
fn tolerance(column: &Column, raw: i32) -> u32 {
    match (column.kind, column.frac) {
        (ColumnKind::Integer, 1..=31) => 1 << (column.frac - 1),
        (ColumnKind::Integer, _) => 0,
        _ => 1 | (raw >> 20).unsigned_abs(),
    }
}

/// Returns the x of a number, or of the score of a category.
#[inline(never)]
fn number(column: &Column, value: Fixed) -> Standardised {
    let (raw, mut is_outside) = limited(column, value);
    let difference = i64::from(raw).wrapping_sub(column.offset.into());
    let x = match column.multiplier {
        0 => {
            // A constant column has no other value.
            let tolerance = tolerance(column, column.offset);
            is_outside |=
                difference.unsigned_abs() > tolerance.into() && !column.kind.is_category();
            return Standardised { x: 0, is_outside };
        }
        multiplier => quotient(difference, multiplier),
    };
    is_outside |= limit_state(x) != x || x == i32::MAX;
    let [low, high] = column.gaps;
    // The gap of a limit is on the side that decodes to values beyond it.
    let gap = match column.multiplier {
        ..0 => -GAP,
        _ => GAP,
    };
    let x = match raw {
        raw if low && raw == column.min => x.saturating_sub(gap),
        raw if high && raw == column.max => x.saturating_add(gap),
        _ => x,
    };
    let x = limit_state(x);
    Standardised { x, is_outside }
}

/// Returns difference / multiplier in Q5.26, rounded down in magnitude, saturated from ±16 on. The
/// multiplier is not 0.
#[inline(never)]
fn quotient(difference: i64, multiplier: i32) -> i32 {
    let is_negative = (difference < 0) != (multiplier < 0);
    let (part, all) = (difference.unsigned_abs(), multiplier.unsigned_abs());
    // parse proves that the multiplier is below 2^27.
    if part >= u64::from(all) << 4 {
        return saturated(is_negative);
    }
    let part = part as u32; // below 2^31
    let mut quotient = div_unsigned(part, all);
    let mut rest = part.wrapping_sub(quotient.wrapping_mul(all));
    // 26 more bits: 5 at once, because the rest is below 2^27, and one.
    let mut left = 26u32;
    while left > 0 {
        let bits = left.min(5);
        let digits = div_unsigned(rest << bits, all);
        rest = (rest << bits).wrapping_sub(digits.wrapping_mul(all));
        quotient = quotient << bits | digits;
        left = left.wrapping_sub(bits);
    }
    match is_negative {
        true => (quotient as i32).wrapping_neg(),
        false => quotient as i32,
    }
}

const fn saturated(is_negative: bool) -> i32 {
    if is_negative { i32::MIN } else { i32::MAX }
}

/// Cosine or sine, Q5.26, and whether its value is outside.
struct Component {
    raw: i32,
    is_outside: bool,
}

impl Component {
    /// Returns the x that is decoded to this component.
    fn at(self, column: &Column) -> Standardised {
        let difference = i64::from(self.raw).wrapping_sub(column.offset.into());
        let x = match column.multiplier {
            0 => 0,
            multiplier => limit_state(quotient(difference, multiplier)),
        };
        let is_outside = self.is_outside;
        Standardised { x, is_outside }
    }
}

/// Returns cosine and sine of the value of a circular column.
#[inline(never)]
fn cosine_and_sine(column: &Column, value: Fixed) -> (Component, Component) {
    let raw = value.rescale_saturating(column.frac);
    let period = i64::from(column.max).wrapping_sub(column.min.into());
    let part = i64::from(raw).wrapping_sub(column.min.into());
    let is_outside = part < 0 || part > period;
    let turns = match is_outside {
        true => 0,
        false => share(u32::MAX, part as u64, period as u64),
    };
    let [cosine, sine] = point(turns).map(|raw| Component { raw, is_outside });
    (cosine, sine)
}
