//! Firmware that does nothing, to take from what `runtime` links.
#![no_std]
#![no_main]

use semihosting as _; // the panic handler, should anything need it

#[harness::entry]
fn main() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
