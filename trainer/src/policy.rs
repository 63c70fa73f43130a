//! Choices that the library makes when the caller leaves them open.

use flowlet::{Model, Solver};

use crate::coupling::Coupling;
use crate::defaults;
use crate::error::Error;
use crate::fit::{FitConfig, Prepared};
use crate::text::grouped;

/// Largest numbers of values of the state and of solver steps for which optimal transport gives
/// better samples than independent noise. Images lose more than they gain, and so do latents: their
/// series become too smooth.
const MAX_OT_VALUES: usize = 64;
const MAX_OT_STEPS: u16 = 8;
/// Largest share of the variances that the drift takes of images.
const MAX_IMAGE_SHARE: f32 = 0.5;
/// Units of the widest layer up to which the learning rate does not depend on the width.
const WIDTH_OF_RATE: f32 = 64.0;
/// Hidden layers of a chosen network.
const DEPTH: usize = 3;
/// Units by which chosen widths differ.
const WIDTH_STEP: usize = 8;
/// Largest chosen width. Wider networks rarely give better samples.
const MAX_WIDTH: usize = 128;

/// What the choice of a coupling depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    /// Values of the state that the flow integrates.
    pub values: usize,
    /// Whether the rows are images.
    pub is_image: bool,
    /// Whether columns may be known.
    pub has_queries: bool,
    /// Whether rows are scored.
    pub is_scored: bool,
    /// Whether a latent replaces columns.
    pub has_latent: bool,
    /// Solver steps.
    pub steps: u16,
}

/// Returns the coupling for a flow, and the reason for it.
pub(crate) fn coupling(flow: Flow) -> (Coupling, String) {
    let Flow { values, steps, .. } = flow;
    let independent = |reason| (Coupling::Independent, reason);
    if flow.has_queries {
        return independent("known columns need noise that does not depend on the rows".to_owned());
    }
    if flow.is_scored {
        return independent("rows are scored, which optimal transport makes worse".to_owned());
    }
    if flow.is_image {
        return independent("the rows are images".to_owned());
    }
    if flow.has_latent {
        return independent("a latent makes smooth rows already".to_owned());
    }
    if values > MAX_OT_VALUES {
        return independent(format!("{values} values are more than {MAX_OT_VALUES}"));
    }
    if steps > MAX_OT_STEPS {
        return independent(format!("{steps} solver steps are more than {MAX_OT_STEPS}"));
    }
    let reason = format!(
        "the rows are no images, with at most {MAX_OT_VALUES} values and {MAX_OT_STEPS} solver steps"
    );
    (Coupling::OptimalTransport, reason)
}

/// Returns the largest share of the variances that the drift takes.
///
/// Errors of the network near t = 1 stay in an image as grain. A drift of less variance contracts
/// them.
pub(crate) fn max_drift_share(flow: Flow) -> f32 {
    match flow.is_image && !flow.has_queries && !flow.is_scored {
        true => MAX_IMAGE_SHARE,
        false => 1.0,
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
    /// Values of the state, as many without a latent.
    pub state_dim: usize,
    /// Multiply-accumulates for the columns of the latent, once per sample.
    pub latent_products: usize,
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
    prepared: &Prepared<'_>,
    config: &FitConfig,
    limits: &[Limit<'_>],
) -> Result<Choice, Error> {
    let exceeded = |width: usize| -> Result<Option<String>, Error> {
        let mut config = config.clone();
        config.train.hidden = vec![width; DEPTH];
        let file = prepared.draft(&config)?;
        let model = Model::parse(&file)?;
        let latent = model.latent();
        let time_grid = match config.post_training.time_grid {
            true => 2 * (usize::from(config.steps) + 1),
            false => 0,
        };
        let candidate = Candidate {
            dim: model.dim(),
            state_dim: model.state_dim(),
            latent_products: latent.map_or(0, |of| of.multiply_accumulates()),
            file_bytes: file.len() + time_grid,
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
    fn few_values_in_few_steps_are_coupled() {
        let chosen = |values, is_image, steps| {
            coupling(Flow {
                has_queries: false,
                is_scored: false,
                values,
                is_image,
                has_latent: false,
                steps,
            })
            .0
        };
        assert_eq!(chosen(64, false, 8), Coupling::OptimalTransport);
        assert_eq!(chosen(64, true, 8), Coupling::Independent);
        assert_eq!(chosen(65, false, 8), Coupling::Independent);
        assert_eq!(chosen(64, false, 9), Coupling::Independent);
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
