//! The digits that the demo trains on, and how.

use clap::ValueEnum;

use crate::draw::ImageSize;
use flowlet_trainer::data::Table;
use flowlet_trainer::datasets::{self, DIGIT_INK, DIGIT_SIDE, MNIST28_INK, MNIST28_SIDE};

/// Built-in digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DemoData {
    /// 8×8 pixels, half a minute.
    Digits,
    /// 28×28 pixels, two minutes.
    Mnist28,
}

/// What the demo needs to know about its digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    /// Begins the names of the files.
    pub name: &'static str,
    pub table: fn() -> Table,
    pub size: ImageSize,
    /// Value of full ink.
    pub ink: f64,
    pub hidden: &'static [usize],
    pub iterations: u32,
}

impl DemoData {
    pub(super) fn digits(self) -> Digits {
        let square = |side| ImageSize {
            width: side,
            height: side,
        };
        match self {
            Self::Digits => Digits {
                name: "digits",
                table: datasets::digits,
                size: square(DIGIT_SIDE),
                ink: DIGIT_INK,
                // The widest layers with which a sampler takes 1 KB of RAM, without the stack.
                hidden: &[88; 4],
                iterations: 40_000,
            },
            Self::Mnist28 => Digits {
                name: "mnist28",
                table: datasets::mnist28,
                size: square(MNIST28_SIDE),
                ink: MNIST28_INK,
                hidden: &[148; 3],
                iterations: 30_000,
            },
        }
    }
}
