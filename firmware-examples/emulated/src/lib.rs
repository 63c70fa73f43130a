//! A sample as a user's firmware draws it, for the benchmark and the smallest firmware.
#![no_std]

pub mod slots;

use flowlet::{Model, Sampler};
use harness::models::DIGITS_SIZE;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

type Digits = Sampler<'static, { DIGITS_SIZE.dim }, { DIGITS_SIZE.width }>;

/// Parses a model of the digits' size, draws a sample and returns its checksum.
#[inline(never)]
pub fn sample_once(bytes: &'static [u8]) -> Option<u32> {
    let mut made = sampler(bytes);
    let sampler = made.as_mut()?;
    let mut rng = generator();
    Some(sampler.sample(&mut rng).ok()?.crc32())
}

/// Makes the sampler. A function of its own, so that only the sampler's model stays on the stack.
#[inline(never)]
fn sampler(bytes: &'static [u8]) -> Option<Digits> {
    Digits::new(*Model::parse(bytes).as_ref().ok()?).ok()
}

/// Makes the generator. Not inlined, so that it does not count as the runtime's code.
#[inline(never)]
pub fn generator() -> Xoshiro128PlusPlus {
    Xoshiro128PlusPlus::from_seed([1; 16])
}
