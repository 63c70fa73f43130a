//! Counts executed instructions.
//!
//! With QEMU's `-icount shift=7` an instruction takes 128 ns of virtual time on every machine.
//! Cortex-M reads that time from SysTick, RISC-V from `minstret`; a loop of known length calibrates
//! both. SysTick has 24 bits: at 168 MHz it wraps after 780 000 instructions. Longer work is
//! counted step by step, or with [`Counter::count`], which also counts the wraps.

/// Instructions of the calibration loop.
const CALIBRATION: u32 = 100_000;

/// Counts instructions between `reset` and `elapsed`.
pub struct Counter {
    start: u32,
    /// Counts per instruction, Q16.16.
    rate: u32,
    /// Counts between two readings without work between them.
    overhead: u32,
}

impl Counter {
    /// Starts and calibrates the hardware.
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

    /// Starts counting.
    #[inline(always)]
    pub fn reset(&mut self) {
        self.start = hardware::now();
    }

    /// Returns the instructions since `reset`.
    #[inline(always)]
    pub fn elapsed(&self) -> u32 {
        let counts = self.counts().wrapping_sub(self.overhead);
        let instructions = (u64::from(counts) << 16).checked_div(self.rate.into());
        instructions.unwrap_or(0) as u32
    }

    /// Returns the result and the instructions of work of any length. An interrupt counts the
    /// timer's wraps, and adds about twenty instructions and a frame on the stack per wrap.
    pub fn count<T>(&mut self, work: impl FnOnce() -> T) -> (T, u64) {
        let wraps = hardware::Wraps::start();
        self.reset();
        let result = work();
        let now = hardware::now();
        let counts = wraps.counts(self.start, now) - u64::from(self.overhead);
        let rate = u64::from(self.rate.max(1));
        (result, (counts << 16) / rate)
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
    use core::sync::atomic::{AtomicU32, Ordering};

    /// Registers of SysTick, the same on every Cortex-M.
    const CONTROL: *mut u32 = 0xe000_e010 as *mut u32;
    const RELOAD: *mut u32 = 0xe000_e014 as *mut u32;
    const CURRENT: *mut u32 = 0xe000_e018 as *mut u32;
    /// Enables the timer, on the processor clock.
    const ENABLE: u32 = 0b101;
    /// Requests an interrupt at every wrap.
    const INTERRUPT: u32 = 0b10;
    const MASK: u32 = 0x00ff_ffff;

    /// Wraps of the timer since [`Wraps::start`].
    static WRAPS: AtomicU32 = AtomicU32::new(0);

    #[cortex_m_rt::exception]
    fn SysTick() {
        WRAPS.store(
            WRAPS.load(Ordering::Relaxed).wrapping_add(1),
            Ordering::Relaxed,
        );
    }

    /// Counts the timer's wraps.
    pub struct Wraps;

    impl Wraps {
        pub fn start() -> Self {
            WRAPS.store(0, Ordering::Relaxed);
            // SAFETY: a valid value of a register that nothing else uses.
            unsafe { CONTROL.write_volatile(ENABLE | INTERRUPT) };
            Self
        }

        /// Returns the counts from `start` to `now`.
        pub fn counts(self, start: u32, now: u32) -> u64 {
            // SAFETY: as above.
            unsafe { CONTROL.write_volatile(ENABLE) };
            let wraps = u64::from(WRAPS.load(Ordering::Relaxed));
            ((wraps << 24) + u64::from(start)).saturating_sub(now.into())
        }
    }

    pub fn start() {
        // SAFETY: nothing else uses the timer, and these values are valid for its registers.
        unsafe {
            RELOAD.write_volatile(MASK);
            CURRENT.write_volatile(0);
            CONTROL.write_volatile(ENABLE);
        }
    }

    #[inline(always)]
    pub fn now() -> u32 {
        // SAFETY: it reads a register; the read changes only a flag that nobody uses.
        unsafe { CURRENT.read_volatile() }
    }

    /// Returns the counts between two readings; SysTick counts down.
    #[inline(always)]
    pub fn since(start: u32, now: u32) -> u32 {
        start.wrapping_sub(now) & MASK
    }

    /// Executes 2 · `rounds` instructions.
    #[inline(never)]
    pub fn spin(rounds: u32) {
        // SAFETY: the loop changes one register.
        unsafe {
            core::arch::asm!("2:", "subs {0}, #1", "bne 2b", inout(reg) rounds => _, options(nomem, nostack))
        };
    }
}

#[cfg(target_arch = "riscv32")]
mod hardware {
    pub fn start() {}

    /// The counter does not wrap: its 32 bits are enough for 33 million instructions.
    pub struct Wraps;

    impl Wraps {
        pub fn start() -> Self {
            Self
        }

        pub fn counts(self, start: u32, now: u32) -> u64 {
            since(start, now).into()
        }
    }

    #[inline(always)]
    pub fn now() -> u32 {
        let now: u32;
        // SAFETY: it reads a register and changes nothing.
        unsafe { core::arch::asm!("csrr {}, minstret", out(reg) now, options(nomem, nostack)) };
        now
    }

    #[inline(always)]
    pub fn since(start: u32, now: u32) -> u32 {
        now.wrapping_sub(start)
    }

    /// Executes 2 · `rounds` instructions.
    #[inline(never)]
    pub fn spin(rounds: u32) {
        // SAFETY: the loop changes one register.
        unsafe {
            core::arch::asm!("2:", "addi {0}, {0}, -1", "bnez {0}, 2b", inout(reg) rounds => _, options(nomem, nostack))
        };
    }
}
