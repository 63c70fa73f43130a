//! Iteration over the columns of a sample, with their names.

use core::iter::FusedIterator;

use super::sample::{Given, Nothing, Sample};
use crate::decimal::Decimal;
use crate::model::{ColumnKind, ColumnNames, format};
use crate::value::Fixed;

/// Column of a sample: a number, or the chosen category.
///
/// ```
/// use flowlet::{ColumnValue, Value};
/// let column = ColumnValue { name: "sky", value: Value::Category { index: 1, name: "rain" } };
/// assert_eq!(column.value, Value::Category { index: 1, name: "rain" });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ColumnValue<'s> {
    /// Name of the column in the training data.
    pub name: &'s str,
    /// Value.
    pub value: Value<'s>,
}

/// Value of a column.
///
/// ```
/// let value = flowlet::Value::Integer(3);
/// assert!(matches!(value, flowlet::Value::Integer(3)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Value<'s> {
    /// Real number.
    Real(Fixed),
    /// Real number with the decimal places of the training data.
    Decimal(Decimal),
    /// Integer.
    Integer(i64),
    /// Category.
    Category {
        /// Number of the category, from 0.
        index: u16,
        /// Name of the category.
        name: &'s str,
    },
}

/// Iterator over the columns of a sample, from [`Sample::columns`].
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let columns = sampler.sample(&mut rng)?.columns();
/// assert!(columns.map(|column| column.name).eq(["x", "y"]));
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Columns<'s, G = Nothing> {
    sample: Sample<'s, G>,
    names: ColumnNames<'s>,
    /// Next dimension.
    index: usize,
}

impl<'s, G: Given> Sample<'s, G> {
    /// Returns the columns with their names. A category column counts once, with the name of the
    /// chosen category.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// use flowlet::Value;
    ///
    /// for column in sampler.sample(&mut rng)?.columns() {
    ///     match column.value {
    ///         Value::Real(value) => println!("{}: {}", column.name, value.to_f32()),
    ///         Value::Decimal(value) => println!("{}: {value}", column.name),
    ///         Value::Integer(value) => println!("{}: {value}", column.name),
    ///         Value::Category { name, .. } => println!("{}: {name}", column.name),
    ///     }
    /// }
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn columns(&self) -> Columns<'s, G> {
        Columns {
            sample: *self,
            names: self.model.column_names(),
            index: 0,
        }
    }
}

impl<'s, G: Given> Columns<'s, G> {
    /// Returns the category column that starts at dimension `first`, whose first name is `name`.
    fn category(&mut self, first: usize, mut name: &'s str) -> Option<ColumnValue<'s>> {
        let chosen = self.sample.chosen(first)?;
        while self.sample.kind(self.index) == Some(ColumnKind::NextCategory) {
            let next = self.names.next()?;
            if self.index == chosen {
                name = next;
            }
            self.index += 1;
        }
        let (column, category) = split(name);
        Some(ColumnValue {
            name: column,
            value: Value::Category {
                index: (chosen - first) as u16,
                name: category,
            },
        })
    }
}

impl<'s, G: Given> Iterator for Columns<'s, G> {
    type Item = ColumnValue<'s>;

    fn next(&mut self) -> Option<ColumnValue<'s>> {
        let index = self.index;
        let record = self.sample.columns.get(index)?;
        let (kind, _) = format(record);
        let name = self.names.next()?;
        self.index += 1;
        if kind.is_category() {
            return self.category(index, name);
        }
        let name = match kind {
            ColumnKind::Circular => {
                self.names.next()?;
                self.index += 1;
                split(name).0
            }
            _ => name,
        };
        let fixed = self.sample.fixed(index)?;
        let value = match self.sample.decimal(index) {
            _ if kind == ColumnKind::Integer => Value::Integer(integer(fixed)),
            Some(decimal) if decimal.decimals == 0 => Value::Integer(decimal.digits.into()),
            Some(decimal) => Value::Decimal(decimal),
            None => Value::Real(fixed),
        };
        Some(ColumnValue { name, value })
    }
}

impl<G: Given> FusedIterator for Columns<'_, G> {}

/// Returns the name of a column of several dimensions, and the name of the dimension. Names of such
/// columns have no "=", names of dimensions may have one.
fn split(name: &str) -> (&str, &str) {
    name.split_once('=').unwrap_or(("", name))
}

/// Returns the integer raw · 2^−frac, limited to an i64. A value that has fractional bits is a
/// multiple of 1, or limited to a bound that is not.
fn integer(fixed: Fixed) -> i64 {
    let Fixed { raw, frac } = fixed;
    match frac {
        0.. => fixed.rescale_saturating(0).into(),
        -32..=-1 => i64::from(raw) << -i32::from(frac),
        _ => i64::from(raw.signum()).saturating_mul(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::Fixed;

    #[test]
    fn integers_are_exact_or_limited() {
        let integer = |raw, frac| super::integer(Fixed { raw, frac });
        assert_eq!((integer(7 << 3, 3), integer(-7, 0)), (7, -7));
        assert_eq!(integer(i32::MIN, -32), i64::MIN);
        assert_eq!(integer(i32::MAX, -32), i64::from(i32::MAX) << 32);
        assert_eq!((integer(1, -96), integer(-1, -96)), (i64::MAX, -i64::MAX));
        assert_eq!((integer(0, -96), integer(5, 100)), (0, 0));
    }
}
