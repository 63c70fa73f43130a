//! A sample as a user's firmware draws it, for the benchmark and the smallest firmware.
#![no_std]

pub mod slots;

use flowlet::{Model, Sampler};
use harness::models::DIGITS_SIZE;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Parses a model of the digits' size, draws a sample and returns its checksum.
#[inline(never)]
pub fn sample_once(bytes: &'static [u8]) -> Option<u32> {
    draw(Model::parse(bytes).as_ref().ok()?)
}

/// Draws the sample. A function of its own, so that `parse` has left the stack before the sampler
/// takes it.
#[inline(never)]
fn draw(model: &Model<'_>) -> Option<u32> {
    let mut sampler = Sampler::<{ DIGITS_SIZE.dim }, { DIGITS_SIZE.width }>::new(*model).ok()?;
    let mut rng = generator();
    Some(sampler.sample(&mut rng).ok()?.crc32())
}

/// Makes the generator. Not inlined, so that it does not count as the runtime's code.
#[inline(never)]
pub fn generator() -> Xoshiro128PlusPlus {
    Xoshiro128PlusPlus::from_seed([1; 16])
}
