//! Memory of a board after its firmware is linked: the address of a model, and what is free.

use object::read::elf::{FileHeader, ProgramHeader};
use object::{LittleEndian, Object, ObjectSection, elf::FileHeader32};

/// Alignment of a model, at least that of `include_model!`.
const ALIGN: u64 = 64;

/// Memory that linked firmware leaves free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Address of the model.
    pub model_at: u64,
    /// Bytes of flash; `None` for a machine that runs from RAM, where models of any size fit.
    pub flash: Option<usize>,
    /// Bytes of flash that the program takes, including the alignment of the model.
    pub program: usize,
    /// Bytes of RAM.
    pub ram: usize,
    /// Bytes of RAM for static variables.
    pub statics: usize,
}

/// Reason why a board's memory is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// The linker script has no RAM.
    #[error("the memory map has no region RAM")]
    Map,
    /// The linked file is not a 32-bit ELF file.
    #[error("the linked firmware cannot be read")]
    Elf,
}

/// A region of a linker script.
#[derive(Clone, Copy)]
pub(crate) struct Region {
    pub origin: u64,
    pub length: u64,
}

impl Memory {
    /// Reads the memory map and the linked file.
    ///
    /// # Errors
    /// [`MemoryError`] if either cannot be read.
    pub fn of(map: &str, elf: &[u8]) -> Result<Self, MemoryError> {
        let ram = region(map, "RAM").ok_or(MemoryError::Map)?;
        let statics = static_bytes(elf).ok_or(MemoryError::Elf)?;
        let flash = region(map, "FLASH");
        let model_at = match flash {
            Some(flash) => program_end(elf, flash)
                .ok_or(MemoryError::Elf)?
                .next_multiple_of(ALIGN),
            None => ram.origin + ram.length,
        };
        Ok(Self {
            model_at,
            flash: flash.map(|flash| flash.length as usize),
            program: flash.map_or(0, |flash| (model_at - flash.origin) as usize),
            ram: ram.length as usize,
            statics,
        })
    }
}

/// Finds a region, such as `FLASH : ORIGIN = 0x08000000, LENGTH = 128K`.
pub(crate) fn region(map: &str, name: &str) -> Option<Region> {
    let named = |line: &str| {
        Some(
            (line.split_once(':')?.0.trim() == name)
                .then_some(line)?
                .to_owned(),
        )
    };
    let line = map.lines().find_map(named)?;
    let value = |key: &str| {
        let (_, rest) = line.split_once(key)?;
        number(
            rest.trim_start()
                .strip_prefix('=')?
                .split(',')
                .next()?
                .trim(),
        )
    };
    Some(Region {
        origin: value("ORIGIN")?,
        length: value("LENGTH")?,
    })
}

/// Reads a number of a linker script: decimal, hexadecimal, or with the suffix K or M.
fn number(text: &str) -> Option<u64> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok();
    }
    let (digits, unit) = match text.strip_suffix(['K', 'M']) {
        Some(digits) if text.ends_with('K') => (digits, 1 << 10),
        Some(digits) => (digits, 1 << 20),
        None => (text, 1),
    };
    Some(digits.parse::<u64>().ok()? * unit)
}

/// Returns the end of what is loaded into `region`, including initial values of variables.
fn program_end(elf: &[u8], region: Region) -> Option<u64> {
    let header = FileHeader32::<LittleEndian>::parse(elf).ok()?;
    let segments = header.program_headers(LittleEndian, elf).ok()?;
    let within = |&at: &(u64, u64)| (region.origin..region.origin + region.length).contains(&at.0);
    let loaded = segments.iter().map(|segment| {
        let size = segment.p_filesz(LittleEndian).into();
        (u64::from(segment.p_paddr(LittleEndian)), size)
    });
    loaded.filter(within).map(|(at, size)| at + size).max()
}

fn static_bytes(elf: &[u8]) -> Option<usize> {
    let file = object::File::parse(elf).ok()?;
    let variables = file
        .sections()
        .filter(|section| matches!(section.name(), Ok(".data" | ".bss")));
    Some(variables.map(|section| section.size() as usize).sum())
}

#[cfg(test)]
mod tests {
    use super::{number, region};

    #[test]
    fn regions_are_read_as_the_linker_reads_them() {
        let map = include_str!("../../../../firmware-examples/emulated/memory/stm32vldiscovery.x");
        let flash = region(map, "FLASH").expect("flash");
        assert_eq!((flash.origin, flash.length), (0x0800_0000, 128 << 10));
        let ram = region(map, "RAM").expect("RAM");
        assert_eq!((ram.origin, ram.length), (0x2000_0000, 8 << 10));
        let map = include_str!("../../../../firmware-examples/emulated/memory/riscv-virt.x");
        assert!(region(map, "FLASH").is_none());
        assert_eq!(region(map, "RAM").map(|ram| ram.length), Some(16 << 20));
        assert_eq!((number("100"), number("1Z")), (Some(100), None));
    }
}
