//! A digit of a model that the compiler has checked. Tests look for the function's name in the
//! linked file: it reaches no check of a model.
#![no_std]
#![no_main]

use semihosting::{println, process};

flowlet::model!(mod digits = "../../../models/digits.flow");

#[harness::entry]
fn main() -> ! {
    let Some(crc32) = included_sample() else {
        process::exit(1);
    };
    println!("crc32={crc32:#010x}");
    process::exit(0)
}

#[inline(never)]
fn included_sample() -> Option<u32> {
    let mut sampler = digits::sampler();
    Some(sampler.sample(&mut emulated::generator()).ok()?.crc32())
}
