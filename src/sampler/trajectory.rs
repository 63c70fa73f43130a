//! Trajectories: samples between noise and data, one step at a time.

use core::task::Poll;

use super::buffers::{Buffers, Owned};
use super::sample::Sample;
use super::settings::Sampler;
use super::slot::{Slot, Update, first, first_mut};
use crate::format::Solver;
use crate::kernel::{DriftCoefficients, Span, Stddevs};
use crate::model::Model;
use crate::network;

/// One or more samples between noise and data. If it is dropped, the sampler can start the next.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
/// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let mut trajectory = sampler.start(&mut rng)?;
/// assert_eq!(trajectory.remaining(), model.steps());
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Debug)]
pub struct Trajectory<
    's,
    'm,
    const DIM: usize,
    const WIDTH: usize,
    const BATCH: usize = 1,
    B = Owned<DIM, WIDTH>,
> {
    sampler: &'s mut Sampler<'m, DIM, WIDTH, BATCH, B>,
    step: u16,
    /// Number of samples.
    samples: u16,
    /// Standard deviations at t, for the exponential step.
    stddevs: Stddevs,
}

impl<'s, 'm, const DIM: usize, const WIDTH: usize, const BATCH: usize, B: Buffers>
    Trajectory<'s, 'm, DIM, WIDTH, BATCH, B>
{
    pub(super) fn new(sampler: &'s mut Sampler<'m, DIM, WIDTH, BATCH, B>, samples: usize) -> Self {
        Self {
            sampler,
            step: 0,
            samples: samples as u16, // at most BATCH
            stddevs: Stddevs::NOISE,
        }
    }

    /// Returns the number of remaining steps.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// let mut trajectory = sampler.start(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
    /// let _ = trajectory.step();
    /// assert_eq!(trajectory.remaining(), model.steps() - 1);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn remaining(&self) -> u16 {
        self.sampler.time_grid.steps().saturating_sub(self.step)
    }

    /// Takes one step, or none at t = 1. Returns [`Poll::Ready`] when t = 1 is reached.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// sampler.set_steps(1)?;
    /// let mut trajectory = sampler.start(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
    /// assert!(trajectory.step().is_ready());
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    #[must_use = "the result says whether the sample is finished"]
    pub fn step(&mut self) -> Poll<()> {
        if self.remaining() > 0 {
            let grid = &self.sampler.time_grid;
            let time = |step| grid.time(self.sampler.model, step);
            let (from, to) = (time(self.step), time(self.step + 1));
            self.integrate(from, to.wrapping_sub(from));
            self.step += 1;
        }
        if self.remaining() > 0 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }

    /// Takes the remaining steps and returns the sample; the first of a batch.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point = sampler.start(&mut rng)?.finish();
    /// assert_eq!(point.class(), None);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn finish(mut self) -> Sample<'s> {
        while self.step().is_pending() {}
        let sampler: &'s Sampler<'m, DIM, WIDTH, BATCH, B> = self.sampler;
        match sampler.slots.first() {
            Some(slot) => sample(sampler.model, slot),
            None => Sample::new(sampler.model, &[], None), // BATCH ≥ 1
        }
    }

    /// Takes the remaining steps and returns all samples.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let mut sampler = flowlet::Sampler::<2, 64, 3>::new(&model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let points = sampler.start_batch(&mut rng)?.finish_batch();
    /// assert_eq!(points.count(), 3);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn finish_batch(mut self) -> Samples<'s, DIM, WIDTH, B> {
        while self.step().is_pending() {}
        let stride = self.sampler.slots_per_sample();
        let sampler: &'s Sampler<'m, DIM, WIDTH, BATCH, B> = self.sampler;
        Samples {
            model: sampler.model,
            slots: sampler
                .slots
                .iter()
                .step_by(stride)
                .take(self.samples.into()),
        }
    }

    /// Takes a step from `time` of length `dt`, both in Q0.15.
    fn integrate(&mut self, time: u16, dt: u16) {
        let half = dt >> 1;
        let (first, second) = match self.sampler.solver {
            Solver::Euler | Solver::ExponentialEuler => (dt, None),
            Solver::Midpoint => (half, Some(Update { a: half, b: dt })),
            Solver::Heun => (dt, Some(Update { a: half, b: half })),
        };
        self.stage(time, Update { a: 0, b: first });
        if let Some(second) = second {
            self.stage(time.wrapping_add(first), second);
        }
    }

    /// Evaluates the velocity at `time` (Q0.15, ≤ 1) and updates the states.
    #[inline(never)]
    fn stage(&mut self, time: u16, update: Update) {
        let (model, solver) = (self.sampler.model, self.sampler.solver);
        let guidance = self.sampler.guidance.filter(|_| BATCH > 1);
        let stride = self.sampler.slots_per_sample();
        let used = usize::from(self.samples) * stride;
        let slots = first_mut(&mut self.sampler.slots, used);
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
        let mut coefficients = DriftCoefficients::of(span, variances, &mut self.stddevs);
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

/// Samples of a batch, in the order in which their noise was drawn. Made by
/// [`Sampler::sample_batch`] and [`Trajectory::finish_batch`].
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// let mut sampler = flowlet::Sampler::<2, 64, 3>::new(&model).unwrap();
/// for point in sampler.sample_batch(&mut Xoshiro128PlusPlus::seed_from_u64(1))? {
///     assert_eq!(point.values().count(), 2);
/// }
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Debug)]
pub struct Samples<'s, const DIM: usize, const WIDTH: usize, B = Owned<DIM, WIDTH>> {
    model: &'s Model<'s>,
    slots: core::iter::Take<core::iter::StepBy<core::slice::Iter<'s, Slot<B>>>>,
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
fn sample<'s, B: Buffers>(model: &'s Model<'s>, slot: &'s Slot<B>) -> Sample<'s> {
    let state = first(slot.buffers.state(), model.dim());
    let class = (model.classes() > 0).then_some(slot.class);
    Sample::new(model, state, class)
}
