//! Arm MPS2+ with AN505 (Cortex-M33, secure state).
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run("mps2-an505")
}
