//! The memory of one sample on its way, and what a step does to it.
//!
//! One update serves every solver: x ← limit(x − a · k) + b · v, where k is the velocity that the
//! step's first stage went by. Euler's step and any first stage have a = 0 and b = dt (or dt/2);
//! the midpoint rule's second stage takes its half step back and the whole one with the new
//! velocity (a = dt/2, b = dt), Heun's changes half of it (a = b = dt/2). With x in Q5.26, v in
//! Q4.11 and time in Q0.15 no product needs a shift, so a step loses nothing, and since the state is
//! limited to ±2^30 before each addition of at most 2^30, nothing wraps.

use crate::base::Coefficients;
use crate::fixed::{VELOCITY_FRAC, limit_state, round_state, saturate};
use crate::model::Model;

/// Fractional bits of a guidance strength.
const GUIDANCE_FRAC: u32 = 12;

/// The memory of one sample: 8·`DIM` + 4·`WIDTH` bytes.
#[derive(Clone, Debug)]
pub(crate) struct Lane<const DIM: usize, const WIDTH: usize> {
    /// The state x, standardised, Q5.26.
    pub(super) state: [i32; DIM],
    /// The network's input, then its velocity.
    pub(crate) io: Words<DIM>,
    /// The velocity of the step's first stage, Q4.11.
    slope: Words<DIM>,
    pub(crate) front: Words<WIDTH>,
    pub(crate) back: Words<WIDTH>,
    /// The class that the network is shown; without classes nothing reads it.
    pub(crate) class: u16,
}

/// Activations, aligned so that kernels can load two at once.
#[derive(Clone, Debug)]
#[repr(align(4))]
pub(crate) struct Words<const N: usize>(pub(crate) [i16; N]);

impl<const DIM: usize, const WIDTH: usize> Lane<DIM, WIDTH> {
    pub(super) const ZERO: Self = Self {
        state: [0; DIM],
        io: Words([0; DIM]),
        slope: Words([0; DIM]),
        front: Words([0; WIDTH]),
        back: Words([0; WIDTH]),
        class: 0,
    };

    /// Makes the state the network's input.
    pub(super) fn set_input(&mut self, model: &Model<'_>) {
        let (frac, dim) = (u32::from(model.head().input_frac), model.dim());
        let inputs = first_mut(&mut self.io.0, dim);
        for (input, &x) in inputs.iter_mut().zip(first(&self.state, dim)) {
            *input = saturate(round_state(x, frac));
        }
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
        let state = first(&self.state, dim);
        let frees = first_mut(&mut free.io.0, dim);
        add_base(frees, state, model.base(free.class), coefficients);
        let velocities = first_mut(&mut self.io.0, dim);
        add_base(velocities, state, model.base(self.class), coefficients);
        for (v, &mut free) in velocities.iter_mut().zip(frees) {
            let way = i32::from(*v).wrapping_sub(free.into());
            let way = way.wrapping_mul(strength.into());
            let way = way.wrapping_add(1 << (GUIDANCE_FRAC - 1)) >> GUIDANCE_FRAC;
            *v = saturate(way.wrapping_add(free.into()));
        }
    }

    /// Adds the base to the network's output and moves by it.
    pub(super) fn step(&mut self, model: &Model<'_>, coefficients: &Coefficients, by: Update) {
        let dim = model.dim();
        let (levels, means) = model.base(self.class);
        let residuals = first(&self.io.0, dim).iter().zip(levels).zip(means);
        let states = first_mut(&mut self.state, dim).iter_mut();
        let states = states.zip(first_mut(&mut self.slope.0, dim));
        let velocity = |x: i32, ((residual, level), mean): ((&i16, &u8), &[u8; 2])| {
            let gaussian = coefficients.velocity(*level, *mean, round_state(x, VELOCITY_FRAC));
            saturate(gaussian.wrapping_add((*residual).into()))
        };
        if by.a == 0 {
            for ((x, slope), terms) in states.zip(residuals) {
                *slope = velocity(*x, terms);
                *x = moved(*x, *slope, by.b.into());
            }
        } else {
            for ((x, slope), terms) in states.zip(residuals) {
                let v = velocity(*x, terms);
                *x = moved(*x, *slope, -i32::from(by.a));
                *x = moved(*x, v, by.b.into());
            }
        }
    }

    /// Moves by the velocity that [`guide`](Self::guide) has left.
    pub(super) fn guided_step(&mut self, dim: usize, by: Update) {
        let states = first_mut(&mut self.state, dim).iter_mut();
        let slopes = first_mut(&mut self.slope.0, dim);
        for ((x, slope), &v) in states.zip(slopes).zip(first(&self.io.0, dim)) {
            *x = moved(*x, *slope, -i32::from(by.a));
            *x = moved(*x, v, by.b.into());
            *slope = v;
        }
    }
}

/// One stage's update of the state; both in Q0.15.
#[derive(Clone, Copy)]
pub(super) struct Update {
    /// How far to go back by the velocity of the first stage.
    pub(super) a: u16,
    /// How far to go by the new one.
    pub(super) b: u16,
}

/// x + v · dt, limited.
#[inline(always)]
fn moved(x: i32, v: i16, dt: i32) -> i32 {
    limit_state(x.wrapping_add(i32::from(v).wrapping_mul(dt)))
}

/// Adds the base's velocity at `state` to the network's.
fn add_base(
    velocities: &mut [i16],
    state: &[i32],
    (levels, means): (&[u8], &[[u8; 2]]),
    coefficients: &Coefficients,
) {
    let terms = state.iter().zip(levels).zip(means);
    for (v, ((&x, &level), &mean)) in velocities.iter_mut().zip(terms) {
        let gaussian = coefficients.velocity(level, mean, round_state(x, VELOCITY_FRAC));
        *v = saturate(gaussian.wrapping_add((*v).into()));
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
