//! Evaluates a model: scores of its int8 samples, of the float network's from the same noise, of
//! simple generators in the same bytes, and of real rows. All are compared with test rows.
//!
//! The comparison is like for like. In each draw there are as many rows of every kind, with the
//! same number of each class, and scores are means over the draws.

mod reference;

use flowlet::{Model, SamplerError};
use ndarray::{Array2, Axis, concatenate};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro128PlusPlus;
use serde::Serialize;

pub use reference::{Draw, Protocol, Reference, TestRows};

use crate::baselines::{BaselineModel, Gaussians, NoisyRows, TrainingRows, budget};
use crate::device_columns::transform;
use crate::float_sampler::Integration;
use crate::generate::{Generated, Request, generate, noise};
use crate::known::Known;
use crate::metrics::{Rows, Scores, real_baseline, score};
use crate::train::FloatModel;

/// Mixed into the seed, so that no other use of the seed has the same noise.
const SEED: u64 = 0x6a75_6467_6500_0000;
/// Bits by which classes are apart in the seed.
const CLASS_SHIFT: u32 = 40;
/// A baseline of about the bytes of a model is better if its distances are less than this share of
/// the model's.
const CLEARLY: f64 = 0.95;

/// Scores of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Solver steps per sample.
    pub steps: u16,
    /// How the scores were measured.
    pub protocol: Protocol,
    /// Scores of the float network, if it is available.
    pub float: Option<Scores>,
    /// Scores of the int8 model.
    pub int8: Scores,
    /// Scores of Gaussians that fit in the bytes of the model's network.
    pub gaussian: Baseline,
    /// Scores of training rows with noise, as many as fit in those bytes.
    pub table: Baseline,
    /// Scores of real rows.
    pub real_baseline: Scores,
    /// Bytes of the model's network, without names and columns.
    pub network_bytes: usize,
    /// Root mean square distance between float and int8 samples of the same noise, in standard
    /// deviations.
    pub trajectory_error: Option<f64>,
}

/// A simple generator in the bytes of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baseline {
    /// What it stores.
    pub description: String,
    /// Bytes that it needs, without names and columns.
    pub bytes: usize,
    /// Scores of its samples.
    pub scores: Scores,
}

impl Baseline {
    /// Returns whether the baseline is better than a model whose network has `network_bytes`: both
    /// sliced W2 and energy distance are at least 5 % less, or just less if the baseline needs at
    /// most half of the bytes.
    #[must_use]
    pub fn is_better_than(&self, model: &Scores, network_bytes: usize) -> bool {
        let share = match 2 * self.bytes <= network_bytes {
            true => 1.0,
            false => CLEARLY,
        };
        self.scores.sliced_w2 < share * model.sliced_w2 && self.scores.energy < share * model.energy
    }
}

/// Evaluates `model` and the float network that it was quantised from, with uniform `steps` or as
/// the model recommends.
///
/// # Errors
/// [`SamplerError`] for a number of steps that the model does not accept.
///
/// # Panics
/// If the reference has other columns or classes than the model.
pub fn evaluate(
    model: &Model<'_>,
    float: Option<&FloatModel>,
    reference: &Reference,
    steps: Option<u16>,
    seed: u64,
) -> Result<Evaluation, SamplerError> {
    // The float network would have to be told the conditions of each sample.
    let float = float.filter(|_| reference.conditions().is_none());
    let sample = float.map(|trained| {
        |noise, integration: &Integration, class: Option<&[u16]>| {
            let field = trained.field(class, &Known::Nothing);
            field.sample(noise, integration, |_, _| {})
        }
    });
    evaluate_with(model, sample, reference, steps, seed)
}

/// Evaluates as [`evaluate`] does, with any float sampler: `float` makes samples of noise and
/// classes.
///
/// # Errors
/// As for [`evaluate`].
///
/// # Panics
/// As for [`evaluate`].
pub fn evaluate_with(
    model: &Model<'_>,
    float: Option<impl Fn(Array2<f32>, &Integration, Option<&[u16]>) -> Array2<f32>>,
    reference: &Reference,
    steps: Option<u16>,
    seed: u64,
) -> Result<Evaluation, SamplerError> {
    // As the model decodes, which is recalibrated after the training.
    let transform = transform(model);
    let samples = Samples::draw(model, reference, steps, seed)?;
    let float = float.map(|sample| {
        let integration = Integration::of(model, steps);
        let noise = samples.noise.clone();
        let state = sample(noise, &integration, samples.classes.as_deref());
        let classes = samples.classes.as_deref();
        reference.transform.to_standardised(state, classes)
    });
    let real = reference.draws.iter().zip(0..).map(|(draw, number)| {
        let values = reference.unit().to_physical(draw.real().values());
        real_baseline(
            draw.real(),
            draw.train(),
            draw.test(),
            seed.wrapping_add(number),
        )
        .with_smoothness(reference.smoothness(values.view(), draw))
    });
    let real: Vec<Scores> = real.collect();
    let bytes = budget(model);
    let gaussian = |rows: &TrainingRows| Gaussians::fit(rows, bytes);
    let table = |rows: &TrainingRows| NoisyRows::fit(rows, bytes, seed);
    Ok(Evaluation {
        steps: steps.unwrap_or(model.steps()),
        protocol: reference.protocol().clone(),
        trajectory_error: float
            .as_ref()
            .map(|x| root_mean_square(x, &samples.standardised)),
        int8: samples.score(reference, &samples.values, seed),
        float: float.map(|x| samples.score(reference, &transform.decode(x.view()), seed)),
        gaussian: baseline(reference, gaussian, seed),
        table: baseline(reference, table, seed),
        real_baseline: Scores::mean(&real),
        network_bytes: bytes,
    })
}

/// Samples of all draws.
struct Samples {
    values: Array2<f64>,
    standardised: Array2<f32>,
    noise: Array2<f32>,
    classes: Option<Vec<u16>>,
    /// Rows of each draw, in the order of its test rows.
    rows: Vec<Vec<usize>>,
}

impl Samples {
    /// Generates as many samples of each class as all draws need.
    fn draw(
        model: &Model<'_>,
        reference: &Reference,
        steps: Option<u16>,
        seed: u64,
    ) -> Result<Self, SamplerError> {
        let mut rows = vec![Vec::new(); reference.draws.len()];
        let mut parts: Vec<(Generated, Array2<f32>)> = Vec::new();
        let mut count = 0;
        let classes = (0..model.classes()).map(Some);
        for class in classes.chain(std::iter::once(None)) {
            let first = count;
            for (draw, rows) in reference.draws.iter().zip(&mut rows) {
                let of_class = draw.counts().iter().filter(|&&(of, _)| of == class);
                let wanted: usize = of_class.map(|&(_, count)| count).sum();
                rows.extend(count..count + wanted);
                count += wanted;
            }
            if count == first {
                continue;
            }
            let request = Request {
                count: count - first,
                class,
                steps,
                conditions: reference.conditions(),
                seed: seed ^ SEED ^ class.map_or(0, |class| (u64::from(class) + 1) << CLASS_SHIFT),
                ..Request::default()
            };
            let generated = generate(model, &request)?;
            let noise = noise(model, &request, generated.classes.as_deref());
            parts.push((generated, noise));
        }
        let joined = |views: Vec<_>| concatenate(Axis(0), &views).expect("rows of one length");
        let of = |part: &(Generated, Array2<f32>)| part.0.classes.clone();
        let classes: Option<Vec<Vec<u16>>> = parts.iter().map(of).collect();
        Ok(Self {
            values: concatenate(
                Axis(0),
                &parts
                    .iter()
                    .map(|part| part.0.values.view())
                    .collect::<Vec<_>>(),
            )
            .expect("rows of one length"),
            standardised: joined(
                parts
                    .iter()
                    .map(|part| part.0.standardised.view())
                    .collect(),
            ),
            noise: joined(parts.iter().map(|part| part.1.view()).collect()),
            classes: classes.map(|classes| classes.concat()),
            rows,
        })
    }

    /// Scores decoded samples in physical units, because limits and rounding are part of a model.
    fn score(&self, reference: &Reference, values: &Array2<f64>, seed: u64) -> Scores {
        let standardised = reference.unit().standardise(values.view());
        let scores =
            reference
                .draws
                .iter()
                .zip(&self.rows)
                .zip(0..)
                .map(|((draw, rows), number)| {
                    let of_draw = values.select(Axis(0), rows);
                    let standardised = standardised.select(Axis(0), rows);
                    scored(draw, standardised, seed.wrapping_add(number))
                        .with_smoothness(reference.smoothness(of_draw.view(), draw))
                });
        Scores::mean(&scores.collect::<Vec<_>>())
    }
}

/// Scores standardised rows in the order of a draw's test rows.
fn scored(draw: &Draw, values: Array2<f32>, seed: u64) -> Scores {
    let rows = Rows::of(values, draw.classes());
    score(&rows, draw.train(), draw.test(), seed)
}

/// Fits a baseline to the training rows of the draws, and scores its samples.
fn baseline<G: BaselineModel>(
    reference: &Reference,
    fit: impl Fn(&TrainingRows) -> G,
    seed: u64,
) -> Baseline {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed ^ SEED);
    let mut fitted: Option<(&Draw, G)> = None;
    let mut scores = Vec::new();
    let transform = &reference.transform;
    for (draw, number) in reference.draws.iter().zip(0..) {
        let (of, generator) = match fitted.take() {
            Some((of, generator)) if draw.has_training_of(of) => (of, generator),
            _ => (draw, fit(draw.fitted())),
        };
        let parts = draw.counts().iter();
        let parts = parts.map(|&(class, count)| generator.draw(class, count, &mut rng));
        let parts: Vec<Array2<f32>> = parts.collect();
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        let rows = concatenate(Axis(0), &views).expect("rows of one length");
        let values = transform.decode(rows.view());
        let standardised = reference.unit().standardise(values.view());
        scores.push(
            scored(draw, standardised, seed.wrapping_add(number))
                .with_smoothness(reference.smoothness(values.view(), draw)),
        );
        fitted = Some((of, generator));
    }
    let (_, generator) = fitted.expect("there is a draw");
    Baseline {
        description: generator.describe(),
        bytes: generator.bytes(),
        scores: Scores::mean(&scores),
    }
}

/// Returns the standardised samples of the float network for the noise of [`generate`] with the
/// same request.
///
/// # Panics
/// If there is not one class per sample of a conditional model.
pub fn float_rows(
    model: &Model<'_>,
    float: &FloatModel,
    request: &Request<'_>,
    class: Option<&[u16]>,
) -> Array2<f32> {
    let field = float.field(class, &Known::Nothing);
    let noise = noise(model, request, class);
    let state = field.sample(noise, &Integration::of(model, request.steps), |_, _| {});
    transform(model).to_standardised(state, class)
}

fn root_mean_square(a: &Array2<f32>, b: &Array2<f32>) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    (sum / a.len() as f64).sqrt()
}

#[cfg(test)]
mod tests;
