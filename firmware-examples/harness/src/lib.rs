//! What every example board shares. A board brings its memory map and a `main` that calls
//! [`run`]; the rest, from the models to the report on the host's terminal, is here.
#![no_std]

pub mod counter;
pub mod models;
mod report;
pub mod sampling;
pub mod stack;

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;

use models::{DIGITS, DIGITS_SIZE, MOONS, MOONS_SIZE, ODD, ODD_SIZE};

/// Samples every class of the digits, some points of the moons and of a model that is only there
/// to try the kernel, prints a line for each, and
/// ends the emulation.
pub fn run(board: &str) -> ! {
    let mut counter = counter::Counter::start();
    report::board(board);
    for class in 0..DIGITS_SIZE.classes as u16 {
        let digit = sampling::Run {
            name: "digits",
            class: Some(class),
            steps: 8,
            seed: 1,
        };
        report::digit(&sampling::measure::<
            { DIGITS_SIZE.dim },
            { DIGITS_SIZE.width },
        >(DIGITS, digit, &mut counter));
    }
    for seed in 1..=4 {
        let point = sampling::Run {
            name: "moons",
            class: None,
            steps: 8,
            seed,
        };
        report::point(
            &sampling::measure::<{ MOONS_SIZE.dim }, { MOONS_SIZE.width }>(
                MOONS,
                point,
                &mut counter,
            ),
        );
    }
    for seed in 1..=8 {
        let class = Some(seed as u16 % 3);
        let odd = sampling::Run {
            name: "odd",
            class,
            steps: 5,
            seed,
        };
        report::figures(&sampling::measure::<{ ODD_SIZE.dim }, { ODD_SIZE.width }>(
            ODD,
            odd,
            &mut counter,
        ));
    }
    semihosting::process::exit(0)
}
