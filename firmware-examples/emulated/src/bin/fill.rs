//! Rows of which half is known: their instructions, compared with a sample of the same steps, and
//! their stack.
//!
//! Tests look for the function's name in the linked file: it reaches no panic, no allocator and no
//! float routine.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Error, Filler, Model};
use harness::counter::Counter;
use harness::models::{DIGITS_SIZE, FILL};
use harness::{figure, stack};
use semihosting::process;

const DIM: usize = DIGITS_SIZE.dim;
/// What the query of the model knows: the upper half of a digit.
const KNOWN: usize = DIM / 2;

type Digits = Filler<'static, DIM, { DIGITS_SIZE.width }>;

#[harness::entry]
fn main() -> ! {
    let mut counter = Counter::start();
    process::exit(i32::from(measure(&mut counter).is_err()))
}

fn measure(counter: &mut Counter) -> Result<(), Error> {
    let model = Model::parse(black_box(FILL))?;
    let mut filler = Digits::new(model)?;
    filler.set_class(Some(3))?;
    filler.set_steps(4)?;
    // Nothing is known, then one pixel more than the query knows, then what it knows.
    for (name, known) in [
        ("row", 0),
        ("masked row", KNOWN + 1),
        ("steered row", KNOWN),
    ] {
        stack::paint();
        let instructions = flowlet_fill(black_box(&mut filler), known, counter)?;
        figure(name, instructions);
    }
    let depth = stack::depth();
    figure("fill-stack", depth as u32);
    if depth > DIGITS_SIZE.stack_bytes(1) + 64 {
        process::exit(1) // documents state how much more a filler takes than a sampler
    }
    Ok(())
}

/// Draws a row and predicts one. Returns the instructions of the row.
#[inline(never)]
fn flowlet_fill(filler: &mut Digits, known: usize, counter: &mut Counter) -> Result<u32, Error> {
    filler.forget();
    for index in 0..known {
        filler.know(index, 8)?;
    }
    let mut rng = emulated::generator();
    counter.reset();
    filler.begin(&mut rng)?;
    let mut instructions = counter.elapsed();
    loop {
        counter.reset();
        let left = filler.step();
        instructions = instructions.wrapping_add(counter.elapsed());
        if left == 0 {
            break;
        }
    }
    black_box(filler.predict()?.fixed(KNOWN));
    Ok(instructions)
}
