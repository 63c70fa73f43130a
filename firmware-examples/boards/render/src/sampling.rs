//! All code of a board that samples. A board's HAL may panic, but the functions of this module and
//! what they call cannot. Tests check this in the linked files; they find the functions by name, so
//! none of them is inlined.

use core::convert::Infallible;

use flowlet::{Model, ModelError, Sample, Sampler, SamplerError, Trajectory};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Generator of the noise: small, and fast on 32-bit cores.
pub type Rng = Xoshiro128PlusPlus;

/// Makes a generator from a seed that the hardware has drawn.
#[inline(never)]
pub fn rng(seed: u64) -> Rng {
    Rng::seed_from_u64(seed)
}

/// Checks a model.
#[inline(never)]
pub fn model(bytes: &'static [u8]) -> Result<Model<'static>, ModelError> {
    Model::parse(bytes)
}

/// Makes a sampler, which is all the memory that sampling takes.
#[inline(never)]
pub fn sampler<'m, const DIM: usize, const WIDTH: usize>(
    model: &'m Model<'m>,
) -> Result<Sampler<'m, DIM, WIDTH>, SamplerError> {
    Sampler::new(model)
}

/// Draws a sample and returns its values in thousandths of the data's unit.
#[inline(never)]
pub fn sample<const DIM: usize, const WIDTH: usize>(
    sampler: &mut Sampler<'_, DIM, WIDTH>,
    class: Option<u16>,
    rng: &mut Rng,
) -> Result<[i32; DIM], SamplerError> {
    sampler.set_class(class)?;
    let Ok::<_, Infallible>(sample) = sampler.sample(rng);
    Ok(thousandths(&sample))
}

/// Starts a sample, for boards that do other work between the steps.
#[inline(never)]
pub fn start<'s, 'm, const DIM: usize, const WIDTH: usize>(
    sampler: &'s mut Sampler<'m, DIM, WIDTH>,
    class: Option<u16>,
    rng: &mut Rng,
) -> Result<Trajectory<'s, 'm, DIM, WIDTH>, SamplerError> {
    sampler.set_class(class)?;
    let Ok::<_, Infallible>(trajectory) = sampler.start(rng);
    Ok(trajectory)
}

/// Takes one step, if any is left.
#[inline(never)]
pub fn step<const DIM: usize, const WIDTH: usize>(trajectory: &mut Trajectory<'_, '_, DIM, WIDTH>) {
    let _ = trajectory.step();
}

/// Takes the remaining steps and returns the values, like [`sample`].
#[inline(never)]
pub fn finish<const DIM: usize, const WIDTH: usize>(
    trajectory: Trajectory<'_, '_, DIM, WIDTH>,
) -> [i32; DIM] {
    thousandths(&trajectory.finish())
}

fn thousandths<const DIM: usize>(sample: &Sample<'_>) -> [i32; DIM] {
    let mut values = [0; DIM];
    for (index, value) in values.iter_mut().enumerate() {
        if let Some(fixed) = sample.fixed(index) {
            let scaled = i64::from(fixed.raw).wrapping_mul(1000) >> (fixed.frac as u32 & 63);
            *value = scaled as i32;
        }
    }
    values
}
