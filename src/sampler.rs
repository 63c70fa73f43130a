//! The solver: Euler's method from noise at t = 0 to a sample at t = 1, in fixed point.
//!
//! x ← x + dt · v(x, t) over K equal steps (Lipman et al. 2022, section 6; Hairer et al.,
//! *Solving Ordinary Differential Equations I*, I.7). With x in Q5.26, v in Q4.11 and dt in
//! Q0.15 the product needs no shift, so a step loses nothing.

use core::convert::Infallible;
use core::fmt;
use core::task::Poll;

use rand_core::TryRng;

use crate::base::Coefficients;
use crate::fixed::{TIME_FRAC, VELOCITY_FRAC, limit_state, round_state, saturate};
use crate::format::MAX_STEPS;
use crate::model::Model;
use crate::network;
use crate::noise;
use crate::sample::Sample;

/// Draws samples of a model: noise from the caller's generator, integrated in fixed point.
///
/// `DIM` and `WIDTH` are the model's, or more; [`Size`](crate::Size) gives them as constants. All
/// memory is in the sampler: 6·`DIM` + 4·`WIDTH` bytes and a few words. It may stand on the stack
/// or in a static.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # static MODEL: &[u8] = flowlet::include_model!("../firmware-examples/models/moons.flow");
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
pub struct Sampler<'m, const DIM: usize, const WIDTH: usize> {
    model: &'m Model<'m>,
    steps: u16,
    class: Option<u16>,
    /// The state x, standardised, Q5.26.
    state: [i32; DIM],
    /// The network's input, then its velocity.
    io: Words<DIM>,
    front: Words<WIDTH>,
    back: Words<WIDTH>,
}

/// Activations, aligned so that kernels can load two at once.
#[derive(Clone, Debug)]
#[repr(align(4))]
struct Words<const N: usize>([i16; N]);

/// Why a sampler cannot do what it is asked.
///
/// ```
/// use flowlet::{Model, Sampler, SamplerError};
/// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
/// let model = Model::parse(bytes).unwrap();
/// let error = Sampler::<1, 64>::new(&model).unwrap_err();
/// assert_eq!(error, SamplerError::Dim { needed: 2, capacity: 1 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SamplerError {
    /// The model's samples have more values than the sampler has room for.
    Dim {
        /// Values in a sample.
        needed: usize,
        /// `DIM`.
        capacity: usize,
    },
    /// The model's widest layer is wider than the sampler has room for.
    Width {
        /// Units of the widest layer.
        needed: usize,
        /// `WIDTH`.
        capacity: usize,
    },
    /// The number of steps is not 1 to 256.
    Steps(u16),
    /// The model has no such class.
    Class {
        /// The class asked for.
        class: u16,
        /// Number of classes.
        classes: u16,
    },
}

impl fmt::Display for SamplerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Dim { needed, capacity } => {
                write!(
                    f,
                    "the model has {needed} values a sample, the sampler room for {capacity}"
                )
            }
            Self::Width { needed, capacity } => {
                write!(
                    f,
                    "the model is {needed} units wide, the sampler has room for {capacity}"
                )
            }
            Self::Steps(steps) => write!(f, "{steps} steps; 1 to {MAX_STEPS} are possible"),
            Self::Class { class, classes } => {
                write!(f, "class {class}; the model has {classes} classes")
            }
        }
    }
}

impl core::error::Error for SamplerError {}

impl From<Infallible> for SamplerError {
    /// Lets `?` take the error of a generator that cannot fail.
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl<'m, const DIM: usize, const WIDTH: usize> Sampler<'m, DIM, WIDTH> {
    /// A sampler of `model`, with the model's own number of steps, drawing classes in their
    /// training proportions.
    ///
    /// # Errors
    /// [`SamplerError::Dim`] or [`SamplerError::Width`] where the model needs more room.
    pub fn new(model: &'m Model<'m>) -> Result<Self, SamplerError> {
        let (needed, capacity) = (model.dim(), DIM);
        if needed > capacity {
            return Err(SamplerError::Dim { needed, capacity });
        }
        let (needed, capacity) = (model.width(), WIDTH);
        if needed > capacity {
            return Err(SamplerError::Width { needed, capacity });
        }
        // Nothing can fail from here on, so that all is made in its final place, not copied there.
        Ok(Self {
            model,
            steps: model.steps(),
            class: None,
            state: [0; DIM],
            io: Words([0; DIM]),
            front: Words([0; WIDTH]),
            back: Words([0; WIDTH]),
        })
    }

    /// Sets the number of Euler steps, 1 to 256. More steps cost proportionally more time.
    ///
    /// # Errors
    /// [`SamplerError::Steps`] for any other number.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let mut sampler = Sampler::<2, 64>::new(&model).unwrap();
    /// assert_eq!(sampler.set_steps(0), Err(SamplerError::Steps(0)));
    /// ```
    pub fn set_steps(&mut self, steps: u16) -> Result<(), SamplerError> {
        if !(1..=MAX_STEPS).contains(&steps) {
            return Err(SamplerError::Steps(steps));
        }
        self.steps = steps;
        Ok(())
    }

    /// Sets the class of the samples to come, or `None` to draw it each time in the training
    /// proportions. Without effect on unconditional models, which take only `None`.
    ///
    /// # Errors
    /// [`SamplerError::Class`] for a class that the model does not have.
    ///
    /// ```
    /// # use flowlet::{Model, Sampler, SamplerError};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
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

    /// Draws noise (one u32 a value, and one for the class where it is to be drawn), and stands
    /// at t = 0, so that the caller can take the steps one at a time.
    ///
    /// # Errors
    /// Only the generator's own.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let mut trajectory = sampler.start(&mut rng)?;
    /// while trajectory.step().is_pending() {
    ///     // one Euler step a tick; do other work here
    /// }
    /// let point = trajectory.finish();
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn start<R: TryRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<Trajectory<'_, 'm, DIM, WIDTH>, R::Error> {
        let class = match self.class {
            None if self.model.classes() > 0 => {
                let draw = (rng.try_next_u32()? >> 16) as u16;
                Some(self.model.class_of_draw(draw))
            }
            class => class,
        };
        let dim = self.model.dim();
        for x in self.state.iter_mut().take(dim) {
            *x = noise::normal(rng.try_next_u32()?);
        }
        Ok(Trajectory {
            step: 0,
            class,
            sampler: self,
        })
    }

    /// Draws noise and integrates it to a sample. The sample borrows the sampler; copy out of it
    /// what must outlive the next.
    ///
    /// # Errors
    /// Only the generator's own.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point: heapless::Vec<f32, 2> = sampler.sample(&mut rng)?.values().collect();
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn sample<R: TryRng + ?Sized>(&mut self, rng: &mut R) -> Result<Sample<'_>, R::Error> {
        Ok(self.start(rng)?.finish())
    }

    /// One Euler step from `time`, of length `dt`, both in Q0.15.
    fn advance(&mut self, time: u16, dt: u16, class: u16) {
        let frac = u32::from(self.model.file().input_frac);
        let dim = self.model.dim();
        let state = self.state.get_mut(..dim).unwrap_or_default();
        let io = self.io.0.get_mut(..dim).unwrap_or_default();
        for (a, &x) in io.iter_mut().zip(&*state) {
            *a = saturate(round_state(x, frac));
        }
        network::velocity(
            self.model,
            time,
            class,
            io,
            &mut self.front.0,
            &mut self.back.0,
        );
        let coefficients = Coefficients::at(time, &self.model.file().variances);
        let base = self.model.base(class);
        for ((x, &residual), (level, mean)) in state.iter_mut().zip(&*io).zip(base) {
            let gaussian = coefficients.velocity(level, mean, round_state(*x, VELOCITY_FRAC));
            let velocity = saturate(gaussian.wrapping_add(residual.into()));
            *x = limit_state(x.wrapping_add(i32::from(velocity).wrapping_mul(dt.into())));
        }
    }
}

/// A sample on its way from noise to data. Dropping it leaves the sampler ready for the next.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
/// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let mut trajectory = sampler.start(&mut rng)?;
/// assert_eq!(trajectory.remaining(), model.steps());
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Debug)]
pub struct Trajectory<'s, 'm, const DIM: usize, const WIDTH: usize> {
    sampler: &'s mut Sampler<'m, DIM, WIDTH>,
    step: u16,
    class: Option<u16>,
}

impl<'s, const DIM: usize, const WIDTH: usize> Trajectory<'s, '_, DIM, WIDTH> {
    /// Steps that are left.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// let mut trajectory = sampler.start(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
    /// let _ = trajectory.step();
    /// assert_eq!(trajectory.remaining(), model.steps() - 1);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn remaining(&self) -> u16 {
        self.sampler.steps.saturating_sub(self.step)
    }

    /// Takes one step, or none where t = 1 is reached. [`Poll::Ready`] once it is.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
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
            let (from, to) = (self.time(self.step), self.time(self.step + 1));
            self.sampler
                .advance(from, to - from, self.class.unwrap_or(0));
            self.step += 1;
        }
        if self.remaining() > 0 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }

    /// Takes the steps that are left.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point = sampler.start(&mut rng)?.finish();
    /// assert_eq!(point.class(), None);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn finish(mut self) -> Sample<'s> {
        while self.step().is_pending() {}
        let sampler = self.sampler;
        let state = sampler.state.get(..sampler.model.dim()).unwrap_or_default();
        Sample::new(sampler.model, state, self.class)
    }

    /// t before step `step`, Q0.15: step/K, cut.
    fn time(&self, step: u16) -> u16 {
        let ratio = (u32::from(step) << TIME_FRAC).checked_div(self.sampler.steps.into());
        ratio.unwrap_or(0) as u16
    }
}
