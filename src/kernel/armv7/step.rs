//! Condition biases and the Euler step, with DSP: about 5.5 instructions per conditioned row and
//! 17.5 per coordinate. Compiled Rust takes 13 and 27.
//!
//! **Condition bias.** SMLAD with (2^k − f, f)·2^(14−k) interpolates between two times, where f is
//! the fraction in units of 2^−k. The bias is the part above 14 bits; both products are below 2^29.
//! QADD16 adds the bias of the class and saturates.
//!
//! **Euler step.** r and 1 − t·r of a level share a word. All sums are those of the portable
//! kernel, whose bounds hold. ASRS by 16 to 22 bits converts x to the network's input and leaves
//! the rounding bit in the carry.

use core::arch::naked_asm;

use crate::fixed::{STATE_FRAC, VELOCITY_FRAC};
use crate::kernel::{ConditionBias, DriftCoefficients, EulerStep, portable};

/// Arguments of the assembly, which loads them all to r0 to r7.
#[repr(C)]
struct BiasFrame {
    before: *const [u8; 2],
    after: *const [u8; 2],
    classes: *const [u8; 2],
    biases: *mut i16,
    turns: usize,
    /// 2^k − f and f, both times 2^(14 − k).
    fraction: u32,
    half: usize,
    /// −1, or 0 in an unconditional model.
    mask: isize,
}

/// # Safety
///
/// See [`condition_bias`].
#[unsafe(naked)]
unsafe extern "C" fn run_condition_bias(frame: &BiasFrame) {
    naked_asm!(env!("FLOWLET_ASSEMBLER"), include_str!("condition_bias.s"))
}

/// Returns `None`, and does nothing, if the number of rows is no multiple of four or a slice is not
/// aligned to 4 bytes.
#[inline(never)]
pub(in crate::kernel) fn condition_bias(
    bias: &ConditionBias<'_>,
    biases: &mut [i16],
) -> Option<()> {
    let ConditionBias { before, after, .. } = *bias;
    let (classes, mask) = bias.classes_and_mask();
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
    let log2 = u32::from(bias.log2);
    let fraction = u32::from(bias.fraction);
    let rest = (1u32 << (log2 & 31)).checked_sub(fraction)?;
    if !fits || addresses & 3 != 0 || log2 > 14 {
        return None;
    }
    let frame = BiasFrame {
        before: before.as_ptr(),
        after: after.as_ptr(),
        classes: classes.as_ptr(),
        biases: biases.as_mut_ptr(),
        turns: rows / 4,
        fraction: (fraction << 16 | rest) << ((14 - log2) & 31),
        half: 1 << 13,
        mask,
    };
    // SAFETY: the assembly accesses 8 bytes of each slice per turn, which are 4 of `rows`. Words
    // are aligned to 4 bytes. It uses only its own stack.
    unsafe { run_condition_bias(&frame) };
    Some(())
}

/// Arguments of the assembly, which loads them all to r0 to r7.
#[repr(C)]
struct EulerFrame {
    state: *mut i32,
    io: *mut i16,
    levels: *const u8,
    means: *const [u8; 2],
    coefficients: *const DriftCoefficients,
    turns: usize,
    /// dt in the upper half; in the lowest byte the shift from the state to the input.
    dt_and_drop: u32,
    half: usize,
}

/// # Safety
///
/// See [`euler`].
#[unsafe(naked)]
unsafe extern "C" fn run_euler(frame: &EulerFrame) {
    naked_asm!(env!("FLOWLET_ASSEMBLER"), include_str!("euler.s"))
}

/// Returns `None`, and does nothing, if one step goes from t = 0 to 1 or a slice is not aligned.
#[inline(never)]
pub(in crate::kernel) fn euler(
    step: &EulerStep<'_>,
    state: &mut [i32],
    io: &mut [i16],
) -> Option<()> {
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
    // SAFETY: the assembly accesses two values of each slice per turn, at most `dim`. Halfwords are
    // aligned to 2 bytes and words, as i32, to 4. A level is reduced to 3 bits, so it reads one of
    // the 8 coefficients. It uses only its own stack.
    unsafe { run_euler(&frame) };
    let rest = EulerStep {
        levels: step.levels.get(2 * turns..).unwrap_or_default(),
        means: step.means.get(2 * turns..).unwrap_or_default(),
        ..*step
    };
    let state = state.get_mut(2 * turns..).unwrap_or_default();
    portable::euler(&rest, state, io.get_mut(2 * turns..).unwrap_or_default());
    Some(())
}
