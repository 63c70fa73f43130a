//! Counts the kinds of a sequence of executed instructions.

use std::collections::BTreeMap;

use flowlet_cli::boards::Kind;

use super::decode::{Class, Instruction, Pipe};

/// Numbers of executed instructions.
#[derive(Debug, Default)]
pub struct Counts {
    pub instructions: u32,
    kinds: BTreeMap<Kind, u32>,
    previous: Option<(u32, Instruction)>,
    /// Class of the instruction before the previous one.
    earlier: Option<Class>,
}

impl Counts {
    /// Counts the instruction at an address. What follows it decides on its kinds.
    pub fn push(&mut self, address: u32, instruction: Instruction) {
        self.instructions += 1;
        if let Some((at, previous)) = self.previous {
            self.count(previous, instruction, address != at + previous.length);
            self.earlier = Some(previous.class);
        }
        self.previous = Some((address, instruction));
    }

    fn count(&mut self, this: Instruction, next: Instruction, branches: bool) {
        let earlier = self.earlier;
        let mut add = |kind, count| *self.kinds.entry(kind).or_default() += count;
        match this.class {
            Class::Load => {
                add(Kind::Single, 1);
                if earlier != Some(Class::Load) {
                    add(Kind::LoneLoad, 1);
                }
                if next.read >> this.loaded & 1 == 1 && this.loaded != 0 {
                    add(Kind::UsedLoad, 1);
                }
            }
            Class::Store => add(Kind::Single, 1),
            Class::Several(registers) => add(Kind::Word, registers),
            Class::MultiplyAdd => add(Kind::MultiplyAdd, 1),
            Class::Vector(pipe) if !overlaps(pipe, next.class) => add(Kind::Vector, 1),
            Class::Vector(_) | Class::LoopEnd | Class::Other => {}
        }
        if branches && this.class != Class::LoopEnd {
            add(Kind::Branch, 1);
        }
    }

    /// Returns the number of a kind among 1000 instructions.
    pub fn per_1000(&self, kind: Kind) -> u32 {
        let count = self.kinds.get(&kind).copied().unwrap_or(0);
        (1000 * count + self.instructions / 2) / self.instructions.max(1)
    }
}

/// Returns whether an instruction overlaps with the vector instruction before it.
fn overlaps(pipe: Pipe, next: Class) -> bool {
    matches!(next, Class::Vector(next) if next != pipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_branch_and_a_used_load_are_counted() {
        let mut counts = Counts::default();
        let load = Instruction::riscv(0x0045_2583); // lw a1, 4(a0)
        let product = Instruction::riscv(0x02b5_0533); // mul a0, a0, a1
        for address in [0, 4, 0, 4, 0] {
            counts.push(address, if address == 0 { load } else { product });
        }
        assert_eq!(counts.instructions, 5);
        assert_eq!(counts.per_1000(Kind::UsedLoad), 400);
        assert_eq!(counts.per_1000(Kind::Branch), 400);
        assert_eq!(counts.per_1000(Kind::Word), 0);
    }
}
