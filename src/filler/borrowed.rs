//! Fillers in borrowed memory.

use super::memory::BorrowedKnown;
use super::settings::Filler;
use crate::error::Error;
use crate::model::Model;
use crate::sampler::{Borrowed, Sampler, SamplerError, Slot};

/// [`Filler`] in memory that the caller provides, for callers that learn the sizes of a model at
/// run time. It has the same methods.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../moons-fill.flow");
/// let model = flowlet::Model::parse(bytes)?;
/// let dims = model.fill()?.unwrap().dims();
/// let mut states = vec![0; 2 * dims];
/// let mut halfwords = vec![0; 2 * dims + 3 * model.width()]; // both are even
/// let mut filler = flowlet::BorrowedFiller::with_buffers(model, &mut states, &mut halfwords)?;
/// filler.know(0, 2)?;
/// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// assert_eq!(filler.sample(&mut rng)?.fixed(0).unwrap().to_f32(), 2.0);
/// # Ok::<(), flowlet::Error>(())
/// ```
pub type BorrowedFiller<'m, 'b> = Filler<'m, 0, 0, Borrowed<'b>, BorrowedKnown<'b>>;

impl<'m, 'b> BorrowedFiller<'m, 'b> {
    /// Makes a filler of `model` in borrowed memory, otherwise like [`Filler::new`].
    ///
    /// With dims for [`Fill::dims`](crate::Fill::dims), it needs 2·dims `states` and 2·dims +
    /// 3·width `halfwords`, where dims and [`width`](Model::width) are rounded up to even numbers.
    /// Assembly kernels need `halfwords` to be aligned to 4 bytes.
    ///
    /// # Errors
    /// Those of [`Filler::new`]: [`SamplerError::Dim`] if there are too few states,
    /// [`SamplerError::Width`] if there are too few halfwords.
    pub fn with_buffers(
        model: Model<'m>,
        mut states: &'b mut [i32],
        mut halfwords: &'b mut [i16],
    ) -> Result<Self, Error> {
        let fill = model.fill()?.ok_or(SamplerError::NoFill)?;
        let sizes = (fill.dims(), model.width());
        let buffers = Borrowed::take(sizes, &mut states, &mut halfwords)?;
        let known = BorrowedKnown::take(sizes, &mut states, &mut halfwords)?;
        Ok(Self {
            sampler: Sampler::with_slots(model, [Slot { buffers, class: 0 }]),
            fill,
            query: None,
            known,
        })
    }
}
