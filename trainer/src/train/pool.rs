//! Coupled pairs: a plan over as many rows as a batch has, of which a share is used per optimiser
//! step.
//!
//! Each chunk makes its own plan every few steps. This costs as much as one plan per step for the
//! whole batch, and the chunks stay independent.

use ndarray::{Array2, ArrayView1, Axis};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use super::dataset::Dataset;
use super::task::{CHUNKS, Task};

/// Pairs of noise and data rows.
#[derive(Default)]
pub(super) struct Pool {
    /// First optimiser step that the pairs are for.
    step: Option<usize>,
    noise: Array2<f32>,
    sources: Vec<usize>,
    next: usize,
}

impl Pool {
    /// Moves to share `turn` of the pairs of step `first`, which are drawn first if necessary.
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

    /// Returns the next pair: the index of a data row, and its noise. `None` if nothing is coupled.
    pub fn next(&mut self) -> Option<(usize, ArrayView1<'_, f32>)> {
        let source = *self.sources.get(self.next)?;
        self.next += 1;
        Some((source, self.noise.row(self.next - 1)))
    }
}
