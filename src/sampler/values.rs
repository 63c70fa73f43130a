//! Iteration over the values of a sample.

use core::iter::FusedIterator;

use super::sample::Sample;
use crate::model::{Column, ColumnKind};
use crate::value::Fixed;

/// Iterator over the values of a sample as f32, from [`Sample::values`].
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let values = sampler.sample(&mut rng)?.values();
/// assert_eq!(values.len(), 2);
/// assert!(values.clone().eq(values));
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Values<'s> {
    pub(super) sample: Sample<'s>,
    pub(super) index: usize,
    /// Dimension of the chosen category of the last category column.
    pub(super) chosen: usize,
}

impl Iterator for Values<'_> {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let index = self.index;
        let column = Column::of(&self.sample.columns, index)?;
        let fixed = match column.kind {
            ColumnKind::Real | ColumnKind::Integer => Fixed {
                raw: column.decode(*self.sample.state.get(index)?),
                frac: column.frac,
            },
            kind => {
                if kind == ColumnKind::Category {
                    self.chosen = self.sample.chosen(index)?;
                }
                let raw = i32::from(index == self.chosen);
                Fixed { raw, frac: 0 }
            }
        };
        self.index += 1;
        Some(fixed.to_f32())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.sample.state.len().saturating_sub(self.index);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Values<'_> {}
impl FusedIterator for Values<'_> {}
