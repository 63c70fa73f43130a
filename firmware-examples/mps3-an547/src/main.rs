//! Arm MPS3 with AN547 (Cortex-M55).
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run("mps3-an547")
}
