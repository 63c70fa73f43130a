//! The smallest firmware that draws a digit, scores it and fills one in. Its size without `empty`
//! is the runtime's.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Filler, Model, Sampler, Scorer};
use harness::models::{DIGITS_SIZE, FILL};
use semihosting as _; // for its panic handler

const DIM: usize = DIGITS_SIZE.dim;
const WIDTH: usize = DIGITS_SIZE.width;

#[harness::entry]
fn main() -> ! {
    black_box(all(black_box(FILL), black_box(&[0; DIM])));
    loop {
        core::hint::spin_loop();
    }
}

#[inline(never)]
fn all(bytes: &'static [u8], row: &[i16]) -> Option<u32> {
    let model = Model::parse(bytes).ok()?;
    Some(draw(model)? ^ score(model, row)? ^ fill(model)?)
}

#[inline(never)]
fn draw(model: Model<'static>) -> Option<u32> {
    let mut sampler = Sampler::<DIM, WIDTH>::new(model).ok()?;
    Some(sampler.sample(&mut emulated::generator()).ok()?.crc32())
}

#[inline(never)]
fn score(model: Model<'static>, row: &[i16]) -> Option<u32> {
    let mut scorer = Scorer::<DIM, WIDTH>::new(model).ok()?;
    Some(scorer.score(row).value() as u32)
}

#[inline(never)]
fn fill(model: Model<'static>) -> Option<u32> {
    let mut filler = Filler::<DIM, WIDTH>::new(model).ok()?;
    filler.know(0, 8).ok()?;
    Some(filler.sample(&mut emulated::generator()).ok()?.crc32())
}
