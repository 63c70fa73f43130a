//! Netduino Plus 2 (STM32F405, Cortex-M4F, 1 MB flash, 128 KB RAM).
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run("netduinoplus2")
}
