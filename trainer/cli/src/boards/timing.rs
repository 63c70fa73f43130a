//! Clock cycles per instruction, an estimate for each core.
//!
//! `cargo xtask cycles` counts the instructions of a digit by kind. The additional cycles of each
//! kind are from the maker's table of instruction timings. Code and data without wait states are
//! assumed: slow flash adds cycles, and caches hide some of them.

use super::Core;

/// Kind of executed instruction that takes more cycles than the others, on some cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Load or store of one register.
    Single,
    /// Load of one register that does not directly follow another one.
    LoneLoad,
    /// Load whose result the next instruction uses.
    UsedLoad,
    /// Register of an instruction that loads or stores several.
    Word,
    /// Multiplication with addition.
    MultiplyAdd,
    /// Taken branch, except for those of low-overhead loops.
    Branch,
    /// Vector instruction before an instruction that does not overlap with it.
    Vector,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Single,
        Self::LoneLoad,
        Self::UsedLoad,
        Self::Word,
        Self::MultiplyAdd,
        Self::Branch,
        Self::Vector,
    ];

    /// Returns a description in the plural.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Single => "loads and stores of one register",
            Self::LoneLoad => "loads of one register, not after another one",
            Self::UsedLoad => "loads whose result the next instruction uses",
            Self::Word => "registers of LDM, LDRD, PUSH and the like",
            Self::MultiplyAdd => "multiplications with addition",
            Self::Branch => "taken branches",
            Self::Vector => "vector instructions without overlap",
        }
    }
}

/// Instructions of a kind, and their cycles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extra {
    /// The kind.
    pub kind: Kind,
    /// Number among 1000 executed instructions of a digit, as `cargo xtask cycles` counts them.
    pub count: u32,
    /// Additional cycles of each.
    pub cycles: f64,
}

/// Timing of a core.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Cycles of an instruction of no kind.
    pub issue: f64,
    /// Instructions that take more.
    pub extras: &'static [Extra],
    /// Document with the cycles.
    pub source: &'static str,
}

const fn extra(kind: Kind, count: u32, cycles: f64) -> Extra {
    Extra {
        kind,
        count,
        cycles,
    }
}

const M0: Timing = Timing {
    issue: 1.0,
    extras: &[
        extra(Kind::Single, 49, 1.0),
        extra(Kind::Word, 146, 1.0),
        extra(Kind::Branch, 26, 2.0),
    ],
    source: "Cortex-M0 Technical Reference Manual, DDI 0432C, table 3-1",
};

const M3: Timing = Timing {
    issue: 1.0,
    extras: &[
        extra(Kind::LoneLoad, 211, 1.0),
        extra(Kind::Word, 57, 1.0),
        extra(Kind::MultiplyAdd, 390, 1.0),
        extra(Kind::Branch, 9, 2.0),
    ],
    source: "Cortex-M3 Technical Reference Manual, DDI 0337H, section 3.3",
};

const M4: Timing = Timing {
    issue: 1.0,
    extras: &[
        extra(Kind::LoneLoad, 27, 1.0),
        extra(Kind::Word, 466, 1.0),
        extra(Kind::Branch, 19, 2.0),
    ],
    source: "Cortex-M4 Technical Reference Manual, DDI 0439D, section 3.3",
};

/// Arm publishes no table. Two instructions issue at once, unless the second is a DSP instruction,
/// needs the result of the first, or both shift or extend an operand.
const M7: Timing = Timing {
    issue: 0.74,
    extras: &[extra(Kind::Word, 465, 0.17), extra(Kind::Branch, 19, 1.0)],
    source: "measurements at quinapalus.com/cm7cycles.html",
};

/// A vector instruction takes two cycles. The second overlaps with a vector instruction of another
/// kind that follows.
const M55: Timing = Timing {
    issue: 1.0,
    extras: &[extra(Kind::Vector, 278, 1.0), extra(Kind::Branch, 28, 2.0)],
    source: "two beats per cycle, Cortex-M55 Technical Reference Manual, 101051",
};

const RISCV: Timing = Timing {
    issue: 1.0,
    extras: &[extra(Kind::UsedLoad, 2, 1.0), extra(Kind::Branch, 10, 1.0)],
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
        let extras = self.extras.iter();
        let additional = extras.map(|extra| f64::from(extra.count) * extra.cycles);
        self.issue + additional.sum::<f64>() / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_follow_from_the_counts() {
        let timing = |core| Timing::of(core).cycles_per_instruction();
        let invented = Timing {
            issue: 0.5,
            extras: &const { [extra(Kind::Word, 100, 1.0), extra(Kind::Branch, 25, 2.0)] },
            source: "",
        };
        assert!((invented.cycles_per_instruction() - 0.65).abs() < 1e-9);
        for core in Core::ALL {
            let extras = Timing::of(core).extras;
            assert!(extras.iter().all(|extra| extra.count < 1000));
            assert!((0.5..2.0).contains(&timing(core)), "{core:?}");
        }
    }
}
