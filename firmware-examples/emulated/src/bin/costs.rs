//! The second part of the benchmark: executed instructions of the check of a model, and of the
//! conversion of a sample's values. A program of its own, because more callers of the sampler would
//! change how the compiler inlines it in `bench`.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Model, Sampler};
use harness::counter::Counter;
use harness::figure;
use harness::models::{DIGITS, DIGITS_SIZE};
use semihosting::process;

#[harness::entry]
fn main() -> ! {
    let mut counter = Counter::start();
    let status = if costs(&mut counter).is_some() { 0 } else { 1 };
    process::exit(status)
}

/// Counts; returns `None` if the model or the sampler refuses.
fn costs(counter: &mut Counter) -> Option<()> {
    let (model, instructions) = counter.count(|| Model::parse(black_box(DIGITS)));
    figure("parse", instructions as u32);
    let model = model.ok()?;
    let mut sampler = Sampler::<{ DIGITS_SIZE.dim }, { DIGITS_SIZE.width }>::new(model).ok()?;
    let sample = sampler.sample(&mut emulated::generator()).ok()?;
    let (sum, instructions) = counter.count(|| {
        let values = (0..DIGITS_SIZE.dim).filter_map(|index| sample.fixed(index));
        values.fold(0i32, |sum, fixed| sum.wrapping_add(fixed.raw))
    });
    black_box(sum);
    figure("fixed", instructions as u32);
    Some(())
}
