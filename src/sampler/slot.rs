//! Slots: the memory in which one of several samples is integrated, and the arithmetic of a step.
//!
//! The Euler step is a [kernel](crate::kernel::euler). All stages of the other solvers use one
//! update, x ← limit(x − a · k) + b · v, where k is the velocity of the step's first stage. A first
//! stage has a = 0 and b = dt or dt/2. The second stage of the midpoint rule undoes its half step
//! and takes a complete step with the new velocity (a = dt/2, b = dt). That of Heun's method
//! replaces half of the step (a = b = dt/2). With x in Q5.26, v in Q4.11 and time in Q0.15 no
//! product needs a shift, so a step loses no bits. The state is limited to ±2^30 before each
//! addition of at most 2^30, so nothing wraps.

use super::buffers::{Borrowed, Buffers};
use core::cell::Cell;

use crate::fixed::{STATE_FRAC, VELOCITY_FRAC, saturate};
use crate::format::{Latent, Solver};
use crate::kernel::{self, Dense, DriftCoefficients, EulerStep, portable};
use crate::model::Model;
use crate::network::{Evaluate, Evaluation};
use crate::noise::normal;
use crate::quantities::Guidance;

/// Memory and class of one sample.
#[derive(Clone, Debug)]
#[repr(C)] // in this order, so that offsets are short
pub(crate) struct Slot<B> {
    /// Class given to the network. An unconditional model ignores it.
    pub(crate) class: u16,
    pub(crate) buffers: B,
}

impl<B: Buffers> Slot<B> {
    /// Starts a sample at t = 0 with noise from the words that `draw` returns.
    /// Returns `None` if `draw` does.
    pub(super) fn begin(
        &mut self,
        model: &Model<'_>,
        mut draw: impl FnMut() -> Option<u32>,
    ) -> Option<()> {
        let (frac, dim) = (model.header().input_frac, model.state_dim());
        let Borrowed { state, io, .. } = self.buffers.borrow();
        let states = state.get_mut(..dim).unwrap_or_default();
        for (x, input) in states.iter_mut().zip(io) {
            *x = noise(draw()?);
            *input = portable::input(*x, frac);
        }
        Some(())
    }

    /// Replaces the velocity of this slot's class by the guided velocity
    /// v = v_free + w · (v_class − v_free), with v_free from slot `free` and w in Q3.12 (Ho and
    /// Salimans, *Classifier-Free Diffusion Guidance*, arXiv 2207.12598, equation 6).
    /// |v_class − v_free| < 2^16 and w < 2^15, so nothing overflows.
    pub(super) fn guide(
        &mut self,
        free: &mut Self,
        model: &Model<'_>,
        coefficients: &DriftCoefficients,
        strength: Guidance,
    ) {
        let dim = model.state_dim();
        let Borrowed { state, io, .. } = self.buffers.borrow();
        let state = first(state, dim);
        let frees = first_mut(free.buffers.borrow().io, dim);
        add_drift(frees, state, model.drift(free.class), coefficients);
        let velocities = first_mut(io, dim);
        add_drift(velocities, state, model.drift(self.class), coefficients);
        for (v, &mut free) in velocities.iter_mut().zip(frees) {
            let difference = i32::from(*v).wrapping_sub(free.into());
            let scaled = difference.wrapping_mul(strength.bits().into());
            let scaled = scaled.wrapping_add(1 << (Guidance::FRAC - 1)) >> Guidance::FRAC;
            *v = saturate(scaled.wrapping_add(free.into()));
        }
    }

    /// Moves the state by the network's velocity in `io` plus the drift, and writes the network's
    /// next input to `io`.
    pub(super) fn advance(
        &mut self,
        model: &Model<'_>,
        coefficients: &DriftCoefficients,
        solver: Solver,
        update: Update,
    ) {
        let (levels, means) = model.drift(self.class);
        let step = EulerStep {
            coefficients,
            levels,
            means,
            dt: update.b,
            input_frac: model.header().input_frac,
        };
        let dim = model.state_dim();
        let Borrowed {
            state,
            io,
            first_velocity,
            ..
        } = self.buffers.borrow();
        let states = first_mut(state, dim);
        let io = first_mut(io, dim);
        match solver {
            // Armv6-M, where code size matters most, uses the general update with a = 0.
            Solver::Euler | Solver::ExponentialEuler if cfg!(not(flowlet_kernel = "armv6m")) => {
                kernel::euler(&step, states, io);
            }
            _ => update.apply(&step, states, first_velocity, io),
        }
    }

    /// Replaces the values of the latent in a finished state by the columns that they stand for.
    #[inline(always)]
    pub(super) fn expand(&mut self, latent: Latent, layer: &Dense<'_>) {
        let (rank, columns) = (layer.columns, layer.rows);
        let Borrowed {
            state,
            io,
            first_velocity,
            ..
        } = self.buffers.borrow();
        let state = state.get_mut(latent.first.into()..).unwrap_or_default();
        for (input, &mut z) in io.iter_mut().zip(first_mut(state, rank)) {
            *input = portable::input(z, latent.frac);
        }
        // The values after those of the latent move to the places of their columns, the last one
        // first. Values beyond the state also move, and are ignored.
        let cells = Cell::from_mut(&mut *state).as_slice_of_cells();
        let after = cells.get(columns..).unwrap_or_default();
        let before = cells.get(rank..).unwrap_or_default();
        for (to, from) in after.iter().zip(before).rev() {
            to.set(from.get());
        }
        kernel::dense(layer, [&*io], [&mut *first_velocity]);
        for (x, &mut value) in first_mut(state, columns).iter_mut().zip(first_velocity) {
            *x = i32::from(value) << (STATE_FRAC - VELOCITY_FRAC);
        }
    }
}

impl<B: Buffers> Evaluate for Slot<B> {
    #[inline(always)]
    fn evaluation(&mut self) -> Evaluation<'_> {
        let Borrowed {
            io, front, back, ..
        } = self.buffers.borrow();
        Evaluation {
            class: &self.class,
            io,
            front,
            back,
            extra: &[],
        }
    }
}

/// Converts a random word to noise. Never inlined, because compilers would unroll the loop around
/// it with the generator in it.
#[inline(never)]
fn noise(uniform: u32) -> i32 {
    normal(uniform)
}

/// Update of the state in one stage, x ← limit(x − a · k) + b · v. Both factors are in Q0.15.
#[derive(Clone, Copy)]
pub(crate) struct Update {
    /// Factor of the velocity k of the first stage.
    pub(crate) a: u16,
    /// Factor of the new velocity v.
    pub(crate) b: u16,
}

impl Update {
    /// Returns x moved by the complete velocities k and v.
    #[inline(always)]
    pub(crate) fn moved(self, mut x: i32, k: i16, v: i16) -> i32 {
        if self.a > 0 {
            x = portable::moved(x, k, -i32::from(self.a));
        }
        portable::moved(x, v, self.b.into())
    }

    /// Updates all coordinates, and stores the new velocities in `first_velocities`.
    #[inline(never)]
    fn apply(
        self,
        step: &EulerStep<'_>,
        states: &mut [i32],
        first_velocities: &mut [i16],
        io: &mut [i16],
    ) {
        let terms = step.levels.iter().zip(step.means);
        let coordinates = states.iter_mut().zip(first_velocities).zip(io);
        for (((x, k), io), (&level, &mean)) in coordinates.zip(terms) {
            let v = portable::velocity(step.coefficients, *x, *io, level, mean);
            *x = self.moved(*x, *k, v);
            *k = v;
            *io = portable::input(*x, step.input_frac);
        }
    }
}

/// Adds the drift's velocity at `state` to the network's velocities.
#[inline(never)]
pub(crate) fn add_drift(
    velocities: &mut [i16],
    state: &[i32],
    (levels, means): (&[u8], &[[u8; 2]]),
    coefficients: &DriftCoefficients,
) {
    let terms = state.iter().zip(levels).zip(means);
    for (v, ((&x, &level), &mean)) in velocities.iter_mut().zip(terms) {
        *v = portable::velocity(coefficients, x, *v, level, mean);
    }
}

/// Returns the first `count` elements, which must exist.
#[inline(always)]
pub(crate) fn first<T>(all: &[T], count: usize) -> &[T] {
    all.get(..count.min(all.len())).unwrap_or_default()
}

/// Returns the first `count` elements mutably.
#[inline(always)]
pub(crate) fn first_mut<T>(all: &mut [T], count: usize) -> &mut [T] {
    let count = count.min(all.len());
    all.get_mut(..count).unwrap_or_default()
}
