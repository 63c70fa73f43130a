//! STM32VLDISCOVERY (STM32F100, Cortex-M3, 128 KB flash, 8 KB RAM).
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run("stm32vldiscovery")
}
