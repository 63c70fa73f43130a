//! Steps with a gain: known values steer the unknown ones, and are reached at the end.

use super::known::{ONE, standardised};
use super::memory::{BorrowedKnown, KnownBuffers, UNKNOWN};
use super::settings::Filler;
use crate::fixed::{TIME_FRAC, TIME_ONE, limit_state, round_state};
use crate::int_math::{div_unsigned, scale_state};
use crate::kernel::{self, Dense, Span, portable};
use crate::sampler::{Borrowed, Buffers, first_mut};

impl<'m, const DIM: usize, const WIDTH: usize, B: Buffers, K: KnownBuffers>
    Filler<'m, DIM, WIDTH, B, K>
{
    /// Takes a step of Euler's method from `time` of length `dt`, both in Q0.15.
    #[inline(never)]
    pub(super) fn steer(&mut self, gain: &Dense<'_>, time: u16, dt: u16) {
        self.evaluate(time, Span::At(time));
        let (model, fill) = (&self.sampler.model, &self.fill);
        let (dim, frac) = (model.dim(), model.header().input_frac);
        let residual_frac = self.query.map_or(0, |query| query.record.frac);
        let BorrowedKnown { values, .. } = self.known.borrow();
        let Some(slot) = self.sampler.slots.first_mut() else {
            return; // there is one
        };
        let Borrowed {
            state,
            io,
            first_velocity: residuals,
            ..
        } = slot.buffers.borrow();
        let (states, io) = (first_mut(state, dim), first_mut(io, dim));
        let rest = TIME_ONE.wrapping_sub(time);
        // (t' − t)/(1 − t), at most 1: Q0.15, then Q5.26.
        let share = div_unsigned(u32::from(dt) << TIME_FRAC, rest.into());
        let share = (share << (26 - TIME_FRAC)) as i32;
        // Residuals and the velocities of unknown dimensions are packed, each at the front of its
        // buffer.
        let (mut known, mut unknown) = (0, 0);
        for index in 0..dim {
            let (Some(x), Some(&mut v)) = (states.get_mut(index), io.get_mut(index)) else {
                break; // there are `dim` of each
            };
            if values.get(index).is_none_or(|&value| value == UNKNOWN) {
                if let Some(packed) = io.get_mut(unknown) {
                    *packed = v;
                }
                unknown += 1;
                continue;
            }
            let y = standardised(model, fill, values, index);
            let clean = i32::from(v).wrapping_mul(rest.into());
            let residual = y.wrapping_sub(*x).saturating_sub(clean);
            let residual = round_state(limit_state(residual), residual_frac.into());
            if let Some(packed) = residuals.get_mut(known) {
                *packed = residual as i16;
            }
            known += 1;
            let (old, new) = (
                scale_state(*x, ONE.wrapping_sub(share)),
                scale_state(y, share),
            );
            *x = limit_state(old.wrapping_add(new));
        }
        kernel::dense(gain, [&*residuals], [&mut *io]);
        // The last ones first, so that no packed velocity is overwritten before it is read.
        for index in (0..dim).rev() {
            let Some(x) = states.get_mut(index) else {
                break;
            };
            if values.get(index).is_none_or(|&value| value == UNKNOWN) {
                unknown = unknown.wrapping_sub(1);
                let v = io.get(unknown).copied().unwrap_or(0);
                *x = portable::moved(*x, v, dt.into());
            }
            if let Some(input) = io.get_mut(index) {
                *input = portable::input(*x, frac);
            }
        }
    }
}
