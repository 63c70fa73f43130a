//! Category columns: the category with the highest score is chosen.

use super::sample::{Given, Sample};
use crate::model::{ColumnKind, decode, format};

impl<G: Given> Sample<'_, G> {
    /// Returns the category, counted from 0, of the column that starts at dimension `first`, or
    /// `None` if no category column starts there. Name `first` + category of
    /// [`Model::column_names`](crate::Model::column_names) is its name.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert_eq!(sampler.sample(&mut rng)?.category(0), None); // a real column
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn category(&self, first: usize) -> Option<u16> {
        match self.kind(first)? {
            ColumnKind::Category => Some((self.chosen(first)? - first) as u16),
            _ => None,
        }
    }

    /// Returns the dimension of the highest score in the column that starts at dimension `first`.
    pub(super) fn chosen(&self, first: usize) -> Option<usize> {
        let score = |index: usize| {
            let record = self.columns.get(index)?;
            Some((format(record).0, decode(record, *self.state.get(index)?)))
        };
        let (mut chosen, mut highest) = (first, score(first)?.1);
        // Parse proves that all have one format.
        for index in first + 1..self.state.len() {
            match score(index)? {
                (ColumnKind::NextCategory, score) if score > highest => {
                    (chosen, highest) = (index, score)
                }
                (ColumnKind::NextCategory, _) => {}
                _ => break,
            }
        }
        Some(chosen)
    }

    /// Returns the first dimension of the column to which dimension `index` belongs.
    pub(super) fn first_of(&self, index: usize) -> usize {
        let starts = |&index: &usize| self.kind(index) != Some(ColumnKind::NextCategory);
        (0..=index).rev().find(starts).unwrap_or(index)
    }

    /// Returns the kind of dimension `index`.
    pub(super) fn kind(&self, index: usize) -> Option<ColumnKind> {
        Some(format(self.columns.get(index)?).0)
    }
}
