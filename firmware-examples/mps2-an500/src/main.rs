//! Arm MPS2 with AN500 (Cortex-M7).
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run("mps2-an500")
}
