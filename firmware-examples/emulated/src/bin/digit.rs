//! One digit of 8 steps between two markers, for `cargo xtask cycles`, which follows every
//! instruction between them.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Model, Sampler, Solver};
use harness::models::{DIGITS, DIGITS_SIZE};
use semihosting::process;

/// Begins the part that is followed. A symbol that nothing else has.
#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn follow_begin() {
    black_box(0);
}

/// Ends the part that is followed.
#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn follow_end() {
    black_box(1);
}

#[harness::entry]
fn main() -> ! {
    let status = if draw().is_some() { 0 } else { 1 };
    process::exit(status)
}

fn draw() -> Option<()> {
    let model = Model::parse(black_box(DIGITS)).ok()?;
    let mut sampler = Sampler::<{ DIGITS_SIZE.dim }, { DIGITS_SIZE.width }>::new(model).ok()?;
    sampler.set_steps(8).ok()?;
    sampler.set_solver(Solver::ExponentialEuler);
    sampler.set_class(Some(3)).ok()?;
    let mut rng = emulated::generator();
    follow_begin();
    let drawn = sampler.sample(&mut rng).is_ok();
    follow_end();
    black_box(drawn).then_some(())
}
