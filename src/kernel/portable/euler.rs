//! The Euler step of one sample.

use crate::fixed::{VELOCITY_FRAC, limit_state, round_state, saturate};
use crate::kernel::{DriftCoefficients, EulerStep};

/// Adds the drift to the velocity in `io`, moves `state`, and writes the network's next input to
/// `io`.
#[inline(never)]
pub fn euler(step: &EulerStep<'_>, state: &mut [i32], io: &mut [i16]) {
    let terms = step.levels.iter().zip(step.means);
    for ((x, io), (&level, &mean)) in state.iter_mut().zip(io).zip(terms) {
        (*x, *io) = coordinate(step, *x, *io, level, mean);
    }
}

#[inline(always)]
fn coordinate(step: &EulerStep<'_>, x: i32, v: i16, level: u8, mean: [u8; 2]) -> (i32, i16) {
    let v = velocity(step.coefficients, x, v, level, mean);
    let x = moved(x, v, step.dt.into());
    (x, input(x, step.input_frac))
}

/// Returns the sum of the network's velocity `v` and the drift's velocity at x, in Q4.11.
// Inlined only where this kernel runs the hot loop.
#[cfg_attr(any(flowlet_kernel = "armv7em", flowlet_kernel = "mve"), inline(never))]
#[cfg_attr(
    not(any(flowlet_kernel = "armv7em", flowlet_kernel = "mve")),
    inline(always)
)]
pub(crate) fn velocity(drift: &DriftCoefficients, x: i32, v: i16, level: u8, mean: [u8; 2]) -> i16 {
    let x = saturate(round_state(x, VELOCITY_FRAC));
    saturate(drift.velocity(level, mean, x).wrapping_add(v.into()))
}

/// Returns x + v · dt, limited.
#[inline(always)]
pub(crate) fn moved(x: i32, v: i16, dt: i32) -> i32 {
    limit_state(x.wrapping_add(i32::from(v).wrapping_mul(dt)))
}

/// Returns the network's input for state x. |x| ≤ 16 in at most 10 fractional bits fits an i16.
#[inline(always)]
pub(crate) fn input(x: i32, frac: u8) -> i16 {
    round_state(x, frac.into()) as i16
}
