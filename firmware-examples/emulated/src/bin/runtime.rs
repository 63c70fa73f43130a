//! The smallest firmware that draws a digit. Its size without `empty` is the runtime's.
#![no_std]
#![no_main]

use core::hint::black_box;

use harness::models::DIGITS;
use semihosting as _; // for its panic handler

#[harness::entry]
fn main() -> ! {
    black_box(emulated::sample_once(black_box(DIGITS)));
    loop {
        core::hint::spin_loop();
    }
}
