//! Generators from functions, for sources that do not implement this version of `rand_core`.

use core::convert::Infallible;
use core::fmt;

use rand_core::TryRng;
use rand_core::utils::{fill_bytes_via_next_word, next_u64_via_u32};

/// Makes a generator from a function that returns uniform random words and cannot fail.
///
/// Most HALs implement the traits of `rand_core` 0.6 or 0.9. Both have `next_u32`:
///
/// ```
/// # struct Trng(u32);
/// # impl rand_core_06::RngCore for Trng {
/// #     fn next_u32(&mut self) -> u32 { self.0 += 1; self.0 << 8 }
/// #     fn next_u64(&mut self) -> u64 { 0 }
/// #     fn fill_bytes(&mut self, _: &mut [u8]) {}
/// #     fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand_core_06::Error> { Ok(()) }
/// # }
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// # let mut trng = Trng(1);
/// use rand_core_06::RngCore; // the version of the HAL
///
/// let mut rng = flowlet::noise::from_fn(|| trng.next_u32());
/// let point = sampler.sample(&mut rng)?;
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
///
/// ```
/// # struct Trng(u32);
/// # impl rand_core_09::RngCore for Trng {
/// #     fn next_u32(&mut self) -> u32 { self.0 += 1; self.0 << 8 }
/// #     fn next_u64(&mut self) -> u64 { 0 }
/// #     fn fill_bytes(&mut self, _: &mut [u8]) {}
/// # }
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// # let mut trng = Trng(1);
/// use rand_core_09::RngCore;
///
/// let mut rng = flowlet::noise::from_fn(|| trng.next_u32());
/// let point = sampler.sample(&mut rng)?;
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
pub fn from_fn<F: FnMut() -> u32>(next: F) -> FromFn<F> {
    FromFn(next)
}

/// Makes a generator from a function that can fail. A sampler then returns
/// [`SamplerError::Generator`](crate::SamplerError::Generator).
///
/// In `rand_core` 0.9 a generator that can fail has `try_next_u32`. In 0.6 it has `try_fill_bytes`:
///
/// ```
/// # struct Trng;
/// # impl rand_core_09::TryRngCore for Trng {
/// #     type Error = core::fmt::Error;
/// #     fn try_next_u32(&mut self) -> Result<u32, Self::Error> { Err(core::fmt::Error) }
/// #     fn try_next_u64(&mut self) -> Result<u64, Self::Error> { Err(core::fmt::Error) }
/// #     fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> { Ok(()) }
/// # }
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// # let mut trng = Trng;
/// use rand_core_09::TryRngCore;
///
/// let mut rng = flowlet::noise::try_from_fn(|| trng.try_next_u32());
/// let error = sampler.sample(&mut rng).unwrap_err();
/// assert_eq!(error, flowlet::SamplerError::Generator);
/// ```
///
/// ```
/// # struct Trng(u32);
/// # impl rand_core_06::RngCore for Trng {
/// #     fn next_u32(&mut self) -> u32 { 0 }
/// #     fn next_u64(&mut self) -> u64 { 0 }
/// #     fn fill_bytes(&mut self, _: &mut [u8]) {}
/// #     fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), rand_core_06::Error> {
/// #         self.0 += 1;
/// #         to.fill(self.0 as u8);
/// #         Ok(())
/// #     }
/// # }
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// # let mut trng = Trng(1);
/// use rand_core_06::RngCore;
///
/// let mut rng = flowlet::noise::try_from_fn(|| {
///     let mut word = [0; 4];
///     trng.try_fill_bytes(&mut word).map(|()| u32::from_le_bytes(word))
/// });
/// let point = sampler.sample(&mut rng)?;
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
pub fn try_from_fn<E, F: FnMut() -> Result<u32, E>>(next: F) -> TryFromFn<F> {
    TryFromFn(next)
}

/// Generator that calls a function, from [`from_fn`].
///
/// ```
/// use flowlet::rand_core::Rng;
/// let mut words = [3, 1, 4].into_iter().cycle();
/// let mut rng = flowlet::noise::from_fn(|| words.next().unwrap_or(0));
/// assert_eq!((rng.next_u32(), rng.next_u64()), (3, 4 << 32 | 1));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FromFn<F>(F);

/// Generator that calls a function that can fail, from [`try_from_fn`].
///
/// ```
/// use flowlet::rand_core::TryRng;
/// let mut rng = flowlet::noise::try_from_fn(|| Err::<u32, _>("no clock"));
/// assert_eq!(rng.try_next_u32(), Err(flowlet::noise::SourceFailed));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TryFromFn<F>(F);

/// The function of a [`TryFromFn`] returned an error. The error itself is dropped, because those of
/// many HALs do not implement [`core::error::Error`].
///
/// ```
/// assert_eq!(flowlet::noise::SourceFailed.to_string(), "the source of random words failed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SourceFailed;

impl fmt::Display for SourceFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of random words failed")
    }
}

impl core::error::Error for SourceFailed {}

impl<F: FnMut() -> u32> TryRng for FromFn<F> {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.0)())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        fill_bytes_via_next_word(to, || self.try_next_u32())
    }
}

impl<E, F: FnMut() -> Result<u32, E>> TryRng for TryFromFn<F> {
    type Error = SourceFailed;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, SourceFailed> {
        (self.0)().map_err(|_| SourceFailed)
    }

    fn try_next_u64(&mut self) -> Result<u64, SourceFailed> {
        next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), SourceFailed> {
        fill_bytes_via_next_word(to, || self.try_next_u32())
    }
}
