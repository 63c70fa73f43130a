//! Choices that the library makes when the caller leaves them open.

use flowlet::Solver;

use crate::coupling::Coupling;
use crate::data::Table;
use crate::defaults;
use crate::error::Error;
use crate::fit::{FitConfig, file_bytes};
use crate::text::grouped;

/// Largest numbers of columns and solver steps for which optimal transport gives better samples
/// than independent noise.
const MAX_OT_COLUMNS: usize = 8;
const MAX_OT_STEPS: u16 = 4;
/// Units of the widest layer up to which the learning rate does not depend on the width.
const WIDTH_OF_RATE: f32 = 64.0;
/// Hidden layers of a chosen network.
const DEPTH: usize = 3;
/// Units by which chosen widths differ.
const WIDTH_STEP: usize = 8;
/// Largest chosen width. Wider networks rarely give better samples.
const MAX_WIDTH: usize = 128;

/// Returns the coupling for a table of `columns` columns and a model of `steps` solver steps.
pub(crate) fn coupling(columns: usize, steps: u16) -> Coupling {
    match columns <= MAX_OT_COLUMNS && steps <= MAX_OT_STEPS {
        true => Coupling::OptimalTransport,
        false => Coupling::Independent,
    }
}

/// Returns why [`coupling`] chooses a coupling for `columns` and `steps`.
pub(crate) fn coupling_reason(columns: usize, steps: u16) -> String {
    match (columns > MAX_OT_COLUMNS, steps > MAX_OT_STEPS) {
        (true, _) => format!("{columns} columns are more than {MAX_OT_COLUMNS}"),
        (false, true) => format!("{steps} solver steps are more than {MAX_OT_STEPS}"),
        (false, false) => {
            format!("there are at most {MAX_OT_COLUMNS} columns and {MAX_OT_STEPS} solver steps")
        }
    }
}

/// Returns the solver: Euler if the paths are straightened, by a coupling or by reflow.
pub(crate) fn solver(coupling: Coupling, reflow: u32) -> Solver {
    match coupling != Coupling::Independent || reflow > 0 {
        true => Solver::Euler,
        false => Solver::ExponentialEuler,
    }
}

/// Returns the peak learning rate for these hidden layers. In wider layers, a step of the weights
/// moves the sums more.
pub(crate) fn learning_rate(hidden: &[usize]) -> f32 {
    let widest = hidden.iter().max().map_or(0.0, |&widest| widest as f32);
    let relative = (WIDTH_OF_RATE / widest.max(WIDTH_OF_RATE)).sqrt();
    // Three digits, as the recipe shows it.
    (relative * defaults::LEARNING_RATE * 1e5).round() / 1e5
}

/// A network that may be trained, and what it would need.
///
/// ```
/// use flowlet_trainer::{Candidate, Table, Trainer};
///
/// let fits = |candidate: &Candidate| match candidate.hidden[0] {
///     0..=16 => None,
///     width => Some(format!("{width} units are too many")),
/// };
/// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
/// let plan = Trainer::new(&table).fit_device(fits).plan()?;
/// assert_eq!(plan.hidden(), [16; 3]);
/// assert_eq!(plan.next_exceeds(), Some("24 units are too many"));
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Values per sample.
    pub dim: usize,
    /// Bytes of the file, within a few.
    pub file_bytes: usize,
    /// Solver steps per sample.
    pub steps: u16,
    /// Solver.
    pub solver: Solver,
}

/// A limit of a device: returns why a candidate exceeds it, or `None`.
pub(crate) type Limit<'a> = Box<dyn Fn(&Candidate) -> Option<String> + 'a>;

/// The widest network within the limits, and why it is not wider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub hidden: Vec<usize>,
    /// The limit that the next wider network exceeds; `None` at the largest width.
    pub next_exceeds: Option<String>,
}

/// Finds the widest network of three equal hidden layers that exceeds no limit.
pub(crate) fn widest(
    table: &Table,
    config: &FitConfig,
    limits: &[Limit<'_>],
) -> Result<Choice, Error> {
    let exceeded = |width: usize| -> Result<Option<String>, Error> {
        let mut config = config.clone();
        config.train.hidden = vec![width; DEPTH];
        let candidate = Candidate {
            dim: table.columns.len(),
            file_bytes: file_bytes(table, &config)?,
            hidden: config.train.hidden,
            steps: config.steps,
            solver: config.solver,
        };
        Ok(limits.iter().find_map(|limit| limit(&candidate)))
    };
    let (mut fits, mut next_exceeds) = (0, None);
    let (mut low, mut high) = (1, MAX_WIDTH / WIDTH_STEP + 1);
    while low < high {
        let middle = low.midpoint(high);
        match exceeded(middle * WIDTH_STEP)? {
            None => (fits, low) = (middle, middle + 1),
            Some(why) => (next_exceeds, high) = (Some(why), middle),
        }
    }
    match (fits, next_exceeds) {
        (0, reason) => Err(Error::NoFit {
            width: WIDTH_STEP,
            reason: reason.unwrap_or_default(),
        }),
        (fits, next_exceeds) => Ok(Choice {
            hidden: vec![fits * WIDTH_STEP; DEPTH],
            next_exceeds,
        }),
    }
}

/// Returns a limit on the bytes of the file.
pub(crate) fn max_size<'a>(max: usize) -> Limit<'a> {
    Box::new(move |candidate| {
        let bytes = candidate.file_bytes;
        let text = || {
            let (bytes, max) = (grouped(bytes), grouped(max));
            format!("the file has {bytes} bytes, more than {max}")
        };
        (bytes > max).then(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_columns_in_few_steps_are_coupled() {
        assert_eq!(coupling(8, 4), Coupling::OptimalTransport);
        assert_eq!(coupling(9, 4), Coupling::Independent);
        assert_eq!(coupling(8, 5), Coupling::Independent);
        assert_eq!(solver(Coupling::OptimalTransport, 0), Solver::Euler);
        assert_eq!(solver(Coupling::Independent, 1), Solver::Euler);
        assert_eq!(solver(Coupling::Independent, 0), Solver::ExponentialEuler);
    }

    #[test]
    fn wide_layers_learn_more_slowly() {
        assert_eq!(learning_rate(&[8]), defaults::LEARNING_RATE);
        assert_eq!(learning_rate(&[64; 3]), defaults::LEARNING_RATE);
        assert_eq!(learning_rate(&[64, 256, 16]), 0.0025);
        assert_eq!(learning_rate(&[112; 3]), 0.00378);
    }
}
