//! The stack that functions of a scorer take, for models with narrow and wide layers. It prints a
//! line for each; tests compare them with
//! `ModelSize::stack_bytes`.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::{Kernel, Model, Scorer};
use harness::stack;
use semihosting::{println, process};

macro_rules! models {
    ($($name:ident = $file:literal;)*) => {
        $(flowlet::model!(mod $name = concat!("../../../models/", $file, ".flow"));)*

        /// Measures all models. Returns `None` if one is refused.
        fn all() -> Option<()> {
            $({
                const SIZE: flowlet::ModelSize = $name::SIZE;
                let used = depth::<{ SIZE.dim }, { SIZE.width }>(black_box($name::model()))?;
                let stated = SIZE.stack_bytes(1);
                println!("model={} stack={used} stated={stated}", $file);
            })*
            Some(())
        }
    };
}

models! {
    odd = "odd";
    heartbeat = "heartbeat";
    wide_512 = "wide-512";
}

/// Returns the stack of a score below this function, whose frame has the scorer.
#[inline(never)]
fn depth<const DIM: usize, const WIDTH: usize>(model: Model<'static>) -> Option<usize> {
    let mut scorer = Scorer::<DIM, WIDTH>::new(model).ok()?;
    stack::paint();
    let value = score(black_box(&mut scorer));
    black_box(value);
    Some(stack::depth())
}

#[inline(never)]
fn score<const DIM: usize, const WIDTH: usize>(scorer: &mut Scorer<'static, DIM, WIDTH>) -> i32 {
    let score = scorer.score(&[1i16; 3]);
    let most = score.contributions().next();
    black_box((score.p_value(), most));
    score.value()
}

#[harness::entry]
fn main() -> ! {
    println!("kernel={}", Kernel::CURRENT.name());
    process::exit(i32::from(all().is_none()))
}
