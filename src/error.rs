//! One error for firmware that parses a model and samples it in the same function.

use core::convert::Infallible;
use core::fmt;

use crate::format::ModelError;
use crate::sampler::SamplerError;

/// Any error of this crate, so that `?` works throughout a function.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # static MODEL: &[u8] = flowlet::include_model!("moons.flow");
/// fn first_value(seed: u64) -> Result<Option<f32>, flowlet::Error> {
///     let model = flowlet::Model::parse(MODEL)?;
///     let mut sampler = flowlet::Sampler::<2, 64>::new(model)?;
///     let point = sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(seed))?;
///     Ok(point.values().next())
/// }
/// assert!(first_value(1)?.is_some());
/// # Ok::<(), flowlet::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The model was rejected.
    Model(ModelError),
    /// The sampler was not made, a setting was rejected, or the generator failed.
    Sampler(SamplerError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(error) => error.fmt(f),
            Self::Sampler(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Self {
        Self::Model(error)
    }
}

impl From<SamplerError> for Error {
    fn from(error: SamplerError) -> Self {
        Self::Sampler(error)
    }
}

impl From<Infallible> for Error {
    /// Lets `?` convert the error of a generator that cannot fail.
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
