//! Samplers in borrowed memory.

use super::SamplerError;
use super::buffers::Borrowed;
use super::settings::Sampler;
use super::slot::Slot;
use crate::model::Model;

/// [`Sampler`] in memory that the caller provides, for callers that learn the sizes of a model at
/// run time. It has the same methods.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// let mut states = vec![0; model.dim()];
/// let mut halfwords = vec![0; 2 * (model.dim() + model.width())]; // both are even
/// let mut sampler =
///     flowlet::BorrowedSampler::with_buffers(model, &mut states, &mut halfwords)?;
/// let crc = sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?.crc32();
/// let mut sampler = flowlet::Sampler::<2, 64>::new(model)?;
/// assert_eq!(crc, sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?.crc32());
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
pub type BorrowedSampler<'m, 'b> = Sampler<'m, 0, 0, 2, Borrowed<'b>>;

impl<'m, 'b> BorrowedSampler<'m, 'b> {
    /// Makes a sampler of `model` in borrowed memory, otherwise like [`Sampler::new`].
    ///
    /// A slot needs [`dim`](Model::dim) `states` and 2·(dim + width) `halfwords`, where dim and
    /// [`width`](Model::width) are rounded up to even numbers. If there is memory for a second
    /// slot, guidance is possible. Assembly kernels need `halfwords` to be aligned to 4 bytes.
    ///
    /// # Errors
    /// [`SamplerError::Dim`] if there are too few states for a slot, [`SamplerError::Width`] if
    /// there are too few halfwords.
    pub fn with_buffers(
        model: Model<'m>,
        mut states: &'b mut [i32],
        mut halfwords: &'b mut [i16],
    ) -> Result<Self, SamplerError> {
        let sizes = (model.dim(), model.width());
        let first = Borrowed::take(sizes, &mut states, &mut halfwords)?;
        let second = Borrowed::take(sizes, &mut states, &mut halfwords).unwrap_or_default();
        Ok(Self::with_slots(
            model,
            [first, second].map(|buffers| Slot { buffers, class: 0 }),
        ))
    }
}
