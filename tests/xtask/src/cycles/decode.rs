//! Decodes as much of an instruction as its timing depends on.

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Load,
    Store,
    /// Loads or stores of this number of registers.
    Several(u32),
    MultiplyAdd,
    /// Branch back of a low-overhead loop.
    LoopEnd,
    /// Vector instruction, in one of three pipelines.
    Vector(Pipe),
    Other,
}

/// Pipelines for vectors. Instructions in different ones overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipe {
    Memory,
    Product,
    Arithmetic,
}

/// A decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    pub class: Class,
    /// Bytes of the instruction.
    pub length: u32,
    /// Register that a load writes; 0 for none. RISC-V only.
    pub loaded: u32,
    /// Registers that the instruction reads before its last stage, as bits. RISC-V only.
    pub read: u32,
}

impl Instruction {
    const fn new(class: Class, length: u32) -> Self {
        Self {
            class,
            length,
            loaded: 0,
            read: 0,
        }
    }

    /// Decodes an instruction of Armv6-M to Armv8.1-M.
    pub fn thumb(first: u16, second: u16) -> Self {
        if first < 0xe800 {
            return Self::new(narrow(first), 2);
        }
        Self::new(wide(first, second), 4)
    }

    /// Decodes an instruction of RV32IMC.
    pub fn riscv(word: u32) -> Self {
        let field = |at: u32, bits: u32| (word >> at) & ((1 << bits) - 1);
        let register = |at| 1 << field(at, 5);
        let short = |at| 1 << (8 + field(at, 3));
        if word & 3 == 3 {
            let (rd, rs1, rs2) = (field(7, 5), register(15), register(20));
            let (class, loaded, read) = match field(2, 5) {
                0b00000 => (Class::Load, rd, rs1),
                0b01000 => (Class::Store, 0, rs1), // the value is needed only in the last stage
                0b00100 | 0b11001 => (Class::Other, 0, rs1),
                0b01100 | 0b11000 => (Class::Other, 0, rs1 | rs2),
                _ => (Class::Other, 0, 0),
            };
            return Self {
                loaded,
                read,
                ..Self::new(class, 4)
            };
        }
        let (class, loaded, read) = match (field(0, 2), field(13, 3)) {
            (0, 0b010) => (Class::Load, 8 + field(2, 3), short(7)), // c.lw
            (0, 0b110) => (Class::Store, 0, short(7)),              // c.sw
            (1, 0b000) => (Class::Other, 0, register(7)),           // c.addi
            (1, 0b100) => (Class::Other, 0, short(7) | short(2)),
            (1, 0b110 | 0b111) => (Class::Other, 0, short(7)), // c.beqz, c.bnez
            (2, 0b000) => (Class::Other, 0, register(7)),      // c.slli
            (2, 0b010) => (Class::Load, field(7, 5), 1 << 2),  // c.lwsp
            (2, 0b100) => (Class::Other, 0, register(7) | register(2)),
            (2, 0b110) => (Class::Store, 0, 1 << 2), // c.swsp
            _ => (Class::Other, 0, 0),
        };
        Self {
            loaded,
            read,
            ..Self::new(class, 2)
        }
    }
}

/// Classifies a Thumb instruction of two bytes.
fn narrow(code: u16) -> Class {
    let registers = u32::from(code & 0xff).count_ones();
    match code >> 11 {
        0b01001 => Class::Load, // literal
        0b01010 if code & 0x0600 != 0x0600 => Class::Store,
        0b01010 | 0b01011 => Class::Load,
        0b01100 | 0b01110 | 0b10000 | 0b10010 => Class::Store,
        0b01101 | 0b01111 | 0b10001 | 0b10011 => Class::Load,
        0b10110 if code & 0x0600 == 0x0400 => Class::Several(registers + u32::from(code >> 8 & 1)),
        0b10111 if code & 0x0600 == 0x0400 => Class::Several(registers + u32::from(code >> 8 & 1)),
        0b11000 | 0b11001 => Class::Several(registers),
        _ => Class::Other,
    }
}

/// Classifies a Thumb instruction of four bytes.
fn wide(first: u16, second: u16) -> Class {
    match (first, second) {
        _ if first & 0xfe40 == 0xe800 => Class::Several(second.count_ones()),
        // LDRD and STRD have an index or write back; others here are exclusive.
        _ if first & 0xfe40 == 0xe840 && first & 0x0120 != 0 => Class::Several(2),
        _ if first & 0xfe10 == 0xf810 => Class::Load,
        _ if first & 0xfe10 == 0xf800 => Class::Store,
        // Without an addend the field holds the program counter.
        _ if first & 0xff80 == 0xfb00 && second & 0xf000 != 0xf000 => Class::MultiplyAdd,
        (0xf00f | 0xf01f, _) if second & 0xf001 == 0xc001 => Class::LoopEnd,
        // VPUSH and VPOP.
        _ if first & 0xff9f == 0xed0d || first & 0xffbf == 0xecbd => {
            Class::Several(u32::from(second & 0xff))
        }
        _ if first & 0xec00 != 0xec00 => Class::Other,
        _ if first & 0x0200 == 0 => Class::Vector(Pipe::Memory),
        _ if first & 0xfef0 == 0xeef0 => Class::Vector(Pipe::Product),
        _ => Class::Vector(Pipe::Arithmetic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_of_arm_have_their_classes() {
        let class = |first, second| Instruction::thumb(first, second).class;
        assert_eq!(class(0x6820, 0), Class::Load, "ldr r0, [r4]");
        assert_eq!(class(0x5e51, 0), Class::Load, "ldrsh r1, [r2, r1]");
        assert_eq!(class(0x5251, 0), Class::Store, "strh r1, [r2, r1]");
        assert_eq!(class(0xcb07, 0), Class::Several(3), "ldm r3!, {{r0-r2}}");
        assert_eq!(class(0xb5f0, 0), Class::Several(5), "push {{r4-r7, lr}}");
        assert_eq!(class(0x1840, 0), Class::Other, "adds r0, r0, r1");
        assert_eq!(class(0xe8b0, 0x00f0), Class::Several(4), "ldm.w r0!, ...");
        assert_eq!(class(0xe8f1, 0xab02), Class::Several(2), "ldrd");
        assert_eq!(class(0xfb04, 0x330a), Class::MultiplyAdd, "mla");
        assert_eq!(class(0xfb24, 0x330a), Class::MultiplyAdd, "smlad");
        assert_eq!(class(0xfb04, 0xf30a), Class::Other, "mul");
        assert_eq!(class(0xf931, 0x4f02), Class::Load, "ldrsh.w");
        let vector = |pipe| Class::Vector(pipe);
        assert_eq!(class(0xfc93, 0x1f00), vector(Pipe::Memory), "vld20.32");
        assert_eq!(class(0xeef0, 0x0e24), vector(Pipe::Product), "vmlava.s16");
        assert_eq!(class(0xeea8, 0x0f40), vector(Pipe::Arithmetic), "vmovlb");
        assert_eq!(class(0xf00f, 0xc003), Class::LoopEnd, "le");
    }

    #[test]
    fn loads_of_riscv_name_their_registers() {
        let load = Instruction::riscv(0x0045_2583); // lw a1, 4(a0)
        assert_eq!((load.class, load.loaded, load.length), (Class::Load, 11, 4));
        assert_eq!(load.read, 1 << 10);
        let short = Instruction::riscv(0x414c); // c.lw a1, 4(a0)
        assert_eq!(
            (short.class, short.loaded, short.length),
            (Class::Load, 11, 2)
        );
        let product = Instruction::riscv(0x02b5_0533); // mul a0, a0, a1
        assert_eq!(
            (product.class, product.read),
            (Class::Other, 1 << 10 | 1 << 11)
        );
    }
}
