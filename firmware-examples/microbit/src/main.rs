//! BBC micro:bit (nRF51822, Cortex-M0, 256 KB flash, 16 KB RAM).
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run("microbit")
}
