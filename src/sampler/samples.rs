//! The samples of a batch.

use super::buffers::{Buffers, Owned};
use super::sample::{Nothing, Sample};
use super::slot::{Slot, first};
use crate::model::Model;

/// Samples of a batch, in the order in which their noise was drawn. Made by
/// [`Sampler::sample_batch`](crate::Sampler::sample_batch) and
/// [`Sampler::finished_batch`](crate::Sampler::finished_batch).
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// let mut sampler = flowlet::Sampler::<2, 64, 3>::new(model).unwrap();
/// for point in sampler.sample_batch(&mut Xoshiro128PlusPlus::seed_from_u64(1))? {
///     assert_eq!(point.values().count(), 2);
/// }
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Debug)]
pub struct Samples<'s, const DIM: usize, const WIDTH: usize, B = Owned<DIM, WIDTH>> {
    pub(super) model: &'s Model<'s>,
    pub(super) slots: core::iter::Take<core::iter::StepBy<core::slice::Iter<'s, Slot<B>>>>,
}

// Not derived, because the derive would require that the buffers can be cloned.
impl<const DIM: usize, const WIDTH: usize, B> Clone for Samples<'_, DIM, WIDTH, B> {
    fn clone(&self) -> Self {
        Self {
            model: self.model,
            slots: self.slots.clone(),
        }
    }
}

impl<'s, const DIM: usize, const WIDTH: usize, B: Buffers> Iterator for Samples<'s, DIM, WIDTH, B> {
    type Item = Sample<'s>;

    fn next(&mut self) -> Option<Sample<'s>> {
        let model = self.model;
        self.slots.next().map(|slot| sample(model, slot))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl<const DIM: usize, const WIDTH: usize, B: Buffers> ExactSizeIterator
    for Samples<'_, DIM, WIDTH, B>
{
}

/// Returns the sample in a slot.
pub(super) fn sample<'s, B: Buffers>(model: &'s Model<'s>, slot: &'s Slot<B>) -> Sample<'s> {
    let state = first(slot.buffers.state(), model.dim());
    let class = (model.classes() > 0).then_some(slot.class);
    Sample::new(model, state, class, Nothing)
}
