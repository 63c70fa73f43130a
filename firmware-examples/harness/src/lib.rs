//! Shared by the programs of the emulated boards: start-up, models, sampling, counters, and the
//! report on the host's terminal.
#![no_std]

pub mod counter;
pub mod models;
mod report;
pub mod sampling;
pub mod stack;
pub mod unusual;

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;

use flowlet::{Guidance, Solver};
use models::{DIGITS, DIGITS_SIZE, MOONS, MOONS_SIZE, ODD, ODD_SIZE};
use sampling::Run;

/// Prints a figure of the benchmark.
pub fn figure(name: &str, value: u32) {
    semihosting::println!("figure={name} value={value}");
}

/// Draws a digit of every class, four points of the moons, and nine batches of the odd model with
/// all solvers, with and without guidance. Prints a line for each and ends the emulation.
pub fn run(board: &str) -> ! {
    let mut counter = counter::Counter::start();
    report::board(board);
    for class in 0..DIGITS_SIZE.classes as u16 {
        let digit = Run::recommended("digits", Some(class), 1);
        report::digit(&sampling::measure::<
            { DIGITS_SIZE.dim },
            { DIGITS_SIZE.width },
            1,
        >(DIGITS, digit, &mut counter));
    }
    for seed in 1..=4 {
        let point = Run::recommended("moons", None, seed);
        report::point(&sampling::measure::<
            { MOONS_SIZE.dim },
            { MOONS_SIZE.width },
            1,
        >(MOONS, point, &mut counter));
    }
    for seed in 1..=9 {
        let solver = Solver::ALL[seed as usize % Solver::ALL.len()];
        let odd = Run {
            uniform: Some((5, solver)),
            guidance: Guidance::from_bits(1500 * seed as u16).filter(|_| seed > 4),
            ..Run::recommended("odd", Some(seed as u16 % 3), seed)
        };
        report::figures(
            &sampling::measure::<{ ODD_SIZE.dim }, { ODD_SIZE.width }, 3>(ODD, odd, &mut counter),
        );
    }
    semihosting::process::exit(0)
}
