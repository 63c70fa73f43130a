//! Boards, and estimates of what a model costs on them.
//!
//! The list of boards is `firmware-examples/boards.csv`. Instructions per layer come from the
//! recorded benchmark, which counts them on each core. A straight line through two measured layers
//! gives the cost of a layer of any size. `flowlet emulate` counts a whole model, and the estimate
//! is within a few percent of it. Times are rougher: [`Timing`] estimates the cycles per
//! instruction of each core.

mod timing;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use flowlet::format::Latent;
use flowlet::{Kernel, Model, ModelSize, Solver};
use flowlet_trainer::Candidate;
use serde::{Deserialize, Serialize};

pub use timing::{Extra, Kind, Timing};

/// A board: its core, clock and memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Board {
    /// Name for `--board`.
    pub name: &'static str,
    /// The maker's name of the board, and the chip.
    pub title: &'static str,
    /// The core.
    pub core: Core,
    /// Clock in MHz.
    pub clock: f64,
    /// Bytes of flash; `None` for a machine that runs from RAM.
    pub flash: Option<usize>,
    /// Bytes of RAM.
    pub ram: usize,
    /// Name of the QEMU program that emulates the board, if one does.
    pub emulator: Option<&'static str>,
}

/// A processor core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the makers' names")]
pub enum Core {
    M0,
    M3,
    M4,
    M7,
    M33,
    M55,
    Riscv32,
}

/// All boards, in the order of `firmware-examples/boards.csv`.
pub static BOARDS: LazyLock<Vec<Board>> = LazyLock::new(|| {
    let rows = include_str!("boards.csv").lines();
    let boards = rows.skip(1).map(Board::from_row);
    boards
        .collect::<Option<_>>()
        .expect("a test reads the list")
});

impl Core {
    /// All cores.
    pub const ALL: [Self; 7] = [
        Self::M0,
        Self::M3,
        Self::M4,
        Self::M7,
        Self::M33,
        Self::M55,
        Self::Riscv32,
    ];

    /// Returns the name that compilers use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::M0 => "cortex-m0",
            Self::M3 => "cortex-m3",
            Self::M4 => "cortex-m4",
            Self::M7 => "cortex-m7",
            Self::M33 => "cortex-m33",
            Self::M55 => "cortex-m55",
            Self::Riscv32 => "rv32imac",
        }
    }

    /// Returns the kernel that the runtime takes for the core.
    #[must_use]
    pub fn kernel(self) -> Kernel {
        match self {
            Self::M0 => Kernel::Armv6m,
            Self::M3 => Kernel::Armv7m,
            Self::M4 | Self::M7 | Self::M33 => Kernel::Armv7em,
            Self::M55 => Kernel::Mve,
            Self::Riscv32 => Kernel::Rv32im,
        }
    }

    /// Bytes of flash that the runtime's code and constants take.
    #[must_use]
    pub fn runtime_bytes(self) -> usize {
        Cost::of(self).runtime
    }
}

impl Board {
    /// Finds a board by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        BOARDS.iter().copied().find(|board| board.name == name)
    }

    /// Returns the boards that QEMU emulates.
    pub fn emulated() -> impl Iterator<Item = Self> {
        BOARDS
            .iter()
            .copied()
            .filter(|board| board.emulator.is_some())
    }

    /// Reads a row of the list; `None` if a field is missing or no number.
    fn from_row(row: &'static str) -> Option<Self> {
        let fields: Vec<&'static str> = row.split(',').collect();
        let [name, title, core, clock, flash, ram, _, _, _, _, emulator] = fields[..] else {
            return None;
        };
        let bytes = |kib: &str| Some(kib.parse::<usize>().ok()? << 10);
        Some(Self {
            name,
            title,
            core: Core::ALL.into_iter().find(|known| known.name() == core)?,
            clock: clock.parse().ok()?,
            flash: if flash.is_empty() {
                None
            } else {
                Some(bytes(flash)?)
            },
            ram: bytes(ram)?,
            emulator: emulator.split_whitespace().next(),
        })
    }

    /// Bytes that a program and its constants can take: flash, or RAM if the machine runs from it.
    #[must_use]
    pub fn program_memory(&self) -> usize {
        self.flash.unwrap_or(self.ram)
    }

    /// Estimates the milliseconds that a number of instructions takes at the board's clock.
    #[must_use]
    pub fn milliseconds(&self, instructions: f64) -> f64 {
        self.milliseconds_at(self.clock, instructions)
    }

    /// Estimates the milliseconds that a number of instructions takes at a clock in MHz.
    #[must_use]
    pub fn milliseconds_at(&self, clock: f64, instructions: f64) -> f64 {
        let cycles = instructions * Timing::of(self.core).cycles_per_instruction();
        cycles / (1000.0 * clock)
    }
}

/// What a model asks of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Columns and rows of each layer's weights.
    pub layers: Vec<(usize, usize)>,
    /// Values per sample.
    pub dim: usize,
    /// Values of the state.
    pub state_dim: usize,
    /// Multiply-accumulates for the columns of a latent, once per sample.
    pub latent_products: usize,
    /// Evaluations of the network per sample.
    pub evaluations: usize,
}

impl Demand {
    /// Describes a network with these hidden layers and evaluations per sample, without a latent.
    #[must_use]
    pub fn new(dim: usize, hidden: &[usize], evaluations: usize) -> Self {
        let widths: Vec<usize> = [&[dim], hidden, &[dim]].concat();
        Self {
            layers: widths.windows(2).map(|pair| (pair[0], pair[1])).collect(),
            dim,
            state_dim: dim,
            latent_products: 0,
            evaluations,
        }
    }

    /// Describes a network that may be trained.
    #[must_use]
    pub fn of_candidate(candidate: &Candidate) -> Self {
        let evaluations = evaluations(candidate.steps, candidate.solver);
        Self {
            dim: candidate.dim,
            latent_products: candidate.latent_products,
            ..Self::new(candidate.state_dim, &candidate.hidden, evaluations)
        }
    }

    /// Describes a model with the solver steps that its file recommends.
    #[must_use]
    pub fn of_model(model: &Model<'_>) -> Self {
        Self::of_model_in(model, model.steps())
    }

    /// Describes a model with another number of solver steps.
    #[must_use]
    pub fn of_model_in(model: &Model<'_>, steps: u16) -> Self {
        let hidden: Vec<usize> = model.hidden().map(|layer| layer.width.into()).collect();
        let evaluations = evaluations(steps, model.solver());
        Self {
            dim: model.dim(),
            latent_products: model.latent().map_or(0, Latent::multiply_accumulates),
            ..Self::new(model.state_dim(), &hidden, evaluations)
        }
    }

    /// Estimates the instructions per sample on a core.
    #[must_use]
    pub fn instructions(&self, core: Core) -> f64 {
        let cost = Cost::of(core);
        let layer = |&(columns, rows): &(usize, usize)| {
            rows.next_multiple_of(4) as f64
                * (cost.per_weight * columns.next_multiple_of(2) as f64 + cost.per_row)
        };
        let state_dim = self.state_dim as f64;
        let step = self.layers.iter().map(layer).sum::<f64>() + cost.per_value * state_dim;
        let latent = cost.per_weight * self.latent_products as f64;
        self.evaluations as f64 * step + cost.per_normal * state_dim + latent
    }

    /// Returns the sizes of the smallest sampler.
    fn size(&self) -> ModelSize {
        let hidden = self.layers.iter().rev().skip(1);
        ModelSize {
            dim: self.dim,
            width: hidden.map(|&(_, rows)| rows).max().unwrap_or(0),
            classes: 0,
        }
    }

    /// Returns the bytes of RAM of a sampler with a number of slots.
    #[must_use]
    pub fn sampler_bytes(&self, slots: usize) -> usize {
        self.size().sampler_bytes(slots)
    }

    /// Returns the bytes of stack that sampling takes at most with a kernel, the sampler excluded.
    #[must_use]
    pub fn stack_bytes(&self, kernel: Kernel, slots: usize) -> usize {
        let size = self.size();
        kernel.stack_bytes(size.dim.max(size.width), slots)
    }

    /// Estimates the bytes of RAM that sampling takes at most, stack included.
    #[must_use]
    pub fn ram_bytes(&self, core: Core, slots: usize) -> usize {
        self.sampler_bytes(slots) + self.stack_bytes(core.kernel(), slots) + CALLER_BYTES
    }
}

/// Bytes of stack of a caller: the model's view, the generator and saved registers.
const CALLER_BYTES: usize = 128;

/// Returns the evaluations of the network that solver steps take.
pub(crate) fn evaluations(steps: u16, solver: Solver) -> usize {
    let per_step = match solver {
        Solver::Euler | Solver::ExponentialEuler => 1,
        Solver::Midpoint | Solver::Heun => 2,
    };
    per_step * usize::from(steps)
}

/// Costs on a core, from the recorded benchmark: instructions, and bytes of the runtime.
struct Cost {
    per_weight: f64,
    per_row: f64,
    per_value: f64,
    per_normal: f64,
    runtime: usize,
}

/// The recorded benchmark: figures by name, by board.
#[derive(Deserialize, Serialize)]
struct Record {
    boards: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Cost {
    fn of(core: Core) -> Self {
        static RECORD: LazyLock<Record> = LazyLock::new(|| {
            let text = include_str!("baseline.json");
            serde_json::from_str(text).expect("a test reads the record")
        });
        let measured = Board::emulated().find(|board| board.core == core);
        let figures = &RECORD.boards[measured.expect("a test looks for every core").name];
        let get = |name: &str| figures[name] as f64;
        // A layer of n by n takes n · (per_weight · n + per_row).
        let (small, large) = (get("64-64/1") / 64.0, get("256-256/1") / 256.0);
        let per_weight = (large - small) / (256.0 - 64.0);
        let per_normal = get("normals-100") / 100.0;
        let digit = get("digit-outside-layers") - 64.0 * per_normal;
        Self {
            per_weight,
            per_row: small - 64.0 * per_weight,
            per_value: digit / (64.0 * 8.0),
            per_normal,
            runtime: (figures["text with latent"] + figures["constants"]) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use flowlet::Model;

    use crate::firmware::memory::region;

    use super::{BOARDS, Board, Core, Demand};

    const DIGITS: &[u8] = include_bytes!("../../../../firmware-examples/models/digits.flow");

    #[test]
    fn a_digit_costs_what_was_counted() {
        let model = Model::parse(DIGITS).expect("a model");
        let instructions = Demand::of_model(&model).instructions(Core::M4);
        // Counted by the firmware `samples` on netduinoplus2.
        let counted = 161_002.0;
        assert!(
            (instructions / counted - 1.0).abs() < 0.05,
            "{instructions}"
        );
    }

    #[test]
    fn memory_is_that_of_the_linker_scripts() {
        let firmware = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware-examples");
        let mut linked = 0;
        for board in BOARDS.iter() {
            let path = match board.emulator {
                Some(_) => firmware.join(format!("emulated/memory/{}.x", board.name)),
                None => firmware.join(format!("boards/{}/memory.x", board.name)),
            };
            let Ok(map) = fs::read_to_string(&path) else {
                assert_eq!(board.emulator, None, "{}", path.display());
                continue;
            };
            let length = |name| region(&map, name).map(|region| region.length as usize);
            // The first 256 bytes of the Pico's flash set it up and are a region of their own.
            let flash = match board.name {
                "pico" => board.flash,
                _ => length("FLASH"),
            };
            assert_eq!(
                (board.flash, Some(board.ram)),
                (flash, length("RAM")),
                "{}",
                board.name
            );
            linked += 1;
        }
        assert_eq!(linked, 10, "seven emulated boards and three real ones");
    }

    #[test]
    fn boards_are_found_by_name() {
        let pico = Board::named("pico").expect("a board");
        assert_eq!((pico.flash, pico.ram), (Some(2 << 20), 256 << 10));
        assert_eq!(Board::named("abacus"), None);
        assert_eq!(Board::emulated().count(), 7);
        for core in Core::ALL {
            assert!(Demand::new(2, &[8], 1).instructions(core) > 100.0);
        }
    }
}
