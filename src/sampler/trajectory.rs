//! Samples on their way from noise to data, a step at a time.

use core::task::Poll;

use super::lane::{Update, first, first_mut};
use super::solver::Solver;
use super::{Lane, Memory, Room, Sampler};
use crate::drift::{Span, Spreads};
use crate::kernel::Coefficients;
use crate::model::Model;
use crate::network;
use crate::sample::Sample;

/// Samples on their way from noise to data. Dropping it leaves the sampler ready for the next.
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
    const LANES: usize = 1,
    M = Room<DIM, WIDTH>,
> {
    sampler: &'s mut Sampler<'m, DIM, WIDTH, LANES, M>,
    step: u16,
    /// Samples under way.
    samples: u16,
    /// At t, for the exponential step.
    spreads: Spreads,
}

impl<'s, 'm, const DIM: usize, const WIDTH: usize, const LANES: usize, M: Memory>
    Trajectory<'s, 'm, DIM, WIDTH, LANES, M>
{
    pub(super) fn new(sampler: &'s mut Sampler<'m, DIM, WIDTH, LANES, M>, samples: usize) -> Self {
        Self {
            sampler,
            step: 0,
            samples: samples as u16, // LANES at most
            spreads: Spreads::NOISE,
        }
    }

    /// Steps that are left.
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
        self.sampler.grid.steps().saturating_sub(self.step)
    }

    /// Takes one step, or none where t = 1 is reached. [`Poll::Ready`] once it is.
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
    #[must_use = "it tells whether the sample is finished"]
    pub fn step(&mut self) -> Poll<()> {
        if self.remaining() > 0 {
            let grid = &self.sampler.grid;
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

    /// Takes the steps that are left, and gives the sample; of several, the first.
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
        let sampler: &'s Sampler<'m, DIM, WIDTH, LANES, M> = self.sampler;
        match sampler.lanes.first() {
            Some(lane) => sample(sampler.model, lane),
            None => Sample::new(sampler.model, &[], None), // LANES ≥ 1
        }
    }

    /// Takes the steps that are left, and gives all samples.
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
    pub fn finish_batch(mut self) -> Samples<'s, DIM, WIDTH, M> {
        while self.step().is_pending() {}
        let stride = self.sampler.lanes_each();
        let sampler: &'s Sampler<'m, DIM, WIDTH, LANES, M> = self.sampler;
        Samples {
            model: sampler.model,
            lanes: sampler
                .lanes
                .iter()
                .step_by(stride)
                .take(self.samples.into()),
        }
    }

    /// One step from `time`, of length `dt`, both in Q0.15.
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

    /// Evaluates the velocity at `time` (Q0.15, ≤ 1) and moves by it.
    #[inline(never)]
    fn stage(&mut self, time: u16, by: Update) {
        let (model, solver) = (self.sampler.model, self.sampler.solver);
        let guidance = self.sampler.guidance.filter(|_| LANES > 1);
        let stride = self.sampler.lanes_each();
        let used = usize::from(self.samples) * stride;
        let lanes = first_mut(&mut self.sampler.lanes, used);
        if guidance.is_some() {
            for [lane, free] in lanes.as_chunks_mut().0 {
                let inputs = lane.memory.parts().io.iter();
                for (free, &input) in free.memory.parts().io.iter_mut().zip(inputs) {
                    *free = input;
                }
            }
        }
        network::velocity::<M, LANES>(model, time, lanes);
        let span = match solver {
            Solver::ExponentialEuler => Span::Step(time, time.wrapping_add(by.b)),
            _ => Span::At(time),
        };
        let mut coefficients = Coefficients::of(span, model.levels(), &mut self.spreads);
        if let Some(strength) = guidance {
            for [lane, free] in lanes.as_chunks_mut().0 {
                lane.guide(free, model, &coefficients, strength);
            }
            coefficients = Coefficients::NONE; // the drift is in
        }
        for lane in lanes.iter_mut().step_by(stride) {
            lane.advance(model, &coefficients, solver, by);
        }
    }
}

/// The samples of a batch, in the order in which their noise was drawn. Made by
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
pub struct Samples<'s, const DIM: usize, const WIDTH: usize, M = Room<DIM, WIDTH>> {
    model: &'s Model<'s>,
    lanes: core::iter::Take<core::iter::StepBy<core::slice::Iter<'s, Lane<M>>>>,
}

// Derived, it would ask that the memory can be cloned.
impl<const DIM: usize, const WIDTH: usize, M> Clone for Samples<'_, DIM, WIDTH, M> {
    fn clone(&self) -> Self {
        Self {
            model: self.model,
            lanes: self.lanes.clone(),
        }
    }
}

impl<'s, const DIM: usize, const WIDTH: usize, M: Memory> Iterator for Samples<'s, DIM, WIDTH, M> {
    type Item = Sample<'s>;

    fn next(&mut self) -> Option<Sample<'s>> {
        let model = self.model;
        self.lanes.next().map(|lane| sample(model, lane))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.lanes.size_hint()
    }
}

impl<const DIM: usize, const WIDTH: usize, M: Memory> ExactSizeIterator
    for Samples<'_, DIM, WIDTH, M>
{
}

/// What a lane has come to.
fn sample<'s, M: Memory>(model: &'s Model<'s>, lane: &'s Lane<M>) -> Sample<'s> {
    let state = first(lane.memory.state(), model.dim());
    let class = (model.classes() > 0).then_some(lane.class);
    Sample::new(model, state, class)
}
