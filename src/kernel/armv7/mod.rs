//! Armv7-M, Armv7E-M and Armv8-M with DSP: Cortex-M3, M4, M7, M33 and others. The portable kernel
//! runs layers whose weights, activations or scales are not aligned to four bytes.
//!
//! **Inner loop.** A step does four rows and eight columns (32 multiply-accumulates). With DSP,
//! SMLAD multiplies two halfwords by two others and adds both products. On raw weights this adds
//! 256·A + B over two columns; after SXTB16, which sign-extends the lower bytes, it adds B. So four
//! weights take three instructions. With two LDMs of four weight words and one of four words of
//! activations, a step takes 27 instructions, 0.844 per multiply-accumulate. Without DSP a pair of
//! weights takes LDRSH, SXTB and two MLA, and a column one LDRSH of its activation: 72
//! instructions, 2.25 each.
//!
//! Eight steps are a pass of 64 columns; without DSP, four steps of 32. If the number of steps is
//! no multiple of that, the first pass is entered in the middle. The last one to seven columns have
//! their own code. A layer of one pass has no loop over columns.
//!
//! **Frame.** All registers are in use, so the other values are in a frame at the stack pointer,
//! which the assembly builds. One LDM resets the pointers and the sums of a block and jumps into
//! the pass. Another one ends the pass: it loads the pointers of the epilogue and continues where
//! the frame says. `layer.s` has the control flow, `dsp.s` and `plain.s` have the steps.
//!
//! **Headroom.** Both sums are exact modulo 2^32. Over a segment |A| < 2^23, so (sum − B) is 256·A
//! as an i32, and an arithmetic shift gives A. After a segment the first sum continues from B, so
//! its difference to B starts from zero again. The sum of all A is an exact i32, as `parse` proves.
//! SMLAD sets the Q flag if a sum wraps; nothing reads it.
//!
//! **Epilogue.** Four rows take 56 instructions with DSP, all control included. ASR reads only the
//! lowest byte of a scale word and SMLAWT only its upper half, so the word is used as it is. SMLAWT
//! drops 16 bits of a product. So its sum is 8 bits high, as the sums of the upper rows already
//! are, and two bits are left for the rounding. `parse` proves that a shifted sum is at most 2^22.
//! One word load brings two
//! neighbours of the table, and SMLAD interpolates between them with 2^s − f and f in one register,
//! f·0xffff + 2^s. If the format allows it, these are scaled so that the rounded activations are
//! upper halves, which PKHTB packs.
//!
//! **Alignment.** The word of two neighbours is aligned to 2 bytes only, as compiled code may do on
//! these cores unless CCR.UNALIGN_TRP is set. With `-C target-feature=+strict-align`, which
//! compiled code needs too if it is set, the kernel loads halfwords.
//!
//! **Stack.** The assembly takes 180 bytes and its caller 72, for any shape: 252 bytes.

#[cfg(flowlet_kernel = "armv7em")]
pub(super) mod batch;
#[cfg(flowlet_kernel = "armv7em")]
pub(super) mod step;

use core::arch::naked_asm;
use core::mem::offset_of;

use super::{Activation, Dense, nodes};
use crate::format::BLOCK;

/// Steps per pass, and bytes of the code of a step.
#[cfg(flowlet_kernel = "armv7em")]
const PASS: usize = 8;
#[cfg(flowlet_kernel = "armv7em")]
const STEP_CODE: usize = 104;
#[cfg(flowlet_kernel = "armv7m")]
const PASS: usize = 4;
#[cfg(flowlet_kernel = "armv7m")]
const STEP_CODE: usize = 288;

/// Arguments of the assembly. Four words are in registers, the others on the stack.
#[repr(C)]
struct Call {
    /// Number of columns, and of those of a segment.
    columns: usize,
    segment: usize,
    input: *const i16,
    /// Number of rows after the complete blocks.
    rest: usize,
    stacked: Stacked,
}

/// Arguments on the stack.
#[repr(C)]
struct Stacked {
    /// Fractional bits of the pre-activation, 0 in a linear layer, and of the activation.
    pre_frac: usize,
    act_frac: usize,
    /// Entry of the table for 0.
    table: *const i16,
    /// End of the complete blocks.
    output_end: *const i16,
    scales: *const u8,
    biases: *const i16,
    output: *mut i16,
    weights: *const u8,
}

/// Number of rows after the complete blocks, their biases and their outputs. They replace
/// [`Stacked`] when these rows run.
#[repr(C)]
struct Rest {
    rows: usize,
    io: [i16; BLOCK],
}

/// Values of the assembly, at its stack pointer. The order is that of its LDMs and LDRDs.
#[repr(C)]
#[allow(dead_code, reason = "the assembly uses it")]
struct Frame {
    /// Remaining scales, biases, output, weights.
    scales: *const u8,
    biases: *const i16,
    output: *mut i16,
    weights: *const u8,
    /// Code after a pass.
    after: usize,
    /// Start of a block: input, four sums, entry of the first pass.
    input: *const i16,
    zeros: [i32; BLOCK],
    entry: usize,
    /// Constants of the requantisation with DSP.
    constants: [usize; 2],
    /// Entry of the table for 0.
    table: *const i16,
    shift: usize,
    /// 2^shift − 1.
    mask: usize,
    /// With DSP 0xffff, otherwise the address of the entry after `table`.
    ffff: usize,
    /// 2^shift.
    one: usize,
    half: usize,
    /// End of the output if activations are upper halves, otherwise the drop.
    end_or_drop: usize,
    /// Code of the activation.
    activation: usize,
    output_end: *const i16,
    /// Number of rows after the complete blocks; when they run, the address of their output.
    rest: usize,
    /// End of the steps of this segment, and code after them.
    end: *const i16,
    then: usize,
    /// Number of columns that do not fill a step, and code after them.
    tail: usize,
    tail_then: usize,
    /// If there are several segments: bytes of the inputs of one, and the end of the input.
    segment: usize,
    columns_end: *const i16,
    /// Sums of A and of C over segments.
    sums: [i32; 2],
    /// `end` and `then` of the first segment and of the last, entry of the last.
    first_end: *const i16,
    first_then: usize,
    last_end: *const i16,
    last_then: usize,
    last_entry: usize,
    /// Registers of the caller.
    saved: [usize; 9],
    stacked: Stacked,
}

/// Defines `run`, with the file of the steps and operands that only it has.
macro_rules! define_run {
    ($steps:literal, $purge:literal $($operands:tt)*) => {
        /// Runs complete blocks of rows.
        ///
        /// # Safety
        ///
        /// See [`dense`].
        #[unsafe(naked)]
        unsafe extern "C" fn run(call: Call) {
            naked_asm!(
                env!("FLOWLET_ASSEMBLER"),
                include_str!("../check.s"),
                include_str!($steps),
                include_str!("layer.s"),
                ".purgem FLOWLET_CHECK",
                $purge,
                entry = const offset_of!(Frame, entry),
                constants = const offset_of!(Frame, constants),
                output_end = const offset_of!(Frame, output_end),
                end = const offset_of!(Frame, end),
                then = const offset_of!(Frame, then),
                tail = const offset_of!(Frame, tail),
                tail_then = const offset_of!(Frame, tail_then),
                segment = const offset_of!(Frame, segment),
                sums = const offset_of!(Frame, sums),
                first_end = const offset_of!(Frame, first_end),
                last_end = const offset_of!(Frame, last_end),
                last_entry = const offset_of!(Frame, last_entry),
                biases = const offset_of!(Frame, biases),
                end_or_drop = const offset_of!(Frame, end_or_drop),
                rest = const offset_of!(Frame, rest),
                pre_frac = const offset_of!(Frame, stacked.pre_frac),
                table = const offset_of!(Frame, stacked.table),
                scales = const offset_of!(Frame, stacked.scales),
                output = const offset_of!(Frame, stacked.output),
                rest_rows = const offset_of!(Frame, stacked) + offset_of!(Rest, rows),
                rest_io = const offset_of!(Frame, stacked) + offset_of!(Rest, io),
                saved = const offset_of!(Frame, saved),
                pass = const PASS,
                pass_log2 = const PASS.ilog2(),
                step_code = const STEP_CODE,
                $($operands)*
            )
        }
    };
}

#[cfg(flowlet_kernel = "armv7em")]
define_run!("dsp.s", ".irp macro, PAIR, ROWS, INTERPOLATE\n.purgem FLOWLET_\\macro\n.endr" strict_align = const cfg!(flowlet_strict_align) as usize);
#[cfg(flowlet_kernel = "armv7m")]
define_run!(
    "plain.s",
    ".irp macro, COLUMN, REQUANTISE_ROW\n.purgem FLOWLET_\\macro\n.endr"
);

/// Returns `None` if a slice is too short for the layer or not aligned to 4 bytes, or if no file
/// may have such a segment.
#[inline(always)]
fn fits<const N: usize>(
    layer: &Dense<'_>,
    inputs: [&[i16]; N],
    outputs: &[&mut [i16]; N],
) -> Option<()> {
    let (rows, columns, segment) = (layer.rows, layer.columns, layer.segment);
    let blocks = rows.wrapping_add(BLOCK - 1) / BLOCK;
    let mut addresses = layer.weights.as_ptr().addr() | layer.scales.as_ptr().addr();
    for (input, output) in inputs.into_iter().zip(outputs) {
        if input.len() < columns || output.len() < rows {
            return None;
        }
        addresses |= input.as_ptr().addr() | output.as_ptr().addr();
    }
    // The slices above bound rows and columns, so rows + 3 and 2 · rows do not overflow.
    let words = blocks as u64 * columns.div_ceil(2) as u64;
    if segment < columns && (segment == 0 || segment % 32 != 0)
        || layer.scales.len() / (4 * BLOCK) < blocks
        || ((layer.weights.len() / (2 * BLOCK)) as u64) < words
    {
        return None;
    }
    if let Some(biases) = layer.biases {
        if biases.len() < 2 * rows {
            return None;
        }
        addresses |= biases.as_ptr().addr();
    }
    (addresses % 4 == 0).then_some(())
}

/// Runs `layer` on one sample. Returns `None`, and does nothing, if the assembly does not take it.
#[inline(always)]
pub(super) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<()> {
    fits(layer, [input], &[&mut *output])?;
    let (table, pre_frac, act_frac) = match layer.activation {
        Activation::Linear => (nodes(None)?, 0, 0),
        Activation::Curve {
            table,
            pre_frac: pre_frac @ 11..=13,
            act_frac,
        } => (nodes(table)?, pre_frac, act_frac),
        Activation::Curve { .. } => return None,
    };
    let output = output.as_mut_ptr();
    let call = Call {
        columns: layer.columns,
        segment: layer.segment,
        input: input.as_ptr(),
        rest: layer.rows % BLOCK,
        stacked: Stacked {
            pre_frac: pre_frac.into(),
            act_frac: act_frac.into(),
            table: table.wrapping_add(256),
            output_end: output.wrapping_add(layer.rows & !(BLOCK - 1)),
            scales: layer.scales.as_ptr(),
            biases: match layer.biases {
                Some(biases) => biases.as_ptr().cast(),
                None => output.cast_const(),
            },
            output,
            weights: layer.weights.as_ptr(),
        },
    };
    // SAFETY: `fits` proves that the slices are long enough for every access. For each block of
    // rows the assembly reads the weights, 16 bytes of scales and 8 bytes of biases, and writes 8
    // bytes of output. Of an incomplete block it reads only the biases and writes only the outputs
    // that exist. The biases may be the output: each is read before it is overwritten. It reads
    // `columns` values of the input. Words are aligned to 4 bytes. In the table it reads index and
    // index + 1 with index = (pre >> shift) + 256, which is 0..=511 for an i16 pre and a shift in
    // 7..=9. It uses only its own stack.
    unsafe { run(call) };
    Some(())
}
