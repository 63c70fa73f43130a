//! An RTIC application: a hardware task takes one solver step per tick of SysTick, and a software
//! task of lower priority takes what is finished.
#![no_std]
#![no_main]

#[rtic::app(device = lm3s6965, dispatchers = [UART0])]
mod app {
    use cortex_m::peripheral::syst::SystClkSource;
    use interrupts::{SAMPLES, compare, generator, moons};
    use rand_xoshiro::Xoshiro128PlusPlus;

    /// Processor clocks between two ticks.
    const TICK: u32 = 200_000;

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        sampler: moons::Sampler,
        rng: Xoshiro128PlusPlus,
        checksums: [u32; SAMPLES],
        received: usize,
    }

    #[init]
    fn init(mut cx: init::Context) -> (Shared, Local) {
        cx.core.SYST.set_clock_source(SystClkSource::Core);
        cx.core.SYST.set_reload(TICK);
        cx.core.SYST.clear_current();
        cx.core.SYST.enable_counter();
        cx.core.SYST.enable_interrupt();
        let local = Local {
            sampler: moons::sampler(),
            rng: generator(),
            checksums: [0; SAMPLES],
            received: 0,
        };
        (Shared {}, local)
    }

    /// Owns the sampler, so a step needs no lock.
    #[task(binds = SysTick, priority = 2, local = [sampler, rng])]
    fn tick(cx: tick::Context) {
        let sampler = cx.local.sampler;
        if sampler.steps_left() == 0 {
            // It cannot fail: the generator neither fails nor repeats itself.
            let _ = sampler.begin(cx.local.rng);
        }
        sampler.step();
        if let Some(sample) = sampler.finished() {
            // An error would mean that the task still handles the sample before.
            let _ = receive::spawn(sample.crc32());
        }
    }

    /// Handles a finished sample. A product would get the values.
    #[task(priority = 1, local = [checksums, received])]
    async fn receive(cx: receive::Context, checksum: u32) {
        let (checksums, received) = (cx.local.checksums, cx.local.received);
        if let Some(place) = checksums.get_mut(*received) {
            *place = checksum;
        }
        *received += 1;
        if *received == SAMPLES {
            compare("rtic", *checksums);
        }
    }
}
