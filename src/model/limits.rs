//! Limits of the values of a model's columns.

use core::cmp::Ordering;
use core::ops::Range;

use super::Model;
use crate::value::Fixed;

impl Model<'_> {
    /// Returns the smallest and the largest value that these columns can take, or `None` if the
    /// range is empty or goes beyond the last column.
    ///
    /// A column has the limits that are stored in the model, such as those that `--schema` sets. If
    /// it has none, it reaches 16 standard deviations from its mean, which samples hardly ever use:
    /// choose your own limits for it.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// let (low, high) = model.limits(0..2).unwrap();
    /// assert!(low.to_f32() < -1.0 && high.to_f32() > 1.0);
    /// assert_eq!(model.limits(0..3), None);
    /// ```
    pub fn limits(&self, columns: Range<usize>) -> Option<(Fixed, Fixed)> {
        let mut widest: Option<(Fixed, Fixed)> = None;
        for index in columns {
            let (low, high) = self.column(index)?.limits();
            widest = Some(match widest {
                None => (low, high),
                Some((lowest, highest)) => (
                    least(low, lowest, Ordering::Less),
                    least(high, highest, Ordering::Greater),
                ),
            });
        }
        widest
    }
}

/// Returns the value that is in this order before the other one, which counts if they are equal.
fn least(value: Fixed, other: Fixed, order: Ordering) -> Fixed {
    if value.compare(other) == order {
        value
    } else {
        other
    }
}
