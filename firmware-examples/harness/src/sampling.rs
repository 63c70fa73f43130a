//! Samples drawn as a user's firmware draws them, with counts of instructions and stack.

use core::hint::black_box;

use flowlet::{Fixed, Guidance, Model, Sample, Sampler, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::counter::Counter;
use crate::stack;

/// Model and settings of a sample.
#[derive(Clone, Copy)]
pub struct Run {
    /// The model's name in the report.
    pub name: &'static str,
    /// Class, for models with classes.
    pub class: Option<u16>,
    /// Number of uniform steps and solver; `None` for those that the file recommends.
    pub uniform: Option<(u16, Solver)>,
    /// Strength of guidance.
    pub guidance: Option<Guidance>,
    /// Seed of the noise.
    pub seed: u64,
}

/// A sample and its costs.
pub struct Measured<const DIM: usize> {
    /// Model and settings.
    pub run: Run,
    /// Instructions from drawing the noise to the last step.
    pub instructions: u32,
    /// Bytes of stack below the caller: the sampler, the model's view and all calls.
    pub stack: usize,
    /// The samples; `None` if the sampler refused.
    pub drawn: Option<Drawn<DIM>>,
}

/// Finished samples.
pub struct Drawn<const DIM: usize> {
    /// Combined checksum of the samples; for a single sample, its own.
    pub crc32: u32,
    /// Values of the first sample in 1/1000 of the data's unit.
    pub thousandths: [i32; DIM],
}

impl Run {
    /// Describes a sample with the settings that the file recommends, without guidance.
    pub const fn recommended(name: &'static str, class: Option<u16>, seed: u64) -> Self {
        Self {
            name,
            class,
            uniform: None,
            guidance: None,
            seed,
        }
    }
}

/// The report shows values from −2000 to 2000.
const LOW: Fixed = Fixed {
    raw: -2000,
    frac: 0,
};
const HIGH: Fixed = Fixed { raw: 2000, frac: 0 };

/// Draws a batch step by step, and counts.
pub fn measure<const DIM: usize, const WIDTH: usize, const BATCH: usize>(
    bytes: &'static [u8],
    run: Run,
    counter: &mut Counter,
) -> Measured<DIM> {
    stack::paint();
    let mut instructions = 0;
    let drawn = flowlet_sample::<DIM, WIDTH, BATCH>(
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

/// Parses the model, samples it step by step and reads the values. Tests look for this name in the
/// linked file: nothing that it calls may panic.
#[inline(never)]
fn flowlet_sample<const DIM: usize, const WIDTH: usize, const BATCH: usize>(
    bytes: &'static [u8],
    run: Run,
    counter: &mut Counter,
    instructions: &mut u32,
) -> Option<Drawn<DIM>> {
    let model = Model::parse(bytes).ok()?;
    let mut sampler = Sampler::<DIM, WIDTH, BATCH>::new(model).ok()?;
    if let Some((steps, solver)) = run.uniform {
        sampler.set_steps(steps).ok()?;
        sampler.set_solver(solver);
    }
    sampler.set_class(run.class).ok()?;
    sampler.set_guidance(run.guidance).ok()?;
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(run.seed);
    counter.reset();
    sampler.begin_batch(&mut rng).ok()?;
    *instructions = counter.elapsed();
    loop {
        counter.reset();
        let left = sampler.step();
        *instructions = instructions.wrapping_add(counter.elapsed());
        if left == 0 {
            break;
        }
    }
    let samples = sampler.finished_batch();
    let mix = |crc: u32, sample: Sample<'_>| crc.rotate_left(1) ^ sample.crc32();
    let crc32 = samples.clone().fold(0, mix);
    let sample = samples.clone().next()?;
    let mut thousandths = [0; DIM];
    for (index, thousandths) in thousandths.iter_mut().enumerate() {
        let fixed = sample.fixed(index)?;
        *thousandths = fixed.to_range(LOW, HIGH, -2_000_000..=2_000_000);
    }
    Some(Drawn { crc32, thousandths })
}
