//! Fillers in borrowed memory.

use super::memory::BorrowedKnown;
use super::settings::Filler;
use crate::error::Error;
use crate::model::Model;
use crate::sampler::{Borrowed, Sampler, SamplerError, Slot};

/// [`Filler`] in memory that the caller provides, for callers that learn the sizes of a model at
/// run time. It has the same methods.
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
