//! Boards that people flash, and what a model costs them.
//!
//! Instructions are counted, not guessed: those of layers and whole digits on each core stand in the benchmark's
//! record, and a layer of any size costs what a line through two of them says. `flowlet emulate` counts a model
//! itself; the two differ by a few in a hundred (see the tests). Time is an estimate: how many clock cycles an
//! instruction takes depends on flash wait states and caches.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use flowlet::{Model, Solver};
use serde::{Deserialize, Serialize};

use flowlet_trainer::network::NetShape;

/// Memory of a board, and its clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Board {
    /// As `--board` names it.
    pub name: &'static str,
    /// What its maker calls it, and the chip.
    pub title: &'static str,
    /// The core.
    pub core: Core,
    /// MHz.
    pub clock: f64,
    /// Bytes that a program can be linked into; `None` on a machine that runs from RAM.
    pub flash: Option<usize>,
    /// Bytes that a program can have.
    pub ram: usize,
    /// QEMU's machine, where the project runs it.
    pub emulated: Option<&'static str>,
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

impl Core {
    /// The board in the benchmark's record that has this core.
    fn measured_on(self) -> &'static str {
        match self {
            Self::M0 => "microbit",
            Self::M3 => "stm32vldiscovery",
            Self::M4 => "netduinoplus2",
            Self::M7 => "mps2-an500",
            Self::M33 => "mps2-an505",
            Self::M55 => "mps3-an547",
            Self::Riscv32 => "riscv-virt",
        }
    }

    /// Bytes of flash that the runtime's code and constants take.
    #[must_use]
    pub fn runtime_bytes(self) -> usize {
        Cost::of(self).runtime
    }

    /// Clock cycles an instruction takes, as a rule: the M0 fetches and loads in two, the M7 and the M55 issue two.
    fn cycles(self) -> f64 {
        match self {
            Self::M0 => 1.6,
            Self::M3 | Self::M4 | Self::M33 => 1.2,
            Self::M7 => 0.7,
            Self::M55 => 1.5,
            Self::Riscv32 => 1.2,
        }
    }
}

const fn board(
    name: &'static str,
    title: &'static str,
    core: Core,
    clock: f64,
    (flash, ram): (Option<usize>, usize),
    emulated: Option<&'static str>,
) -> Board {
    let flash = match flash {
        Some(flash) => Some(flash << 10),
        None => None,
    };
    Board {
        name,
        title,
        core,
        clock,
        flash,
        ram: ram << 10,
        emulated,
    }
}

/// The boards that flowlet knows, with the KiB of flash and RAM that their firmware here is linked for (see the tests), or that
/// their makers state where there is none.
pub const BOARDS: [Board; 11] = [
    board(
        "microbit",
        "BBC micro:bit v1, nRF51822",
        Core::M0,
        16.0,
        (Some(256), 16),
        Some("microbit"),
    ),
    board(
        "microbit-v2",
        "BBC micro:bit v2, nRF52833",
        Core::M4,
        64.0,
        (Some(512), 128),
        None,
    ),
    board(
        "pico",
        "Raspberry Pi Pico, RP2040",
        Core::M0,
        125.0,
        (Some(2048), 256),
        None,
    ),
    board(
        "stm32vldiscovery",
        "STM32VLDISCOVERY, STM32F100RB",
        Core::M3,
        24.0,
        (Some(128), 8),
        Some("stm32vldiscovery"),
    ),
    board(
        "stm32f411",
        "STM32F411E-DISCO, STM32F411VE",
        Core::M4,
        100.0,
        (Some(512), 128),
        None,
    ),
    board(
        "netduinoplus2",
        "Netduino Plus 2, STM32F405RG",
        Core::M4,
        168.0,
        (Some(1024), 128),
        Some("netduinoplus2"),
    ),
    board(
        "esp32c3",
        "ESP32-C3-DevKitM-1",
        Core::Riscv32,
        160.0,
        (Some(4096), 400),
        None,
    ),
    board(
        "mps2-an500",
        "Arm MPS2+ with AN500, Cortex-M7",
        Core::M7,
        25.0,
        (Some(4096), 4096),
        Some("mps2-an500"),
    ),
    board(
        "mps2-an505",
        "Arm MPS2+ with AN505, Cortex-M33",
        Core::M33,
        20.0,
        (Some(4096), 2048),
        Some("mps2-an505"),
    ),
    board(
        "mps3-an547",
        "Arm MPS3 with AN547, Cortex-M55",
        Core::M55,
        32.0,
        (Some(512), 512),
        Some("mps3-an547"),
    ),
    board(
        "riscv-virt",
        "QEMU's RISC-V virt machine, RV32IMAC",
        Core::Riscv32,
        100.0,
        (None, 16384),
        Some("riscv-virt"),
    ),
];

impl Core {
    /// As compilers call it.
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
}

impl Board {
    /// The board of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        BOARDS.into_iter().find(|board| board.name == name)
    }

    /// Bytes that a program and its constants can take: flash, or RAM where the machine runs from it.
    #[must_use]
    pub fn program_memory(&self) -> usize {
        self.flash.unwrap_or(self.ram)
    }

    /// Milliseconds that so many instructions take: an estimate.
    #[must_use]
    pub fn milliseconds(&self, instructions: f64) -> f64 {
        instructions * self.core.cycles() / (1000.0 * self.clock)
    }
}

/// What a model asks of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Columns and rows of each layer.
    pub layers: Vec<(usize, usize)>,
    /// Values of a sample.
    pub dim: usize,
    /// Evaluations of the network a sample.
    pub evaluations: usize,
}

impl Demand {
    /// Of a network that is evaluated so often.
    #[must_use]
    pub fn new(dim: usize, hidden: &[usize], evaluations: usize) -> Self {
        let widths: Vec<usize> = [&[dim], hidden, &[dim]].concat();
        Self {
            layers: widths.windows(2).map(|pair| (pair[0], pair[1])).collect(),
            dim,
            evaluations,
        }
    }

    /// Of a network of this shape, in so many steps of the solver.
    #[must_use]
    pub fn of_shape(shape: &NetShape, steps: u16, solver: Solver) -> Self {
        Self::new(shape.dim, &shape.hidden, evaluations(steps, solver))
    }

    /// Of a model as its file recommends it.
    #[must_use]
    pub fn of_model(model: &Model<'_>) -> Self {
        Self::of_model_in(model, model.steps())
    }

    /// Of a model in so many steps of its solver.
    #[must_use]
    pub fn of_model_in(model: &Model<'_>, steps: u16) -> Self {
        let hidden: Vec<usize> = model.hidden().map(|layer| layer.width.into()).collect();
        Self::new(model.dim(), &hidden, evaluations(steps, model.solver()))
    }

    /// Instructions a sample on a core.
    #[must_use]
    pub fn instructions(&self, core: Core) -> f64 {
        let cost = Cost::of(core);
        let layer = |&(columns, rows): &(usize, usize)| {
            rows.next_multiple_of(4) as f64
                * (cost.a_weight * columns.next_multiple_of(2) as f64 + cost.a_row)
        };
        let step = self.layers.iter().map(layer).sum::<f64>() + cost.a_coordinate * self.dim as f64;
        self.evaluations as f64 * step + cost.a_normal * self.dim as f64
    }

    /// Bytes of RAM: the sampler, as its fields are laid out.
    #[must_use]
    pub fn sampler_bytes(&self) -> usize {
        let width = self
            .layers
            .iter()
            .map(|&(_, rows)| rows)
            .rev()
            .skip(1)
            .max()
            .unwrap_or(0);
        SAMPLER + 8 * self.dim + 4 * width
    }

    /// Bytes of RAM, with the stack that sampling takes at most.
    #[must_use]
    pub fn ram_bytes(&self, core: Core) -> usize {
        // The record's stack holds the digits' sampler, of 64 values and 88 units.
        let beside = Cost::of(core)
            .stack
            .saturating_sub(SAMPLER + 8 * 64 + 4 * 88);
        self.sampler_bytes() + beside
    }
}

/// What a sampler holds beside its lane: the model's view and the settings, at most.
const SAMPLER: usize = 160;

fn evaluations(steps: u16, solver: Solver) -> usize {
    let each = match solver {
        Solver::Euler | Solver::ExponentialEuler => 1,
        Solver::Midpoint | Solver::Heun => 2,
    };
    each * usize::from(steps)
}

/// Instructions on a core, from the benchmark's record.
struct Cost {
    a_weight: f64,
    a_row: f64,
    a_coordinate: f64,
    a_normal: f64,
    stack: usize,
    runtime: usize,
}

/// The benchmark's record.
#[derive(Deserialize, Serialize)]
struct Record {
    boards: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Cost {
    fn of(core: Core) -> Self {
        static RECORD: LazyLock<Record> = LazyLock::new(|| {
            let text = include_str!("../../../firmware-examples/bench/baseline.json");
            serde_json::from_str(text).expect("the record is committed and tested")
        });
        let figures = &RECORD.boards[core.measured_on()];
        let of = |name: &str| figures[name] as f64;
        // A layer of n by n takes n·(a·n + b): a line through two of them.
        let (small, large) = (of("64-64/1") / 64.0, of("256-256/1") / 256.0);
        let a_weight = (large - small) / (256.0 - 64.0);
        let a_normal = of("normals-100") / 100.0;
        let digit = of("digit-beside-products") - 64.0 * a_normal;
        Self {
            a_weight,
            a_row: small - 64.0 * a_weight,
            a_coordinate: digit / (64.0 * 8.0),
            a_normal,
            stack: figures["stack"] as usize,
            runtime: (figures["text"] + figures["constants"]) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use flowlet::{Model, Sampler};

    use crate::firmware::memory::region;

    use super::{BOARDS, Board, Core, Demand, SAMPLER};

    const DIGITS: &[u8] = include_bytes!("../../../firmware-examples/models/digits.flow");

    #[test]
    fn a_digit_costs_what_was_counted() {
        let model = Model::parse(DIGITS).expect("a model");
        let instructions = Demand::of_model(&model).instructions(Core::M4);
        // Counted: see `boards_give_the_hosts_bits`.
        let counted = 170_153.0;
        assert!(
            (instructions / counted - 1.0).abs() < 0.05,
            "{instructions}"
        );
    }

    #[test]
    fn a_sampler_takes_no_more_than_stated() {
        let stated = |dim, width| Demand::new(dim, &[width], 4).sampler_bytes();
        // On the host pointers take twice as much.
        let rest = size_of::<Sampler<'_, 0, 0>>();
        let lane = |whole: usize| whole - rest;
        let of = |stated: usize| stated - SAMPLER;
        assert!(rest <= 2 * SAMPLER, "{rest}");
        assert_eq!(of(stated(64, 88)), lane(size_of::<Sampler<'_, 64, 88>>()));
        assert_eq!(of(stated(2, 64)), lane(size_of::<Sampler<'_, 2, 64>>()));
        assert_eq!(of(stated(4, 300)), lane(size_of::<Sampler<'_, 4, 300>>()));
    }

    #[test]
    fn boards_have_the_memory_that_their_firmware_is_linked_for() {
        let firmware = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware-examples");
        let mut linked = 0;
        for board in BOARDS {
            let folder = match board.emulated {
                Some(_) => firmware.join(board.name),
                None => firmware.join("boards").join(board.name),
            };
            let Ok(map) = fs::read_to_string(folder.join("memory.x")) else {
                assert_eq!(board.emulated, None, "{}", folder.display());
                continue;
            };
            let length = |name| region(&map, name).map(|region| region.length as usize);
            // The Pico's flash begins with 256 bytes that set it up, and is whole in the list.
            let whole = board.name == "pico";
            let flash = if whole { board.flash } else { length("FLASH") };
            let ram = length("RAM");
            assert_eq!(
                (board.flash, Some(board.ram)),
                (flash, ram),
                "{}",
                board.name
            );
            linked += 1;
        }
        assert_eq!(
            linked, 9,
            "seven emulated boards, the micro:bit v2 and the Pico"
        );
    }

    #[test]
    fn boards_are_found_by_name() {
        let pico = Board::named("pico").expect("a board");
        assert_eq!((pico.flash, pico.ram), (Some(2 << 20), 256 << 10));
        assert_eq!(Board::named("abacus"), None);
        for board in BOARDS {
            assert!(Demand::new(2, &[8], 1).instructions(board.core) > 100.0);
        }
    }
}
