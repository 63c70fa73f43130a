//! Chooses masks or a gain for each declared query, and spreads, on validation rows.

use flowlet::Solver;
use flowlet::encode::Condition;
use ndarray::{Array2, Axis};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::draws::{gains, masked, steered};
use super::gain::{Directions, RIDGES};
use super::measures::FillScores;
use super::plan::{FillPlan, PlannedQuery, starts, values};
use crate::data::Table;
use crate::data::transform::Transform;
use crate::data::unit::Unit;
use crate::fewest_steps::fewest_steps;
use crate::float_sampler::Integration;
use crate::known::Known;
use crate::masks::Masks;
use crate::query::Query;
use crate::train::{Dataset, FloatModel};

/// Draws per row.
const DRAWS: u64 = 32;
/// Most validation rows.
const MAX_ROWS: usize = 256;
/// Share of the true values that an interval should contain.
const COVERAGE: f64 = 0.8;
/// Coverage this near is good enough.
const NEAR: f64 = 0.005;
/// Spread that is tried after 1, if it is too large; otherwise its inverse.
const SMALLER: f64 = 0.8;
/// Least and largest spread.
const SPREADS: [f64; 2] = [0.5, 1.9];
/// Mixed into the seed of draws.
const SEED: u64 = 0x6669_6c6c_0000_0000;

/// What is chosen from: a trained network, its rows, and those to measure with.
pub(crate) struct Choice<'a> {
    pub float: &'a FloatModel,
    pub data: &'a Dataset,
    pub validation: &'a Table,
    pub validation_data: &'a Dataset,
    pub training: &'a Table,
    pub transform: &'a Transform,
    /// Whether a query takes the fewest steps that are about as good as many.
    pub chooses_steps: bool,
    pub seed: u64,
}

/// Whether the value of a row and a column is asked for.
type IsAsked<'r> = &'r (dyn Fn(usize, usize) -> bool + Sync);
/// Draws the rows from noise.
type Draw<'r> = &'r (dyn Fn(Array2<f32>) -> Array2<f32> + Sync);

/// Validation rows, and how draws of them are measured.
pub(crate) struct ChoiceRows<'a> {
    of: &'a Choice<'a>,
    /// States of the rows.
    states: Array2<f32>,
    /// Numbers of the rows in the validation.
    rows: Vec<usize>,
    class: Option<Vec<u16>>,
    /// True values, in units.
    truth: Array2<f32>,
    unit: Unit,
    /// Whether each value is a number.
    numbers: Vec<bool>,
}

impl<'a> ChoiceRows<'a> {
    /// Takes the validation rows of a choice.
    pub fn new(of: &'a Choice<'a>) -> Self {
        let count = of.validation.values.nrows();
        let kept = count.min(MAX_ROWS);
        let rows: Vec<usize> = (0..kept).map(|row| row * count / kept).collect();
        let unit = Unit::fit(of.training);
        let values = of.validation.values.select(Axis(0), &rows);
        let class = of.validation_data.class();
        let mut numbers = vec![true; of.training.columns.len()];
        for category in &of.training.categories {
            numbers[category.clone()].fill(false);
        }
        Self {
            states: of.validation_data.x().select(Axis(0), &rows),
            class: class.map(|class| rows.iter().map(|&row| class[row]).collect()),
            truth: unit.standardise(values.view()),
            unit,
            numbers,
            rows,
            of,
        }
    }

    /// Finds the spread of a model with conditions, whose validation values are `values`.
    pub fn with_conditions(
        &self,
        conditions: Vec<Condition>,
        values: &Array2<f32>,
        integration: &Integration,
    ) -> FillPlan {
        let known = Known::Conditions(values.select(Axis(0), &self.rows));
        let (spread, _) = self.calibrated(&|_, _| true, &self.by_masks(&known, integration));
        FillPlan {
            spread,
            conditions,
            ..FillPlan::default()
        }
    }

    /// Returns the CRPS of draws by masks, without a spread.
    pub fn crps(&self, masks: &Masks, integration: &Integration) -> f64 {
        let score = |is_asked: IsAsked<'_>, draw: Draw<'_>| self.scores(is_asked, draw, 1.0);
        self.with_masks(masks, integration, score).crps
    }

    /// Chooses how each query is answered by a model that samples with `integration`. Masks are
    /// left out if only declared queries are wanted, and all of them have a gain.
    pub fn choose(
        &self,
        any: bool,
        queries: &[Query],
        masks: &Masks,
        integration: &Integration,
    ) -> FillPlan {
        let mut plan = FillPlan {
            spread: 1.0,
            ..FillPlan::default()
        };
        let directions = Directions::fit(self.of.data.x(), self.of.data.class());
        for query in queries {
            plan.queries
                .push(self.query(query, &directions, integration));
        }
        plan.masked = any || plan.queries.iter().any(|query| query.gains.is_empty());
        if plan.masked {
            let calibrate = |is_asked: IsAsked<'_>, draw: Draw<'_>| self.calibrated(is_asked, draw);
            let (spread, scores) = self.with_masks(masks, integration, calibrate);
            plan.spread = spread;
            plan.scores = any.then_some(scores);
        }
        plan
    }

    /// Chooses how a query is answered.
    fn query(
        &self,
        query: &Query,
        directions: &Directions,
        integration: &Integration,
    ) -> PlannedQuery {
        let values = values(self.of.training);
        let known = query.known_values(&values);
        let asked = query.asked_values(&values);
        let is_asked = |_: usize, column: usize| asked[column];
        let by_masks = self.query_by_masks(&is_asked, &known, integration);
        let by_gain = RIDGES
            .map(|ridge| self.query_by_gain(&is_asked, &known, (directions, ridge), integration))
            .into_iter()
            .reduce(better)
            .expect("there are ridges");
        let scores = Some([by_masks.scores, by_gain.scores]);
        let chosen = better(by_masks, by_gain);
        PlannedQuery {
            name: query.name.clone(),
            known,
            spread: chosen.spread,
            times: chosen.times,
            gains: chosen.gains,
            scores,
        }
    }

    /// Answers a query by masks.
    fn query_by_masks(
        &self,
        is_asked: IsAsked<'_>,
        known: &[bool],
        integration: &Integration,
    ) -> Answer {
        let known = Known::mask(known, self.states.nrows());
        let solver = integration.solver();
        let steps = self.steps(|steps| {
            let uniform = Integration::uniform(steps, solver);
            let draw = self.by_masks(&known, &uniform);
            self.scores(is_asked, &draw, 1.0).crps
        });
        let own = steps.map(|steps| Integration::uniform(steps, solver));
        let draw = self.by_masks(&known, own.as_ref().unwrap_or(integration));
        let (spread, scores) = self.calibrated(is_asked, &draw);
        Answer {
            spread,
            scores,
            times: steps.map_or_else(Vec::new, starts),
            gains: Vec::new(),
        }
    }

    /// Answers a query by a gain with a ridge.
    fn query_by_gain(
        &self,
        is_asked: IsAsked<'_>,
        known: &[bool],
        (directions, ridge): (&Directions, f64),
        integration: &Integration,
    ) -> Answer {
        let gains = |integration: &Integration| gains(directions, integration, known, ridge);
        let draw = |integration: &Integration, gains: &[Array2<f32>], noise| {
            let (states, class) = (self.states.view(), self.class.as_deref());
            steered(
                self.of.float,
                states,
                known,
                class,
                (integration, gains),
                noise,
            )
        };
        let steps = self.steps(|steps| {
            let integration = Integration::uniform(steps, Solver::Euler);
            let gains = gains(&integration);
            let draw = |noise: Array2<f32>| draw(&integration, &gains, noise);
            self.scores(is_asked, &draw, 1.0).crps
        });
        let steps = steps.unwrap_or(integration.times().len() - 1);
        let integration = Integration::uniform(steps, Solver::Euler);
        let gains = gains(&integration);
        let (spread, scores) =
            self.calibrated(is_asked, &|noise| draw(&integration, &gains, noise));
        Answer {
            spread,
            scores,
            times: starts(steps),
            gains,
        }
    }

    /// Returns the fewest steps of a query that are about as good as many, if they are to be
    /// chosen.
    fn steps(&self, crps: impl Fn(usize) -> f64) -> Option<usize> {
        let is_chosen = self.of.chooses_steps;
        is_chosen.then(|| fewest_steps(&[&crps]).into())
    }

    /// Calls `measure` with what is asked for and drawn if the rows have masks of the training.
    fn with_masks<T>(
        &self,
        masks: &Masks,
        integration: &Integration,
        measure: impl Fn(IsAsked<'_>, Draw<'_>) -> T,
    ) -> T {
        let mask = self.mask(masks);
        let is_asked = |row: usize, column: usize| mask[[row, column]] == 0.0;
        let known = Known::Masked(mask.clone());
        measure(&is_asked, &self.by_masks(&known, integration))
    }

    /// Draws masks for the rows.
    fn mask(&self, masks: &Masks) -> Array2<f32> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.of.seed ^ SEED);
        let mut mask = Array2::zeros(self.states.dim());
        for mut row in mask.rows_mut() {
            // A row without a known column needs no spread.
            while row.sum() == 0.0 && masks.can_know() {
                masks.draw(row.view_mut(), &mut rng);
            }
        }
        mask
    }

    /// Returns a function that draws the rows from noise by masks.
    fn by_masks<'r>(
        &'r self,
        known: &'r Known,
        integration: &'r Integration,
    ) -> impl Fn(Array2<f32>) -> Array2<f32> + Sync + 'r {
        move |noise| {
            let (states, class) = (self.states.view(), self.class.as_deref());
            masked(self.of.float, states, known, class, integration, noise)
        }
    }

    /// Finds the spread with which intervals contain what they should, by the secant method.
    fn calibrated(&self, is_asked: IsAsked<'_>, draw: Draw<'_>) -> (f32, FillScores) {
        let at = |spread: f64| self.scores(is_asked, draw, spread);
        let first = at(1.0);
        let misses = first.coverage - COVERAGE;
        if misses.is_nan() || misses.abs() < NEAR {
            return (1.0, first);
        }
        let other = if misses > 0.0 { SMALLER } else { 1.0 / SMALLER };
        let slope = (at(other).coverage - first.coverage) / other.ln();
        let wanted = (-misses / slope.max(f64::MIN_POSITIVE)).exp();
        let spread = wanted.clamp(SPREADS[0], SPREADS[1]);
        (spread as f32, at(spread))
    }

    /// Scores draws from noise times a spread.
    fn scores(&self, is_asked: IsAsked<'_>, draw: Draw<'_>, spread: f64) -> FillScores {
        let one = |number: u64| {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.of.seed ^ SEED ^ number);
            let noise = Array2::from_shape_simple_fn(self.states.dim(), || {
                let normal: f32 = StandardNormal.sample(&mut rng);
                spread as f32 * normal
            });
            let standardised = self.of.transform.to_standardised(draw(noise), None);
            let decoded = self.of.transform.decode(standardised.view());
            self.unit.standardise(decoded.view())
        };
        let draws: Vec<Array2<f32>> = (0..DRAWS).into_par_iter().map(one).collect();
        FillScores::new(&draws, self.truth.view(), is_asked, &self.numbers)
    }
}

/// A way to answer a query, and how good it is.
struct Answer {
    spread: f32,
    scores: FillScores,
    times: Vec<f32>,
    gains: Vec<Array2<f32>>,
}

/// Returns the answer with the smaller CRPS, or the first if both are as good.
fn better(first: Answer, second: Answer) -> Answer {
    match second.scores.crps < first.scores.crps {
        true => second,
        false => first,
    }
}
