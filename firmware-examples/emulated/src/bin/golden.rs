//! Samples of the golden models. It prints the lines of `tests/golden/samples.txt`.
#![no_std]
#![no_main]

#[path = "../../../../tests/golden/cases.rs"]
mod cases;

use semihosting::{println, process};

#[harness::entry]
fn main() -> ! {
    let ran = cases::run(|line| println!("{line}"));
    process::exit(i32::from(!ran))
}
