//! Samples of three models: handwritten digits, points on two moons, and a model that exists to try
//! the kernels. It prints a line per sample.
#![no_std]
#![no_main]

#[harness::entry]
fn main() -> ! {
    harness::run(env!("FLOWLET_BOARD"))
}
