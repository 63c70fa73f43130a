//! Condition biases and the Euler step: about 1.9 instructions per conditioned row and 5.5 per
//! coordinate. Compiled Rust takes 13 and 27. Both loops are predicated by their tail, so they take
//! any number of values.
//!
//! **Condition bias.** Eight rows per turn. With f the fraction in units of 2^−k, the bias is
//! before·(2^k − f) + after·f, both factors times 2^(14 − k). `VMULLB` and `VMULLT` multiply,
//! `VQRSHRN` by 14 rounds, `VQADD` adds the bias of the class. A predicate of halfwords would cut
//! the product of a last odd row in two, so the portable kernel computes that row.
//!
//! **Euler step.** Four coordinates per turn. r and 1 − t·r of a level are the halves of a word,
//! and so are x, which `VQRSHRN` rounds and saturates, and the mean: `VMULLB` and `VMULLT` give
//! both products. All sums are those of the portable kernel, whose bounds hold. `VQSHL` and `VSHR`
//! by one limit the state to 31 bits.
//!
//! **Stack.** 116 + 0 · columns bytes, less than a layer's.

use core::arch::naked_asm;

use crate::fixed::STATE_FRAC;
use crate::kernel::{ConditionBias, DriftCoefficients, EulerStep, portable};

/// Arguments of the assembly, which loads them all to r0 to r7.
#[repr(C)]
struct BiasFrame {
    before: *const [u8; 2],
    after: *const [u8; 2],
    classes: *const [u8; 2],
    biases: *mut i16,
    rows: usize,
    /// 2^k − f and f, both times 2^(14 − k).
    rest: u32,
    fraction: u32,
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

/// Returns `None`, and does nothing, if a slice is too short or at an odd address.
#[inline(always)]
pub(in crate::kernel) fn condition_bias(
    bias: &ConditionBias<'_>,
    biases: &mut [i16],
) -> Option<()> {
    let ConditionBias { before, after, .. } = *bias;
    let (classes, mask) = bias.classes_and_mask();
    let rows = before.len() & !1;
    let fits = after.len() >= rows && classes.len() >= rows && biases.len() >= rows;
    let addresses = before.as_ptr().addr() | after.as_ptr().addr() | classes.as_ptr().addr();
    let unit = 14u32.checked_sub(bias.log2.into())?;
    let fraction = u32::from(bias.fraction) << unit;
    let rest = (1u32 << 14).checked_sub(fraction)?;
    if !fits || addresses & 1 != 0 {
        return None;
    }
    let frame = BiasFrame {
        before: before.as_ptr(),
        after: after.as_ptr(),
        classes: classes.as_ptr(),
        biases: biases.as_mut_ptr(),
        rows,
        rest,
        fraction,
        mask,
    };
    // SAFETY: under the predicate of the loop's tail, the assembly accesses `rows` values of each
    // slice. They are aligned to 2 bytes. It uses only its own stack.
    unsafe { run_condition_bias(&frame) };
    if rows < before.len() {
        let last = ConditionBias {
            before: before.get(rows..)?,
            after: after.get(rows..)?,
            classes: bias.classes.get(rows..).unwrap_or_default(),
            ..*bias
        };
        portable::condition_bias(&last, biases.get_mut(rows..)?);
    }
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
    dim: usize,
    dt: u32,
    /// Fractional bits of the input less those of the state.
    drop: i32,
}

/// # Safety
///
/// See [`euler`].
#[unsafe(naked)]
unsafe extern "C" fn run_euler(frame: &EulerFrame) {
    naked_asm!(env!("FLOWLET_ASSEMBLER"), include_str!("euler.s"))
}

/// Returns `None`, and does nothing, if a slice is too short or the means are at an odd address. A
/// function of its own, so that its frame is not on the stack while layers run.
#[inline(never)]
pub(in crate::kernel) fn euler(
    step: &EulerStep<'_>,
    state: &mut [i32],
    io: &mut [i16],
) -> Option<()> {
    let dim = state.len();
    let fits = io.len() >= dim && step.levels.len() >= dim && step.means.len() >= dim;
    if !fits || step.means.as_ptr().addr() & 1 != 0 {
        return None;
    }
    let frame = EulerFrame {
        state: state.as_mut_ptr(),
        io: io.as_mut_ptr(),
        levels: step.levels.as_ptr(),
        means: step.means.as_ptr(),
        coefficients: step.coefficients,
        dim,
        dt: step.dt.into(),
        drop: i32::from(step.input_frac).wrapping_sub(STATE_FRAC as i32),
    };
    // SAFETY: under the predicate of the loop's tail, the assembly accesses `dim` values of each
    // slice. Words are aligned to 4 bytes, as i32, and halfwords to 2. A level is reduced to 3
    // bits, so it reads one of the 8 coefficients. It uses only its own stack.
    unsafe { run_euler(&frame) };
    Some(())
}
