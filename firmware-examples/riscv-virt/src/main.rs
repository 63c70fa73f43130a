//! QEMU's RISC-V board (virt, RV32IMAC), start-up as on an ESP32-C3 or GD32V.
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run("riscv-virt")
}
