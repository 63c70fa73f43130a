//! The filler and its settings.

use super::memory::{KnownBuffers, OwnedKnown};
use crate::error::Error;
use crate::format::ModelError;
use crate::model::{Fill, Model, Query};
use crate::sampler::{Buffers, Owned, Sampler, SamplerError};

/// Draws the unknown columns of a row, given the known ones.
///
/// [`know`](Self::know) takes the values of columns and of conditions, and
/// [`sample`](Self::sample) draws the rest from their conditional distribution. What is known comes
/// back exactly. It stays known for the next rows, until [`forget`](Self::forget).
///
/// A *masked* model takes any set of known columns. Other models have declared
/// [queries](Fill::queries). A query needs no choice: it is the one with these known columns. With
/// no known column a row is a sample of the model. The conditions of a policy must be known before
/// every row.
///
/// `DIM` is at least [`Fill::dims`], `WIDTH` that of the model. A filler owns its memory: that of a
/// [`Sampler`] with one slot, 4·`DIM` + 2·`WIDTH` bytes and some 25 words. Its functions take at
/// most 64 bytes more stack than [`ModelSize::stack_bytes`](crate::ModelSize::stack_bytes) states.
/// [`model!`](crate::model!) makes one with exactly these sizes.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// flowlet::model!(mod moons = "../moons-fill.flow");
///
/// # fn main() -> Result<(), flowlet::SamplerError> {
/// let mut filler = moons::filler()?;
/// let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// filler.know(0, 2)?; // x
/// let point = filler.sample(&mut rng)?;
/// let (x, y) = (point.fixed(0).unwrap(), point.fixed(1).unwrap());
/// assert_eq!(x.to_f32(), 2.0);
/// assert!((-4.0..4.0).contains(&y.to_f32()));
/// let mean = filler.predict()?.fixed(1).unwrap(); // of y, without random numbers
/// # assert!((-4.0..4.0).contains(&mean.to_f32()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Filler<
    'm,
    const DIM: usize,
    const WIDTH: usize,
    B = Owned<DIM, WIDTH>,
    K = OwnedKnown<DIM, WIDTH>,
> {
    pub(super) sampler: Sampler<'m, DIM, WIDTH, 1, B>,
    pub(super) fill: Fill<'m>,
    /// Query of the row that was begun.
    pub(super) query: Option<Query<'m>>,
    pub(super) known: K,
}

impl<'m, const DIM: usize, const WIDTH: usize> Filler<'m, DIM, WIDTH> {
    /// Checks the [section](crate::format::FillRecord) of `model` that fills in rows, and makes a
    /// filler. Nothing is known yet.
    ///
    /// # Errors
    /// [`SamplerError::NoFill`] if the model has no such section, [`Field::Fill`] if it is invalid,
    /// [`SamplerError::Dim`] or [`SamplerError::Width`] if the model is larger than the filler.
    ///
    /// ```
    /// # use flowlet::{Error, Filler, Model, SamplerError};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = Model::parse(bytes).unwrap();
    /// let error = Filler::<2, 64>::new(model).unwrap_err(); // it only samples
    /// assert_eq!(error, Error::Sampler(SamplerError::NoFill));
    /// ```
    ///
    /// [`Field::Fill`]: crate::Field::Fill
    pub const fn new(model: Model<'m>) -> Result<Self, Error> {
        match model.fill() {
            Ok(Some(fill)) => match Self::of(model, fill) {
                Ok(filler) => Ok(filler),
                Err(error) => Err(Error::Sampler(error)),
            },
            Ok(None) => Err(Error::Sampler(SamplerError::NoFill)),
            Err(error) => Err(Error::Model(error)),
        }
    }

    /// Makes a filler of `model` and its checked section. For [`model!`](crate::model!).
    ///
    /// # Errors
    /// [`SamplerError::Dim`] or [`SamplerError::Width`] if the model is larger than the filler.
    #[doc(hidden)]
    #[inline(always)]
    pub const fn of(model: Model<'m>, fill: Fill<'m>) -> Result<Self, SamplerError> {
        let (needed, capacity) = (fill.dims(), DIM);
        if needed > capacity {
            return Err(SamplerError::Dim { needed, capacity });
        }
        match Sampler::new(model) {
            Ok(sampler) => Ok(Self {
                sampler,
                fill,
                query: None,
                known: OwnedKnown::NOTHING,
            }),
            Err(error) => Err(error),
        }
    }
}

impl<'m, const DIM: usize, const WIDTH: usize, B: Buffers, K: KnownBuffers>
    Filler<'m, DIM, WIDTH, B, K>
{
    /// Returns the model.
    pub fn model(&self) -> &Model<'m> {
        self.sampler.model()
    }

    /// Returns what the model can fill in.
    pub fn fill(&self) -> &Fill<'m> {
        &self.fill
    }

    /// Sets the number of steps, like [`Sampler::set_steps`]. A query may have steps of its
    /// own.
    ///
    /// # Errors
    /// [`SamplerError::Steps`] if it is not in 1..=256.
    pub fn set_steps(&mut self, steps: u16) -> Result<(), SamplerError> {
        self.sampler.set_steps(steps)
    }

    /// Sets the class of the next rows, like [`Sampler::set_class`].
    ///
    /// With `None`, a row with known columns or conditions is one of all data if the model has a
    /// [null class](crate::format::Header::null_class). Otherwise the class is drawn in the
    /// training proportions, whatever is known.
    ///
    /// # Errors
    /// [`SamplerError::Class`] if the model does not have the class.
    pub fn set_class(&mut self, class: Option<u16>) -> Result<(), SamplerError> {
        self.sampler.set_class(class)
    }
}

/// Returns the section of `model` that fills in rows. For [`model!`](crate::model!).
///
/// # Panics
/// If the section is invalid: an error of the compiler.
#[doc(hidden)]
pub const fn checked_fill<'a>(model: &Model<'a>) -> Option<Fill<'a>> {
    match model.fill() {
        Ok(fill) => fill,
        Err(error) => panic!("{}", ModelError::message(error)),
    }
}

/// Returns the `DIM` of a filler: that of a sampler if the model only samples. For
/// [`model!`](crate::model!).
#[doc(hidden)]
pub const fn fill_dims(model: &Model<'_>, fill: Option<Fill<'_>>) -> usize {
    match fill {
        Some(fill) => fill.dims(),
        None => model.dim(),
    }
}
