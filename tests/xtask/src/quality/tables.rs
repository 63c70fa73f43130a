//! Cases with half of the rows for the test, sampled in four steps. They are trained with the
//! defaults of the command and a width, unless a setup says more.

use super::data::table;
use super::measures::{Comparison, Measure, quartile_error};
use super::scale::{Scale, Unit};
use super::sides::draws;
use super::{Case, Figure, STEPS};
use crate::Failure;
use flowlet_trainer::datasets::{digits, ecg, mnist28, motion, weather};
use flowlet_trainer::{LatentRank, Seed, Table, Trainer, defaults};

/// Share of the rows for the test.
const TEST: f64 = 0.5;

/// How a case is trained, and what is measured.
struct Setup {
    /// Units of the hidden layers.
    hidden: &'static [usize],
    /// Decay of the weights' average.
    ema: f32,
    iterations: usize,
    distil: bool,
    latent: LatentRank,
    unit: Unit,
    measures: Vec<Measure>,
}

const DISTANCES: &[Measure] = &[
    ("sliced W2", |of| Some(of.scores.sliced_w2)),
    ("W2", |of| Some(of.scores.exact_w2)),
    ("energy distance", |of| Some(of.scores.energy)),
    ("MMD", |of| Some(of.scores.mmd)),
    ("KS, mean", |of| Some(of.scores.mean_ks)),
    ("correlation error", |of| Some(of.scores.correlation_error)),
];
const LABELS: &[Measure] = &[
    ("label accuracy", |of| of.scores.label_accuracy),
    ("TSTR", |of| of.scores.tstr),
];
const SERIES: &[Measure] = &[
    ("roughness over real", |of| of.scores.roughness),
    ("spectrum error, dB", |of| of.scores.spectrum_error),
];
const SPREAD: &[Measure] = &[
    ("copying", |of| of.copying()),
    ("variance within classes over real", |of| {
        of.variance_within()
    }),
];
const ZEROS: &[Measure] = &[("share of zero pixels", |of| of.zero_share())];
const NIGHT: &[Measure] = &[
    ("winter days with light at night", |of| of.light_at_night()),
    ("summer days with a dark hour by day", |of| {
        of.darkness_by_day()
    }),
];
const SPIKES: &[Measure] = &[
    ("share of zeros", |of| of.zero_share()),
    ("mean of the spikes", |of| of.mean_of_spikes()),
];
const NEGATIVE: &[Measure] = &[
    ("share of negative values", |of| of.negative_share()),
    ("KS, mean", |of| Some(of.scores.mean_ks)),
];

/// Samples whose quartiles are compared with those of all rows. So many hardly vary by chance.
const MANY: usize = 20_000;

/// Returns the table and the setup of a case.
fn setup(case: Case) -> Result<(Table, Setup), Failure> {
    let usual = |measures: &[&[Measure]]| Setup {
        hidden: &defaults::HIDDEN,
        ema: defaults::EMA,
        iterations: defaults::ITERATIONS,
        distil: false,
        latent: LatentRank::Auto,
        unit: Unit::Deviation,
        measures: measures.concat(),
    };
    // The units are those in which the bounds were found: one for each series.
    Ok(match case {
        Case::Digits => {
            let setup = Setup {
                hidden: &[112, 104, 112],
                ema: 0.9995,
                iterations: 40_000,
                distil: true,
                unit: Unit::PerSeries(&[4.33]),
                ..usual(&[DISTANCES, LABELS, SPREAD, ZEROS])
            };
            (digits(), setup)
        }
        Case::Mnist28 => {
            let setup = Setup {
                hidden: &[148; 3],
                unit: Unit::PerSeries(&[64.0]),
                ..usual(&[LABELS, SPREAD, ZEROS])
            };
            (mnist28(), setup)
        }
        Case::Ecg | Case::EcgSmall => {
            let setup = Setup {
                hidden: if case == Case::Ecg {
                    &[72, 68, 72]
                } else {
                    &[40, 36, 40]
                },
                unit: Unit::PerSeries(&[0.257]),
                ..usual(&[DISTANCES, SERIES, SPREAD])
            };
            (ecg(), setup)
        }
        Case::Motion | Case::MotionClasses => {
            let (hidden, latent): (&[usize], _) = match case {
                Case::Motion => (&[64, 60, 64], LatentRank::Auto),
                _ => (&[56, 52, 56], LatentRank::PerClass(16)),
            };
            let setup = Setup {
                hidden,
                latent,
                unit: Unit::PerSeries(&[0.722, 0.480, 0.542]),
                ..usual(&[DISTANCES, LABELS, SERIES, SPREAD])
            };
            (motion(), setup)
        }
        Case::SunSeries => (
            table("sun-series")?,
            usual(&[&DISTANCES[..2], NIGHT, SPREAD]),
        ),
        Case::Spikes => (table("spikes")?, usual(&[&DISTANCES[..3], SPIKES, SPREAD])),
        Case::Income => (table("income")?, usual(&[NEGATIVE, SPREAD])),
        Case::Outlier => (table("outlier")?, usual(&[])),
        _ => (weather(), usual(&[DISTANCES, LABELS, SPREAD])),
    })
}

pub(super) fn measure(
    case: Case,
    seed: u64,
    iterations: Option<usize>,
) -> Result<Vec<Figure>, Failure> {
    let (table, setup) = setup(case)?;
    let mut trainer = Trainer::new(&table)
        .hidden(setup.hidden.iter().copied())
        .ema(setup.ema)
        .iterations(iterations.unwrap_or(setup.iterations))
        .seed(Seed(seed))
        .steps(STEPS)
        .latent(setup.latent)
        .validation(TEST);
    if setup.distil {
        trainer = trainer.distil();
    }
    let trained = trainer.fit()?;
    let training = &trained.split().training;
    let scale = Scale::new(setup.unit, &table, training);
    let comparison = Comparison::new(scale, &table, training, seed);
    let draws = draws(&trained, &table, seed)?;
    let judged = draws.iter().zip(seed..);
    let judged = judged.map(|(draw, seed)| comparison.measure(draw, &setup.measures, seed));
    let judged: Vec<_> = judged.collect();
    let mean = |measure: usize, side: usize| -> Option<f64> {
        let values: Option<Vec<f64>> = judged.iter().map(|draw| draw[measure][side]).collect();
        values.map(|values| super::mean(&values))
    };
    let figure = |(at, (measure, _)): (usize, &Measure)| {
        Some(Figure {
            measure,
            float: mean(at, 0),
            int8: mean(at, 1)?,
            real_baseline: mean(at, 2),
        })
    };
    let mut figures: Vec<Figure> = setup
        .measures
        .iter()
        .enumerate()
        .filter_map(figure)
        .collect();
    let model = trained.model();
    if case == Case::Outlier {
        let samples = model.sample(MANY, Seed(seed))?.values;
        figures.push(Figure {
            measure: "error of the quartiles",
            float: None,
            int8: quartile_error(samples.column(0), table.values.column(0)),
            real_baseline: None,
        });
    }
    let products = u64::from(STEPS) * u64::from(model.multiply_accumulates());
    let costs = [
        ("bytes of flash", trained.bytes().len() as f64),
        ("multiply-accumulates per sample", products as f64),
    ];
    figures.extend(costs.map(|(measure, int8)| Figure {
        measure,
        float: None,
        int8,
        real_baseline: None,
    }));
    Ok(figures)
}
