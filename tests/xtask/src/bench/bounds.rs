//! Upper bounds of figures. `cargo xtask bench` fails if one is exceeded.

use super::figures::{Boards, Figures, get, multiply_accumulates};

/// Unit in which a bound is stated.
#[derive(Clone, Copy)]
enum Per {
    /// Instructions per multiply-accumulate of the layer or network that the figure names.
    MultiplyAccumulate,
    /// Digits of 8 steps, drawn in the same number of instructions.
    Digit,
    /// Instructions per value of a digit.
    Value,
    Byte,
}

/// An upper bound of a figure on some boards.
struct Bound {
    figure: &'static str,
    per: Per,
    boards: &'static [&'static str],
    at_most: f64,
    /// Not reached yet, so that it is only reported.
    unreached: bool,
}

const M0: &[&str] = &["microbit"];
/// Armv7E-M, and Armv8-M with DSP.
const DSP: &[&str] = &["netduinoplus2", "mps2-an500", "mps2-an505"];
const M4: &[&str] = &["netduinoplus2"];
const M55: &[&str] = &["mps3-an547"];
const RISCV: &[&str] = &["riscv-virt"];
/// All but M0 and RISC-V.
const OTHERS: &[&str] = &[
    "stm32vldiscovery",
    "netduinoplus2",
    "mps2-an500",
    "mps2-an505",
    "mps3-an547",
];
const ALL: &[&str] = &[
    "microbit",
    "stm32vldiscovery",
    "netduinoplus2",
    "mps2-an500",
    "mps2-an505",
    "mps3-an547",
    "riscv-virt",
];

use Per::{Byte, Digit, MultiplyAccumulate as Product, Value};

/// All bounds: boards, figure, unit, greatest value.
#[rustfmt::skip]
const BOUNDS: &[Bound] = &[
    Bound::new(M0, "text", Byte, 7168.0),
    Bound::new(M4, "text", Byte, 10_240.0),
    Bound::new(M0, "64-64/1", Product, 4.0),
    Bound::new(M0, "256-256/1", Product, 3.5),
    Bound::new(M0, "66-128-128-64/1", Product, 3.69),
    Bound::new(DSP, "64-64/1", Product, 1.10),
    Bound::new(DSP, "256-256/1", Product, 0.96),
    Bound::new(DSP, "66-128-128-64/1", Product, 1.02),
    Bound::new(M55, "64-64/1", Product, 0.38),
    Bound::new(M55, "256-256/1", Product, 0.30),
    Bound::new(M55, "66-128-128-64/1", Product, 0.34),
    Bound::new(RISCV, "64-64/1", Product, 3.7),
    Bound::new(RISCV, "256-256/1", Product, 3.3),
    Bound::new(RISCV, "66-128-128-64/1", Product, 3.45),
    Bound::new(M0, "parse", Digit, 2.0),
    Bound::new(ALL, "parse", Digit, 3.0),
    // The M0 has no 64-bit product and few registers.
    Bound::new(M0, "fixed", Value, 60.0).unreached(),
    Bound::new(M0, "fixed", Value, 98.0),
    Bound::new(RISCV, "fixed", Value, 60.0),
    Bound::new(OTHERS, "fixed", Value, 60.0),
];

/// Bounds and the figures that were measured, one line each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Figures above their bounds. A missing figure counts as one.
    pub exceeded: Vec<String>,
    /// Figures above bounds that are known to be unreached.
    pub unreached: Vec<String>,
}

/// Compares the figures with the bounds of their boards.
pub fn check(measured: &Boards) -> Checked {
    let mut checked = Checked::default();
    for (board, figures) in measured {
        for bound in BOUNDS
            .iter()
            .filter(|bound| bound.boards.contains(&board.as_str()))
        {
            let lines = match bound.unreached {
                true => &mut checked.unreached,
                false => &mut checked.exceeded,
            };
            lines.extend(
                bound
                    .exceeded(figures)
                    .map(|line| format!("{board}: {line}")),
            );
        }
    }
    checked
}

impl Bound {
    const fn new(
        boards: &'static [&'static str],
        figure: &'static str,
        per: Per,
        at_most: f64,
    ) -> Self {
        Self {
            figure,
            per,
            boards,
            at_most,
            unreached: false,
        }
    }

    const fn unreached(self) -> Self {
        Self {
            unreached: true,
            ..self
        }
    }

    /// Returns a line if the figure is above the bound.
    fn exceeded(&self, figures: &Figures) -> Option<String> {
        let Self {
            figure,
            per,
            at_most,
            ..
        } = *self;
        let (unit, divisor) = match per {
            Per::MultiplyAccumulate => ("per multiply-accumulate", multiply_accumulates(figure)),
            Per::Digit => ("digits", get(figures, "digit")),
            Per::Value => ("per value", 64.0),
            Per::Byte => ("bytes", 1.0),
        };
        let value = get(figures, figure) / divisor;
        // NaN is not within a bound.
        let within = value <= at_most;
        (!within).then(|| format!("{figure} is {value:.3} {unit}, the bound is {at_most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowlet_cli::boards::Board;

    #[test]
    fn a_figure_above_its_bound_is_reported() {
        let measured =
            |parse| Figures::from([("parse".to_owned(), parse), ("digit".to_owned(), 100)]);
        let bound = Bound::new(M0, "parse", Digit, 2.0);
        assert_eq!(bound.exceeded(&measured(200)), None);
        assert_eq!(
            bound.exceeded(&measured(201)).as_deref(),
            Some("parse is 2.010 digits, the bound is 2")
        );
        assert!(bound.exceeded(&Figures::new()).is_some());
    }

    #[test]
    fn bounds_name_emulated_boards() {
        let emulated: Vec<&str> = Board::emulated().map(|board| board.name).collect();
        assert_eq!(ALL, emulated);
        for bound in BOUNDS {
            let known = bound.boards.iter().all(|board| emulated.contains(board));
            assert!(known && !bound.boards.is_empty(), "{}", bound.figure);
        }
    }
}
