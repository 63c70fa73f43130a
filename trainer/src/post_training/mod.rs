//! Post-training: straighter paths, a better time grid, and solver steps that follow the exact
//! flow.
//!
//! All of these learn from the trained network itself, integrated in many steps. So they bring few
//! steps near to the quality of many.

pub mod distil;
pub mod grid;
pub mod reflow;

use flowlet::Solver;
use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::float_sampler::Integration;
use crate::known::Known;
use crate::train::FloatModel;

/// Rows that one thread integrates together.
const CHUNK: usize = 256;
/// Steps of Heun's method for the exact flow. Twice as many move samples by less than 0.01.
const EXACT_STEPS: usize = 32;

/// Starting points of trajectories: standard normal noise, and classes if there are any.
#[derive(Clone, Debug)]
pub struct Starts {
    /// Noise, `rows × D`.
    pub noise: Array2<f32>,
    /// One class per row.
    pub class: Option<Vec<u16>>,
    /// What is known of the rows.
    pub known: Known,
}

impl Starts {
    /// Draws a start for each entry of `class`, or `count` starts, for networks with `dim`
    /// coordinates.
    pub fn draw(count: usize, dim: usize, class: Option<Vec<u16>>, seed: u64) -> Self {
        let count = class.as_ref().map_or(count, Vec::len);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut normal = || StandardNormal.sample(&mut rng);
        Self {
            noise: Array2::from_shape_simple_fn((count, dim), &mut normal),
            class,
            known: Known::Nothing,
        }
    }

    /// Replaces the known coordinates of the noise by those of `rows`.
    #[must_use]
    pub fn given(mut self, known: Known, rows: ArrayView2<'_, f32>) -> Self {
        known.place(rows, &mut self.noise);
        Self { known, ..self }
    }

    /// Returns the states at the beginning of every `every`-th step of `integration`, and at its
    /// end.
    fn flow(
        &self,
        float: &FloatModel,
        integration: &Integration,
        every: usize,
    ) -> Vec<Array2<f32>> {
        let chunks: Vec<_> = self.noise.axis_chunks_iter(Axis(0), CHUNK).collect();
        let states = |(index, noise): (usize, ndarray::ArrayView2<f32>)| {
            let first = index * CHUNK;
            let known = self.known.slice(first..first + noise.nrows());
            let class = self.class.as_ref();
            let class = class.map(|class| &class[first..first + noise.nrows()]);
            let field = float.field(class, &known);
            let mut states = Vec::new();
            let mut step = 0usize;
            let end = field.sample(noise.to_owned(), integration, |x, _| {
                if step.is_multiple_of(every) {
                    states.push(x.clone());
                }
                step += 1;
            });
            states.push(end);
            states
        };
        let parts: Vec<Vec<_>> = chunks.into_par_iter().enumerate().map(states).collect();
        let state = |k: usize| {
            let views: Vec<_> = parts.iter().map(|part| part[k].view()).collect();
            concatenate(Axis(0), &views).expect("chunks with the same columns")
        };
        let count = (integration.times().len() - 1).div_ceil(every) + 1;
        (0..count).map(state).collect()
    }

    /// Returns the end points with the steps of `integration`.
    pub fn end(&self, float: &FloatModel, integration: &Integration) -> Array2<f32> {
        let states = self.flow(float, integration, integration.times().len());
        states.into_iter().next_back().expect("a flow has an end")
    }

    /// Returns the end points of the exact flow.
    fn exact(&self, float: &FloatModel) -> Array2<f32> {
        let integration = Integration::uniform(EXACT_STEPS, Solver::Heun);
        self.end(float, &integration)
    }
}

#[cfg(test)]
mod tests;
