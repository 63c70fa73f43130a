//! Coupled pairs: a plan over as many rows as a whole batch has, used a share at a time.
//!
//! A chunk draws a plan of its own every few steps. That costs as much as one plan a step over the
//! whole batch, keeps the chunks apart, and couples over the whole batch's rows.

use ndarray::{Array2, ArrayView1, Axis};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use super::dataset::Dataset;
use super::task::{CHUNKS, Task};

/// Pairs of noise and data rows.
#[derive(Default)]
pub(super) struct Pool {
    /// The step that they were drawn for, and its successors.
    step: Option<usize>,
    noise: Array2<f32>,
    sources: Vec<usize>,
    next: usize,
}

impl Pool {
    /// Stands at share `turn` of the pairs of step `first`, drawn anew where they are others'.
    pub fn refresh(
        &mut self,
        task: Task,
        data: &Dataset,
        first: usize,
        turn: usize,
        rng: &mut impl Rng,
    ) {
        if self.step != Some(first) {
            self.draw(task, data, rng);
            self.step = Some(first);
        }
        self.next = task.batch * turn / CHUNKS;
    }

    fn draw(&mut self, task: Task, data: &Dataset, rng: &mut impl Rng) {
        let rows = task.batch;
        let drawn: Vec<usize> = (0..rows)
            .map(|_| rng.random_range(0..data.x().nrows()))
            .collect();
        let shape = (rows, data.x().ncols());
        self.noise = Array2::from_shape_simple_fn(shape, || StandardNormal.sample(rng));
        let class = data
            .class()
            .map(|class| drawn.iter().map(|&row| class[row]));
        let class: Option<Vec<u16>> = class.map(Iterator::collect);
        let targets = data.x().select(Axis(0), &drawn);
        let pairs = task
            .coupling
            .pair(self.noise.view(), targets.view(), class.as_deref(), rng);
        self.sources = pairs.into_iter().map(|pair| drawn[pair]).collect();
    }

    /// The next pair: a data row's place, and its noise. `None` where nothing is coupled.
    pub fn next(&mut self) -> Option<(usize, ArrayView1<'_, f32>)> {
        let source = *self.sources.get(self.next)?;
        self.next += 1;
        Some((source, self.noise.row(self.next - 1)))
    }
}
