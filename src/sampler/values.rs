//! Iteration over the values of a sample.

use core::iter::FusedIterator;

use super::sample::{Given, Nothing, Sample, given};
use crate::model::{ColumnKind, format};
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
pub struct Values<'s, G = Nothing> {
    sample: Sample<'s, G>,
    /// Next dimension.
    index: usize,
    /// Dimension of the chosen category of the last category column.
    chosen: usize,
}

impl<'s, G: Given> Sample<'s, G> {
    /// Returns all D values in physical units, as f32: those of [`Sample::fixed`]. They are not
    /// rounded to decimal places, which [`Sample::decimal`] does.
    ///
    /// ```edition2021
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # static MODEL: &[u8] = flowlet::include_model!("../moons.flow");
    /// fn first_value(seed: u64) -> Option<f32> {
    ///     let model = flowlet::Model::parse(MODEL).ok()?;
    ///     let mut sampler = flowlet::Sampler::<2, 64>::new(model).ok()?;
    ///     let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    ///     sampler.sample(&mut rng).ok()?.values().next()
    /// }
    /// assert!(first_value(1).is_some());
    /// ```
    pub fn values(&self) -> Values<'s, G> {
        Values {
            sample: *self,
            index: 0,
            chosen: 0,
        }
    }

    /// Copies the values into a vector without allocation, or returns `None` if it is too short.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point: heapless::Vec<f32, 2> = sampler.sample(&mut rng)?.to_vec().unwrap();
    /// assert!(sampler.sample(&mut rng)?.to_vec::<1>().is_none());
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    #[cfg(feature = "heapless")]
    pub fn to_vec<const N: usize>(&self) -> Option<heapless::Vec<f32, N>> {
        let mut vec = heapless::Vec::new();
        for value in self.values() {
            vec.push(value).ok()?;
        }
        Some(vec)
    }
}

impl<G: Given> Iterator for Values<'_, G> {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let index = self.index;
        let record = self.sample.columns.get(index)?;
        let (kind, frac) = format(record);
        if let Some(raw) = self.sample.given.raw(index) {
            self.index += 1;
            return Some(given(kind, raw, frac).to_f32());
        }
        let fixed = match kind {
            ColumnKind::Real | ColumnKind::Integer => Fixed {
                raw: self
                    .sample
                    .model
                    .decode(record, *self.sample.state.get(index)?),
                frac,
            },
            ColumnKind::Circular => self.sample.circular(index)?,
            ColumnKind::NextCircular => Fixed { raw: 0, frac: 0 },
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

impl<G: Given> ExactSizeIterator for Values<'_, G> {}
impl<G: Given> FusedIterator for Values<'_, G> {}
