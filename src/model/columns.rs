//! Names and physical units of a model's columns.

use super::{Model, PROPORTIONS};
use crate::fixed::STATE_FRAC;

/// Physical units of one column: value = (offset + x · multiplier) · 2^−frac for standardised x,
/// rounded where the column is whole, then limited. One dimension of a category column has the score of
/// one category in its place, and the highest score wins ([`ColumnKind::Category`]).
///
/// ```
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let unit = flowlet::Model::parse(bytes).unwrap().column(0).unwrap();
/// let mean = f64::from(unit.offset) * 2f64.powi(-i32::from(unit.frac));
/// assert!((mean - 0.5).abs() < 0.1); // of x in the training data
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Column {
    /// Value at x = 0, with `frac` fractional bits.
    pub offset: i32,
    /// Value of one standardised unit, with `frac` fractional bits; |offset| + 16·|multiplier|
    /// is below 2^31.
    pub multiplier: i32,
    /// Fractional bits of all, −96 to 126.
    pub frac: i8,
    /// Smallest value, with `frac` fractional bits; `i32::MIN` where there is none.
    pub min: i32,
    /// Largest value, not below `min`; `i32::MAX` where there is none.
    pub max: i32,
    /// What its values are.
    pub kind: ColumnKind,
}

/// What the values of a column are. A column of K categories has K dimensions, one after the other, each with the
/// score of a category; its values are 1 in that of the highest score (the first of equal ones), else 0.
///
/// ```
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let unit = flowlet::Model::parse(bytes).unwrap().column(0).unwrap();
/// assert_eq!(unit.kind, flowlet::ColumnKind::Real);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ColumnKind {
    /// Any number.
    Real = 0,
    /// Integer numbers.
    Integer = 1,
    /// A category column begins: the score of its first category.
    Category = 2,
    /// The score of the next category of the column that the dimension before belongs to.
    NextCategory = 3,
}

impl ColumnKind {
    pub(crate) const fn of_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Real),
            1 => Some(Self::Integer),
            2 => Some(Self::Category),
            3 => Some(Self::NextCategory),
            _ => None,
        }
    }

    /// Of a dimension of a category column.
    ///
    /// ```
    /// assert!(flowlet::ColumnKind::NextCategory.is_category() && !flowlet::ColumnKind::Integer.is_category());
    /// ```
    pub const fn is_category(self) -> bool {
        matches!(self, Self::Category | Self::NextCategory)
    }
}

impl Column {
    /// Of a column that takes any value.
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
        }
    }

    /// The value of standardised `x`, Q5.26 within ±16, with `frac` fractional bits; of a category its score.
    ///
    /// ```
    /// use flowlet::{ColumnKind, Column};
    /// let unit = Column { kind: ColumnKind::Integer, min: 0, ..Column::real(0, 10, 2) };
    /// assert_eq!(unit.decode(1 << 26), 12); // 2.5, rounded to 3
    /// assert_eq!(unit.decode(-1 << 26), 0);
    /// ```
    pub const fn decode(&self, x: i32) -> i32 {
        // |x| ≤ 16 in Q26, and parse has shown that |offset| + 16·|multiplier| fits.
        let scaled = (x as i64).wrapping_mul(self.multiplier as i64);
        let scaled = scaled.wrapping_add(1 << (STATE_FRAC - 1)) >> STATE_FRAC;
        let mut raw = self.offset.wrapping_add(scaled as i32);
        if matches!(self.kind, ColumnKind::Integer) && self.frac > 0 {
            raw = match self.frac {
                frac @ 1..=31 => raw.saturating_add(1 << (frac - 1)) >> frac << frac,
                _ => 0, // every value is below a half
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
}

/// Names out of a model, in order. Made by [`Model::column_names`] and [`Model::class_names`].
///
/// ```
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// assert_eq!(model.column_names().count(), model.dim());
/// ```
#[derive(Clone, Debug)]
pub struct ColumnNames<'a> {
    /// Each ended by a newline.
    names: &'a [u8],
    left: usize,
}

impl<'a> Iterator for ColumnNames<'a> {
    type Item = &'a str;

    /// "\u{fffd}" for a name that is not UTF-8. Only who asks for names links the check.
    fn next(&mut self) -> Option<&'a str> {
        self.left = self.left.checked_sub(1)?;
        let mut parts = self.names.splitn(2, |&byte| byte == b'\n');
        let name = parts.next()?;
        self.names = parts.next().unwrap_or_default();
        Some(core::str::from_utf8(name).unwrap_or("\u{fffd}"))
    }
}

impl<'a> Model<'a> {
    /// Names of the D dimensions, in the training file's order: those of columns, or `column=category`
    /// for each category of a category column.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert!(flowlet::Model::parse(bytes).unwrap().column_names().eq(["x", "y"]));
    /// ```
    pub fn column_names(&self) -> ColumnNames<'a> {
        ColumnNames {
            names: self.names,
            left: self.dim(),
        }
    }

    /// Name of the label column and its place among all columns, where there are classes.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().label(), None);
    /// ```
    pub fn label(&self) -> Option<(&'a str, usize)> {
        if self.classes() == 0 {
            return None;
        }
        let name = self.names_from(self.dim(), 1).next()?;
        Some((name, self.header().label_position.into()))
    }

    /// Names of the classes, in the order of their numbers.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().class_names().count(), 0);
    /// ```
    pub fn class_names(&self) -> ColumnNames<'a> {
        self.names_from(self.dim() + 1, self.classes().into())
    }

    fn names_from(&self, first: usize, count: usize) -> ColumnNames<'a> {
        let mut lines = self.names.splitn(first + 1, |&byte| byte == b'\n');
        ColumnNames {
            names: lines.nth(first).unwrap_or_default(),
            left: count,
        }
    }

    /// Share of each class in the training data, in units of 2^−16.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().proportions().count(), 0);
    /// ```
    pub fn proportions(&self) -> impl Iterator<Item = u32> + 'a {
        let bounds = self.part(PROPORTIONS).as_chunks().0.iter();
        let classes = usize::from(self.classes());
        let mut before = 0;
        bounds
            .take(classes)
            .enumerate()
            .map(move |(class, &bound)| {
                let end = if class + 1 == classes {
                    1 << 16
                } else {
                    u32::from(u16::from_le_bytes(bound))
                };
                let share = end.wrapping_sub(before);
                before = end;
                share
            })
    }
}
