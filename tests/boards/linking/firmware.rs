//! Firmware with two versions of flowlet. Each draws three points of the moons and prints their
//! bits. With `TRAP` set at compile time, unaligned loads and stores fault.
#![no_std]
#![no_main]

#[cfg(target_arch = "arm")]
use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
use riscv_rt::entry;

use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use semihosting::{print, println, process};

#[repr(align(4))]
struct Aligned<T: ?Sized>(T);
static MOONS: &Aligned<[u8]> = &Aligned(*include_bytes!("moons.flow"));

macro_rules! print_points {
    ($flowlet:ident) => {{
        let Ok(model) = $flowlet::Model::parse(&MOONS.0) else {
            process::exit(1)
        };
        let Ok(mut sampler) = $flowlet::Sampler::<2, 64, 3>::new(model) else {
            process::exit(2)
        };
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
        let Ok(points) = sampler.sample_batch(&mut rng) else {
            process::exit(3)
        };
        for point in points {
            for value in point.values() {
                print!(" {:08x}", value.to_bits());
            }
        }
        println!();
    }};
}

#[entry]
fn main() -> ! {
    if option_env!("TRAP").is_some() {
        let control = 0xE000_ED14 as *mut u32;
        // SAFETY: this is the Configuration and Control Register; bit 3 is UNALIGN_TRP.
        unsafe { control.write_volatile(control.read_volatile() | 1 << 3) };
    }
    print_points!(flowlet);
    print_points!(another_flowlet);
    process::exit(0)
}
