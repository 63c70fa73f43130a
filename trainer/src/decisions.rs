//! What a training decided for the user: one line each, so that the user can correct it.

mod columns;
mod few_values;

use std::fmt;

use flowlet::Solver;

use crate::coupling::Coupling;
use crate::data::Table;
use crate::data::split::SplitBy;
use crate::data::transform::Transform;
use crate::defaults;
use crate::fill::{FillPlan, PlannedQuery};
use crate::text::{MAX_LISTED, counted, grouped, listed};

pub(crate) use columns::{on_columns, on_cycles};

/// A choice that was left open, and what was decided. `Display` is one line.
///
/// ```
/// use flowlet_trainer::{DecisionKind, Table, Trainer};
///
/// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
/// let plan = Trainer::new(&table).plan()?;
/// assert_eq!(plan.decisions()[0].kind, DecisionKind::Integers);
/// assert_eq!(plan.decisions()[0].to_string(), "integers: x, y");
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided on.
    pub kind: DecisionKind,
    /// The decision.
    pub message: String,
}

/// What is decided unless the caller does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecisionKind {
    /// Which columns are a series or an image.
    Series,
    /// Which columns the flow replaces by principal components.
    Latent,
    /// Which columns have categories.
    Categories,
    /// Which columns start again after a period.
    Circular,
    /// Which columns look as if they did, but are not declared.
    LooksCircular,
    /// Which columns have only integers.
    Integers,
    /// Which columns have few decimal places, which their samples have too.
    Decimals,
    /// Which columns have few values, between which samples may have others.
    FewValues,
    /// Which columns have a smallest or a largest value.
    Limits,
    /// Which columns are decoded by a curve.
    Curves,
    /// Which rows are kept for validation.
    Split,
    /// How noise is paired with rows.
    Coupling,
    /// The solver.
    Solver,
    /// The number of solver steps.
    Steps,
    /// Whether columns are refitted to samples of the quantised model.
    Recalibration,
    /// The peak learning rate.
    LearningRate,
    /// Which rows calibrate the scores.
    Calibration,
    /// Which columns may be known, and what that rules out.
    Known,
    /// Which columns are conditions.
    Conditions,
    /// How a declared query is answered.
    Query,
}

impl Decision {
    fn new(kind: DecisionKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = match self.kind {
            DecisionKind::Series => "series",
            DecisionKind::Latent => "latent",
            DecisionKind::Categories => "categories",
            DecisionKind::Circular => "circular",
            DecisionKind::LooksCircular => "looks circular",
            DecisionKind::Integers => "integers",
            DecisionKind::Decimals => "decimals",
            DecisionKind::FewValues => "few values",
            DecisionKind::Limits => "limits",
            DecisionKind::Curves => "curves",
            DecisionKind::Split => "validation",
            DecisionKind::Coupling => "coupling",
            DecisionKind::Solver => "solver",
            DecisionKind::Recalibration => "recalibration",
            DecisionKind::LearningRate => "learning rate",
            DecisionKind::Calibration => "calibration",
            DecisionKind::Known => "known columns",
            DecisionKind::Conditions => "conditions",
            DecisionKind::Query => "query",
            DecisionKind::Steps => "solver steps",
        };
        write!(f, "{subject}: {}", self.message)
    }
}

/// Returns the decision on the split, if rows belong together.
pub(crate) fn on_split(by: &SplitBy) -> Option<Decision> {
    (*by != SplitBy::Rows).then(|| Decision::new(DecisionKind::Split, by.to_string()))
}

/// Returns the decision on the coupling.
pub(crate) fn on_coupling((coupling, reason): (Coupling, String)) -> Decision {
    Decision::new(
        DecisionKind::Coupling,
        format!("{coupling}, because {reason}"),
    )
}

/// Returns the decision on the number of solver steps, which is made after the training.
pub(crate) fn on_steps(steps: u16, fills_in: bool) -> Decision {
    let measures = match fills_in {
        true => "the energy distance and the CRPS",
        false => "the energy distance",
    };
    let most = defaults::STEPS;
    let message =
        format!("{steps}, the fewest, at most {most}, within 2 % of {measures} of 16 steps");
    Decision::new(DecisionKind::Steps, message)
}

/// Returns the decision on the solver of a model that fills in rows, which is made after the
/// training: the CRPS of Euler's and of the exponential method.
pub(crate) fn on_measured_solver(solver: Solver, [euler, exponential]: [f64; 2]) -> Decision {
    let message = match solver {
        Solver::Euler => format!(
            "euler, because the CRPS on validation rows is {euler:.3}, with exponential \
             {exponential:.3}"
        ),
        _ => format!(
            "exponential, because the CRPS on validation rows is {exponential:.3}, with euler \
             {euler:.3}"
        ),
    };
    Decision::new(DecisionKind::Solver, message)
}

/// Returns the decision on the solver.
pub(crate) fn on_solver(solver: Solver) -> Decision {
    let message = match solver {
        Solver::Euler => "euler, because the coupling or reflow straightens the paths",
        _ => "exponential, because neither coupling nor reflow straightens the paths",
    };
    Decision::new(DecisionKind::Solver, message)
}

/// Returns the decision to recalibrate, if there are numbers.
pub(crate) fn on_recalibration(transform: &Transform) -> Option<Decision> {
    let numbers = transform.numbers().len();
    let columns = counted(numbers, "column", "columns");
    let message = format!("{columns} refitted to samples of the quantised model");
    (numbers > 0).then(|| Decision::new(DecisionKind::Recalibration, message))
}

/// Returns the decision on the learning rate, if the width of the layers lowers it.
pub(crate) fn on_learning_rate(rate: f32, hidden: &[usize]) -> Option<Decision> {
    let widest = hidden.iter().max()?;
    let message = format!("{rate}, because the widest layer has {widest} units");
    (rate < defaults::LEARNING_RATE).then(|| Decision::new(DecisionKind::LearningRate, message))
}

/// Returns the decision on the rows that calibrate scores: those kept for validation.
///
/// If they are few, all rows do.
pub(crate) fn on_calibration(rows: usize, is_crossed: bool) -> Decision {
    let least = 1.0 / (rows as f64 + 1.0);
    let rows = match (is_crossed, rows) {
        (true, _) => format!("all {rows} rows, each scored by one of five further models"),
        (false, 1) => "the validation row".to_owned(),
        (false, _) => format!("the {} validation rows", grouped(rows)),
    };
    let message = format!("scores are calibrated on {rows}, so p-values are at least {least:.4}");
    Decision::new(DecisionKind::Calibration, message)
}

/// Returns what post-training does to the scores of a network that it changes.
pub(crate) fn on_scores_after(reflow: bool, distillation: bool) -> Option<Decision> {
    let phases = match (reflow, distillation) {
        (false, false) => return None,
        (true, false) => "reflow makes",
        (false, true) => "distillation makes",
        (true, true) => "reflow and distillation make",
    };
    let message = format!("{phases} scores worse; train another model to score rows");
    Some(Decision::new(DecisionKind::Calibration, message))
}

/// Returns the decision on the latent of rows whose columns may be known.
pub(crate) fn on_no_latent() -> Decision {
    let message = "no latent, because its components mix known and unknown columns";
    Decision::new(DecisionKind::Known, message)
}

/// Returns the decisions on how rows of a table are filled in, which were made on validation rows.
pub(crate) fn on_fill(plan: &FillPlan, table: &Table) -> Vec<Decision> {
    let query = |query: &PlannedQuery| {
        let [masks, gain] = query.scores?;
        let steps = match query.times.len() {
            0 => String::new(),
            steps => format!(" in {}", counted(steps, "step", "steps")),
        };
        let [chosen, other] = match query.gains.is_empty() {
            false => [("a gain", gain), ("masks", masks)],
            true => [("masks", masks), ("a gain", gain)],
        };
        let message = format!(
            "{} by {}{steps}, because its CRPS on validation rows is {:.3}, with {} {:.3}; noise \
             times {:.2}",
            query.name, chosen.0, chosen.1.crps, other.0, other.1.crps, query.spread
        );
        Some(Decision::new(DecisionKind::Query, message))
    };
    let mut all: Vec<Decision> = plan.queries.iter().filter_map(query).collect();
    let any = |crps: f64| {
        let spread = plan.spread;
        format!("any, with a CRPS of {crps:.3} on validation rows; noise times {spread:.2}")
    };
    let known = plan.scores.map(|scores| any(scores.crps));
    all.extend(known.map(|message| Decision::new(DecisionKind::Known, message)));
    if let Some(conditions) = &table.conditions {
        let names: Vec<&str> = conditions.file_columns().iter().map(|of| of.name).collect();
        let (names, spread) = (listed(&names, MAX_LISTED), plan.spread);
        let message = format!("{names}, which are always known; noise times {spread:.2}");
        all.push(Decision::new(DecisionKind::Conditions, message));
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::{Coupling, Table, Trainer};

    fn decided(text: &str, steps: u16) -> Vec<String> {
        let table = Table::parse_csv(text.as_bytes(), "rows.csv").expect("a table");
        let plan = Trainer::new(&table).steps(steps).plan().expect("a plan");
        plan.decisions().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_open_choice_has_a_line() {
        let row = |row: usize| {
            let rain = if row.is_multiple_of(2) {
                0.0
            } else {
                row as f64 / 7.0
            };
            format!("{row},{rain},{row}.5,{}\n", ["sun", "fog"][row % 2])
        };
        let text: String = (0..50).map(row).collect();
        assert_eq!(
            decided(&format!("day,rain,warm,sky\n{text}"), 4),
            [
                "categories: sky",
                "integers: day",
                "decimals: warm (1)",
                "limits: rain from 0",
                "coupling: ot, because the rows are no images, with at most 64 values and 8 solver \
                 steps",
                "solver: euler, because the coupling or reflow straightens the paths",
                "recalibration: 3 columns refitted to samples of the quantised model",
            ]
        );
    }

    #[test]
    fn curves_have_a_line_with_their_reasons() {
        let row = |row: usize| {
            let income = (row as f64 / 40.0).exp();
            let part = if row % 5 == 2 { 0.25 } else { row as f64 / 7.0 };
            format!("{income},{part}\n")
        };
        let text: String = (0..400).map(row).collect();
        let lines = decided(&format!("income,part\n{text}"), 8);
        let curves = "curves: income (far values), part (0.25 recurs)";
        assert!(lines.iter().any(|line| line == curves), "{lines:?}");
    }

    #[test]
    fn a_choice_that_was_made_has_none() {
        let row = "0.1234567891,1.2345678912\n2.2345678913,1.1234567894\n";
        let text = format!("x,y\n{row}3.4567891234,2.3456789123\n");
        let table = Table::parse_csv(text.as_bytes(), "rows.csv");
        let table = table.expect("a table");
        let trainer = Trainer::new(&table).coupling(Coupling::Independent);
        let trainer = trainer.solver(flowlet::Solver::Heun).no_recalibration();
        assert_eq!(trainer.plan().expect("a plan").decisions(), []);
    }
}
