//! The sampler: noise at t = 0, integrated to a sample at t = 1, in fixed point.
//!
//! x ← x + dt · v(x, t) over K steps (Lipman et al. 2022, section 6), or one of the
//! [second-order rules](Solver). The bits of a sample depend on the model, the noise, the class,
//! the times, the solver and the guidance alone: not on the core, and not on the samples that are
//! drawn beside it.

mod error;
mod lane;
#[cfg(feature = "defmt")]
mod log;
mod memory;
mod solver;
mod trajectory;

pub use error::SamplerError;
pub(crate) use lane::Lane;
pub(crate) use memory::{Memory, Parts, Room};
pub use solver::Solver;
pub use trajectory::{Samples, Trajectory};

use rand_core::TryRng;

use crate::model::Model;
use crate::sample::Sample;
use solver::Grid;

/// Draws samples of a model: noise from the caller's generator, integrated in fixed point.
///
/// `DIM` and `WIDTH` are the model's, or more; [`Size`](crate::ModelSize) gives them as constants.
/// `LANES` samples can be under way [at once](Self::sample_batch). All memory is in the sampler:
/// 8·`DIM` + 4·`WIDTH` bytes a lane and a few words. It may stand on the stack or in a static; what it
/// calls takes at most 1.5 KB of stack beside it. `M` is where that
/// memory is; see [`SamplerIn`] for memory that is lent.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # static MODEL: &[u8] = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// # fn main() -> Result<(), Box<dyn core::error::Error>> {
/// let model = flowlet::Model::parse(MODEL)?;
/// let mut sampler = flowlet::Sampler::<2, 64>::new(&model)?;
/// sampler.set_steps(4)?;
/// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let point = sampler.sample(&mut rng)?;
/// assert_eq!(point.values().count(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Sampler<
    'm,
    const DIM: usize,
    const WIDTH: usize,
    const LANES: usize = 1,
    M = Room<DIM, WIDTH>,
> {
    model: &'m Model<'m>,
    grid: Grid<'m>,
    solver: Solver,
    class: Option<u16>,
    /// Q3.12.
    guidance: Option<u16>,
    lanes: [Lane<M>; LANES],
}

impl<'m, const DIM: usize, const WIDTH: usize, const LANES: usize> Sampler<'m, DIM, WIDTH, LANES> {
    /// A sampler of `model`, with the solver and the steps that the trainer judged it with, drawing
    /// classes in their training proportions.
    ///
    /// # Errors
    /// [`SamplerError::Dim`] or [`SamplerError::Width`] where the model needs more room.
    #[inline(always)]
    pub fn new(model: &'m Model<'m>) -> Result<Self, SamplerError> {
        const {
            assert!(
                LANES > 0 && LANES <= u16::MAX as usize,
                "a sampler has a lane at least"
            )
        };
        let (needed, capacity) = (model.dim(), DIM);
        if needed > capacity {
            return Err(SamplerError::Dim { needed, capacity });
        }
        let (needed, capacity) = (model.width(), WIDTH);
        if needed > capacity {
            return Err(SamplerError::Width { needed, capacity });
        }
        // Inline, and with nothing that can fail from here on, so that it is made in its final place
        // and not copied there.
        Ok(Self::with(
            model,
            [const {
                Lane {
                    memory: Room::ZERO,
                    class: 0,
                }
            }; LANES],
        ))
    }
}

impl<'m, const DIM: usize, const WIDTH: usize, const LANES: usize, M: Memory>
    Sampler<'m, DIM, WIDTH, LANES, M>
{
    #[inline(always)]
    fn with(model: &'m Model<'m>, lanes: [Lane<M>; LANES]) -> Self {
        Self {
            model,
            grid: Grid::of(model),
            solver: model.solver(),
            class: None,
            guidance: None,
            lanes,
        }
    }

    /// Sets the number of equal steps, 1 to 256. More steps cost proportionally more time.
    ///
    /// # Errors
    /// [`SamplerError::Steps`] for any other number.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(&model).unwrap();
    /// assert_eq!(sampler.set_steps(0), Err(SamplerError::Steps(0)));
    /// ```
    pub fn set_steps(&mut self, steps: u16) -> Result<(), SamplerError> {
        self.grid = Grid::uniform(steps)?;
        Ok(())
    }

    /// Sets the times at which steps begin and end, in Q0.15: they rise from 0 to 32768, which is
    /// t = 1, by [`MIN_STEP`](crate::format::MIN_STEP) or more; 2 to 257 of them.
    ///
    /// # Errors
    /// [`SamplerError::Grid`] for any others.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(&model).unwrap();
    /// sampler.set_times(&[0, 1 << 13, 1 << 14, 1 << 15])?; // 0, 1/4, 1/2, 1
    /// assert_eq!(sampler.set_times(&[0, 5, 5, 1 << 15]), Err(SamplerError::Grid));
    /// # Ok::<(), SamplerError>(())
    /// ```
    pub fn set_times(&mut self, times: &'m [u16]) -> Result<(), SamplerError> {
        self.grid = Grid::times(times)?;
        Ok(())
    }

    /// Sets the solver.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, Solver};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(&model).unwrap();
    /// sampler.set_solver(Solver::Heun);
    /// ```
    pub fn set_solver(&mut self, solver: Solver) {
        self.solver = solver;
    }

    /// Sets the class of the samples to come, or `None` to draw it each time in the training
    /// proportions. Without effect on unconditional models, which take only `None`.
    ///
    /// # Errors
    /// [`SamplerError::Class`] for a class that the model does not have.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(&model).unwrap();
    /// let error = SamplerError::Class { class: 3, classes: 0 };
    /// assert_eq!(sampler.set_class(Some(3)), Err(error));
    /// ```
    pub fn set_class(&mut self, class: Option<u16>) -> Result<(), SamplerError> {
        let classes = self.model.classes();
        match class {
            Some(class) if class >= classes => Err(SamplerError::Class { class, classes }),
            class => {
                self.class = class;
                Ok(())
            }
        }
    }

    /// Sets the strength w of classifier-free guidance in Q3.12, below 8, or `None` for none:
    /// v = v_free + w · (v_class − v_free), where v_free is the velocity of all data. w = 1 is the
    /// class's own velocity, more keeps closer to what is typical of the class, 0 forgets it. A
    /// sample then takes two lanes, and about twice the time.
    ///
    /// # Errors
    /// [`SamplerError::NotGuidable`] for a model without a [null class](crate::format::Header::null_class),
    /// [`SamplerError::Lanes`] for a sampler of one lane; w of 8 and more is taken for just below.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/odd.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<37, 130, 2>::new(&model).unwrap();
    /// sampler.set_guidance(Some(3 << 11))?; // w = 1.5
    /// # Ok::<(), SamplerError>(())
    /// ```
    pub fn set_guidance(&mut self, strength: Option<u16>) -> Result<(), SamplerError> {
        if strength.is_some() {
            if self.model.header().null_class == 0 {
                return Err(SamplerError::NotGuidable);
            }
            let (needed, capacity) = (2, self.capacity());
            if needed > capacity {
                return Err(SamplerError::Lanes { needed, capacity });
            }
        }
        self.guidance = strength.map(|strength| strength.min(i16::MAX as u16));
        Ok(())
    }

    /// Lanes that there is memory for.
    fn capacity(&self) -> usize {
        let there = |lane: &&Lane<M>| lane.memory.is_there();
        self.lanes.iter().filter(there).count()
    }

    /// Lanes that a sample takes.
    fn lanes_each(&self) -> usize {
        // Where there is one lane, guidance has been refused.
        if self.guidance.is_some() && LANES > 1 {
            2
        } else {
            1
        }
    }

    /// Draws noise (one u32 a value, and one for the class where it is to be drawn), and stands
    /// at t = 0, so that the caller can take the steps one at a time.
    ///
    /// # Errors
    /// Only the generator's own.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let mut trajectory = sampler.start(&mut rng)?;
    /// while trajectory.step().is_pending() {
    ///     // one step a tick; do other work here
    /// }
    /// let point = trajectory.finish();
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn start<R: TryRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<Trajectory<'_, 'm, DIM, WIDTH, LANES, M>, R::Error> {
        self.start_some(1, rng)
    }

    /// [`start`](Self::start) for as many samples as there are lanes, or half as many with
    /// guidance. Their noise is drawn one sample after the other.
    ///
    /// # Errors
    /// Only the generator's own.
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
    ) -> Result<Trajectory<'_, 'm, DIM, WIDTH, LANES, M>, R::Error> {
        self.start_some(self.capacity() / self.lanes_each(), rng)
    }

    fn start_some<R: TryRng + ?Sized>(
        &mut self,
        samples: usize,
        rng: &mut R,
    ) -> Result<Trajectory<'_, 'm, DIM, WIDTH, LANES, M>, R::Error> {
        let (model, class, stride) = (self.model, self.class, self.lanes_each());
        for lanes in self.lanes.chunks_exact_mut(stride).take(samples) {
            let Some((lane, free)) = lanes.split_first_mut() else {
                break; // a chunk is not empty
            };
            lane.class = match class {
                None if model.classes() > 0 => {
                    let draw = (draw(rng)? >> 16) as u16;
                    model.class_of_draw(draw)
                }
                class => class.unwrap_or(0),
            };
            lane.begin(model, || draw(rng))?;
            for free in free {
                free.class = model.classes(); // none
            }
        }
        Ok(Trajectory::new(self, samples))
    }

    /// Draws noise and integrates it to a sample. The sample borrows the sampler; copy out of it
    /// what must outlive the next.
    ///
    /// # Errors
    /// Only the generator's own.
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

    /// Draws as many samples as there are lanes, or half as many with guidance, all at once. They
    /// are the same, bit for bit, as that many calls of [`sample`](Self::sample) give; on cores that
    /// share the loads of the weights (Armv7E-M, MVE) they take less time.
    ///
    /// # Errors
    /// Only the generator's own.
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
    ) -> Result<Samples<'_, DIM, WIDTH, M>, R::Error> {
        Ok(self.start_batch(rng)?.finish_batch())
    }
}

/// A [`Sampler`] in memory that the caller lends, for callers that learn a model's sizes when they run. It has the
/// same methods. Where [`Sampler`] can be used, its memory is checked by the compiler.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// let mut states = vec![0; model.dim()];
/// let mut words = vec![0; 2 * (model.dim() + model.width())]; // both are even
/// let mut sampler = flowlet::SamplerIn::within(&model, &mut states, &mut words)?;
/// let crc = sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?.crc32();
/// let mut sampler = flowlet::Sampler::<2, 64>::new(&model)?;
/// assert_eq!(crc, sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?.crc32());
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
pub type SamplerIn<'m, 'b> = Sampler<'m, 0, 0, 2, Parts<'b>>;

/// The [`Trajectory`] of a [`SamplerIn`].
pub type TrajectoryIn<'s, 'm, 'b> = Trajectory<'s, 'm, 0, 0, 2, Parts<'b>>;

impl<'m, 'b> SamplerIn<'m, 'b> {
    /// As [`Sampler::new`], in lent memory. A lane takes [`dim`](Model::dim) `states` and 2·(dim + width) `words`, for
    /// which dim and [`width`](Model::width) are rounded up to even numbers; what is there decides whether there is a
    /// second lane, for guidance. Assembly kernels are used where `words` are aligned to 4 bytes.
    ///
    /// # Errors
    /// [`SamplerError::Dim`] where there are too few states for a lane, [`SamplerError::Width`] where there are too few
    /// words.
    pub fn within(
        model: &'m Model<'m>,
        mut states: &'b mut [i32],
        mut words: &'b mut [i16],
    ) -> Result<Self, SamplerError> {
        let first = Parts::taken(model, &mut states, &mut words)?;
        let second = Parts::taken(model, &mut states, &mut words).unwrap_or_default();
        Ok(Self::with(
            model,
            [first, second].map(|memory| Lane { memory, class: 0 }),
        ))
    }
}

/// Of the caller's generator. A call on Armv6-M, where code counts most.
#[cfg_attr(flowlet_kernel = "armv6m", inline(never))]
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(always))]
fn draw<R: TryRng + ?Sized>(rng: &mut R) -> Result<u32, R::Error> {
    rng.try_next_u32()
}
