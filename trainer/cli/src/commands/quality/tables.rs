//! The data sets that come with the command: half of the rows held out (a fifth of the few heartbeats), four
//! exponential steps, as many samples of each class as were held out.

use flowlet::{Model, Solver};
use ndarray::{Array2, Axis, concatenate};

use super::{Case, Figure};
use crate::commands::Failure;
use crate::commands::progress::TrainingBar;
use flowlet_trainer::data::Table;
use flowlet_trainer::data::schema::Schema;
use flowlet_trainer::datasets::{digits, ecg, motion, weather};
use flowlet_trainer::device_columns::transform;
use flowlet_trainer::evaluate::{Reference, float_rows};
use flowlet_trainer::fit::{FitConfig, Fitted, Phase, PostTraining, fit};
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::{Rows, Scores, floor, judge};
use flowlet_trainer::train::{Progress, TrainConfig};

/// Solver steps.
const STEPS: u16 = 4;

/// A data set, and how it is learnt.
pub(super) struct Setup {
    table: fn() -> Table,
    hidden: &'static [usize],
    holdout: f64,
    ema: f32,
    /// What the exact W2 counts in, physical units; standard deviations where there is none.
    unit: Option<f64>,
    pub iterations: usize,
    measures: &'static [Measure],
}

/// A figure, from scores.
type Measure = (&'static str, fn(&Scores) -> Option<f64>);

const DISTANCES: &[Measure] = &[
    ("sliced W2", |scores| Some(scores.sliced_w2)),
    ("W2", |scores| Some(scores.exact_w2)),
    ("energy distance", |scores| Some(scores.energy)),
    ("kernel discrepancy", |scores| Some(scores.mmd)),
    ("Kolmogorov–Smirnov", |scores| Some(scores.mean_ks)),
    ("correlation error", |scores| Some(scores.correlation_error)),
    ("label accuracy", |scores| scores.label_accuracy),
    ("train on synthetic", |scores| scores.synthetic_accuracy),
    ("nearest training row", |scores| {
        Some(scores.nearest_training)
    }),
];

/// Of a case that is not a toy.
pub(super) fn setup(case: Case) -> Setup {
    let usual = Setup {
        table: weather,
        hidden: &[64; 3],
        holdout: 0.5,
        ema: TrainConfig::default().ema,
        unit: None,
        iterations: TrainConfig::default().iterations,
        measures: DISTANCES,
    };
    match case {
        Case::Digits => Setup {
            table: digits,
            hidden: &[112, 108, 112],
            ema: 0.9995,
            // The unit of the published figures: pixels of 16 as −1 to 1.
            unit: Some(8.0),
            iterations: 40_000,
            ..usual
        },
        Case::Ecg => Setup {
            table: ecg,
            holdout: 0.2,
            ..usual
        },
        Case::Motion => Setup {
            table: motion,
            ..usual
        },
        Case::Moons | Case::Gaussians | Case::Weather => usual,
    }
}

pub(super) fn measure(
    setup: &Setup,
    seed: u64,
    iterations: usize,
    bar: &mut TrainingBar,
) -> Result<Vec<Figure>, Failure> {
    let table = (setup.table)();
    let config = FitConfig {
        train: TrainConfig {
            hidden: setup.hidden.to_vec(),
            ema: setup.ema,
            iterations,
            seed,
            ..TrainConfig::default()
        },
        steps: STEPS,
        solver: Solver::ExponentialEuler,
        holdout: setup.holdout,
        schema: Schema::default(),
        post_training: PostTraining {
            distil: true,
            ..PostTraining::default()
        },
    };
    let mut show = |phase: Phase, now: Progress| bar.show(phase, now);
    let fitted = fit(&table, &config, None, &mut show)?;
    let [float, int8, real] = scores(&table, setup.unit, &fitted, seed)?;
    let figure = |&(measure, of): &Measure| {
        Some(Figure {
            measure,
            float: Some(of(&float)?),
            int8: of(&int8)?,
            real: of(&real),
        })
    };
    let mut figures: Vec<Figure> = setup.measures.iter().filter_map(figure).collect();
    figures.push(Figure {
        measure: "bytes of flash",
        float: None,
        int8: fitted.bytes.len() as f64,
        real: None,
    });
    Ok(figures)
}

/// Of the float network, of the runtime from the same noise, and of training rows.
fn scores(
    table: &Table,
    unit: Option<f64>,
    fitted: &Fitted,
    seed: u64,
) -> Result<[Scores; 3], Failure> {
    let model = Model::parse(&fitted.bytes)?;
    let [train, held_out] =
        [&fitted.split.train, &fitted.split.held_out].map(|rows| table.select(rows));
    let transform = transform(&model);
    let decode = |standardised: &Array2<f32>| transform.decode(standardised.view());
    let reference = Reference::new(transform.clone(), &train, &held_out, seed);
    let mut parts: [Vec<Array2<f32>>; 2] = Default::default();
    let mut classes = Vec::new();
    for (class, count) in counts(&held_out) {
        let request = Request {
            count,
            class,
            seed: (seed << 16) | u64::from(class.unwrap_or(0)),
            ..Request::default()
        };
        let generated = generate(&model, &request).expect("a class of the model");
        let float = float_rows(
            &model,
            &fitted.trained,
            &request,
            generated.classes.as_deref(),
        );
        parts[0].push(decode(&float));
        parts[1].push(generated.values);
        classes.extend(class.into_iter().flat_map(|class| vec![class; count]));
    }
    let rows = |parts: &[Array2<f32>]| -> Rows {
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        let all = concatenate(Axis(0), &views).expect("as many columns each");
        let classes = (!classes.is_empty()).then_some(classes.as_slice());
        reference.rows(all, classes, seed)
    };
    let score = |rows: Rows| judge(&rows, reference.train(), reference.held_out(), seed);
    let real = floor(
        reference.train(),
        reference.held_out(),
        held_out.values.nrows(),
        seed,
    );
    // The columns of a series share one scale.
    let scale = unit.map_or(1.0, |unit| transform.scaling.scale[0] / unit);
    let all = [score(rows(&parts[0])), score(rows(&parts[1])), real];
    Ok(all.map(|scores| Scores {
        exact_w2: scale * scores.exact_w2,
        ..scores
    }))
}

/// Rows of each class that has any; of a table without labels, all of them.
fn counts(table: &Table) -> Vec<(Option<u16>, usize)> {
    let Some(labels) = &table.labels else {
        return vec![(None, table.values.nrows())];
    };
    let of = |class| {
        labels
            .of_row
            .iter()
            .filter(|&&other| other == class)
            .count()
    };
    let classes = 0..labels.classes.len() as u16;
    let counts = classes.map(|class| (Some(class), of(class)));
    counts.filter(|&(_, count)| count > 0).collect()
}
