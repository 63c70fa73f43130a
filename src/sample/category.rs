//! Category columns: each category has a score, and the highest one wins.

use super::Sample;
use crate::model::ColumnKind;

impl Sample<'_> {
    /// The category of the column that starts at dimension `first`, counted from 0; `None` where no
    /// category column starts. Its name is that of dimension `first` + category in
    /// [`Model::column_names`](crate::Model::column_names).
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert_eq!(sampler.sample(&mut rng)?.category(0), None); // a number
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn category(&self, first: usize) -> Option<u16> {
        match self.model.kind(first)? {
            ColumnKind::Category => Some((self.chosen(first)? - first) as u16),
            _ => None,
        }
    }

    /// The dimension of the highest score of the column whose dimensions start at `first`.
    pub(super) fn chosen(&self, first: usize) -> Option<usize> {
        let score = |index: usize| {
            let unit = self.model.column(index)?;
            Some((unit.kind, unit.decode(*self.state.get(index)?)))
        };
        let (mut chosen, mut highest) = (first, score(first)?.1);
        // Parse has shown that all have one format.
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

    /// Where the column starts that dimension `index` belongs to.
    pub(super) fn first_of(&self, index: usize) -> usize {
        let starts = |&index: &usize| self.model.kind(index) != Some(ColumnKind::NextCategory);
        (0..=index).rev().find(starts).unwrap_or(index)
    }
}
