//! Evaluates a model: scores of its int8 samples, of the float network's from the same noise, and
//! of real rows, all compared with test rows.

use flowlet::{Model, SamplerError};
use ndarray::{Array2, ArrayView2};
use serde::Serialize;

use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::device_columns::transform;
use crate::float_sampler::{Integration, VelocityField};
use crate::generate::{Request, generate, noise};
use crate::metrics::{MAX_ROWS, Rows, Scores, real_baseline, score};
use crate::train::FloatModel;

/// Mixed into the seed, so that no other use of the seed has the same noise.
const SEED: u64 = 0x6a75_6467_6500_0000;

/// Real rows that samples are compared with.
#[derive(Clone, Debug)]
pub struct Reference {
    transform: Transform,
    train: Rows,
    test: Rows,
}

impl Reference {
    /// Creates a reference from training and test rows in physical units. At most [`MAX_ROWS`] of
    /// each are kept.
    pub fn new(transform: Transform, train: &Table, test: &Table, seed: u64) -> Self {
        let rows = |table: &Table| {
            let standardised = transform.scaling.standardise(table.values.view());
            Rows::new(standardised.view(), table.classes(), seed)
        };
        Self {
            train: rows(train),
            test: rows(test),
            transform,
        }
    }

    /// Divides `table` in two halves, for a model whose training rows are unknown. The real
    /// baseline compares one half with the other.
    ///
    /// # Errors
    /// [`DataError`] if every class has a single row.
    ///
    /// # Panics
    /// If the table has fewer than 2 rows.
    pub fn halves(model: &Model<'_>, table: &Table, seed: u64) -> Result<Self, DataError> {
        let split = Split::new(table, 0.5, seed)?;
        let [one, other] = [&split.training, &split.validation].map(|rows| table.select(rows));
        Ok(Self::new(transform(model), &one, &other, seed))
    }

    /// Returns the training rows, standardised.
    pub fn train(&self) -> &Rows {
        &self.train
    }

    /// Returns the test rows, standardised.
    pub fn test(&self) -> &Rows {
        &self.test
    }

    /// Returns generated rows in physical units as the metrics need them. They are decoded, because
    /// limits and rounding are part of the model.
    pub fn rows(&self, values: ArrayView2<'_, f64>, classes: Option<&[u16]>, seed: u64) -> Rows {
        let standardised = self.transform.scaling.standardise(values);
        Rows::new(standardised.view(), classes, seed)
    }
}

/// Scores of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Solver steps per sample.
    pub steps: u16,
    /// Number of samples.
    pub rows: usize,
    /// Scores of the float network, if it is available.
    pub float: Option<Scores>,
    /// Scores of the int8 model.
    pub int8: Scores,
    /// Scores of real rows.
    pub real_baseline: Scores,
    /// Root mean square distance between float and int8 samples of the same noise, in standard
    /// deviations.
    pub trajectory_error: Option<f64>,
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
    let sample = float.map(|trained| {
        |noise, integration: &Integration, class: Option<&[u16]>| {
            let (net, drift) = (&trained.net, &trained.drift);
            VelocityField { net, drift, class }.sample(noise, integration, |_, _| {})
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
    let request = Request {
        count: MAX_ROWS,
        class: None,
        steps,
        seed: seed ^ SEED,
        ..Request::default()
    };
    let generated = generate(model, &request)?;
    let classes = generated.classes.as_deref();
    let scores = |values: ArrayView2<'_, f64>| {
        let rows = reference.rows(values, classes, seed);
        score(&rows, &reference.train, &reference.test, seed)
    };
    let float = float.map(|sample| {
        let noise = noise(model, &request, classes);
        sample(noise, &Integration::of(model, steps), classes)
    });
    Ok(Evaluation {
        steps: steps.unwrap_or(model.steps()),
        rows: request.count,
        int8: scores(generated.values.view()),
        trajectory_error: float
            .as_ref()
            .map(|x| root_mean_square(x, &generated.standardised)),
        float: float
            .as_ref()
            .map(|x| scores(reference.transform.decode(x.view()).view())),
        real_baseline: real_baseline(&reference.train, &reference.test, request.count, seed),
    })
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
    let field = VelocityField {
        net: &float.net,
        drift: &float.drift,
        class,
    };
    let noise = noise(model, request, class);
    field.sample(noise, &Integration::of(model, request.steps), |_, _| {})
}

fn root_mean_square(a: &Array2<f32>, b: &Array2<f32>) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    (sum / a.len() as f64).sqrt()
}
