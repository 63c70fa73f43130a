//! Which network: the widest of three equal layers that fits a size, or a board.

use std::sync::LazyLock;

use clap::ValueEnum;

use crate::boards::{BOARDS, Board, Demand};
use crate::commands::Failure;
use crate::text::grouped;
use flowlet_trainer::data::Table;
use flowlet_trainer::fit::{FitConfig, file_bytes};

/// Layers of a chosen network, and units of a layer: at least, at most, and from one choice to the next.
const DEPTH: usize = 3;
const NARROWEST: usize = 8;
const WIDEST: usize = 128;
const APART: usize = 8;
/// A model may take half of a board's flash and half of its RAM: the rest is the firmware's.
const SHARE: usize = 2;
/// A sample may take a second.
const LONGEST: f64 = 1000.0;

/// A board by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoardName(pub Board);

impl ValueEnum for BoardName {
    fn value_variants<'a>() -> &'a [Self] {
        static NAMES: LazyLock<Vec<BoardName>> =
            LazyLock::new(|| BOARDS.iter().copied().map(BoardName).collect());
        &NAMES
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name).help(self.0.title))
    }
}

/// What a network must fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of the file.
    pub bytes: Option<usize>,
    pub board: Option<Board>,
}

impl Limits {
    /// Why a network of these layers does not fit; none where it does.
    fn against(
        &self,
        table: &Table,
        config: &FitConfig,
        hidden: &[usize],
    ) -> Result<Option<String>, Failure> {
        let mut config = config.clone();
        config.train.hidden = hidden.to_vec();
        let bytes = file_bytes(table, &config)?;
        if let Some(most) = self.bytes.filter(|&most| bytes > most) {
            return Ok(Some(format!(
                "its file has {} bytes, more than {}",
                grouped(bytes),
                grouped(most)
            )));
        }
        let Some(board) = self.board else {
            return Ok(None);
        };
        let shape = flowlet_trainer::network::NetShape {
            dim: table.columns.len(),
            hidden: hidden.to_vec(),
            classes: 0,
            conditioning: config.train.conditioning,
        };
        let demand = Demand::of_shape(&shape, config.steps, config.solver);
        let (ram, time) = (
            demand.ram_bytes(board.core),
            board.milliseconds(demand.instructions(board.core)),
        );
        Ok(if bytes > board.program_memory() / SHARE {
            Some(format!(
                "its file has {} bytes, more than half of the {}",
                grouped(bytes),
                board.flash.map_or("RAM", |_| "flash")
            ))
        } else if ram > board.ram / SHARE {
            Some(format!(
                "sampling takes {} bytes of RAM, more than half",
                grouped(ram)
            ))
        } else if time > LONGEST {
            Some(format!(
                "a sample takes about {time:.0} ms, more than a second"
            ))
        } else {
            None
        })
    }

    /// The widest network that fits, and why it is that one.
    pub fn choose(
        &self,
        table: &Table,
        config: &FitConfig,
    ) -> Result<(Vec<usize>, String), Failure> {
        let (mut fits, mut reason) = (0, None);
        let (mut low, mut high) = (1, WIDEST / APART + 1);
        while low < high {
            let middle = low.midpoint(high);
            match self.against(table, config, &[middle * APART; DEPTH])? {
                None => (fits, low) = (middle, middle + 1),
                Some(why) => (reason, high) = (Some(why), middle),
            }
        }
        if fits == 0 {
            let why = reason.unwrap_or_default();
            let what = self.board.map_or("the size", |board| board.name);
            return Err(Failure::Input(format!(
                "no network fits {what}: of the smallest, hidden layers of {NARROWEST}, {why}; use fewer columns"
            )));
        }
        let hidden = vec![fits * APART; DEPTH];
        let names: Vec<String> = hidden.iter().map(usize::to_string).collect();
        let why = match reason {
            Some(why) => format!("of the next wider, {why}"),
            None => "wider ones seldom gain".to_owned(),
        };
        Ok((
            hidden,
            format!("chosen: --hidden {}; {why}", names.join(",")),
        ))
    }
}
