//! RV32IM: RISC-V with 32 bits, 31 registers and multiplication, for example ESP32-C3. The portable
//! kernel runs layers whose weights, scales, biases or table have an odd address.
//!
//! **Inner loop.** Four blocks are 16 rows. A pass of 16 rows and 8 columns (128 multiply-adds)
//! takes 398 instructions, 3.11 each. A weight h = 256·a + b takes LH for h, LB for b, and two MUL
//! and ADD. That is 3 instructions per multiply-add, the minimum without SIMD. The rest is 8 loads
//! of activations, which 16 rows share, and 6 instructions of control. All 28 registers that a
//! function may use are in use. The three blocks that may be left have a loop for one block.
//!
//! **Order.** Passes run from the last columns to the first. So only the first pass is incomplete,
//! and it is entered in the middle. An odd last column has an input of 0 next to it.
//!
//! **Headroom.** Both sums are exact modulo 2^32. Over a segment |A| < 2^23, so (sum − B) is 256·A
//! as an i32, and an arithmetic shift gives A. After a segment the first sum continues from B, so
//! its difference to B starts from zero again. The sum of all A is an exact i32, as `parse` proves.
//!
//! **Epilogue.** It takes 25.5 instructions per row with a curve. The pre-activation plus 32768 is
//! limited with one unsigned comparison. `parse` proves room for the added 2^25 in the product.
//!
//! **Alignment.** All loads and stores have their natural alignment. Words are only on the stack.
//!
//! **Stack.** 240 bytes for any shape: 128 in the assembly and 112 in [`dense`].

mod condition_bias;

pub(super) use condition_bias::condition_bias;

use core::arch::naked_asm;
use core::mem::offset_of;

use super::fitting::fitting;
use super::{Activation, Dense, nodes};
use crate::fixed::VELOCITY_FRAC;
use crate::format::{BLOCK, MAX_WIDTH};

/// Columns of a pass of the inner loop.
const PASS: usize = 8;
/// Input next to an odd last column.
static ZERO: i16 = 0;

/// Arguments and variables of the assembly.
#[repr(C)]
struct Call {
    /// Weights of the last pass of the next block.
    weights: *const u8,
    /// Bytes of the weights of a block.
    block: usize,
    /// Inputs of the last pass.
    input: *const i16,
    /// Inputs of the last two columns.
    last: [*const i16; 2],
    /// Pairs of columns that the last pass lacks.
    skip: usize,
    /// Inputs of the pass before the last segment, at which that segment ends.
    first_end: *const i16,
    /// Inputs of the pass before the first, at which all segments end.
    begin: *const i16,
    /// Bytes of the inputs of a segment.
    segment: usize,
    /// Number of remaining rows, at least 1.
    rows: usize,
    /// Remaining scale words.
    scales: *const u8,
    /// Remaining biases, i16.
    biases: *const u8,
    /// Remaining output.
    output: *mut i16,
    /// Shift of the activation; 0 in a linear layer.
    shift: usize,
    /// 2^shift − 1.
    mask: usize,
    drop: usize,
    /// Half of 2^drop.
    half: usize,
    /// Entry of the table for a pre-activation of −32768.
    table: *const i16,
}

/// Stack of the assembly.
#[repr(C)]
struct Frame {
    /// Sums of 16 rows.
    sums: [i32; 4 * BLOCK],
    call: *mut Call,
    /// Registers of the caller.
    saved: [usize; 13],
    unused: [usize; 2],
}

const _: () = assert!(size_of::<Frame>().is_multiple_of(16), "the ABI's alignment");

/// Runs `layer`. Returns `None`, and does nothing, if the assembly does not take it.
#[inline(never)]
pub(super) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<()> {
    let (block, biases) = fitting(layer, input, output, MAX_WIDTH.into())?;
    let Dense {
        rows,
        columns,
        segment,
        weights,
        scales,
        ..
    } = *layer;
    let pairs = columns.wrapping_add(1) >> 1;
    let (weights, scales) = (weights.as_ptr(), scales.as_ptr());
    if (weights.addr() | scales.addr() | biases.addr()) & 1 != 0 {
        return None;
    }
    let (table, shift, drop) = match layer.activation {
        Activation::Linear => (nodes(None)?, 0, 0),
        Activation::Curve {
            table,
            pre_frac: pre_frac @ 11..=13,
            act_frac,
        } => {
            let shift = u32::from(pre_frac) - 4; // table step 1/16
            let drop = (shift + VELOCITY_FRAC).wrapping_sub(act_frac.into());
            (nodes(table)?, shift, drop & 31)
        }
        Activation::Curve { .. } => return None,
    };
    let passes = pairs.div_ceil(PASS / 2);
    let input = input.as_ptr();
    let before = input.wrapping_sub(PASS);
    let last = input.wrapping_add(2 * (pairs - 1));
    let odd = columns & 1 != 0;
    let mut call = Call {
        weights: weights.wrapping_add((passes - 1) * PASS * BLOCK),
        block,
        input: before.wrapping_add(passes * PASS),
        last: [
            last,
            if odd {
                &raw const ZERO
            } else {
                last.wrapping_add(1)
            },
        ],
        skip: passes * (PASS / 2) - pairs,
        first_end: before.wrapping_add((columns - 1).checked_div(segment)? * segment),
        begin: before,
        segment: 2 * segment,
        rows,
        scales,
        biases,
        output: output.as_mut_ptr(),
        shift: shift as usize,
        mask: (1 << shift) - 1,
        drop: drop as usize,
        half: (1 << drop) >> 1,
        // A linear layer, whose shift is 0, has no use for it.
        table: table.wrapping_add(256usize.wrapping_sub(32768 >> shift)),
    };
    // SAFETY: the checks above prove that the slices are long enough for every access; no product
    // wraps, because rows and columns are at most 1024. The assembly reads `columns` values of the
    // input, blocks · block bytes of weights, blocks · 16 bytes of scales and rows · 2 bytes of
    // biases. The biases may be the output: each is read before it is overwritten. It writes `rows`
    // values of the output. Halfwords are aligned to 2 bytes. In the table it reads index and
    // index + 1 with index = (pre >> shift) + 256, which is 0..=511 for an i16 pre and a shift in
    // 7..=9. It restores the stack, whose use the module documentation states.
    unsafe { run(&mut call) };
    Some(())
}

/// # Safety
///
/// See [`dense`].
#[unsafe(naked)]
unsafe extern "C" fn run(call: &mut Call) {
    naked_asm!(
        include_str!("layer.s"),
        frame = const size_of::<Frame>(),
        sums = const offset_of!(Frame, sums),
        call = const offset_of!(Frame, call),
        saved = const offset_of!(Frame, saved),
        // Number of rows, rounded up to blocks, from which four blocks are left.
        several = const 3 * BLOCK + 1,
        weights = const offset_of!(Call, weights),
        block = const offset_of!(Call, block),
        input = const offset_of!(Call, input),
        last = const offset_of!(Call, last),
        skip = const offset_of!(Call, skip),
        first_end = const offset_of!(Call, first_end),
        begin = const offset_of!(Call, begin),
        segment = const offset_of!(Call, segment),
        rows = const offset_of!(Call, rows),
        scales = const offset_of!(Call, scales),
        biases = const offset_of!(Call, biases),
        output = const offset_of!(Call, output),
        shift = const offset_of!(Call, shift),
        mask = const offset_of!(Call, mask),
        drop = const offset_of!(Call, drop),
        half = const offset_of!(Call, half),
        table = const offset_of!(Call, table),
    )
}
