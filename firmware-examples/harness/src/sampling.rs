//! Measured samples: what a user's firmware does, between two readings of the counters.

use core::hint::black_box;

use flowlet::{Model, Sample, Sampler, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::counter::Counter;
use crate::stack;

/// What to sample.
#[derive(Clone, Copy)]
pub struct Run {
    /// The model's name in the report.
    pub name: &'static str,
    /// Class, for conditional models.
    pub class: Option<u16>,
    /// Equal steps and their solver; `None` for the file's own.
    pub equal: Option<(u16, Solver)>,
    /// Strength of guidance, Q3.12.
    pub guidance: Option<u16>,
    /// Seed of the noise.
    pub seed: u64,
}

/// A sample and what it took.
pub struct Measured<const DIM: usize> {
    /// What was asked for.
    pub run: Run,
    /// Instructions from drawing the noise to the finished samples, the sum over its steps.
    pub instructions: u32,
    /// Stack below the caller, bytes: the sampler, the model's view and all that is called.
    pub stack: usize,
    /// What the sampler gave; `None` where it refused.
    pub drawn: Option<Drawn<DIM>>,
}

/// Finished samples.
pub struct Drawn<const DIM: usize> {
    /// Checksums of the samples, each turned by a bit before the next is added to it; of a single
    /// one, its own.
    pub crc32: u32,
    /// The first one's values in 1/1000 of the data's unit.
    pub thousandths: [i32; DIM],
}

impl Run {
    /// As the file recommends, without guidance.
    pub const fn own(name: &'static str, class: Option<u16>, seed: u64) -> Self {
        Self {
            name,
            class,
            equal: None,
            guidance: None,
            seed,
        }
    }
}

/// Draws a batch, a step at a time, and counts.
pub fn measure<const DIM: usize, const WIDTH: usize, const LANES: usize>(
    bytes: &'static [u8],
    run: Run,
    counter: &mut Counter,
) -> Measured<DIM> {
    stack::paint();
    let mut instructions = 0;
    let drawn = flowlet_sample::<DIM, WIDTH, LANES>(
        black_box(bytes),
        black_box(run),
        counter,
        &mut instructions,
    );
    Measured {
        run,
        instructions,
        stack: stack::depth(),
        drawn,
    }
}

/// Parse, sample step by step, read out. No formatting and no panic from here on down, which the
/// tests see from the linked file, by this function's name.
#[inline(never)]
fn flowlet_sample<const DIM: usize, const WIDTH: usize, const LANES: usize>(
    bytes: &'static [u8],
    run: Run,
    counter: &mut Counter,
    instructions: &mut u32,
) -> Option<Drawn<DIM>> {
    let model = Model::parse(bytes).ok()?;
    let mut sampler = Sampler::<DIM, WIDTH, LANES>::new(&model).ok()?;
    if let Some((steps, solver)) = run.equal {
        sampler.set_steps(steps).ok()?;
        sampler.set_solver(solver);
    }
    sampler.set_class(run.class).ok()?;
    sampler.set_guidance(run.guidance).ok()?;
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(run.seed);
    counter.reset();
    let mut trajectory = sampler.start_batch(&mut rng).ok()?;
    *instructions = counter.elapsed();
    loop {
        counter.reset();
        let state = trajectory.step();
        *instructions = instructions.wrapping_add(counter.elapsed());
        if state.is_ready() {
            break;
        }
    }
    let samples = trajectory.finish_batch();
    let mix = |crc: u32, sample: Sample<'_>| crc.rotate_left(1) ^ sample.crc32();
    let crc32 = samples.clone().fold(0, mix);
    let sample = samples.clone().next()?;
    let mut thousandths = [0; DIM];
    for (index, thousandths) in thousandths.iter_mut().enumerate() {
        let fixed = sample.fixed(index)?;
        let scaled = i64::from(fixed.raw).wrapping_mul(1000) >> (fixed.frac as u32 & 63);
        *thousandths = scaled as i32;
    }
    Some(Drawn { crc32, thousandths })
}
