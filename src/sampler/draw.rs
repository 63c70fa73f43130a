//! Drawing samples: noise from the caller's generator, and the start of the integration.

use rand_core::TryRng;

use super::buffers::Buffers;
use super::sample::Sample;
use super::settings::Sampler;
use super::trajectory::{Samples, Trajectory};

impl<'m, const DIM: usize, const WIDTH: usize, const BATCH: usize, B: Buffers>
    Sampler<'m, DIM, WIDTH, BATCH, B>
{
    /// Starts a sample at t = 0, so that the caller can take the steps one by one. Draws one u32 of
    /// noise per value, after one for the class if the class is not set.
    ///
    /// # Errors
    /// The error of the generator.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let mut trajectory = sampler.start(&mut rng)?;
    /// while trajectory.step().is_pending() {
    ///     // one step per tick; other work can be done here
    /// }
    /// let point = trajectory.finish();
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn start<R: TryRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<Trajectory<'_, 'm, DIM, WIDTH, BATCH, B>, R::Error> {
        self.start_some(1, rng)
    }

    /// Starts a batch of as many samples as there are slots, or half as many with guidance. The
    /// noise is drawn one sample after the other.
    ///
    /// # Errors
    /// The error of the generator.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64, 2>::new(&model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let mut trajectory = sampler.start_batch(&mut rng)?;
    /// while trajectory.step().is_pending() {}
    /// assert_eq!(trajectory.finish_batch().len(), 2);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn start_batch<R: TryRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<Trajectory<'_, 'm, DIM, WIDTH, BATCH, B>, R::Error> {
        self.start_some(self.capacity() / self.slots_per_sample(), rng)
    }

    /// Starts a number of samples.
    fn start_some<R: TryRng + ?Sized>(
        &mut self,
        samples: usize,
        rng: &mut R,
    ) -> Result<Trajectory<'_, 'm, DIM, WIDTH, BATCH, B>, R::Error> {
        let (model, class, stride) = (self.model, self.class, self.slots_per_sample());
        for slots in self.slots.chunks_exact_mut(stride).take(samples) {
            let Some((slot, free)) = slots.split_first_mut() else {
                break; // a chunk is not empty
            };
            slot.class = match class {
                None if model.classes() > 0 => {
                    let draw = (draw(rng)? >> 16) as u16;
                    model.class_of_draw(draw)
                }
                class => class.unwrap_or(0),
            };
            slot.begin(model, || draw(rng))?;
            for free in free {
                free.class = model.classes(); // the null class
            }
        }
        Ok(Trajectory::new(self, samples))
    }

    /// Draws one sample. It borrows the sampler, so copy the values that must outlive the next
    /// sample.
    ///
    /// # Errors
    /// The error of the generator.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point: heapless::Vec<f32, 2> = sampler.sample(&mut rng)?.values().collect();
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn sample<R: TryRng + ?Sized>(&mut self, rng: &mut R) -> Result<Sample<'_>, R::Error> {
        Ok(self.start(rng)?.finish())
    }

    /// Draws a batch of as many samples as there are slots, or half as many with guidance. The
    /// samples have the same bits as from that many calls of [`sample`](Self::sample). A batch is
    /// faster on cores whose kernels share the loads of the weights (Armv7E-M, MVE).
    ///
    /// # Errors
    /// The error of the generator.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64, 3>::new(&model).unwrap();
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
    ) -> Result<Samples<'_, DIM, WIDTH, B>, R::Error> {
        Ok(self.start_batch(rng)?.finish_batch())
    }
}

/// Draws a word from the caller's generator. Not inlined on Armv6-M, where code size matters most.
#[cfg_attr(flowlet_kernel = "armv6m", inline(never))]
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(always))]
fn draw<R: TryRng + ?Sized>(rng: &mut R) -> Result<u32, R::Error> {
    rng.try_next_u32()
}
