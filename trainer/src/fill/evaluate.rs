//! How well a model fills in rows, compared with simple methods.

use flowlet::Model;
use ndarray::{Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::Serialize;

use super::baselines::{Problem, given};
use super::draws::{masked, steered};
use super::measures::FillScores;
use super::plan::FillPlan;
use super::rows::{FillError, Partial, fill, noise, predict};
use super::tasks::{Task, usual};
use crate::baselines::budget;
use crate::data::Table;
use crate::data::transform::Transform;
use crate::data::unit::Unit;
use crate::float_sampler::Integration;
use crate::known::Known;
use crate::train::FloatModel;

/// Draws per row.
const DRAWS: usize = 32;
/// Most rows that are filled in.
const MAX_ROWS: usize = 512;
/// Mixed into the seed.
const SEED: u64 = 0x6669_6c6c_6576_0000;

/// How well a model answers a query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FillTask {
    /// The declared query, or what is missing.
    pub name: String,
    /// Scores of the model, in standard deviations of the columns.
    pub model: FillScores,
    /// Scores of the float network, if it is available.
    pub float: Option<FillScores>,
    /// Scores of means in one evaluation, if the model predicts them.
    pub predicted: Option<FillScores>,
    /// Scores of the mean of each column.
    pub mean: FillScores,
    /// Scores of the ten nearest of as many training rows as fit in the bytes of the model.
    pub nearest_in_flash: FillScores,
    /// Scores of the ten nearest of all training rows.
    pub nearest: FillScores,
    /// Scores of a Gaussian, given the known values.
    pub gaussian: FillScores,
}

/// The float network that a model was quantised from, and the transform of its training.
#[derive(Clone, Copy, Debug)]
pub struct FloatSource<'a> {
    /// The network.
    pub float: &'a FloatModel,
    /// The transform, before the columns were refitted.
    pub transform: &'a Transform,
    /// The plan of the training.
    pub plan: &'a FillPlan,
}

/// Some rows of a task, and draws of them, in standard deviations of the columns.
#[derive(Clone, Debug)]
pub struct FillExample {
    /// The declared query, or what is missing.
    pub name: String,
    /// Real values, `rows × D`.
    pub truth: Array2<f32>,
    /// 1 for each known value, `rows × D`.
    pub mask: Array2<f32>,
    /// Draws, each `rows × D`.
    pub draws: Vec<Array2<f32>>,
}

/// Fills in `test` rows and compares the draws with what they really were. Declared queries are
/// asked, and others too if the model takes any known columns.
///
/// # Errors
/// [`FillError`] if the model does not fill in rows.
///
/// # Panics
/// If the tables do not have the columns of the model.
pub fn evaluate(
    model: &Model<'_>,
    float: Option<FloatSource<'_>>,
    training: &Table,
    test: &Table,
    seed: u64,
) -> Result<Vec<FillTask>, FillError> {
    let scored = Scored::new(model, float, training, test, (MAX_ROWS, seed));
    let tasks = scored.tasks()?;
    tasks.iter().map(|task| scored.task(task)).collect()
}

/// Returns `rows` rows of each task, with draws.
///
/// # Errors
/// As for [`evaluate`].
///
/// # Panics
/// As for [`evaluate`].
pub fn examples(
    model: &Model<'_>,
    training: &Table,
    test: &Table,
    rows: usize,
    seed: u64,
) -> Result<Vec<FillExample>, FillError> {
    let scored = Scored::new(model, None, training, test, (rows, seed));
    let example = |task: &Task| {
        Ok(FillExample {
            name: task.name.clone(),
            truth: scored.unit.standardise(scored.test.values.view()),
            mask: task.mask.clone(),
            draws: scored.draws(task)?,
        })
    };
    scored.tasks()?.iter().map(example).collect()
}

/// What tasks are scored with.
struct Scored<'a> {
    model: &'a Model<'a>,
    float: Option<FloatSource<'a>>,
    unit: Unit,
    training: &'a Table,
    test: Table,
    seed: u64,
}

impl<'a> Scored<'a> {
    /// Takes at most `rows` of the test rows.
    fn new(
        model: &'a Model<'a>,
        float: Option<FloatSource<'a>>,
        training: &'a Table,
        test: &Table,
        (rows, seed): (usize, u64),
    ) -> Self {
        let count = test.values.nrows();
        let kept = count.min(rows);
        let rows: Vec<usize> = (0..kept).map(|row| row * count / kept).collect();
        Self {
            model,
            float,
            unit: Unit::fit(training),
            training,
            test: test.select(&rows),
            seed,
        }
    }

    /// Returns the tasks that the model can do.
    fn tasks(&self) -> Result<Vec<Task>, FillError> {
        let section = self.model.fill().map_err(FillError::Model)?;
        let section = section.ok_or(FillError::NoFill)?;
        let shape = self.test.values.dim();
        let names = section.query_names().map(str::to_owned);
        let queries = names.zip(section.queries()).enumerate();
        let mut tasks: Vec<Task> = queries
            .map(|(number, (name, query))| Task {
                name,
                mask: Array2::from_shape_fn(shape, |(_, at)| f32::from(u8::from(query.knows(at)))),
                query: Some(number),
            })
            .collect();
        if section.record().conditions > 0 {
            tasks.push(Task {
                name: "given conditions".to_owned(),
                mask: Array2::zeros(shape),
                query: None,
            });
        }
        if section.record().masked {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ SEED);
            tasks.extend(usual(self.model, shape.0, &mut rng));
        }
        Ok(tasks)
    }

    /// Draws the rows of a task, in units.
    fn draws(&self, task: &Task) -> Result<Vec<Array2<f32>>, FillError> {
        self.filled(task, |rows| fill(self.model, rows, DRAWS, None, self.seed))
    }

    /// Fills in the rows of a task by `make`. Returns them in units.
    fn filled(
        &self,
        task: &Task,
        make: impl FnOnce(Partial<'_>) -> Result<Vec<Array2<f64>>, FillError>,
    ) -> Result<Vec<Array2<f32>>, FillError> {
        let mut values = self.test.values.clone();
        values.zip_mut_with(&task.mask, |value, &known| {
            if known == 0.0 {
                *value = f64::NAN;
            }
        });
        let partial = Table {
            values,
            conditions: self.test.conditions.clone(),
            ..Table::default()
        };
        let values = partial.known_values();
        let rows = Partial {
            values: values.view(),
            classes: self.test.classes(),
        };
        let in_units = |values: &Array2<f64>| self.unit.standardise(values.view());
        Ok(make(rows)?.iter().map(in_units).collect())
    }

    /// Returns whether the model predicts the test rows in one evaluation.
    fn predicts(&self) -> bool {
        let knows_class = self.test.labels.is_some() || self.model.classes() == 0;
        let predicts = |fill: flowlet::Fill<'_>| fill.record().predicts;
        knows_class && self.model.fill().ok().flatten().is_some_and(predicts)
    }

    fn task(&self, task: &Task) -> Result<FillTask, FillError> {
        let truth = self.unit.standardise(self.test.values.view());
        let mut numbers = vec![true; truth.ncols()];
        for category in &self.test.categories {
            numbers[category.clone()].fill(false);
        }
        let mask = &task.mask;
        let score = |draws: &[Array2<f32>]| {
            let is_asked = |row: usize, column: usize| mask[[row, column]] == 0.0;
            FillScores::new(draws, truth.view(), is_asked, &numbers)
        };
        let drawn = self.draws(task)?;
        // A mean is two equal draws.
        let predicted = match self.predicts() {
            true => Some(self.filled(task, |rows| Ok(vec![predict(self.model, rows)?; 2]))?),
            false => None,
        };
        let training = self.unit.standardise(self.training.values.view());
        let classes = usize::from(self.model.classes());
        let problem = Problem::new(
            (
                training.view(),
                given(self.training, self.training, classes),
            ),
            (truth.view(), given(&self.test, self.training, classes)),
            mask,
        );
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ SEED);
        let in_range = |draws: Vec<Array2<f32>>| -> Vec<Array2<f32>> {
            let limited = |draw: Array2<f32>| {
                self.limited(draw.select(Axis(1), &(0..problem.dim).collect::<Vec<_>>()))
            };
            draws.into_iter().map(limited).collect()
        };
        let fits = budget(self.model) / self.model.dim().max(1);
        Ok(FillTask {
            name: task.name.clone(),
            model: score(&drawn),
            float: self.float.map(|of| score(&self.float_draws(of, task))),
            predicted: predicted.map(|draws| score(&draws)),
            mean: score(&in_range(problem.means())),
            nearest_in_flash: score(&in_range(problem.nearest(fits))),
            nearest: score(&in_range(problem.nearest(usize::MAX))),
            gaussian: score(&in_range(problem.gaussian(DRAWS, &mut rng))),
        })
    }

    /// Limits numbers to the range of their columns, and rounds them as these are.
    fn limited(&self, draw: Array2<f32>) -> Array2<f32> {
        let transform = crate::device_columns::transform(self.model);
        let mut values = self.unit.to_physical(draw.view());
        for (at, mut column) in values.columns_mut().into_iter().enumerate() {
            if !self.test.categories.iter().any(|range| range.contains(&at)) {
                column.mapv_inplace(|value| transform.ranges[at].nearest(value));
            }
        }
        self.unit.standardise(values.view())
    }

    /// Draws with the float network, from the noise of the runtime's draws.
    fn float_draws(&self, of: FloatSource<'_>, task: &Task) -> Vec<Array2<f32>> {
        let states = of
            .transform
            .standardise(self.test.values.clone(), self.seed);
        let class = self.test.classes();
        let section = self.model.fill().ok().flatten();
        let query = task.query.and_then(|number| section?.queries().nth(number));
        let one = |query: u16| f32::from(query) / 16_384.0;
        let spread = query.map(|query| query.record().spread);
        let spread = one(spread.unwrap_or_else(|| section.map_or(0, |of| of.record().spread)));
        let known: Vec<bool> = task.mask.row(0).iter().map(|&known| known > 0.0).collect();
        let is_gain = query.is_some_and(|query| query.record().gain);
        let solver = match is_gain {
            true => flowlet::Solver::Euler,
            false => self.model.solver(),
        };
        let integration = match query.map_or(0, |query| query.record().steps) {
            0 => Integration::of(self.model, None),
            steps => Integration::uniform(steps.into(), solver),
        };
        let matrices = match is_gain {
            false => Vec::new(),
            true => task
                .query
                .and_then(|number| of.plan.queries.get(number))
                .map_or_else(Vec::new, |query| query.gains.clone()),
        };
        let all = Known::Masked(task.mask.clone());
        let draw = |noise: Array2<f32>| {
            let (rows, noise): (ArrayView2<'_, f32>, _) = (states.view(), noise * spread);
            let drawn = match is_gain {
                true => steered(
                    of.float,
                    rows,
                    &known,
                    class,
                    (&integration, &matrices),
                    noise,
                ),
                false => masked(of.float, rows, &all, class, &integration, noise),
            };
            self.unit
                .standardise(of.transform.decode(drawn.view()).view())
        };
        let draws_class = self.model.classes() > 0 && class.is_none();
        let noise = noise(states.dim(), DRAWS, draws_class, self.seed);
        noise.into_par_iter().map(draw).collect()
    }
}
