//! Firmware that draws from the generator alone, to take from what `runtime` links.
#![no_std]
#![no_main]

use core::hint::black_box;

use rand_xoshiro::rand_core::Rng;
use semihosting as _; // the panic handler, should anything need it

#[harness::entry]
fn main() -> ! {
    black_box(emulated::generator().next_u32());
    loop {
        core::hint::spin_loop();
    }
}
