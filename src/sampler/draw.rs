//! Drawing samples: noise from the caller's generator, and the beginning of the integration.

use rand_core::TryRng;

use super::SamplerError;
use super::buffers::Buffers;
use super::sample::Sample;
use super::samples::Samples;
use super::settings::Sampler;
use crate::kernel::Stddevs;

impl<'m, const DIM: usize, const WIDTH: usize, const BATCH: usize, B: Buffers>
    Sampler<'m, DIM, WIDTH, BATCH, B>
{
    /// Begins a sample at t = 0, so that the caller can take the [steps](Self::step) one by one,
    /// for example from an interrupt. Draws one u32 of noise per value, after one for the class if
    /// the class is not set. This discards a sample that was begun or finished.
    ///
    /// # Errors
    /// [`SamplerError::Generator`] if the generator failed, [`SamplerError::StuckGenerator`] if it
    /// returns the same word again and again. Then no sample was begun.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// sampler.begin(&mut rng)?;
    /// while sampler.step() > 0 {
    ///     // one step per tick; other work can be done here
    /// }
    /// if let Some(point) = sampler.finished() {
    ///     assert_eq!(point.values().count(), 2);
    /// }
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn begin<R: TryRng + ?Sized>(&mut self, rng: &mut R) -> Result<(), SamplerError> {
        self.begin_some(1, rng)
    }

    /// Begins a batch of as many samples as there are slots, or half as many with guidance. The
    /// noise is drawn one sample after the other.
    ///
    /// # Errors
    /// [`SamplerError::Generator`] if the generator failed, [`SamplerError::StuckGenerator`] if it
    /// returns the same word again and again. Then no sample was begun.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64, 2>::new(model)?;
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// sampler.begin_batch(&mut rng)?;
    /// while sampler.step() > 0 {}
    /// assert_eq!(sampler.finished_batch().len(), 2);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn begin_batch<R: TryRng + ?Sized>(&mut self, rng: &mut R) -> Result<(), SamplerError> {
        self.begin_some(self.capacity() / self.slots_per_sample(), rng)
    }

    /// Begins a number of samples.
    fn begin_some<R: TryRng + ?Sized>(
        &mut self,
        samples: usize,
        rng: &mut R,
    ) -> Result<(), SamplerError> {
        self.integration.discard();
        let (class, stride) = (self.class, self.slots_per_sample());
        let (model, health) = (&self.model, &mut self.health);
        for slots in self.slots.chunks_exact_mut(stride).take(samples) {
            let Some((slot, free)) = slots.split_first_mut() else {
                break; // a chunk is not empty
            };
            slot.class = match class {
                None if model.classes() > 0 => {
                    let draw = (health.draw(rng).ok_or_else(|| health.error())? >> 16) as u16;
                    model.class_of_draw(draw)
                }
                class => class.unwrap_or(0),
            };
            slot.begin(model, || health.draw(rng))
                .ok_or_else(|| health.error())?;
            for free in free {
                free.class = model.classes(); // the null class
            }
        }
        self.integration.stddevs = Stddevs::NOISE;
        self.integration.time = 0;
        self.integration.left = self.time_grid.steps();
        self.integration.samples = samples as u16; // at most BATCH
        Ok(())
    }

    /// Draws one sample. It borrows the sampler, so copy the values that must outlive the next
    /// sample.
    ///
    /// # Errors
    /// [`SamplerError::Generator`] or [`SamplerError::StuckGenerator`] if the generator failed.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point: heapless::Vec<f32, 2> = sampler.sample(&mut rng)?.values().collect();
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn sample<R: TryRng + ?Sized>(&mut self, rng: &mut R) -> Result<Sample<'_>, SamplerError> {
        self.begin(rng)?;
        while self.step() > 0 {}
        Ok(self.first_sample())
    }

    /// Draws a batch of as many samples as there are slots, or half as many with guidance. The
    /// samples have the same bits as from that many calls of [`sample`](Self::sample). A batch is
    /// faster on cores whose kernels share the loads of the weights (Armv7E-M, MVE).
    ///
    /// # Errors
    /// [`SamplerError::Generator`] or [`SamplerError::StuckGenerator`] if the generator failed.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64, 3>::new(model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let xs: Vec<f32> = sampler.sample_batch(&mut rng)?.flat_map(|p| p.values()).collect();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert!(xs[..2].iter().copied().eq(sampler.sample(&mut rng)?.values()));
    /// assert!(xs[2..4].iter().copied().eq(sampler.sample(&mut rng)?.values()));
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn sample_batch<R: TryRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<Samples<'_, DIM, WIDTH, B>, SamplerError> {
        self.begin_batch(rng)?;
        while self.step() > 0 {}
        Ok(self.finished_batch())
    }
}
