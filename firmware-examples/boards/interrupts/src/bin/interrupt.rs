//! A timer interrupt that takes one solver step per tick, with cortex-m-rt alone.
//!
//! The handler owns the sampler, so a step needs no lock. `main` takes what is finished.
#![no_std]
#![no_main]

use core::cell::Cell;

use cortex_m::Peripherals;
use cortex_m::asm::wfi;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::{entry, exception};
use critical_section::Mutex;
use interrupts::{SAMPLES, compare, generator, moons};
use rand_xoshiro::Xoshiro128PlusPlus;

/// Processor clocks between two ticks.
const TICK: u32 = 200_000;

/// Checksum of a finished sample, on its way to `main`. A product would send the values.
static FINISHED: Mutex<Cell<Option<u32>>> = Mutex::new(Cell::new(None));

#[entry]
fn main() -> ! {
    if let Some(mut core) = Peripherals::take() {
        core.SYST.set_clock_source(SystClkSource::Core);
        core.SYST.set_reload(TICK);
        core.SYST.clear_current();
        core.SYST.enable_counter();
        core.SYST.enable_interrupt();
    }
    let checksums = [(); SAMPLES].map(|()| {
        loop {
            if let Some(checksum) = critical_section::with(|cs| FINISHED.borrow(cs).take()) {
                return checksum;
            }
            wfi();
        }
    });
    compare("interrupt", checksums)
}

// cortex-m-rt makes a `static mut` of a handler a safe `&mut`.
#[exception]
fn SysTick() {
    static mut SAMPLER: moons::Sampler = moons::sampler();
    static mut RNG: Option<Xoshiro128PlusPlus> = None;

    if SAMPLER.steps_left() == 0 {
        // It cannot fail: the generator neither fails nor repeats itself.
        let _ = SAMPLER.begin(RNG.get_or_insert_with(generator));
    }
    SAMPLER.step();
    if let Some(sample) = SAMPLER.finished() {
        let checksum = sample.crc32();
        critical_section::with(|cs| FINISHED.borrow(cs).set(Some(checksum)));
    }
}
