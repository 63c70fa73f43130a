//! A fixed share of every batch, with its own randomness and memory.
//!
//! The number of chunks never depends on the number of threads, each chunk draws from a generator of
//! its own, and gradients are added in chunk order; so one seed gives the same weights, bit for bit,
//! on any number of threads.

use ndarray::Array2;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Dataset;
use super::pool::Pool;
use crate::base::GaussianBase;
use crate::coupling::Coupling;
use crate::network::{NetShape, Pass, VelocityNet};
use crate::path::Path;

/// Shares of a batch.
pub(super) const CHUNKS: usize = 4;
/// How often a coupled pair is used, each time at another t: plans are the dearest part of training.
const REUSE: usize = 2;

/// What every chunk reads.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub data: &'a Dataset,
    pub base: &'a GaussianBase,
    pub path: Path,
    pub coupling: Coupling,
    /// Rows that are coupled at once.
    pub batch: usize,
    /// Share of the rows that are shown without their class.
    pub label_dropout: f32,
}

/// One share of a batch: regression inputs and targets, and the pass over them.
pub(super) struct Chunk {
    index: u64,
    x: Array2<f32>,
    target: Array2<f32>,
    t: Vec<f32>,
    class: Option<Vec<u16>>,
    pool: Pool,
    pass: Pass,
    squared_error: f64,
}

impl Chunk {
    /// Chunk number `index` with memory for `rows` rows.
    pub fn new(index: usize, rows: usize, shape: &NetShape) -> Self {
        Self {
            index: index as u64,
            x: Array2::zeros((rows, shape.dim)),
            target: Array2::zeros((rows, shape.dim)),
            t: vec![0.0; rows],
            class: (shape.classes > 0).then(|| vec![0; rows]),
            pool: Pool::default(),
            pass: Pass::new(shape, rows),
            squared_error: 0.0,
        }
    }

    /// Draws the regression problem of one iteration and differentiates its loss.
    ///
    /// `key` belongs to the run; `factor` scales the gradient.
    pub fn run(&mut self, task: Task, net: &VelocityNet, key: u64, iteration: usize, factor: f32) {
        let place = |iteration: usize| ((iteration as u64) << 8) | self.index;
        let rng = |place| Xoshiro256PlusPlus::seed_from_u64(key ^ place);
        if task.coupling != Coupling::Independent {
            // A plan over a whole batch, of which this chunk uses its share at a time.
            let turn = iteration % (CHUNKS * REUSE);
            let first = iteration - turn;
            let mut rng = rng(place(first) | 1 << 7);
            self.pool.refresh(task, first, turn % CHUNKS, &mut rng);
        }
        let mut rng = rng(place(iteration));
        self.draw(task, &mut rng);
        self.regress(task.base, net, factor);
    }

    /// The mean squared error of a network on draws from `task.data` that `key` fixes.
    pub fn evaluate(&mut self, task: Task, net: &VelocityNet, key: u64) -> f64 {
        let task = Task {
            batch: self.t.len(),
            ..task
        };
        self.run(task, net, key, 0, 0.0);
        self.squared_error / self.x.len() as f64
    }

    /// Σ (network − target)² of the last run.
    pub fn squared_error(&self) -> f64 {
        self.squared_error
    }

    /// The gradient of the last run.
    pub fn gradient(&self) -> &[f32] {
        self.pass.gradient()
    }

    /// Picks rows and noise, and stratified times: row k of n draws from [k/n, (k+1)/n).
    fn draw(&mut self, task: Task, rng: &mut impl Rng) {
        let rows = self.t.len();
        let null_class = task.data.classes() as u16;
        for row in 0..rows {
            let stratum = (row as f32 + rng.random::<f32>()) / rows as f32;
            let t = task.path.time(stratum.min(1.0));
            let pair = self.pool.next();
            let source = match pair {
                Some((source, _)) => source,
                None => rng.random_range(0..task.data.x().nrows()),
            };
            self.t[row] = t;
            if let (Some(class), Some(from)) = (&mut self.class, task.data.class()) {
                // Drawn only where it is asked for: a seed's weights without it stay what they were.
                let hidden = task.label_dropout > 0.0 && rng.random::<f32>() < task.label_dropout;
                class[row] = if hidden { null_class } else { from[source] };
            }
            let coefficients = task.path.at(t);
            let stochastic = task.path.is_stochastic();
            let mut normal = || -> f32 { StandardNormal.sample(rng) };
            let mut start = pair.map(|(_, noise)| noise.into_iter());
            ndarray::Zip::from(self.x.row_mut(row))
                .and(self.target.row_mut(row))
                .and(task.data.x().row(source))
                .for_each(|x, v, &x1| {
                    let x0 = match start.as_mut().and_then(Iterator::next) {
                        Some(&x0) => x0,
                        None => normal(),
                    };
                    let noise = if stochastic { normal() } else { 0.0 };
                    (*x, *v) = coefficients.apply(x0, x1, noise);
                });
        }
    }

    /// Regresses what the base leaves of the velocity.
    fn regress(&mut self, base: &GaussianBase, net: &VelocityNet, factor: f32) {
        let class = self.class.as_deref();
        base.add_velocity(-1.0, self.x.view(), &self.t, class, &mut self.target);
        self.squared_error = self.pass.squared_error(
            net,
            self.x.view(),
            &self.t,
            class,
            self.target.view(),
            factor,
        );
    }
}
