//! A chunk: a fixed share of every batch, with its own randomness and memory.
//!
//! The number of chunks does not depend on the number of threads. Each chunk has its own generator,
//! and gradients are added in the order of the chunks. So a seed gives the same weights, bit for
//! bit, with any number of threads.

use ndarray::{Array2, ArrayView1, ShapeBuilder};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::dataset::{Dataset, Queries};
use super::pool::Pool;
use super::task::{CHUNKS, Objective, Task};
use super::teacher::TeacherSteps;
use crate::known::Known;
use crate::network::{Inputs, NetShape, Pass, Targets, VelocityNet};

/// Uses of a coupled pair, each time at another t, because plans are the slowest part of training.
const PAIR_USES: usize = 2;

/// A share of a batch: inputs and targets of the regression, and the pass over them.
pub(super) struct Chunk {
    index: u64,
    x: Array2<f32>,
    target: Array2<f32>,
    t: Vec<f32>,
    class: Option<Vec<u16>>,
    /// Query of each row, if there are queries.
    query: Option<Array2<f32>>,
    /// Factors of the errors: 0 for known values. None if all are 1.
    weights: Option<Array2<f32>>,
    pool: Pool,
    pass: Pass,
    squared_error: f64,
}

impl Chunk {
    /// Creates chunk number `index` with memory for `rows` rows.
    pub fn new(index: usize, rows: usize, shape: &NetShape) -> Self {
        Self {
            index: index as u64,
            // Column-major, as in the pass.
            x: Array2::zeros((rows, shape.dim).f()),
            target: Array2::zeros((rows, shape.dim).f()),
            t: vec![0.0; rows],
            class: (shape.classes > 0).then(|| vec![0; rows]),
            query: (shape.query > 0).then(|| Array2::zeros((rows, shape.query))),
            weights: None,
            pool: Pool::default(),
            pass: Pass::new(shape, rows),
            squared_error: 0.0,
        }
    }

    /// Draws the regression problem of an optimiser step and differentiates its loss.
    ///
    /// `key` belongs to the run. `factor` scales the gradient.
    pub fn run(&mut self, task: Task, net: &VelocityNet, key: u64, iteration: usize, factor: f32) {
        self.draw_loss(task, net, key, iteration);
        self.pass.backward(net, factor * self.unknown_factor());
    }

    /// Draws the regression problem of an optimiser step and computes its loss.
    fn draw_loss(&mut self, task: Task, net: &VelocityNet, key: u64, iteration: usize) {
        let place = |iteration: usize| ((iteration as u64) << 8) | self.index;
        let rng = |place| Xoshiro256PlusPlus::seed_from_u64(key ^ place);
        if let (Objective::Flow(data), true) = (task.objective, task.is_planned()) {
            // The plan covers a whole batch, of which this chunk uses a share per step.
            let turn = iteration % (CHUNKS * PAIR_USES);
            let first = iteration - turn;
            let mut rng = rng(place(first) | 1 << 7);
            self.pool
                .refresh(task, data, first, turn % CHUNKS, &mut rng);
        }
        let mut rng = rng(place(iteration));
        match task.objective {
            Objective::Flow(data) => self.draw(task, data, &mut rng),
            Objective::Teacher(steps) => self.draw_teacher(steps, &mut rng),
        }
        let inputs = Inputs {
            x: self.x.view(),
            t: &self.t,
            class: self.class.as_deref(),
            query: self.query.as_ref().map(|query| query.view()),
        };
        let targets = Targets {
            target: self.target.view(),
            weights: self.weights.as_ref().map(|weights| weights.view()),
        };
        self.squared_error = self.pass.squared_error(net, &inputs, targets);
    }

    /// Returns the mean squared error of a network on draws of `task` that depend only on `key`.
    pub fn evaluate(&mut self, task: Task, net: &VelocityNet, key: u64) -> f64 {
        let task = Task {
            batch: self.t.len(),
            ..task
        };
        self.draw_loss(task, net, key, 0);
        self.squared_error() / self.x.len() as f64
    }

    /// Returns Σ (network − target)² of the last run, as if no value had been known.
    pub fn squared_error(&self) -> f64 {
        f64::from(self.unknown_factor()) * self.squared_error
    }

    /// Returns the values per value that is not known.
    fn unknown_factor(&self) -> f32 {
        match &self.weights {
            Some(weights) => weights.len() as f32 / weights.sum().max(1.0),
            None => 1.0,
        }
    }

    /// Returns the pass of the last run.
    pub fn pass(&self) -> &Pass {
        &self.pass
    }

    /// Draws rows, noise and stratified times: the time of row k of n is in [k/n, (k+1)/n).
    fn draw(&mut self, task: Task, data: &Dataset, rng: &mut impl Rng) {
        let rows = self.t.len();
        let null_class = data.classes() as u16;
        for row in 0..rows {
            let stratum = (row as f32 + rng.random::<f32>()) / rows as f32;
            let t = task.path.time(task.time_density.at(stratum.min(1.0)));
            let pair = self.pool.next();
            let source = match pair {
                Some((source, _)) => source,
                None => rng.random_range(0..data.x().nrows()),
            };
            self.t[row] = t;
            if let (Some(query), Queries::Conditions(values)) = (&mut self.query, data.queries()) {
                query.row_mut(row).assign(&values.row(source));
            }
            if let (Some(class), Some(from)) = (&mut self.class, data.class()) {
                // Draws only with label dropout, so that seeds give the same weights without it.
                let hidden = task.label_dropout > 0.0 && rng.random::<f32>() < task.label_dropout;
                class[row] = if hidden { null_class } else { from[source] };
            }
            let coefficients = task.path.at(t);
            let stochastic = task.path.is_stochastic();
            let mut normal = || -> f32 { StandardNormal.sample(rng) };
            let own = data.noise().map(|noise| noise.row(source));
            let mut start = own
                .or(pair.map(|(_, noise)| noise))
                .map(ArrayView1::into_iter);
            ndarray::Zip::from(self.x.row_mut(row))
                .and(self.target.row_mut(row))
                .and(data.x().row(source))
                .for_each(|x, v, &x1| {
                    let x0 = match start.as_mut().and_then(Iterator::next) {
                        Some(&x0) => x0,
                        None => normal(),
                    };
                    let noise = if stochastic { normal() } else { 0.0 };
                    let x1 = match task.augment {
                        0.0 => x1,
                        augment => x1 + augment * normal(),
                    };
                    (*x, *v) = coefficients.apply(x0, x1, noise);
                });
            if let (Some(query), Queries::Masked(masks)) = (&mut self.query, data.queries()) {
                masks.draw(query.row_mut(row), rng);
                ndarray::Zip::from(self.x.row_mut(row))
                    .and(data.x().row(source))
                    .and(query.row(row))
                    .for_each(|x, &x1, &mask| *x = if mask > 0.0 { x1 } else { *x });
            }
        }
        if let (Some(query), Queries::Masked(_)) = (&self.query, data.queries()) {
            self.weights = Some(query.mapv(|mask| 1.0 - mask));
        }
        // The network learns the velocity without the drift.
        let class = self.class.as_deref();
        task.drift
            .add_velocity(-1.0, self.x.view(), &self.t, class, &mut self.target);
    }

    /// Draws trajectories, and a step of each, with all steps equally often.
    fn draw_teacher(&mut self, teacher: &TeacherSteps, rng: &mut impl Rng) {
        for row in 0..self.t.len() {
            let step = &teacher.steps[row % teacher.steps.len()];
            let source = rng.random_range(0..step.x.nrows());
            self.t[row] = step.t;
            self.x.row_mut(row).assign(&step.x.row(source));
            self.target.row_mut(row).assign(&step.target.row(source));
            if let (Some(class), Some(from)) = (&mut self.class, &teacher.class) {
                class[row] = from[source];
            }
            if let (Some(query), Some(from)) = (&mut self.query, teacher.known.query()) {
                query.row_mut(row).assign(&from.row(source));
            }
        }
        if let (Some(query), Known::Masked(_)) = (&self.query, &teacher.known) {
            self.weights = Some(query.mapv(|mask| 1.0 - mask));
        }
    }
}
