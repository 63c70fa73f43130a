//! Builds and runs the firmware of a checkout for any model.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use flowlet::{Guidance, Model};

use super::memory::{Memory, MemoryError};
use super::report::{BoardSample, Line, ReportError};
use crate::boards::{Board, Core, Demand, evaluations};
use flowlet_trainer::generate::Request;

const SCRIPT: &str = "emulate.sh";

/// Reason why a model cannot run on an emulated board. `Display` is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FirmwareError {
    /// There is no checkout of the sources.
    #[error("there are no firmware examples here; run this in a checkout of flowlet")]
    NoScript,
    /// QEMU does not emulate the board.
    #[error("QEMU does not emulate this board; choose one that `flowlet emulate --help` lists")]
    NotEmulated,
    /// The emulator is missing.
    #[error("`{0}` is not installed; `sh tests/setup.sh` in a checkout installs it")]
    NoEmulator(&'static str),
    /// A script failed, for example because the compiler's target is missing.
    #[error(
        "the firmware was not built: {0}; `sh tests/setup.sh` in a checkout installs what it needs"
    )]
    Failed(String),
    /// The board has too little flash.
    #[error(
        "the model does not fit: it takes {model} bytes of flash and the program {program}, \
         but the board has {flash}; train a smaller model with `flowlet train --board`, \
         or choose another board"
    )]
    Flash {
        /// Bytes of the model.
        model: usize,
        /// Bytes of the firmware.
        program: usize,
        /// Bytes of the board's flash.
        flash: usize,
    },
    /// The board has too little RAM.
    #[error(
        "the model does not fit: sampling takes about {needed} bytes of RAM, \
         but the board has {ram}; train a smaller model with `flowlet train --board`, \
         or choose another board"
    )]
    Ram {
        /// Bytes that sampling takes.
        needed: usize,
        /// Free bytes of the board's RAM.
        ram: usize,
    },
    /// The firmware stopped before its end.
    #[error("the emulated board stopped: {0}")]
    Ended(String),
    /// The firmware printed an unexpected line.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The board's memory is unknown.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// Builds firmware in the folder of the firmware examples.
#[derive(Clone, Debug)]
pub struct FirmwareBuilder(PathBuf);

/// Firmware for a board and models of one size.
#[derive(Clone, Debug)]
pub struct Firmware {
    /// Script that runs it.
    pub(super) script: PathBuf,
    /// The board.
    pub board: Board,
    /// The linked file.
    pub elf: PathBuf,
    /// Memory that it leaves free.
    pub memory: Memory,
}

/// What a board printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Samples in the order of their drawing.
    pub samples: Vec<BoardSample>,
    /// Bytes of stack: the sampler, the model's view and all calls.
    pub stack: usize,
}

impl FirmwareBuilder {
    /// Uses the checkout in which this program was built.
    #[must_use]
    pub fn of_checkout() -> Self {
        Self::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware-examples"))
    }

    /// Uses the firmware examples in `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Builds the firmware for models of this size, with guidance if `guided`. Firmware that was
    /// built before is used again.
    ///
    /// # Errors
    /// [`FirmwareError`] if the emulator or the compiler's target is missing.
    pub fn build(
        &self,
        board: Board,
        model: &Model<'_>,
        guided: bool,
    ) -> Result<Firmware, FirmwareError> {
        let script = self.0.join(SCRIPT);
        if !script.is_file() {
            return Err(FirmwareError::NoScript);
        }
        // Look for the emulator first, because the build takes longer.
        find(board.emulator.ok_or(FirmwareError::NotEmulated)?)?;
        let size = [model.dim(), model.width(), slots(guided)].map(|size| size.to_string());
        let mut command = Command::new("sh");
        command.arg(&script).args(["build", board.name]).args(size);
        let output = command.stdin(Stdio::null()).output();
        let output = output.map_err(|error| FirmwareError::Failed(error.to_string()))?;
        if !output.status.success() {
            return Err(FirmwareError::Failed(last_words(&output)));
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        let elf = PathBuf::from(printed.lines().last().unwrap_or_default());
        let read = |path: &Path| {
            fs::read(path)
                .map_err(|error| FirmwareError::Failed(format!("{}: {error}", path.display())))
        };
        let map = read(&self.0.join(format!("emulated/memory/{}.x", board.name)))?;
        let memory = Memory::of(&String::from_utf8_lossy(&map), &read(&elf)?)?;
        Ok(Firmware {
            script,
            board,
            elf,
            memory,
        })
    }
}

impl Firmware {
    /// Draws the requested samples on the board; calls `done` after each.
    ///
    /// # Errors
    /// [`FirmwareError`] if the model does not fit or the board stops.
    pub fn run(
        &self,
        bytes: &[u8],
        model: &Model<'_>,
        request: &Request<'_>,
        done: &mut dyn FnMut(),
    ) -> Result<Run, FirmwareError> {
        self.check_fit(model, request)?;
        let failed = |error: std::io::Error| FirmwareError::Failed(error.to_string());
        let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        let mut errors = tempfile::tempfile().map_err(failed)?;
        let demand = one_step(model, request);
        let child = Command::new("sh")
            .arg(&self.script)
            .args(["run", self.board.name])
            .args([&self.elf, file.path()])
            .arg(self.memory.model_at.to_string())
            .arg(shift(self.board, demand).to_string())
            .arg(words(self.memory.model_at, bytes.len(), request))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors.try_clone().map_err(failed)?)
            .spawn();
        let mut running = Running(child.map_err(failed)?);
        if let Some(run) = running.read(done)? {
            return Ok(run);
        }
        let mut message = String::new();
        // The message helps, but the error is the same without it.
        let _ = errors
            .rewind()
            .and_then(|()| errors.read_to_string(&mut message));
        Err(self.stopped(model, request, &message))
    }

    /// Checks that the model fits, as far as the benchmark's record can tell.
    fn check_fit(&self, model: &Model<'_>, request: &Request<'_>) -> Result<(), FirmwareError> {
        let Memory { flash, program, .. } = self.memory;
        let length = model.header().length as usize;
        if let Some(flash) = flash.filter(|&flash| program + length > flash) {
            return Err(FirmwareError::Flash {
                model: length,
                program,
                flash,
            });
        }
        let (needed, ram) = (self.needed(model, request), self.free_ram());
        if needed > ram {
            return Err(FirmwareError::Ram { needed, ram });
        }
        Ok(())
    }

    /// Estimates the bytes of RAM that sampling takes.
    fn needed(&self, model: &Model<'_>, request: &Request<'_>) -> usize {
        let slots = slots(request.guidance.is_some());
        Demand::of_model(model).ram_bytes(self.board.core, slots)
    }

    /// Returns the bytes that are free for the stack.
    fn free_ram(&self) -> usize {
        self.memory.ram - self.memory.statics
    }

    /// Explains why the board stopped. If the sampler nearly fills the RAM, the stack has
    /// overflowed.
    fn stopped(&self, model: &Model<'_>, request: &Request<'_>, message: &str) -> FirmwareError {
        let (needed, ram) = (self.needed(model, request), self.free_ram());
        if needed + REPORT_STACK > ram {
            return FirmwareError::Ram {
                needed: needed.max(ram + 1),
                ram,
            };
        }
        let line = message.lines().map(str::trim).find(|line| !line.is_empty());
        FirmwareError::Ended(line.unwrap_or("it printed nothing").to_owned())
    }
}

/// Bytes of stack that the firmware's report and counters take at most.
const REPORT_STACK: usize = 2048;

/// Process that is killed when it is dropped.
struct Running(Child);

impl Running {
    /// Reads the report; returns `None` if it does not reach its end.
    fn read(&mut self, done: &mut dyn FnMut()) -> Result<Option<Run>, FirmwareError> {
        let (mut samples, mut stack) = (Vec::new(), 0);
        let Some(output) = self.0.stdout.take() else {
            return Ok(None);
        };
        for line in BufReader::new(output).lines() {
            let Ok(line) = line else { return Ok(None) };
            match Line::read(&line)? {
                Line::Stack { free: 0, .. } => return Ok(None),
                Line::Stack { used, .. } => stack = used,
                Line::Sample(sample) => {
                    samples.push(sample);
                    done();
                }
                Line::Error(what) => {
                    return Err(FirmwareError::Ended(format!("it refuses the {what}")));
                }
                Line::Done => return Ok(Some(Run { samples, stack })),
            }
        }
        Ok(None)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns the command line of the firmware.
fn words(address: u64, length: usize, request: &Request<'_>) -> String {
    let or_own = |value: Option<u16>| value.map_or("-".to_owned(), |value| value.to_string());
    let solver = request.solver.map(|solver| solver as u16);
    let guidance = request.guidance.map(Guidance::bits);
    let [class, steps, solver, guidance] =
        [request.class, request.steps, solver, guidance].map(or_own);
    let (count, seed) = (request.count, request.seed);
    format!("flowlet {address} {length} {count} {seed} {class} {steps} {solver} {guidance}")
}

/// Returns the number of slots per sample: guidance needs two.
fn slots(guided: bool) -> usize {
    if guided { 2 } else { 1 }
}

/// Returns the demand of one solver step, the last, which makes the columns of a latent too.
fn one_step(model: &Model<'_>, request: &Request<'_>) -> Demand {
    let evaluations = evaluations(1, request.solver.unwrap_or(model.solver()));
    Demand {
        evaluations: evaluations * slots(request.guidance.is_some()),
        ..Demand::of_model(model)
    }
}

/// Returns log2 of the virtual nanoseconds per instruction. They are as many as possible up to 128,
/// so that the board's counter does not overflow within a step. Cortex-M counts 24 bits of the
/// processor's clock, RISC-V 32 bits of nanoseconds.
fn shift(board: Board, step: Demand) -> u32 {
    let (bits, ticks) = match board.core {
        Core::Riscv32 => (32, 1.0),
        _ => (24, board.clock / 1000.0),
    };
    // Twice the estimate, to be safe.
    let instructions = 2.0 * step.instructions(board.core);
    let fits = |&shift: &u32| instructions * ticks * 2f64.powi(shift as i32) < 2f64.powi(bits);
    (0..=7).rev().find(fits).unwrap_or(0)
}

pub(super) fn find(emulator: &'static str) -> Result<(), FirmwareError> {
    let mut version = Command::new(emulator);
    version.arg("--version").stdin(Stdio::null());
    match version.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(FirmwareError::NoEmulator(emulator))
        }
        Err(error) => Err(FirmwareError::Failed(error.to_string())),
        Ok(_) => Ok(()),
    }
}

/// Returns the last line on the standard error of the script, or its exit status.
fn last_words(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    let line = errors.lines().map(str::trim).rfind(|line| !line.is_empty());
    line.map_or_else(|| output.status.to_string(), str::to_owned)
}
