//! Armv6-M: Cortex-M0, M0+ and M1. The portable kernel runs layers whose weights are not aligned to
//! four bytes and layers of more than [`MAX_COLUMNS`].
//!
//! **Inner loop.** Four rows and 8 columns (32 multiply-accumulates) take 105 instructions, 3.28
//! each. A weight word takes 12: SXTH, SXTB, ASRS and SXTB make the operands h0, b0, h1, b1, and
//! each operand takes a MULS and an ADD. A 32-bit product has no room for two sums, so one
//! multiplication, one addition and one unpacking, 3.0 instructions, is the minimum of this form.
//! The rest is 3 LDMs of three weight words, 4 of two activations, and 2 instructions of control.
//! SXTH and SXTB copy, so that MULS may destroy its operand; LDM advances the pointers at no cost.
//! r8 to r11 hold the sums 256·A + B and B of the two row pairs.
//!
//! **Threaded code.** At the start the activations are widened to words on the stack, in the order
//! of their use. Addresses of code are stored between them. After each pass the next word is the
//! address of the next piece of code: four column pairs unrolled, one column pair, the end of a
//! segment, or the end of a block of rows. So the loop control of any shape takes two instructions
//! per 32 multiply-accumulates, no register holds a count, and odd sizes need no test. At the end
//! of a block one LDM resets all pointers.
//!
//! **Headroom.** Both sums are exact modulo 2³². Over a segment |A| < 2²³, so (sum − B) is exactly
//! 256·A as an i32, and an arithmetic shift gives A. After a segment the first sum continues from
//! B, so its difference to B starts from zero again; B itself needs no decoding. The sum of all A
//! is an exact i32, as `parse` proves.
//!
//! **Epilogue.** It takes 32 instructions per row with SiLU and runs after every 64 rows, so that
//! its constants stay in registers. Until then the sums wait on the stack, and POP takes them.
//! Blocks of rows run from last to first, so the sums come off from first to last. ASRS leaves the
//! last bit that it shifts out in the carry, so ADCS of zero rounds. With the fraction widened to
//! 16 bits (v = pre << (16 − shift)), the index and the fraction are the halves of v for every
//! shift.
//!
//! **Stack.** 4.6 bytes per column, 4 bytes for each of up to 64 rows, and about 200 bytes.

use core::arch::naked_asm;
use core::mem::offset_of;

use super::choice::MAX_COLUMNS;
use super::fitting::fitting;
use super::{Activation, Dense, nodes};
use crate::fixed::VELOCITY_FRAC;

/// Arguments and variables of the assembly.
#[repr(C)]
struct Call {
    /// Remaining blocks of weights.
    weights: *const u8,
    /// Remaining scale words.
    scales: *const u8,
    /// Remaining biases, i16.
    biases: *const u8,
    /// Remaining output.
    output: *mut i16,
    /// Number of remaining rows, at least 1.
    rows: usize,
    /// Shift of the layer; 16 in a linear layer.
    shift: usize,
    /// Drop of the layer.
    drop: usize,
    /// Entry of the table for 0.
    table: *const i16,
    input: *const i16,
    /// Number of columns, at least 1.
    columns: usize,
    /// Columns of a segment, at least 1.
    segment: usize,
    /// Bytes of the weights of a block of rows.
    block: usize,
    /// Set by the assembly: values to reset at the end of a block.
    reset: usize,
    /// Set by the assembly: stack pointer to restore.
    pointer: usize,
}

/// Runs `layer`. Returns `None`, and does nothing, if the assembly does not take it.
#[inline(never)]
pub(super) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<()> {
    let (block, biases) = fitting(layer, input, output, MAX_COLUMNS)?;
    let Dense {
        rows,
        columns,
        segment,
        weights,
        scales,
        ..
    } = *layer;
    let (weights, scales) = (weights.as_ptr(), scales.as_ptr());
    // Words are aligned to 4 bytes, halfwords to 2.
    if (weights.addr() | scales.addr() | biases.addr() << 1) & 3 != 0 {
        return None;
    }
    let (table, shift, drop) = match layer.activation {
        Activation::Linear => (nodes(None)?, 16, 0),
        Activation::Curve {
            table,
            pre_frac: pre_frac @ 11..=13,
            act_frac,
        } => {
            let shift = usize::from(pre_frac) - 4; // table step 1/16
            let drop = shift + VELOCITY_FRAC as usize;
            (nodes(table)?, shift, drop.wrapping_sub(act_frac.into()))
        }
        Activation::Curve { .. } => return None,
    };
    let mut call = Call {
        weights,
        scales,
        biases,
        output: output.as_mut_ptr(),
        rows,
        shift,
        drop,
        table: table.wrapping_add(256),
        input: input.as_ptr(),
        columns,
        segment,
        block,
        reset: 0,
        pointer: 0,
    };
    // SAFETY: the checks above prove that the slices are long enough for every access; no product
    // wraps, because rows and columns are at most 1024. The assembly reads `columns` values of the
    // input, blocks · block bytes of weights, blocks · 16 bytes of scales and rows · 2 bytes of
    // biases. The biases may be the output: each is read before it is overwritten. It writes `rows`
    // values of the output. Words are aligned to 4 bytes, halfwords to 2. In the table it reads
    // index and index + 1 with index = (pre >> shift) + 256, which is 0..=511 for an i16 pre and a
    // shift in 7..=9. It restores the stack, whose use the module documentation states.
    unsafe { run(&mut call) };
    Some(())
}

/// # Safety
///
/// See [`dense`].
#[unsafe(naked)]
unsafe extern "C" fn run(call: &mut Call) {
    naked_asm!(
        include_str!("armv6m.s"),
        weights = const offset_of!(Call, weights),
        scales = const offset_of!(Call, scales),
        biases = const offset_of!(Call, biases),
        output = const offset_of!(Call, output),
        rows = const offset_of!(Call, rows),
        shift = const offset_of!(Call, shift),
        drop = const offset_of!(Call, drop),
        table = const offset_of!(Call, table),
        input = const offset_of!(Call, input),
        columns = const offset_of!(Call, columns),
        segment = const offset_of!(Call, segment),
        block = const offset_of!(Call, block),
        reset = const offset_of!(Call, reset),
        pointer = const offset_of!(Call, pointer),
    )
}
