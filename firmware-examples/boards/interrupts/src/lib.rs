//! The model of the three programs, and how they compare what they drew.
#![no_std]

use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use semihosting::{println, process};

flowlet::model!(pub mod moons = "../../../models/moons.flow");

/// Number of samples that a program draws.
pub const SAMPLES: usize = 4;

/// Returns the random number generator. A product would seed it from hardware.
pub fn generator() -> Xoshiro128PlusPlus {
    Xoshiro128PlusPlus::seed_from_u64(1)
}

/// Draws the same samples at once, prints a line and ends the emulation: with success if the
/// checksums are the same.
pub fn compare(program: &str, checksums: [u32; SAMPLES]) -> ! {
    let (mut sampler, mut rng) = (moons::sampler(), generator());
    let mut same = 0;
    for checksum in checksums {
        let sample = sampler.sample(&mut rng);
        same += usize::from(sample.is_ok_and(|sample| sample.crc32() == checksum));
    }
    println!("program={program} samples={SAMPLES} same={same}");
    process::exit(i32::from(same != SAMPLES))
}
