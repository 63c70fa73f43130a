//! Executed instructions.
//!
//! Under QEMU's `-icount shift=7` an instruction takes 128 ns of virtual time on every machine.
//! Cortex-M reads that time from SysTick on the processor clock, RISC-V from `minstret`, which
//! QEMU lets run with it; a known loop calibrates either at start. SysTick has 24 bits: at
//! 168 MHz it wraps after 780 000 instructions, so longer work is counted step by step.

/// Instructions of the calibration loop.
const CALIBRATION: u32 = 100_000;

/// Counts instructions between `reset` and `elapsed`.
pub struct Counter {
    start: u32,
    /// Counts per instruction, in 1/65536.
    rate: u32,
    /// Counts that reading twice costs.
    overhead: u32,
}

impl Counter {
    /// Starts the hardware and calibrates it.
    pub fn start() -> Self {
        hardware::start();
        let mut counter = Self {
            start: 0,
            rate: 1 << 16,
            overhead: 0,
        };
        counter.reset();
        counter.overhead = counter.counts();
        counter.calibrate();
        counter
    }

    /// Begins to count.
    #[inline(always)]
    pub fn reset(&mut self) {
        self.start = hardware::now();
    }

    /// Instructions since `reset`, to the next whole one.
    #[inline(always)]
    pub fn elapsed(&self) -> u32 {
        let counts = self.counts().wrapping_sub(self.overhead);
        let instructions = (u64::from(counts) << 16).checked_div(self.rate.into());
        instructions.unwrap_or(0) as u32
    }

    #[inline(always)]
    fn counts(&self) -> u32 {
        hardware::since(self.start, hardware::now())
    }

    fn calibrate(&mut self) {
        self.reset();
        hardware::spin(CALIBRATION / 2);
        let counts = self.counts().wrapping_sub(self.overhead);
        self.rate = ((u64::from(counts) << 16) / u64::from(CALIBRATION)) as u32;
    }
}

#[cfg(target_arch = "arm")]
mod hardware {
    use cortex_m::peripheral::{SYST, syst::SystClkSource};

    const MASK: u32 = 0x00ff_ffff;

    pub fn start() {
        if let Some(mut peripherals) = cortex_m::Peripherals::take() {
            let systick = &mut peripherals.SYST;
            systick.set_clock_source(SystClkSource::Core);
            systick.set_reload(MASK);
            systick.clear_current();
            systick.enable_counter();
        }
    }

    #[inline(always)]
    pub fn now() -> u32 {
        SYST::get_current()
    }

    /// SysTick counts down.
    #[inline(always)]
    pub fn since(start: u32, now: u32) -> u32 {
        start.wrapping_sub(now) & MASK
    }

    /// 2 · `rounds` instructions.
    #[inline(never)]
    pub fn spin(rounds: u32) {
        // SAFETY: a loop on one register.
        unsafe {
            core::arch::asm!("2:", "subs {0}, #1", "bne 2b", inout(reg) rounds => _, options(nomem, nostack))
        };
    }
}

#[cfg(target_arch = "riscv32")]
mod hardware {
    pub fn start() {}

    #[inline(always)]
    pub fn now() -> u32 {
        let now: u32;
        // SAFETY: it reads a counter.
        unsafe { core::arch::asm!("csrr {}, minstret", out(reg) now, options(nomem, nostack)) };
        now
    }

    #[inline(always)]
    pub fn since(start: u32, now: u32) -> u32 {
        now.wrapping_sub(start)
    }

    /// 2 · `rounds` instructions.
    #[inline(never)]
    pub fn spin(rounds: u32) {
        // SAFETY: a loop on one register.
        unsafe {
            core::arch::asm!("2:", "addi {0}, {0}, -1", "bnez {0}, 2b", inout(reg) rounds => _, options(nomem, nostack))
        };
    }
}
