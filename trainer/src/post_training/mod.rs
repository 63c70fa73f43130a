//! After the training: straighter paths, a better grid, and steps that land where the exact flow does.
//!
//! All of it learns from the trained network itself, integrated finely. So none of it can be better than that
//! network in many steps; what it does is to come near it in few.

pub mod distil;
pub mod grid;
pub mod reflow;

use flowlet::Solver;
use ndarray::{Array2, Axis, concatenate};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::float_sampler::{Field, Integration};
use crate::train::FloatModel;

/// Rows that one thread integrates at once.
const CHUNK: usize = 256;
/// Steps of Heun's method that stand for the exact flow: halving them again moves samples by less than 0.01.
const EXACT_STEPS: usize = 32;

/// Standard normal noise, and a class for each row where there are classes.
#[derive(Clone, Debug)]
pub struct Starts {
    /// `rows × D`.
    pub noise: Array2<f32>,
    /// One a row.
    pub class: Option<Vec<u16>>,
}

impl Starts {
    /// A start for each entry of `class`, or `count` of them, for networks of `dim` coordinates.
    pub fn draw(count: usize, dim: usize, class: Option<Vec<u16>>, seed: u64) -> Self {
        let count = class.as_ref().map_or(count, Vec::len);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut normal = || StandardNormal.sample(&mut rng);
        Self {
            noise: Array2::from_shape_simple_fn((count, dim), &mut normal),
            class,
        }
    }

    /// The states at the beginning of every `every`-th step of `integration`, and at its end.
    fn flow(
        &self,
        trained: &FloatModel,
        integration: &Integration,
        every: usize,
    ) -> Vec<Array2<f32>> {
        let chunks: Vec<_> = self.noise.axis_chunks_iter(Axis(0), CHUNK).collect();
        let states = |(index, noise): (usize, ndarray::ArrayView2<f32>)| {
            let first = index * CHUNK;
            let field = Field {
                net: &trained.net,
                drift: &trained.drift,
                class: self
                    .class
                    .as_ref()
                    .map(|class| &class[first..first + noise.nrows()]),
            };
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
            concatenate(Axis(0), &views).expect("chunks of as many columns")
        };
        let count = (integration.times().len() - 1).div_ceil(every) + 1;
        (0..count).map(state).collect()
    }

    /// Where the steps of `integration` take them.
    fn end(&self, trained: &FloatModel, integration: &Integration) -> Array2<f32> {
        let states = self.flow(trained, integration, integration.times().len());
        states.into_iter().next_back().expect("a flow has an end")
    }

    /// Where the exact flow takes them.
    fn exact(&self, trained: &FloatModel) -> Array2<f32> {
        let integration = Integration::uniform(EXACT_STEPS, Solver::Heun);
        self.end(trained, &integration)
    }
}

#[cfg(test)]
mod tests;
