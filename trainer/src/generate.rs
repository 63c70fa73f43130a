//! Samples on the host: through the runtime itself, so that the figures are those of the device,
//! and the same noise for the float network beside it.

use flowlet::noise::{self, Antithetic};
use flowlet::{Model, Sampler, SamplerError, Solver};
use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

/// The runtime's largest sampler, which runs every model, guided too.
type Largest<'m> = Sampler<'m, 1024, 1024, 2>;

/// The generator whose seeds the command and the firmware share.
pub type Generator = Xoshiro128PlusPlus;

/// What to sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Number of samples.
    pub count: usize,
    /// The class of all of them, or drawn in the training proportions.
    pub class: Option<u16>,
    /// Equal steps; the model's own where `None`.
    pub steps: Option<u16>,
    /// The times at which steps begin and end, Q0.15, in place of equal steps.
    pub times: Option<&'a [u16]>,
    /// The method of integration; the model's own where `None`.
    pub solver: Option<Solver>,
    /// Strength of classifier-free guidance, Q3.12.
    pub guidance: Option<u16>,
    /// Seed of the generator.
    pub seed: u64,
    /// Whether every second sample is of the class and the mirrored noise of the one before it.
    pub antithetic: bool,
}

/// Samples of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// Standardised, count × D.
    pub standardised: Array2<f32>,
    /// In physical units, count × D.
    pub values: Array2<f32>,
    /// One a sample, for conditional models.
    pub classes: Option<Vec<u16>>,
    /// CRC-32 of each sample's bits, as a board prints it.
    pub crc32: Vec<u32>,
}

/// The random numbers of one sample after the other.
struct Stream {
    rng: Generator,
    /// The generator as it was before the last sample, where the next is to be its mirrored one.
    before: Option<Generator>,
    antithetic: bool,
}

impl Stream {
    fn new(request: &Request<'_>) -> Self {
        Self {
            rng: Generator::seed_from_u64(request.seed),
            before: None,
            antithetic: request.antithetic,
        }
    }

    /// What `draw` makes of the next sample's numbers.
    fn next<T>(&mut self, draw: impl FnOnce(&mut dyn Rng) -> T) -> T {
        if let Some(before) = self.before.take() {
            return draw(&mut Antithetic(before));
        }
        self.before = self.antithetic.then(|| self.rng.clone());
        draw(&mut self.rng)
    }
}

/// Draws samples one after the other from a single stream of random numbers, as a board does.
///
/// # Errors
/// [`SamplerError`] for steps, times, a class or guidance that the model does not take.
pub fn generate(model: &Model<'_>, request: &Request<'_>) -> Result<Generated, SamplerError> {
    let mut sampler = Box::new(Largest::new(model)?);
    sampler.set_class(request.class)?;
    if let Some(steps) = request.steps {
        sampler.set_steps(steps)?;
    }
    if let Some(times) = request.times {
        sampler.set_time_grid(times)?;
    }
    if let Some(solver) = request.solver {
        sampler.set_solver(solver);
    }
    sampler.set_guidance(request.guidance)?;
    let mut stream = Stream::new(request);
    let dim = model.dim();
    let mut standardised = Vec::with_capacity(request.count * dim);
    let mut values = Vec::with_capacity(request.count * dim);
    let mut classes = Vec::new();
    let mut crc32 = Vec::with_capacity(request.count);
    for _ in 0..request.count {
        let sample = stream.next(|rng| sampler.sample(rng))?;
        standardised.extend(sample.standardised().iter().map(|&x| real(x)));
        values.extend(sample.values());
        classes.extend(sample.class());
        crc32.push(sample.crc32());
    }
    let shape = (request.count, dim);
    Ok(Generated {
        standardised: Array2::from_shape_vec(shape, standardised).expect("D values a sample"),
        values: Array2::from_shape_vec(shape, values).expect("D values a sample"),
        classes: (model.classes() > 0).then_some(classes),
        crc32,
    })
}

/// The noise and the classes that [`generate`] starts from for the same model and request, so
/// that the float network can start from them too. Standard normal, count × D.
pub fn noise(model: &Model<'_>, request: &Request<'_>, classes: Option<&[u16]>) -> Array2<f32> {
    let mut stream = Stream::new(request);
    let drawn = classes.is_some() && request.class.is_none();
    let dim = model.dim();
    let mut values = Vec::with_capacity(request.count * dim);
    for _ in 0..request.count {
        stream.next(|rng| {
            if drawn {
                rng.next_u32();
            }
            values.extend((0..dim).map(|_| real(noise::normal(rng.next_u32()))));
        });
    }
    Array2::from_shape_vec((request.count, dim), values).expect("D values a sample")
}

/// A state in Q5.26 as a real.
fn real(x: i32) -> f32 {
    x as f32 / (1u32 << flowlet::fixed::STATE_FRAC) as f32
}

#[cfg(test)]
mod tests;
