//! The firmware examples of a checkout: where firmware for any model is built, and run.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use flowlet::{Model, Solver};

use super::memory::{Memory, MemoryError};
use super::report::{BoardSample, Line, ReportError};
use crate::boards::{Board, Core, Demand};
use flowlet_trainer::generate::Request;

const SCRIPT: &str = "emulate.sh";

/// Why a model cannot be run on an emulated board here. `Display` is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Not in a checkout of the sources.
    #[error("no firmware examples here; `sh tests/setup.sh` in a checkout readies them")]
    NoScript,
    /// QEMU has no such board.
    #[error("QEMU does not emulate this board; choose one that `flowlet emulate --help` lists")]
    NotEmulated,
    /// No such command.
    #[error("no `{0}` here; `sh tests/setup.sh` in a checkout installs it")]
    NoEmulator(&'static str),
    /// A script failed, as it does where the compiler's target is missing.
    #[error("`sh tests/setup.sh` in a checkout may mend this: {0}")]
    Failed(String),
    /// More flash than there is.
    #[error(
        "the model does not fit: it takes {model} bytes of flash and the program {program}, and the board has {flash}; train a smaller one, `flowlet train --board` does, or choose another board"
    )]
    Flash {
        /// Bytes of the file.
        model: usize,
        /// Of the firmware.
        program: usize,
        /// Of the board.
        flash: usize,
    },
    /// More RAM than there is.
    #[error(
        "the model does not fit: sampling takes about {needed} bytes of RAM, and the board has {ram}; train a smaller one, `flowlet train --board` does, or choose another board"
    )]
    Ram {
        /// Bytes that sampling takes.
        needed: usize,
        /// What the board has for it.
        ram: usize,
    },
    /// The emulated board broke off.
    #[error("the emulated board broke off: {0}")]
    Ended(String),
    /// It printed what cannot be read.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Its memory is unknown.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// The folder of the firmware examples.
#[derive(Clone, Debug)]
pub struct FirmwareBuilder(PathBuf);

/// Firmware for a board and models of one size.
#[derive(Clone, Debug)]
pub struct Firmware {
    /// The script that runs it.
    pub(super) script: PathBuf,
    /// Its board.
    pub board: Board,
    /// The linked file.
    pub elf: PathBuf,
    /// What it leaves free.
    pub memory: Memory,
}

/// What a board printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// One after the other.
    pub samples: Vec<BoardSample>,
    /// Bytes of the stack: the sampler, the model's view and all that is called.
    pub stack: usize,
}

impl FirmwareBuilder {
    /// That of the checkout that this program was built in.
    #[must_use]
    pub fn of_checkout() -> Self {
        Self::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware-examples"))
    }

    /// The one in `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Builds the firmware for models of this size, guided ones if `guided`, or finds it built.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn build(
        &self,
        board: Board,
        model: &Model<'_>,
        guided: bool,
    ) -> Result<Firmware, Trouble> {
        let script = self.0.join(SCRIPT);
        if !script.is_file() {
            return Err(Trouble::NoScript);
        }
        // First, for a build without it would be in vain.
        find(board.emulator.ok_or(Trouble::NotEmulated)?)?;
        let size = [model.dim(), model.width(), lanes(guided)].map(|size| size.to_string());
        let mut command = Command::new("sh");
        command.arg(&script).args(["build", board.name]).args(size);
        let output = command.stdin(Stdio::null()).output();
        let output = output.map_err(|error| Trouble::Failed(error.to_string()))?;
        if !output.status.success() {
            return Err(Trouble::Failed(last_words(&output)));
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        let elf = PathBuf::from(printed.lines().last().unwrap_or_default());
        let read = |path: &Path| {
            fs::read(path).map_err(|error| Trouble::Failed(format!("{}: {error}", path.display())))
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
    /// Draws on the board what `request` asks for; `done` after each sample.
    ///
    /// # Errors
    /// [`Trouble`], among it that the model at hand does not fit.
    pub fn run(
        &self,
        bytes: &[u8],
        model: &Model<'_>,
        request: &Request<'_>,
        done: &mut dyn FnMut(),
    ) -> Result<Run, Trouble> {
        self.find_room(model, request)?;
        let failed = |error: std::io::Error| Trouble::Failed(error.to_string());
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
        let mut said = String::new();
        // What it says is worth having; that it cannot be read changes nothing.
        let _ = errors
            .rewind()
            .and_then(|()| errors.read_to_string(&mut said));
        Err(self.broken_off(model, request, &said))
    }

    /// That the model fits, as far as can be told beforehand.
    fn find_room(&self, model: &Model<'_>, request: &Request<'_>) -> Result<(), Trouble> {
        let Memory { flash, program, .. } = self.memory;
        let length = model.header().length as usize;
        if let Some(flash) = flash.filter(|&flash| program + length > flash) {
            return Err(Trouble::Flash {
                model: length,
                program,
                flash,
            });
        }
        let (needed, ram) = (self.needed(model, request), self.room());
        if needed > ram {
            return Err(Trouble::Ram { needed, ram });
        }
        Ok(())
    }

    /// Bytes that sampling takes, from the benchmark's record.
    fn needed(&self, model: &Model<'_>, request: &Request<'_>) -> usize {
        let beside = lanes(request.guidance.is_some()) - 1;
        let lane = 8 * model.dim() + 4 * model.width();
        Demand::of_model(model).ram_bytes(self.board.core) + beside * lane
    }

    /// Bytes that there are for the stack.
    fn room(&self) -> usize {
        self.memory.ram - self.memory.statics
    }

    /// A board that stops in the middle of a sample that nearly fills it has run out of stack.
    fn broken_off(&self, model: &Model<'_>, request: &Request<'_>, said: &str) -> Trouble {
        let (needed, ram) = (self.needed(model, request), self.room());
        if needed + TIGHT > ram {
            return Trouble::Ram {
                needed: needed.max(ram + 1),
                ram,
            };
        }
        let line = said.lines().map(str::trim).find(|line| !line.is_empty());
        Trouble::Ended(line.unwrap_or("it said nothing").to_owned())
    }
}

/// What the firmware's own lines and counters take of the stack at most, bytes.
const TIGHT: usize = 2048;

/// A process that does not outlive its reader.
struct Running(Child);

impl Running {
    /// Reads to the end of the report; `None` where it has none.
    fn read(&mut self, done: &mut dyn FnMut()) -> Result<Option<Run>, Trouble> {
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
                    return Err(Trouble::Ended(format!("it refuses the {what}")));
                }
                Line::Done => return Ok(Some(Run { samples, stack })),
            }
        }
        Ok(None)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The command line that the firmware reads.
fn words(address: u64, length: usize, request: &Request<'_>) -> String {
    let or_own = |value: Option<u16>| value.map_or("-".to_owned(), |value| value.to_string());
    let solver = request.solver.map(|solver| match solver {
        Solver::Euler => 0,
        Solver::ExponentialEuler => 1,
        Solver::Midpoint => 2,
        Solver::Heun => 3,
    });
    let [class, steps, solver, guidance] =
        [request.class, request.steps, solver, request.guidance].map(or_own);
    let (count, seed) = (request.count, request.seed);
    format!("flowlet {address} {length} {count} {seed} {class} {steps} {solver} {guidance}")
}

/// A guided sample takes two lanes.
fn lanes(guided: bool) -> usize {
    if guided { 2 } else { 1 }
}

/// What one step takes at most.
fn one_step(model: &Model<'_>, request: &Request<'_>) -> Demand {
    let hidden: Vec<usize> = model.hidden().map(|layer| layer.width.into()).collect();
    let each = match request.solver.unwrap_or(model.solver()) {
        Solver::Euler | Solver::ExponentialEuler => 1,
        Solver::Midpoint | Solver::Heun => 2,
    };
    Demand::new(
        model.dim(),
        &hidden,
        each * lanes(request.guidance.is_some()),
    )
}

/// Virtual nanoseconds an instruction, as a power of two: as many as let the board's counter see a whole step, at most
/// 128. Cortex-M counts 24 bits of the processor's clock, RISC-V 32 bits of nanoseconds.
fn shift(board: Board, step: Demand) -> u32 {
    let (bits, ticks) = match board.core {
        Core::Riscv32 => (32, 1.0),
        _ => (24, board.clock / 1000.0),
    };
    // The estimate may be wrong by half.
    let instructions = 2.0 * step.instructions(board.core);
    let fits = |&shift: &u32| instructions * ticks * 2f64.powi(shift as i32) < 2f64.powi(bits);
    (0..=7).rev().find(fits).unwrap_or(0)
}

pub(super) fn find(emulator: &'static str) -> Result<(), Trouble> {
    let mut version = Command::new(emulator);
    version.arg("--version").stdin(Stdio::null());
    match version.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Trouble::NoEmulator(emulator)),
        Err(error) => Err(Trouble::Failed(error.to_string())),
        Ok(_) => Ok(()),
    }
}

/// The last line that the script wrote to its standard error, or its exit status.
fn last_words(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    let line = errors.lines().map(str::trim).rfind(|line| !line.is_empty());
    line.map_or_else(|| output.status.to_string(), str::to_owned)
}
