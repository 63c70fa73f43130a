//! Clock cycles per instruction, an estimate for each core.
//!
//! The instructions of a digit were counted by kind in QEMU, which runs one at a time for this. The
//! additional cycles of each kind are from the maker's table of instruction timings. Code and data
//! without wait states are assumed: slow flash adds cycles, and caches hide some of them.

use super::Core;

/// Kind of instruction that takes another number of cycles than the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind {
    /// Name, in the plural.
    pub name: &'static str,
    /// Number among 1000 executed instructions of a digit.
    pub count: f64,
    /// Additional cycles of each.
    pub cycles: f64,
}

/// Timing of a core.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Cycles of an instruction of no kind.
    pub issue: f64,
    /// Kinds of instructions.
    pub kinds: &'static [Kind],
    /// Document with the cycles.
    pub source: &'static str,
}

const fn kind(name: &'static str, count: f64, cycles: f64) -> Kind {
    Kind {
        name,
        count,
        cycles,
    }
}

const SINGLE: &str = "single loads and stores";
const WORDS: &str = "words of LDM, LDRD, PUSH and POP";
const BRANCHES: &str = "taken branches";

const M0: Timing = Timing {
    issue: 1.0,
    kinds: &[
        kind(SINGLE, 49.0, 1.0),
        kind(WORDS, 146.0, 1.0),
        kind(BRANCHES, 27.0, 2.0),
    ],
    source: "Cortex-M0 Technical Reference Manual, DDI 0432C, table 3-1",
};

const M3: Timing = Timing {
    issue: 1.0,
    kinds: &[
        // A load directly after a load takes one cycle.
        kind("loads not after a load", 205.0, 1.0),
        kind(WORDS, 30.0, 1.0),
        kind("MLA", 385.0, 1.0),
        kind(BRANCHES, 9.0, 2.0),
    ],
    source: "Cortex-M3 Technical Reference Manual, DDI 0337H, section 3.3",
};

const M4: Timing = Timing {
    issue: 1.0,
    kinds: &[
        kind("loads not after a load", 31.0, 1.0),
        kind(WORDS, 386.0, 1.0),
        kind(BRANCHES, 20.0, 2.0),
    ],
    source: "Cortex-M4 Technical Reference Manual, DDI 0439D, section 3.3",
};

/// Arm publishes no table. Two instructions issue at once, unless the second is a DSP instruction,
/// needs the result of the first, or both shift or extend an operand.
const M7: Timing = Timing {
    issue: 0.67,
    kinds: &[kind(WORDS, 386.0, 0.17), kind(BRANCHES, 20.0, 1.0)],
    source: "measurements at quinapalus.com/cm7cycles.html",
};

/// A vector instruction takes two cycles. The second overlaps with a vector instruction of another
/// kind that follows.
const M55: Timing = Timing {
    issue: 1.0,
    kinds: &[
        kind("vector instructions", 704.0, 0.35),
        kind(WORDS, 131.0, 0.0),
        kind("taken branches, without low-overhead loops", 30.0, 2.0),
    ],
    source: "two beats per cycle, Cortex-M55 Technical Reference Manual, 101051",
};

const RISCV: Timing = Timing {
    issue: 1.0,
    kinds: &[
        kind("loads used by the next instruction", 7.0, 1.0),
        kind(BRANCHES, 11.0, 1.0),
    ],
    source: "Hazard3, the core of RP2350: chapter Instruction Cycle Counts of its manual",
};

impl Timing {
    /// Returns the timing of a core.
    #[must_use]
    pub const fn of(core: Core) -> Self {
        match core {
            Core::M0 => M0,
            Core::M3 => M3,
            // The M33 has no published table, and the pipeline is similar.
            Core::M4 | Core::M33 => M4,
            Core::M7 => M7,
            Core::M55 => M55,
            Core::Riscv32 => RISCV,
        }
    }

    /// Estimates the cycles per instruction.
    #[must_use]
    pub fn cycles_per_instruction(&self) -> f64 {
        let additional = self.kinds.iter().map(|kind| kind.count * kind.cycles);
        self.issue + additional.sum::<f64>() / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_follow_from_the_counts() {
        let timing = |core| Timing::of(core).cycles_per_instruction();
        // 49 + 146 + 2 · 27 additional cycles per 1000 instructions.
        assert!((timing(Core::M0) - 1.249).abs() < 1e-9);
        for core in Core::ALL {
            let kinds = Timing::of(core).kinds;
            assert!(kinds.iter().all(|kind| kind.count < 1000.0));
            assert!((0.5..2.0).contains(&timing(core)), "{core:?}");
        }
    }
}
