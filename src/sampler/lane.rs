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
        let frac = u32::from(model.file().input_frac);
        let inputs = self.io.0.iter_mut().take(model.dim());
        for (input, &x) in inputs.zip(&self.state) {
            *input = saturate(round_state(x, frac));
        }
    }

    /// Adds the velocity of the lane's base, at the state of `at`, to the network's.
    #[inline(always)]
    fn add_base(&mut self, model: &Model<'_>, base: &Coefficients, at: Option<&Self>) {
        let Self { io, state, .. } = self;
        let state = at.map_or(&*state, |lane| &lane.state);
        let terms = model.base(self.class);
        let velocities = io.0.iter_mut().take(model.dim());
        for ((v, &x), (level, mean)) in velocities.zip(state).zip(terms) {
            let gaussian = base.velocity(level, mean, round_state(x, VELOCITY_FRAC));
            *v = saturate(gaussian.wrapping_add((*v).into()));
        }
    }

    /// Turns the network's output into the velocity.
    pub(super) fn set_velocity(&mut self, model: &Model<'_>, base: &Coefficients) {
        self.add_base(model, base, None);
    }

    /// Turns the outputs for a class, here, and for none, in `free`, into the guided velocity
    /// v = v_free + w · (v_class − v_free), w in Q3.12 (Ho and Salimans, *Classifier-Free Diffusion
    /// Guidance*, arXiv 2207.12598, equation 6). |v_class − v_free| < 2^16 and w < 2^15: no overflow.
    pub(super) fn set_guided_velocity(
        &mut self,
        free: &mut Self,
        model: &Model<'_>,
        base: &Coefficients,
        strength: u16,
    ) {
        free.add_base(model, base, Some(self));
        self.add_base(model, base, None);
        let velocities = self.io.0.iter_mut().take(model.dim());
        for (v, &free) in velocities.zip(&free.io.0) {
            let way = i32::from(*v).wrapping_sub(free.into());
            let way = way.wrapping_mul(strength.into());
            let way = way.wrapping_add(1 << (GUIDANCE_FRAC - 1)) >> GUIDANCE_FRAC;
            *v = saturate(way.wrapping_add(free.into()));
        }
    }

    /// x ← x + b · v; keeps v for a second stage.
    pub(super) fn advance(&mut self, dim: usize, b: u16) {
        let Self {
            state, io, slope, ..
        } = self;
        let slopes = slope.0.iter_mut();
        for ((x, &v), slope) in state.iter_mut().take(dim).zip(&io.0).zip(slopes) {
            *x = limit_state(x.wrapping_add(i32::from(v).wrapping_mul(b.into())));
            *slope = v;
        }
    }

    /// x ← x − a · k + b · v, with k the velocity of the first stage.
    pub(super) fn correct(&mut self, dim: usize, a: u16, b: u16) {
        let Self {
            state, io, slope, ..
        } = self;
        for ((x, &v), &k) in state.iter_mut().take(dim).zip(&io.0).zip(&slope.0) {
            let start = limit_state(x.wrapping_sub(i32::from(k).wrapping_mul(a.into())));
            *x = limit_state(start.wrapping_add(i32::from(v).wrapping_mul(b.into())));
        }
    }
}
