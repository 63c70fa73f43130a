//! `cargo xtask cycles`: the instructions of a digit by kind, for the estimate of clock cycles.
//!
//! QEMU runs one instruction at a time and logs its address. The counts are compared with those
//! from which `flowlet_cli::boards::Timing` estimates the cycles per instruction.

mod count;
mod decode;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;
use flowlet_cli::boards::{Board, Core, Kind, Timing};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind};

use crate::{Failure, checkout};
use count::Counts;
use decode::Instruction;

/// Difference from the recorded count, among 1000 instructions, that is allowed.
const ALLOWED: u32 = 10;

/// Count the kinds of executed instructions, on which the estimates of time are based.
#[derive(Args)]
#[command(after_help = "Example:
  cargo xtask cycles

Exit code 1 if a count differs by more than 1 % of the instructions from that in
trainer/cli/src/boards/timing.rs.")]
pub struct CyclesArgs {}

impl CyclesArgs {
    pub fn run(&self) -> Result<(), Failure> {
        let mut differing = Vec::new();
        for board in Board::emulated() {
            let counts = follow(board)?;
            println!(
                "{}: {} instructions, of 1000:",
                board.name, counts.instructions
            );
            for kind in Kind::ALL {
                println!("  {:>4} {}", counts.per_1000(kind), kind.name());
            }
            for extra in Timing::of(board.core).extras {
                let now = counts.per_1000(extra.kind);
                if now.abs_diff(extra.count) > ALLOWED && board.core != Core::M33 {
                    let (name, kind, count) = (board.name, extra.kind.name(), extra.count);
                    differing.push(format!("{name}: {now} {kind}, recorded {count}"));
                }
            }
        }
        match differing.is_empty() {
            true => Ok(()),
            false => Err(format!("not as recorded:\n{}", differing.join("\n")).into()),
        }
    }
}

/// Runs the firmware and counts the instructions between its markers.
fn follow(board: Board) -> Result<Counts, Failure> {
    let script = |name: &str| {
        let mut command = Command::new("sh");
        command.arg(checkout::path("firmware-examples").join(name));
        command
    };
    let build = checkout::run(script("build.sh").arg(board.name).env("PROGRAMS", "digit"))?;
    let elf = Path::new(build.trim_end()).join("digit");
    let code = Code::read(&elf)?;
    let mut run = script("run.sh")
        .args([board.name.as_ref(), elf.as_os_str()])
        .env(
            "QEMU_OPTIONS",
            format!("{} -d exec,nochain", one_by_one(board)?),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let log = run.stderr.take().ok_or("QEMU has no log")?;
    let counts = code.count(BufReader::new(log))?;
    let status = run.wait()?;
    if !status.success() || counts.instructions == 0 {
        return Err(format!("{}: QEMU counted nothing: {status}", board.name).into());
    }
    Ok(counts)
}

/// Returns the option with which QEMU runs one instruction at a time. Version 8.1 renamed it.
fn one_by_one(board: Board) -> Result<&'static str, Failure> {
    let emulator = board.emulator.ok_or("QEMU does not emulate this board")?;
    let printed = checkout::run(Command::new(emulator).arg("--version"))?;
    let version = printed
        .split_whitespace()
        .skip_while(|&word| word != "version")
        .nth(1);
    let major = version.and_then(|version| version.split('.').next()?.parse().ok());
    Ok(match major.unwrap_or(0) {
        0..=8 => "-singlestep",
        _ => "-accel tcg,one-insn-per-tb=on",
    })
}

/// Machine code of a program.
struct Code {
    /// Address and bytes of each section.
    sections: Vec<(u64, Vec<u8>)>,
    riscv: bool,
    begin: u32,
    end: u32,
}

impl Code {
    fn read(elf: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(elf)?;
        let file = object::File::parse(&*bytes)?;
        let symbol = |name| {
            let symbol = file.symbol_by_name(name).ok_or("no symbol")?;
            Ok::<_, Failure>(symbol.address() as u32 & !1)
        };
        let text = file
            .sections()
            .filter(|section| section.kind() == SectionKind::Text);
        let text = text.map(|section| Ok((section.address(), section.data()?.to_vec())));
        Ok(Self {
            sections: text.collect::<Result<_, object::Error>>()?,
            riscv: file.architecture() == object::Architecture::Riscv32,
            begin: symbol("follow_begin")?,
            end: symbol("follow_end")?,
        })
    }

    /// Reads the log. A line about an address has it between slashes. An instruction that accesses
    /// a device is logged twice, with a remark before the second time.
    fn count(&self, log: impl BufRead) -> Result<Counts, Failure> {
        let (mut counts, mut follows, mut repeated) = (Counts::default(), false, false);
        let mut decoded = HashMap::new();
        for line in log.lines() {
            let line = line?;
            if line.starts_with("cpu_io_recompile") {
                repeated = true;
                continue;
            }
            let Some(address) = address(&line) else {
                continue;
            };
            if std::mem::take(&mut repeated) {
                continue;
            }
            match address {
                _ if address == self.begin => follows = true,
                _ if address == self.end => follows = false,
                _ if follows => {
                    let decode = || self.decode(address);
                    let instruction = *decoded.entry(address).or_insert_with(decode);
                    let instruction = instruction.ok_or(format!("no code at {address:#x}"))?;
                    counts.push(address, instruction);
                }
                _ => {}
            }
        }
        Ok(counts)
    }

    fn decode(&self, address: u32) -> Option<Instruction> {
        let halfword = |address: u32| {
            let bytes = self.sections.iter().find_map(|(start, bytes)| {
                let at = u64::from(address).checked_sub(*start)? as usize;
                bytes.get(at..at + 2)
            })?;
            Some(u16::from_le_bytes([bytes[0], bytes[1]]))
        };
        let (first, second) = (halfword(address)?, halfword(address + 2).unwrap_or(0));
        Some(match self.riscv {
            true => Instruction::riscv(u32::from(second) << 16 | u32::from(first)),
            false => Instruction::thumb(first, second),
        })
    }
}

/// Returns the address in a line such as `Trace 0: 0x7f [00800408/08000400/00000110/ff] main`.
fn address(line: &str) -> Option<u32> {
    let fields = line.strip_prefix("Trace ")?.split_once('[')?.1;
    u32::from_str_radix(fields.split('/').nth(1)?, 16).ok()
}
