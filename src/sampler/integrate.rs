//! The integration from noise to data, one step at a time.

use super::buffers::Buffers;
use super::sample::{Nothing, Sample};
use super::samples::{Samples, sample};
use super::settings::Sampler;
use super::slot::{Slot, Update};
use super::state::Integration;
use crate::format::Solver;
use crate::kernel::{DriftCoefficients, Span};
use crate::network;

impl<'m, const DIM: usize, const WIDTH: usize, const BATCH: usize, B: Buffers>
    Sampler<'m, DIM, WIDTH, BATCH, B>
{
    /// Takes one step and returns the number of steps that are left. Does nothing if none is left
    /// or no sample was begun.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64>::new(model)?;
    /// assert_eq!(sampler.step(), 0); // nothing was begun
    /// sampler.set_steps(2)?;
    /// sampler.begin(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
    /// assert_eq!((sampler.step(), sampler.step(), sampler.step()), (1, 0, 0));
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn step(&mut self) -> u16 {
        if let Some(left) = self.integration.left.checked_sub(1) {
            let step = self.time_grid.steps().wrapping_sub(left);
            let end = self.time_grid.time(&self.model, step);
            let time = core::mem::replace(&mut self.integration.time, end);
            self.integrate(time, end.wrapping_sub(time));
            self.integration.left = left;
            if cfg!(feature = "latent") && left == 0 {
                self.expand();
            }
        }
        self.integration.left
    }

    /// Returns the number of steps that are left; 0 if no sample was begun.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64>::new(model)?;
    /// sampler.begin(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
    /// assert_eq!(sampler.steps_left(), model.steps());
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn steps_left(&self) -> u16 {
        self.integration.left
    }

    /// Returns the sample if all its steps were taken, the first of a batch. Returns `None` if
    /// steps are left, no sample was begun, or a setting discarded it.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64>::new(model)?;
    /// sampler.begin(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
    /// assert!(sampler.finished().is_none());
    /// while sampler.step() > 0 {}
    /// let point = sampler.finished().unwrap();
    /// assert_eq!(point.values().count(), 2);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn finished(&self) -> Option<Sample<'_>> {
        let Integration { samples, left, .. } = self.integration;
        (samples > 0 && left == 0).then(|| self.first_sample())
    }

    /// Returns the samples of the batch if all their steps were taken, else none.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64, 3>::new(model)?;
    /// sampler.begin_batch(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
    /// assert_eq!(sampler.finished_batch().len(), 0);
    /// while sampler.step() > 0 {}
    /// assert_eq!(sampler.finished_batch().len(), 3);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn finished_batch(&self) -> Samples<'_, DIM, WIDTH, B> {
        let Integration { samples, left, .. } = self.integration;
        let samples = if left == 0 { samples } else { 0 };
        let slots = self.slots.iter().step_by(self.slots_per_sample());
        Samples {
            model: &self.model,
            slots: slots.take(samples.into()),
        }
    }

    /// Returns the first sample, finished or not.
    pub(super) fn first_sample(&self) -> Sample<'_> {
        match self.slots.first() {
            Some(slot) => sample(&self.model, slot),
            None => Sample::new(&self.model, &[], None, Nothing), // BATCH ≥ 1
        }
    }

    /// Expands the latent of each finished sample, if there is one.
    #[inline(never)]
    fn expand(&mut self) {
        let stride = self.slots_per_sample();
        let Some(latent) = self.model.latent() else {
            return;
        };
        let used = match BATCH {
            1 => 1,
            _ => usize::from(self.integration.samples) * stride,
        };
        let slots = self.slots.get_mut(..used).unwrap_or_default();
        for slot in slots.iter_mut().step_by(stride) {
            if let Some(layer) = self.model.layers().latent_of(slot.class) {
                slot.expand(latent, &layer.dense);
            }
        }
    }

    /// Takes a step from `time` of length `dt`, both in Q0.15.
    fn integrate(&mut self, time: u16, dt: u16) {
        let (first, second) = stages(self.solver, dt);
        self.stage(time, first);
        if let Some(second) = second {
            self.stage(time.wrapping_add(first.b), second);
        }
    }

    /// Evaluates the velocity at `time` (Q0.15, ≤ 1) and updates the states.
    #[inline(never)]
    fn stage(&mut self, time: u16, update: Update) {
        let (model, solver) = (&self.model, self.solver);
        let guidance = self.guidance.filter(|_| BATCH > 1);
        let stride = self.slots_per_sample();
        // A sampler of one slot uses it, which takes less code to say.
        let used = match BATCH {
            1 => 1,
            _ => usize::from(self.integration.samples) * stride,
        };
        let slots = self.slots.get_mut(..used).unwrap_or_default();
        if guidance.is_some() {
            for [slot, free] in slots.as_chunks_mut().0 {
                let inputs = slot.buffers.borrow().io.iter();
                for (free, &input) in free.buffers.borrow().io.iter_mut().zip(inputs) {
                    *free = input;
                }
            }
        }
        network::velocity::<Slot<B>, BATCH>(model, time, slots);
        let span = match solver {
            Solver::ExponentialEuler => Span::Step(time, time.wrapping_add(update.b)),
            _ => Span::At(time),
        };
        let variances = model.variance_levels();
        let mut coefficients =
            DriftCoefficients::of(span, variances, &mut self.integration.stddevs);
        if let Some(strength) = guidance {
            for [slot, free] in slots.as_chunks_mut().0 {
                slot.guide(free, model, &coefficients, strength);
            }
            coefficients = DriftCoefficients::NONE; // the guided velocity includes it
        }
        for slot in slots.iter_mut().step_by(stride) {
            slot.advance(model, &coefficients, solver, update);
        }
    }
}

/// Returns the updates of the one or two stages of a step of length `dt`.
#[inline(always)]
pub(crate) fn stages(solver: Solver, dt: u16) -> (Update, Option<Update>) {
    let half = dt >> 1;
    let (first, second) = match solver {
        Solver::Euler | Solver::ExponentialEuler => (dt, None),
        Solver::Midpoint => (half, Some(Update { a: half, b: dt })),
        Solver::Heun => (dt, Some(Update { a: half, b: half })),
    };
    (Update { a: 0, b: first }, second)
}
