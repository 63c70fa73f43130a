//! What the host expects of a line of a board's report.

use flowlet::{Guidance, Kernel, Model, ModelSize, Sampler, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::firmware::Line;

fn model_bytes(name: &str) -> Vec<u8> {
    let path = format!("../firmware-examples/models/{name}.flow");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Slots of the sampler that the boards use for a model.
fn batch(model: &str) -> usize {
    if model == "odd" { 3 } else { 1 }
}

/// Draws the line's samples one by one and returns their combined checksum.
pub fn crc32(line: &Line) -> u32 {
    let bytes = model_bytes(&line.model);
    let model = Model::parse(&bytes).unwrap();
    let mut sampler = Box::new(Sampler::<1024, 1024, 2>::new(model).unwrap());
    sampler.set_class(line.class).unwrap();
    if let Some((steps, solver)) = line.uniform {
        sampler.set_steps(steps).unwrap();
        sampler.set_solver(Solver::ALL[solver]);
    }
    let guidance = Guidance::from_bits(line.guidance).filter(|_| line.guidance > 0);
    sampler.set_guidance(guidance).unwrap();
    // A guided sample takes two slots; three of them hold one sample.
    let samples = match guidance {
        Some(_) => 1,
        None => batch(&line.model),
    };
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(line.seed);
    (0..samples).fold(0u32, |crc, _| {
        crc.rotate_left(1) ^ sampler.sample(&mut rng).unwrap().crc32()
    })
}

/// Bytes of stack that a sample may take. They are the sampler, the values that the harness reads
/// (twice), and the calls. If the compiler optimises for size, it builds the sampler once more and
/// moves it.
pub fn stack_bound(board: &str, line: &Line) -> usize {
    let size = ModelSize::of(&model_bytes(&line.model)).expect("a model");
    let (kernel, copies) = match board {
        "microbit" => (Kernel::Armv6m, 2),
        "stm32vldiscovery" => (Kernel::Armv7m, 1),
        "mps3-an547" => (Kernel::Mve, 1),
        "riscv-virt" => (Kernel::Rv32im, 1),
        _ => (Kernel::Armv7em, 1),
    };
    let batch = batch(&line.model);
    let calls = kernel.stack_bytes(size.dim.max(size.width), batch);
    copies * size.sampler_bytes(batch) + 2 * 4 * size.dim + calls + HARNESS
}

/// Bytes of stack of the harness itself, and of its generator.
const HARNESS: usize = 400;
