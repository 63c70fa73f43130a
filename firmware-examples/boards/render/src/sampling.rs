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

/// Draws a sample and returns its values in thousandths of the data's unit.
#[inline(never)]
pub fn sample<const DIM: usize, const WIDTH: usize>(
    sampler: &mut Sampler<'_, DIM, WIDTH>,
    class: Option<u16>,
    rng: &mut Rng,
) -> Result<[i32; DIM], SamplerError> {
    sampler.set_class(class)?;
    Ok(thousandths(&sampler.sample(rng)?))
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
) -> Option<[i32; DIM]> {
    sampler.step();
    sampler.finished().as_ref().map(thousandths)
}

/// The boards show values from −2000 to 2000.
const LOW: Fixed = Fixed { raw: -2000, frac: 0 };
const HIGH: Fixed = Fixed { raw: 2000, frac: 0 };

fn thousandths<const DIM: usize>(sample: &Sample<'_>) -> [i32; DIM] {
    let mut values = [0; DIM];
    for (index, value) in values.iter_mut().enumerate() {
        if let Some(fixed) = sample.fixed(index) {
            *value = fixed.to_range(LOW, HIGH, -2_000_000..=2_000_000);
        }
    }
    values
}
