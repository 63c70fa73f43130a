//! What a step does beside its layers, with DSP: about 5.5 instructions a conditioned row and 17.5 a
//! coordinate, for 13 and 27 of compiled Rust.
//!
//! **Fold.** The way from one time to the next is SMLAD of (2^k − f, f)·2^(14−k), with f the fraction
//! in units of 2^−k, so that the bias is what is above 14 bits; both products are below 2^29. QADD16
//! adds the class's, saturated.
//!
//! **Euler.** r and 1 − t·r of a level are one word. All sums are those of the portable kernel, whose
//! bounds hold; x to the network's input is ASRS by 16 to 22 bits, which leaves the rounding in the carry.

use crate::fixed::{STATE_FRAC, VELOCITY_FRAC};
use crate::kernel::{Coefficients, Euler, Fold, portable};

unsafe extern "C" {
    fn flowlet_armv7_fold(frame: &FoldFrame);
    fn flowlet_armv7_euler(frame: &EulerFrame);
}

#[repr(C)]
struct FoldFrame {
    before: *const [u8; 2],
    after: *const [u8; 2],
    classes: *const [u8; 2],
    biases: *mut i16,
    turns: usize,
    /// 2^k − f and f, both times 2^(14 − k).
    fraction: u32,
    half: usize,
    /// −1, or 0 without classes.
    mask: isize,
}

/// `None`, with nothing done, where rows are no multiple of four or not aligned to 4 bytes.
#[inline(never)]
pub(in crate::kernel) fn fold(fold: &Fold<'_>, biases: &mut [i16]) -> Option<()> {
    let Fold { before, after, .. } = *fold;
    let (classes, mask) = if fold.classes.is_empty() {
        (before, 0)
    } else {
        (fold.classes, -1)
    };
    let rows = before.len();
    let fits = rows > 0
        && rows.is_multiple_of(4)
        && after.len() >= rows
        && classes.len() >= rows
        && biases.len() >= rows;
    let addresses = before.as_ptr().addr()
        | after.as_ptr().addr()
        | classes.as_ptr().addr()
        | biases.as_ptr().addr();
    let log2 = u32::from(fold.log2);
    let fraction = u32::from(fold.fraction);
    let rest = (1u32 << (log2 & 31)).checked_sub(fraction)?;
    if !fits || addresses & 3 != 0 || log2 > 14 {
        return None;
    }
    let frame = FoldFrame {
        before: before.as_ptr(),
        after: after.as_ptr(),
        classes: classes.as_ptr(),
        biases: biases.as_mut_ptr(),
        turns: rows / 4,
        fraction: (fraction << 16 | rest) << ((14 - log2) & 31),
        half: 1 << 13,
        mask,
    };
    // SAFETY: of each slice it touches 8 bytes a turn, which are 4 of `rows`; words are aligned to 4.
    // Its stack is its own.
    unsafe { flowlet_armv7_fold(&frame) };
    Some(())
}

#[repr(C)]
struct EulerFrame {
    state: *mut i32,
    io: *mut i16,
    levels: *const u8,
    means: *const [u8; 2],
    coefficients: *const Coefficients,
    turns: usize,
    /// In the upper half, and the bits from the state to the input in the lowest byte.
    dt_and_drop: u32,
    half: usize,
}

/// `None`, with nothing done, for the whole way in one step, and where a slice is not aligned.
#[inline(never)]
pub(in crate::kernel) fn euler(step: &Euler<'_>, state: &mut [i32], io: &mut [i16]) -> Option<()> {
    let dim = state.len();
    let turns = dim / 2;
    let fits = io.len() >= dim && step.levels.len() >= dim && step.means.len() >= dim;
    let halves = io.as_ptr().addr() | step.levels.as_ptr().addr() | step.means.as_ptr().addr();
    if !fits || halves & 1 != 0 || turns == 0 || step.dt > i16::MAX as u16 {
        return None;
    }
    let drop = STATE_FRAC.checked_sub(step.input_frac.into())?;
    let frame = EulerFrame {
        state: state.as_mut_ptr(),
        io: io.as_mut_ptr(),
        levels: step.levels.as_ptr(),
        means: step.means.as_ptr(),
        coefficients: step.coefficients,
        turns,
        dt_and_drop: u32::from(step.dt) << 16 | drop,
        half: 1 << (VELOCITY_FRAC - 1),
    };
    // SAFETY: of each slice it touches two values a turn, at most `dim`; halfwords are aligned to 2,
    // and words, as i32, to 4. Of the coefficients it reads one of 8, for a level is cut to 3 bits.
    // Its stack is its own.
    unsafe { flowlet_armv7_euler(&frame) };
    let rest = Euler {
        levels: step.levels.get(2 * turns..).unwrap_or_default(),
        means: step.means.get(2 * turns..).unwrap_or_default(),
        ..*step
    };
    let state = state.get_mut(2 * turns..).unwrap_or_default();
    portable::euler(&rest, state, io.get_mut(2 * turns..).unwrap_or_default());
    Some(())
}
