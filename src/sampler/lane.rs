//! The memory of one sample on its way, and what a step does to it.
//!
//! Euler's step is a [kernel](crate::kernel::euler). Of the other solvers one update serves every
//! stage: x ← limit(x − a · k) + b · v, where k is the velocity that the step's first stage went by.
//! A first stage has a = 0 and b = dt (or dt/2); the midpoint rule's second stage takes its half step back and the whole one with the new
//! velocity (a = dt/2, b = dt), Heun's changes half of it (a = b = dt/2). With x in Q5.26, v in
//! Q4.11 and time in Q0.15 no product needs a shift, so a step loses nothing, and since the state is
//! limited to ±2^30 before each addition of at most 2^30, nothing wraps.

use super::Solver;
use super::memory::{Memory, Parts};
use crate::fixed::saturate;
use crate::kernel::{self, Coefficients, Euler, portable};
use crate::model::Model;
use crate::noise::normal;

/// Fractional bits of a guidance strength.
const GUIDANCE_FRAC: u32 = 12;

/// One sample.
#[derive(Clone, Debug)]
pub(crate) struct Lane<M> {
    pub(crate) memory: M,
    /// The class that the network is shown; without classes nothing reads it.
    pub(crate) class: u16,
}

impl<M: Memory> Lane<M> {
    /// Stands at t = 0 with noise out of what `draw` gives.
    pub(super) fn begin<E>(
        &mut self,
        model: &Model<'_>,
        mut draw: impl FnMut() -> Result<u32, E>,
    ) -> Result<(), E> {
        let (frac, dim) = (model.header().input_frac, model.dim());
        let Parts { state, io, .. } = self.memory.parts();
        let inputs = first_mut(io, dim);
        for (x, input) in first_mut(state, dim).iter_mut().zip(inputs) {
            *x = noise(draw()?);
            *input = portable::input(*x, frac);
        }
        Ok(())
    }

    /// Turns the outputs for a class, here, and for none, in `free`, into the guided velocity
    /// v = v_free + w · (v_class − v_free), w in Q3.12 (Ho and Salimans, *Classifier-Free Diffusion
    /// Guidance*, arXiv 2207.12598, equation 6). |v_class − v_free| < 2^16 and w < 2^15: no overflow.
    pub(super) fn guide(
        &mut self,
        free: &mut Self,
        model: &Model<'_>,
        coefficients: &Coefficients,
        strength: u16,
    ) {
        let dim = model.dim();
        let Parts { state, io, .. } = self.memory.parts();
        let state = first(state, dim);
        let frees = first_mut(free.memory.parts().io, dim);
        add_drift(frees, state, model.drift(free.class), coefficients);
        let velocities = first_mut(io, dim);
        add_drift(velocities, state, model.drift(self.class), coefficients);
        for (v, &mut free) in velocities.iter_mut().zip(frees) {
            let way = i32::from(*v).wrapping_sub(free.into());
            let way = way.wrapping_mul(strength.into());
            let way = way.wrapping_add(1 << (GUIDANCE_FRAC - 1)) >> GUIDANCE_FRAC;
            *v = saturate(way.wrapping_add(free.into()));
        }
    }

    /// Moves by the network's velocity in `io` and the drift's, and makes the new state the network's input.
    pub(super) fn advance(
        &mut self,
        model: &Model<'_>,
        coefficients: &Coefficients,
        solver: Solver,
        by: Update,
    ) {
        let (levels, means) = model.drift(self.class);
        let step = Euler {
            coefficients,
            levels,
            means,
            dt: by.b,
            input_frac: model.header().input_frac,
        };
        let dim = model.dim();
        let Parts {
            state, io, slope, ..
        } = self.memory.parts();
        let states = first_mut(state, dim);
        let io = first_mut(io, dim);
        match solver {
            // On Armv6-M, where code counts most, the other one, which goes back by 0.
            Solver::Euler | Solver::ExponentialEuler if cfg!(not(flowlet_kernel = "armv6m")) => {
                kernel::euler(&step, states, io);
            }
            _ => by.applied(&step, states, slope, io),
        }
    }
}

/// A call, for the loop around it is unrolled with the generator in it.
#[inline(never)]
fn noise(uniform: u32) -> i32 {
    normal(uniform)
}

/// One stage's update of the state; both in Q0.15.
#[derive(Clone, Copy)]
pub(super) struct Update {
    /// How far to go back by the velocity of the first stage.
    pub(super) a: u16,
    /// How far to go by the new one.
    pub(super) b: u16,
}

impl Update {
    /// Every x, back by the first stage's velocity and on by the new one, which takes its place.
    #[inline(never)]
    fn applied(self, step: &Euler<'_>, states: &mut [i32], slopes: &mut [i16], io: &mut [i16]) {
        let terms = step.levels.iter().zip(step.means);
        for (((x, slope), io), (&level, &mean)) in states.iter_mut().zip(slopes).zip(io).zip(terms)
        {
            let v = portable::velocity(step.coefficients, *x, *io, level, mean);
            if self.a > 0 {
                *x = portable::moved(*x, *slope, -i32::from(self.a));
            }
            *x = portable::moved(*x, v, self.b.into());
            *slope = v;
            *io = portable::input(*x, step.input_frac);
        }
    }
}

/// Adds the drift's velocity at `state` to the network's.
#[inline(never)]
fn add_drift(
    velocities: &mut [i16],
    state: &[i32],
    (levels, means): (&[u8], &[[u8; 2]]),
    coefficients: &Coefficients,
) {
    let terms = state.iter().zip(levels).zip(means);
    for (v, ((&x, &level), &mean)) in velocities.iter_mut().zip(terms) {
        *v = portable::velocity(coefficients, x, *v, level, mean);
    }
}

/// The first `count` of `all`; there are that many.
#[inline(always)]
pub(super) fn first<T>(all: &[T], count: usize) -> &[T] {
    all.get(..count).unwrap_or_default()
}

/// [`first`], to be written.
#[inline(always)]
pub(super) fn first_mut<T>(all: &mut [T], count: usize) -> &mut [T] {
    all.get_mut(..count).unwrap_or_default()
}
