//! Firmware that only draws random numbers. The size of `runtime` without it is the runtime's.
#![no_std]
#![no_main]

use core::hint::black_box;

use rand_xoshiro::rand_core::Rng;
use semihosting as _; // for its panic handler

#[harness::entry]
fn main() -> ! {
    black_box(emulated::generator().next_u32());
    loop {
        core::hint::spin_loop();
    }
}
