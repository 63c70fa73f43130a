//! Judges a model: its integer samples, the float network's from the same noise, and real rows in
//! their place, all against held-out rows.

use flowlet::{Model, SamplerError};
use ndarray::Array2;
use serde::Serialize;

use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::device_columns::transform;
use crate::float_sampler::{Field, Integration};
use crate::generate::{Request, generate, noise};
use crate::metrics::{MAX_ROWS, Rows, Scores, real_baseline, score};
use crate::train::FloatModel;

/// Mixed into the seed, so that judging never replays the noise of another use of it.
const SEED: u64 = 0x6a75_6467_6500_0000;

/// Real rows to judge against, and integration to bring generated ones beside them.
#[derive(Clone, Debug)]
pub struct Reference {
    transform: Transform,
    train: Rows,
    test: Rows,
}

impl Reference {
    /// Real rows in physical units, trained on and held out; at most [`MAX_ROWS`] of each are kept.
    pub fn new(transform: Transform, train: &Table, test: &Table, seed: u64) -> Self {
        let rows = |table: &Table| {
            let standardised = transform.scaling.to_unit(table.values.clone());
            Rows::new(standardised.view(), table.classes(), seed)
        };
        Self {
            train: rows(train),
            test: rows(test),
            transform,
        }
    }

    /// Two halves of `table`, for a model whose training rows are not known: the floor is what one scores against the
    /// other.
    ///
    /// # Errors
    /// [`DataError::NothingToHoldOut`] when every class has a single row.
    ///
    /// # Panics
    /// When the table has fewer than 2 rows.
    pub fn halves(model: &Model<'_>, table: &Table, seed: u64) -> Result<Self, DataError> {
        let split = Split::new(table, 0.5, seed)?;
        let [one, other] = [&split.training, &split.validation].map(|rows| table.select(rows));
        Ok(Self::new(transform(model), &one, &other, seed))
    }

    /// Real rows that were trained on, standardised.
    pub fn train(&self) -> &Rows {
        &self.train
    }

    /// Real rows that were held out, standardised.
    pub fn test(&self) -> &Rows {
        &self.test
    }

    /// Generated rows, in physical units, as metrics see them: decoded, since limits and rounding are part of the
    /// model.
    pub fn rows(&self, values: Array2<f32>, classes: Option<&[u16]>, seed: u64) -> Rows {
        let standardised = self.transform.scaling.to_unit(values);
        Rows::new(standardised.view(), classes, seed)
    }
}

/// Scores of one model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Steps a sample.
    pub steps: u16,
    /// Generated rows that were judged.
    pub rows: usize,
    /// The float network, where it is at hand.
    pub float: Option<Scores>,
    /// The model as the device runs it.
    pub int8: Scores,
    /// Real rows in place of generated ones.
    pub real_baseline: Scores,
    /// Root mean square distance a value between the float and the integer end of a trajectory,
    /// standardised units.
    pub trajectory_error: Option<f64>,
}

/// Judges `model` in equal `steps` or its own, and the float network that it was quantised from.
///
/// # Panics
/// If the reference's columns or classes are not the model's, or `steps` is not 1..=256.
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
            Field { net, drift, class }.sample(noise, integration, |_, _| {})
        }
    });
    evaluate_with(model, sample, reference, steps, seed)
}

/// [`evaluate`] for any float sampler: what `float` makes of noise, with the classes of its rows.
///
/// # Panics
/// As [`evaluate`].
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
    let scores = |values: Array2<f32>| {
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
        int8: scores(generated.values.clone()),
        trajectory_error: float
            .as_ref()
            .map(|x| root_mean_square(x, &generated.standardised)),
        float: float
            .as_ref()
            .map(|x| scores(reference.transform.decode(x.view()))),
        real_baseline: real_baseline(&reference.train, &reference.test, request.count, seed),
    })
}

/// What the float network makes of the noise that [`generate`] starts from for the same request, standardised.
///
/// # Panics
/// If the classes are not those of the request's rows.
pub fn float_rows(
    model: &Model<'_>,
    trained: &FloatModel,
    request: &Request<'_>,
    class: Option<&[u16]>,
) -> Array2<f32> {
    let field = Field {
        net: &trained.net,
        drift: &trained.drift,
        class,
    };
    let noise = noise(model, request, class);
    field.sample(noise, &Integration::of(model, request.steps), |_, _| {})
}

fn root_mean_square(a: &Array2<f32>, b: &Array2<f32>) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    (sum / a.len() as f64).sqrt()
}
