//! Scores a heartbeat, and the same one with seven faults of a sensor. It prints the p-value of
//! each, and the value that contributes most.
#![no_std]
#![no_main]

use harness::unusual::{BEATS, run};
use semihosting::{println, process};

flowlet::model!(mod model = "../../../models/heartbeat.flow");

#[harness::entry]
fn main() -> ! {
    const SIZE: flowlet::ModelSize = model::SIZE;
    let ran = run::<{ SIZE.dim }, { SIZE.width }>(model::BYTES, &BEATS, |line| println!("{line}"));
    process::exit(i32::from(ran.is_err()))
}
