//! The smallest firmware that draws a digit: what it links beyond `empty` is the runtime.
#![no_std]
#![no_main]

use core::hint::black_box;

use harness::models::DIGITS;
use semihosting as _; // the panic handler, should anything need it

#[harness::entry]
fn main() -> ! {
    black_box(emulated::sample_once(black_box(DIGITS)));
    loop {
        core::hint::spin_loop();
    }
}
