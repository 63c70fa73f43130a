//! Names and physical units of a model's columns.

use super::{Model, PROPORTIONS};

/// Physical units of one column: value = (offset + x · multiplier) · 2^−frac for standardised x.
///
/// ```
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let unit = flowlet::Model::parse(bytes).unwrap().unit(0).unwrap();
/// let mean = f64::from(unit.offset) * 2f64.powi(-i32::from(unit.frac));
/// assert!((mean - 0.5).abs() < 0.1); // of x in the training data
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Unit {
    /// Value at x = 0, with `frac` fractional bits.
    pub offset: i32,
    /// Value of one standardised unit, with `frac` fractional bits; |offset| + 16·|multiplier|
    /// is below 2^31.
    pub multiplier: i32,
    /// Fractional bits of both, −96 to 126.
    pub frac: i8,
}

/// Names out of a model, in order. Made by [`Model::columns`] and [`Model::class_names`].
///
/// ```
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// assert_eq!(model.columns().count(), model.dim());
/// ```
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    /// Each ended by a newline.
    names: &'a [u8],
    left: usize,
}

impl<'a> Iterator for Columns<'a> {
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
    /// Names of the D columns, in the training file's order.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert!(flowlet::Model::parse(bytes).unwrap().columns().eq(["x", "y"]));
    /// ```
    pub fn columns(&self) -> Columns<'a> {
        Columns {
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
        Some((name, self.head().label_position.into()))
    }

    /// Names of the classes, in the order of their numbers.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().class_names().count(), 0);
    /// ```
    pub fn class_names(&self) -> Columns<'a> {
        self.names_from(self.dim() + 1, self.classes().into())
    }

    fn names_from(&self, first: usize, count: usize) -> Columns<'a> {
        let mut lines = self.names.splitn(first + 1, |&byte| byte == b'\n');
        Columns {
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
