//! `flowlet emulate`: draws samples on an emulated board and counts their costs.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use flowlet::Model;
use serde::Serialize;

use super::model_file::ModelFile;
use super::sampling_args::check_count;
use super::values;
use super::{Failure, SampleOutput, SamplingArgs, print, progress};
use crate::boards::{Board, Timing};
use crate::firmware::{Compared, Firmware, FirmwareBuilder, FirmwareError, Run};
use crate::text::{grouped, solver_name, time};
use flowlet_trainer::generate::{Request, generate};

/// Draw samples on an emulated board and count their costs (in a checkout of the sources).
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet emulate beats.flow --board microbit
  flowlet emulate digits.flow --board cortex-m4 -n 3 --class 7 -o sevens.csv
  flowlet emulate beats.flow --board riscv-virt --solver heun --json > cost.json
  flowlet emulate beats.flow --board cortex-m4 --clock 64MHz -o /dev/null

The samples have the same bits as those of `flowlet sample` with the same
options; otherwise the exit code is 1. A board can also be named by its core:
cortex-m0, -m3, -m4, -m7, -m33, -m55 or rv32imac.")]
pub struct EmulateArgs {
    /// Draw samples from this model.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Emulate this board.
    #[arg(long, value_name = "NAME", value_parser = board())]
    pub board: Board,
    /// Draw this many samples.
    #[arg(short = 'n', long = "count", value_name = "N", default_value_t = 10, value_parser = values::count, allow_negative_numbers = true)]
    pub count: u32,
    /// How to sample the model.
    #[command(flatten)]
    pub sampling: SamplingArgs,
    /// Estimate the time at this clock, such as 64MHz. [default: the board's clock]
    #[arg(long, value_name = "CLOCK", value_parser = values::clock)]
    pub clock: Option<f64>,
    /// Write the samples to this file, in a format as for `flowlet sample`; `-` is standard output.
    /// [default: standard output, or nowhere with --json]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Write WAV files with this sampling rate in Hz.
    #[arg(long, value_name = "HZ", value_parser = values::count, allow_negative_numbers = true)]
    pub rate: Option<u32>,
    /// Print the figures as JSON, on standard error if the samples go to standard output.
    #[arg(long)]
    pub json: bool,
}

/// Parses the name of an emulated board or of its core.
fn board() -> impl TypedValueParser<Value = Board> {
    let value = |board: Board| {
        PossibleValue::new(board.name)
            .help(board.title)
            .alias(board.core.name())
    };
    PossibleValuesParser::new(Board::emulated().map(value)).map(|name| {
        let named = |board: &Board| board.name == name || board.core.name() == name;
        Board::emulated().find(named).expect("clap takes no others")
    })
}

impl EmulateArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let output = self.samples_go_to();
        let to_stderr = output == Some(Path::new("-"));
        let new = |path| SampleOutput::new(path, self.rate, &self.model);
        let output = output.map(new).transpose()?;
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        if let Some(output) = &output {
            output.check(&model)?;
        }
        let request = self.request(&model)?;
        let failure = |error| self.failure(error);
        let firmware = self.build(&model).map_err(failure)?;
        let run = self.draw(&firmware, &file.bytes, &model, &request);
        let run = run.map_err(failure)?;
        let compared = Compared::new(&model, &request, &run)?;
        if let Some(output) = output {
            output.write(&model, &compared.board)?;
        }
        let figures = Figures::new(self, &model, &firmware, &run, &compared);
        if self.json {
            print::json(&figures, to_stderr)?;
        } else if !print::is_quiet() {
            print::text(&figures.to_string(), to_stderr)?;
        }
        match compared.all_same() {
            true => Ok(()),
            false => Err(Failure::Internal(
                "the board's bits differ from the host's".into(),
            )),
        }
    }

    fn samples_go_to(&self) -> Option<&Path> {
        match &self.output {
            None if self.json => None,
            None => Some(Path::new("-")),
            given => given.as_deref(),
        }
    }

    fn request(&self, model: &Model<'_>) -> Result<Request<'static>, Failure> {
        if model.has_conditions() {
            return Err(Failure::Input(format!(
                "{}: the model draws rows for conditions, which the firmware of `emulate` does not \
                 give; take flowlet sample --given",
                self.model.display()
            )));
        }
        check_count("-n", self.count, model.dim())?;
        let request = self.sampling.request(model)?;
        // Find errors of the request before the firmware is built.
        generate(model, &request)?;
        Ok(Request {
            count: self.count as usize,
            ..request
        })
    }

    fn build(&self, model: &Model<'_>) -> Result<Firmware, FirmwareError> {
        let work = progress::spinner(&format!(
            "building firmware for {} and models of {} values and {} units (it is kept)",
            self.board.name,
            model.dim(),
            model.width()
        ));
        let firmware = FirmwareBuilder::of_checkout().build(
            self.board,
            model,
            self.sampling.guidance.is_some(),
        );
        work.finish_and_clear();
        let firmware = firmware?;
        print::detail(&format!("firmware: {}", firmware.elf.display()));
        Ok(firmware)
    }

    fn draw(
        &self,
        firmware: &Firmware,
        bytes: &[u8],
        model: &Model<'_>,
        request: &Request<'_>,
    ) -> Result<Run, FirmwareError> {
        let bar = progress::bar(request.count as u64, self.board.name);
        let run = firmware.run(bytes, model, request, &mut || bar.inc(1));
        bar.finish_and_clear();
        run
    }

    /// Tells bad input from internal errors.
    fn failure(&self, error: FirmwareError) -> Failure {
        let line = format!("{}: {error}", self.board.name);
        match error {
            FirmwareError::NoScript
            | FirmwareError::NotEmulated
            | FirmwareError::NoEmulator(_)
            | FirmwareError::Failed(_)
            | FirmwareError::Flash { .. }
            | FirmwareError::Ram { .. } => Failure::Input(line),
            FirmwareError::Ended(_) | FirmwareError::Report(_) | FirmwareError::Memory(_) => {
                Failure::Internal(line)
            }
        }
    }
}

/// Costs of the samples on the board, and the comparison with the host.
#[derive(Serialize)]
pub(super) struct Figures<'a> {
    board: &'static str,
    core: &'static str,
    samples: usize,
    class: Option<&'a str>,
    steps: u16,
    solver: &'static str,
    /// Strength of guidance.
    guidance: Option<f64>,
    seed: u64,
    /// Board and host agree on all bits of all samples.
    same_bits: bool,
    instructions: Instructions,
    /// Estimate of the clock cycles per sample, without wait states.
    cycles_estimate: f64,
    /// Clock of the estimated time: the board's, or another one that was asked for.
    clock_mhz: f64,
    /// Estimate of the time per sample at this clock.
    milliseconds_estimate: f64,
    /// Bytes of stack: the sampler, the model's view and all calls.
    stack: usize,
    /// Bytes of RAM that are free for the stack.
    stack_available: usize,
    /// Bytes of the model in flash.
    flash_model: usize,
    /// Bytes of this firmware with its report; none if the machine runs from RAM.
    flash_program: Option<usize>,
    /// Bytes of the board's flash.
    flash_available: Option<usize>,
    /// CRC-32 of each sample's state, as in `flowlet sample --json`.
    crc32: Vec<u32>,
}

/// Executed instructions per sample, from drawing the noise to the last step.
#[derive(Serialize)]
struct Instructions {
    mean: u64,
    min: u64,
    max: u64,
}

impl<'a> Figures<'a> {
    fn new(
        args: &'a EmulateArgs,
        model: &Model<'_>,
        firmware: &Firmware,
        run: &Run,
        compared: &Compared,
    ) -> Self {
        let counts = || run.samples.iter().map(|sample| sample.instructions);
        let mean = counts().sum::<u64>() / (run.samples.len().max(1) as u64);
        let memory = firmware.memory;
        let timing = Timing::of(args.board.core);
        let clock = args.clock.unwrap_or(args.board.clock);
        Self {
            board: args.board.name,
            core: args.board.core.name(),
            samples: run.samples.len(),
            class: args.sampling.class.as_deref(),
            steps: args.sampling.steps.unwrap_or(model.steps()),
            solver: solver_name(args.sampling.solver.unwrap_or(model.solver())),
            guidance: args
                .sampling
                .guidance
                .map(|strength| f64::from(strength.bits()) / 4096.0),
            seed: args.sampling.seed,
            same_bits: compared.all_same(),
            instructions: Instructions {
                mean,
                min: counts().min().unwrap_or(0),
                max: counts().max().unwrap_or(0),
            },
            cycles_estimate: (mean as f64 * timing.cycles_per_instruction()).round(),
            clock_mhz: clock,
            milliseconds_estimate: args.board.milliseconds_at(clock, mean as f64),
            stack: run.stack,
            stack_available: memory.ram - memory.statics,
            flash_model: model.header().length as usize,
            flash_program: memory.flash.map(|_| memory.program),
            flash_available: memory.flash,
            crc32: compared.board.crc32.clone(),
        }
    }
}

impl fmt::Display for Figures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.same_bits {
            true => "the same bits as the host",
            false => "DIFFERENT BITS FROM THE HOST",
        };
        writeln!(f, "board         {} ({})", self.board, self.core)?;
        writeln!(f, "samples       {}, {verdict}", self.samples)?;
        writeln!(f, "steps         {}, {}", self.steps, self.solver)?;
        let Instructions { mean, .. } = self.instructions;
        writeln!(f, "instructions  {} per sample", grouped(mean as usize))?;
        writeln!(
            f,
            "estimate      {} cycles, {} at {} MHz",
            grouped(self.cycles_estimate as usize),
            time(self.milliseconds_estimate),
            self.clock_mhz
        )?;
        writeln!(
            f,
            "stack         {} of {} bytes, with the sampler",
            grouped(self.stack),
            grouped(self.stack_available)
        )?;
        write!(
            f,
            "flash         {} bytes of model",
            grouped(self.flash_model)
        )?;
        match (self.flash_program, self.flash_available) {
            (Some(program), Some(all)) => {
                writeln!(f, ", {} of firmware, of {}", grouped(program), grouped(all))
            }
            _ => writeln!(f),
        }
    }
}
