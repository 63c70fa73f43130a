//! What the benchmark and its smallest firmware share: a sample as a user's firmware draws it.
#![no_std]

use flowlet::{Model, Sampler};
use harness::models::DIGITS_SIZE;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Parses a model of the digits' size and draws a sample; its checksum.
#[inline(never)]
pub fn sample_once(bytes: &'static [u8]) -> Option<u32> {
    draw(Model::parse(bytes).as_ref().ok()?)
}

/// Apart, so that the sampler stands on the stack when `parse` has left it.
#[inline(never)]
fn draw(model: &Model<'_>) -> Option<u32> {
    let mut sampler = Sampler::<{ DIGITS_SIZE.dim }, { DIGITS_SIZE.width }>::new(model).ok()?;
    let mut rng = generator();
    Some(sampler.sample(&mut rng).ok()?.crc32())
}

/// The caller's, and so no part of the runtime's code.
#[inline(never)]
pub fn generator() -> Xoshiro128PlusPlus {
    Xoshiro128PlusPlus::from_seed([1; 16])
}
