//! The smallest firmware that scores a digit. Its size without `empty` is the runtime's.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Model, Scorer};
use harness::models::{DIGITS, DIGITS_SIZE};
use semihosting as _; // for its panic handler

#[harness::entry]
fn main() -> ! {
    black_box(score(black_box(DIGITS), black_box(&[0; DIGITS_SIZE.dim])));
    loop {
        core::hint::spin_loop();
    }
}

#[inline(never)]
fn score(bytes: &'static [u8], row: &[i16]) -> Option<u16> {
    let model = Model::parse(bytes).ok()?;
    let mut scorer = Scorer::<{ DIGITS_SIZE.dim }, { DIGITS_SIZE.width }>::new(model).ok()?;
    scorer.score(row).p_value()
}
