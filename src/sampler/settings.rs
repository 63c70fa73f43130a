//! The sampler and its settings.

use super::SamplerError;
use super::buffers::{Buffers, Owned};
use super::slot::Slot;
use super::state::{Health, Integration};
use super::time_grid::TimeGrid;
use crate::format::Solver;
use crate::model::Model;
use crate::quantities::{Guidance, Time};

/// Draws samples of a model: noise from the caller's generator, integrated in fixed point.
///
/// `DIM` and `WIDTH` are those of the model, or larger; [`ModelSize`](crate::ModelSize) gives them
/// as constants. `BATCH` is the number of slots, and so the largest number of samples in
/// [one batch](Self::sample_batch). The sampler owns its memory: 8·`DIM` + 4·`WIDTH` bytes per slot
/// and some 30 words. It may be a local variable or a static. Its functions take
/// [`ModelSize::stack_bytes`](crate::ModelSize::stack_bytes) of stack. A
/// [`BorrowedSampler`](crate::BorrowedSampler) borrows its memory, which is `B`.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # static MODEL: &[u8] = flowlet::include_model!("../moons.flow");
/// # fn main() -> Result<(), Box<dyn core::error::Error>> {
/// let model = flowlet::Model::parse(MODEL)?;
/// let mut sampler = flowlet::Sampler::<2, 64>::new(model)?;
/// sampler.set_steps(4)?;
/// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let point = sampler.sample(&mut rng)?;
/// assert_eq!(point.values().count(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[repr(C)] // the small fields first, because short offsets take less code on Armv6-M
pub struct Sampler<
    'm,
    const DIM: usize,
    const WIDTH: usize,
    const BATCH: usize = 1,
    B = Owned<DIM, WIDTH>,
> {
    pub(super) health: Health,
    pub(crate) integration: Integration,
    /// Class of the samples; `None` to draw it.
    pub(crate) class: Option<u16>,
    /// Strength of guidance.
    pub(crate) guidance: Option<Guidance>,
    pub(crate) solver: Solver,
    pub(crate) time_grid: TimeGrid<'m>,
    pub(crate) model: Model<'m>,
    pub(crate) slots: [Slot<B>; BATCH],
}

impl<'m, const DIM: usize, const WIDTH: usize, const BATCH: usize> Sampler<'m, DIM, WIDTH, BATCH> {
    /// Makes a sampler of `model` with the recommended solver and steps. Classes are drawn in their
    /// training proportions.
    ///
    /// A model that [has conditions](Model::has_conditions) needs a [`Filler`](crate::Filler). This
    /// is not checked here, so that firmware that only samples has no code for it.
    ///
    /// # Errors
    /// [`SamplerError::Dim`] or [`SamplerError::Width`] if the model is larger than the sampler.
    #[inline(always)]
    pub const fn new(model: Model<'m>) -> Result<Self, SamplerError> {
        const {
            assert!(
                BATCH > 0 && BATCH <= u16::MAX as usize,
                "BATCH must be at least 1 and at most 65535"
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
        // Inlined, and nothing fails from here on, so that the sampler is built in its final place
        // instead of being copied.
        Ok(Self::with_slots(
            model,
            [const {
                Slot {
                    buffers: Owned::ZERO,
                    class: 0,
                }
            }; BATCH],
        ))
    }
}

impl<'m, const DIM: usize, const WIDTH: usize, const BATCH: usize, B: Buffers>
    Sampler<'m, DIM, WIDTH, BATCH, B>
{
    /// Makes a sampler with these slots.
    #[inline(always)]
    pub(crate) const fn with_slots(model: Model<'m>, slots: [Slot<B>; BATCH]) -> Self {
        Self {
            model,
            time_grid: TimeGrid::of(&model),
            solver: model.solver(),
            class: None,
            guidance: None,
            integration: Integration::none(),
            health: Health::new(),
            slots,
        }
    }

    /// Returns the model.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// let sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// assert!(sampler.model().column_names().eq(["x", "y"]));
    /// ```
    pub fn model(&self) -> &Model<'m> {
        &self.model
    }

    /// Sets the number of steps, 1..=256, all of equal length. The time per sample is proportional
    /// to it. This discards a sample that was begun.
    ///
    /// # Errors
    /// [`SamplerError::Steps`] for any other number.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(model).unwrap();
    /// assert_eq!(sampler.set_steps(0), Err(SamplerError::Steps(0)));
    /// ```
    pub fn set_steps(&mut self, steps: u16) -> Result<(), SamplerError> {
        self.time_grid = TimeGrid::uniform(steps)?;
        self.integration.discard();
        Ok(())
    }

    /// Sets the time grid: 2 to 257 times that rise from 0 to 1 in steps of at least
    /// [`MIN_STEP`](crate::format::MIN_STEP) / 32768. This discards a sample that was begun.
    ///
    /// # Errors
    /// [`SamplerError::TimeGrid`] for any other times.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError, Time};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(model).unwrap();
    /// static TIMES: [Time; 3] = [Time::ZERO, Time::new(1, 3).unwrap(), Time::ONE];
    /// sampler.set_time_grid(&TIMES)?;
    /// let error = Err(SamplerError::TimeGrid);
    /// assert_eq!(sampler.set_time_grid(&[Time::ONE, Time::ZERO]), error);
    /// # Ok::<(), SamplerError>(())
    /// ```
    pub fn set_time_grid(&mut self, times: &'m [Time]) -> Result<(), SamplerError> {
        self.time_grid = TimeGrid::times(times)?;
        self.integration.discard();
        Ok(())
    }

    /// Sets the solver. This discards a sample that was begun.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, Solver};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(model).unwrap();
    /// sampler.set_solver(Solver::Heun);
    /// ```
    pub fn set_solver(&mut self, solver: Solver) {
        self.solver = solver;
        self.integration.discard();
    }

    /// Sets the class of the next samples; `None` draws it in the training proportions. An
    /// unconditional model accepts only `None`. A sample that was begun keeps its class.
    ///
    /// # Errors
    /// [`SamplerError::Class`] if the model does not have the class.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(model).unwrap();
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

    /// Sets the strength of classifier-free guidance; `None` turns it off.
    ///
    /// The velocity becomes v_free + w · (v_class − v_free), where v_free ignores the class. A
    /// strength w of 1 has no effect; larger values give samples that are more typical of the
    /// class; 0 ignores the class. A guided sample needs two slots and takes about twice as long.
    /// This discards a sample that was begun.
    ///
    /// # Errors
    /// [`SamplerError::NotGuidable`] if the model has no
    /// [null class](crate::format::Header::null_class), [`SamplerError::Batch`] if the sampler has
    /// only one slot.
    ///
    /// ```
    /// # use flowlet::{Guidance, Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../odd.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// const STRENGTH: Guidance = Guidance::new(3, 2).unwrap(); // w = 1.5
    /// let mut sampler = Sampler::<37, 130, 2>::new(model).unwrap();
    /// sampler.set_guidance(Some(STRENGTH))?;
    /// # Ok::<(), SamplerError>(())
    /// ```
    pub fn set_guidance(&mut self, strength: Option<Guidance>) -> Result<(), SamplerError> {
        if strength.is_some() {
            if self.model.header().null_class == 0 {
                return Err(SamplerError::NotGuidable);
            }
            let (needed, capacity) = (2, self.capacity());
            if needed > capacity {
                return Err(SamplerError::Batch { needed, capacity });
            }
        }
        self.guidance = strength;
        self.integration.discard();
        Ok(())
    }

    /// Returns the number of slots that have memory.
    pub(super) fn capacity(&self) -> usize {
        let exist = |slot: &&Slot<B>| slot.buffers.exist();
        self.slots.iter().filter(exist).count()
    }

    /// Returns the number of slots per sample.
    pub(super) fn slots_per_sample(&self) -> usize {
        // With one slot, `set_guidance` has returned an error.
        if self.guidance.is_some() && BATCH > 1 {
            2
        } else {
            1
        }
    }
}
