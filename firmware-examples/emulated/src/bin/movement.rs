//! Scores a movement of an arm, and the same one with seven faults of a sensor. It prints the
//! p-value of each, and the value that contributes most.
#![no_std]
#![no_main]

use harness::unusual::{MOVEMENTS, run};
use semihosting::{println, process};

flowlet::model!(mod model = "../../../models/motion.flow");

#[harness::entry]
fn main() -> ! {
    const SIZE: flowlet::ModelSize = model::SIZE;
    let ran =
        run::<{ SIZE.dim }, { SIZE.width }>(model::BYTES, &MOVEMENTS, |line| println!("{line}"));
    process::exit(i32::from(ran.is_err()))
}
