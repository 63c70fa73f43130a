//! Scores of rows: their instructions, compared with a sample of four steps, and their stack.
//!
//! The row is a sample of the model itself, in integers. Tests look for the function's name in the
//! linked file: it reaches no panic, no allocator and no float routine.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Fixed, Model, Sampler, Scorer};
use harness::counter::Counter;
use harness::models::{DIGITS, DIGITS_SIZE};
use harness::{figure, stack};
use semihosting::process;

const DIM: usize = DIGITS_SIZE.dim;
const WIDTH: usize = DIGITS_SIZE.width;

#[harness::entry]
fn main() -> ! {
    let mut counter = Counter::start();
    let status = if measure(&mut counter).is_some() {
        0
    } else {
        1
    };
    process::exit(status)
}

fn measure(counter: &mut Counter) -> Option<()> {
    let model = Model::parse(black_box(DIGITS)).ok()?;
    let row = draw(model, counter)?;
    stack::paint();
    let instructions = flowlet_score(black_box(model), &row, counter)?;
    figure("score-stack", stack::depth() as u32);
    figure("score", instructions);
    Some(())
}

/// Draws a digit in four steps and returns its values.
#[inline(never)]
fn draw(model: Model<'static>, counter: &mut Counter) -> Option<[Fixed; DIM]> {
    let mut sampler = Sampler::<DIM, WIDTH>::new(model).ok()?;
    sampler.set_steps(4).ok()?;
    sampler.set_class(Some(3)).ok()?;
    let mut rng = emulated::generator();
    let (sample, instructions) = counter.count(|| sampler.sample(&mut rng));
    figure("digit-4-steps", instructions as u32);
    let sample = sample.ok()?;
    let mut row = [Fixed { raw: 0, frac: 0 }; DIM];
    for (index, value) in row.iter_mut().enumerate() {
        *value = sample.fixed(index)?;
    }
    Some(row)
}

/// Scores a row of a known class, and returns the instructions.
#[inline(never)]
fn flowlet_score(model: Model<'static>, row: &[Fixed], counter: &mut Counter) -> Option<u32> {
    let mut scorer = Scorer::<DIM, WIDTH>::new(model).ok()?;
    scorer.set_class(Some(3)).ok()?;
    counter.reset();
    scorer.begin(row);
    let mut instructions = counter.elapsed();
    loop {
        counter.reset();
        let more = scorer.step();
        instructions = instructions.wrapping_add(counter.elapsed());
        if !more {
            break;
        }
    }
    let score = scorer.finished()?;
    black_box((score.p_value(), score.contributions().next()));
    Some(instructions)
}
