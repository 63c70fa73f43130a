//! All code of a board that samples. A board's HAL may panic, but the functions of this module and
//! what they call cannot. Tests check this in the linked files; they find the functions by name, so
//! none of them is inlined.

use flowlet::{Fixed, Sample, Sampler, SamplerError};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Generator of the noise: small, and fast on 32-bit cores.
pub type Rng = Xoshiro128PlusPlus;

/// Makes a generator from a seed that the hardware has drawn.
#[inline(never)]
pub fn rng(seed: u64) -> Rng {
    Rng::seed_from_u64(seed)
}

/// Draws a sample and returns its values.
#[inline(never)]
pub fn sample<const DIM: usize, const WIDTH: usize>(
    sampler: &mut Sampler<'_, DIM, WIDTH>,
    class: Option<u16>,
    rng: &mut Rng,
) -> Result<[Fixed; DIM], SamplerError> {
    sampler.set_class(class)?;
    Ok(values(&sampler.sample(rng)?))
}

/// Begins a sample, for boards that do other work between the steps.
#[inline(never)]
pub fn begin<const DIM: usize, const WIDTH: usize>(
    sampler: &mut Sampler<'_, DIM, WIDTH>,
    class: Option<u16>,
    rng: &mut Rng,
) -> Result<(), SamplerError> {
    sampler.set_class(class)?;
    sampler.begin(rng)
}

/// Takes one step. Returns the values after the last, like [`sample`].
#[inline(never)]
pub fn step<const DIM: usize, const WIDTH: usize>(
    sampler: &mut Sampler<'_, DIM, WIDTH>,
) -> Option<[Fixed; DIM]> {
    sampler.step();
    sampler.finished().as_ref().map(values)
}

fn values<const DIM: usize>(sample: &Sample<'_>) -> [Fixed; DIM] {
    let value = |index| sample.fixed(index).unwrap_or(Fixed { raw: 0, frac: 0 });
    core::array::from_fn(value)
}
