//! The data sets of the library. Half of the rows are for the test (a fifth of the heartbeats,
//! which are few). Samples are drawn in four exponential steps, and evaluated as on the quality
//! card.

use flowlet::Solver;

use super::{Case, Figure};
use crate::Failure;
use flowlet_trainer::Table;
use flowlet_trainer::datasets::{digits, ecg, motion, weather};
use flowlet_trainer::metrics::Scores;
use flowlet_trainer::{Coupling, Seed, Trained, Trainer, defaults};

/// Solver steps.
const STEPS: u16 = 4;

/// A data set, and how it is trained.
pub(super) struct Setup {
    table: fn() -> Table,
    hidden: &'static [usize],
    validation: f64,
    ema: f32,
    /// Unit of the exact W2 in physical units; without it, standard deviations.
    unit: Option<f64>,
    pub iterations: usize,
    measures: &'static [Measure],
}

/// Name of a measure, and its value.
type Measure = (&'static str, fn(&Scores) -> Option<f64>);

const DISTANCES: &[Measure] = &[
    ("sliced W2", |scores| Some(scores.sliced_w2)),
    ("W2", |scores| Some(scores.exact_w2)),
    ("energy distance", |scores| Some(scores.energy)),
    ("MMD", |scores| Some(scores.mmd)),
    ("KS, mean", |scores| Some(scores.mean_ks)),
    ("correlation error", |scores| Some(scores.correlation_error)),
    ("label accuracy", |scores| scores.label_accuracy),
    ("TSTR", |scores| scores.tstr),
    ("nearest training row", |scores| {
        Some(scores.nearest_training)
    }),
];

/// Returns the setup of a case with a table.
pub(super) fn setup(case: Case) -> Setup {
    let usual = Setup {
        table: weather,
        hidden: &[64; 3],
        validation: 0.5,
        ema: defaults::EMA,
        unit: None,
        iterations: defaults::ITERATIONS,
        measures: DISTANCES,
    };
    match case {
        Case::Digits => Setup {
            table: digits,
            hidden: &[112, 108, 112],
            ema: 0.9995,
            // The unit of published figures: pixels from 0 to 16 become −1 to 1.
            unit: Some(8.0),
            iterations: 40_000,
            ..usual
        },
        Case::Ecg => Setup {
            table: ecg,
            validation: 0.2,
            ..usual
        },
        Case::Motion => Setup {
            table: motion,
            ..usual
        },
        Case::Moons | Case::Gaussians | Case::Weather => usual,
    }
}

pub(super) fn measure(setup: &Setup, seed: u64, iterations: usize) -> Result<Vec<Figure>, Failure> {
    let table = (setup.table)();
    let plan = Trainer::new(&table)
        .hidden(setup.hidden.iter().copied())
        .ema(setup.ema)
        .iterations(iterations)
        .seed(Seed(seed))
        .steps(STEPS)
        .coupling(Coupling::Independent)
        .solver(Solver::ExponentialEuler)
        .validation(setup.validation)
        .distil()
        .plan()?;
    let trained = plan.fit()?;
    let [float, int8, real] = scores(setup.unit, &trained)?;
    let figure = |&(measure, of): &Measure| {
        Some(Figure {
            measure,
            float: Some(of(&float)?),
            int8: of(&int8)?,
            real_baseline: of(&real),
        })
    };
    let mut figures: Vec<Figure> = setup.measures.iter().filter_map(figure).collect();
    figures.push(Figure {
        measure: "bytes of flash",
        float: None,
        int8: trained.bytes().len() as f64,
        real_baseline: None,
    });
    Ok(figures)
}

/// Scores the float network, the runtime on the same noise, and training rows.
fn scores(unit: Option<f64>, trained: &Trained) -> Result<[Scores; 3], Failure> {
    let evaluation = trained.scores()?;
    let float = evaluation.float.expect("trained here");
    // The columns of an image or a series share one unit.
    let own = trained.reference().unit().stddevs()[0];
    let scale = unit.map_or(1.0, |unit| own / unit);
    let all = [float, evaluation.int8, evaluation.real_baseline];
    Ok(all.map(|scores| Scores {
        exact_w2: scale * scores.exact_w2,
        ..scores
    }))
}
