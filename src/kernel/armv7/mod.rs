//! Armv7-M, Armv7E-M and Armv8-M with DSP: Cortex-M3, M4, M7, M33 and others. The portable kernel
//! runs layers whose weights, activations or scales are not aligned to four bytes.
//!
//! **Inner loop.** A step does four rows and four columns (16 multiply-accumulates). With DSP,
//! SMLAD multiplies two halfwords by two others and adds both products. On raw weights this adds
//! 256·A + B over two columns; after SXTB16, which sign-extends the lower bytes, it adds B. So four
//! weights take three instructions. With one LDM of four weight words and one LDRD of activations,
//! a step takes 14 instructions, 0.875 per multiply-accumulate. Without DSP a pair of weights takes
//! LDRSH, SXTB and two MLA, and a column one LDRSH of its activation: 36 instructions, 2.25 each.
//!
//! Eight steps are a pass of 32 columns. If the number of columns is no multiple of 32, the first
//! pass is entered in the middle. The last one to three columns have their own code. So a layer of
//! any shape takes two instructions of loop control per pass.
//!
//! **Frame.** All registers are in use, so the other values are in a frame at the stack pointer.
//! The call puts them there: a structure that is passed by value lies there, except for the two
//! words that fit registers. One LDM resets the pointer to the input and the sums and jumps into
//! the pass. After the pass the frame says where to continue: the last columns, the end of a
//! segment, or the end of the block. `layer.s` has the control flow, `dsp.s` and `plain.s` have the
//! steps.
//!
//! **Headroom.** Both sums are exact modulo 2^32. Over a segment |A| < 2^23, so (sum − B) is 256·A
//! as an i32, and an arithmetic shift gives A. After a segment the first sum continues from B, so
//! its difference to B starts from zero again. The sum of all A is an exact i32, as `parse` proves.
//! SMLAD sets the Q flag if a sum wraps; nothing reads it.
//!
//! **Epilogue.** Four rows take about 66 instructions with DSP. ASR reads only the lowest byte of a
//! scale word, so the word is used as it is. One word load brings two neighbours of the table, and
//! SMLAD interpolates between them with 2^s − f and f in one register, f·0xffff + 2^s.
//!
//! **Stack.** The frame has 140 bytes.

#[cfg(flowlet_kernel = "armv7em")]
pub(super) mod batch;
#[cfg(flowlet_kernel = "armv7em")]
pub(super) mod step;

use core::arch::global_asm;
use core::mem::MaybeUninit;

use super::{Activation, Dense, nodes};
use crate::fixed::VELOCITY_FRAC;
use crate::format::BLOCK;

/// Columns per step, and steps per pass.
const STEP: usize = 4;
const PASS: usize = 8;

/// Bytes of the code of a step.
#[cfg(flowlet_kernel = "armv7em")]
const STEP_CODE: usize = 56;
#[cfg(flowlet_kernel = "armv7m")]
const STEP_CODE: usize = 144;

#[cfg(flowlet_kernel = "armv7em")]
global_asm!(
    ".arch armv7e-m",
    include_str!("dsp.s"),
    include_str!("layer.s"),
    include_str!("batch.s"),
    include_str!("step.s"),
    options(raw)
);
#[cfg(flowlet_kernel = "armv7m")]
global_asm!(
    include_str!("plain.s"),
    include_str!("layer.s"),
    options(raw)
);

unsafe extern "C" {
    fn flowlet_armv7_run(weights: *const u8, scales: *const u8, frame: Frame);
    // Labels in it; Rust never calls them.
    fn flowlet_armv7_pass();
    fn flowlet_armv7_tail();
    fn flowlet_armv7_segment();
    fn flowlet_armv7_segments_done();
    fn flowlet_armv7_done();
    fn flowlet_armv7_silu_7();
    fn flowlet_armv7_silu_8();
    fn flowlet_armv7_silu_9();
    fn flowlet_armv7_linear();
}

/// Address of code, in the form that LDR and LDM load into the program counter.
type Label = unsafe extern "C" fn();

/// Number of passes over some columns, and the address at which the first pass is entered.
#[derive(Clone, Copy)]
#[repr(C)]
struct Passes {
    count: usize,
    entry: usize,
}

impl Passes {
    /// Divides `steps` into passes. A step has `bytes` of code, and `each` steps follow `pass`.
    #[inline(always)]
    fn over(steps: usize, each: usize, bytes: usize, pass: Label) -> Self {
        let count = steps.div_ceil(each).max(1);
        let skipped = (count * each).wrapping_sub(steps);
        Self {
            count,
            entry: (pass as usize).wrapping_add(skipped * bytes),
        }
    }
}

/// Constants of the activation.
#[derive(Clone, Copy)]
#[repr(C)]
struct SiluConstants {
    /// Entry of the table for 0.
    table: *const i16,
    drop: usize,
    half: usize,
    /// 2^shift.
    one: usize,
}

impl SiluConstants {
    fn new(nodes: *const i16, shift: u32, drop: u32) -> Self {
        Self {
            table: nodes.wrapping_add(256),
            drop: drop as usize,
            half: (1 << (drop & 31)) >> 1,
            one: 1 << (shift & 31),
        }
    }
}

/// Returns the shift from a pre-activation to a step of the table, 1/16, and the shift from the
/// interpolation to the activation.
fn silu_shifts(pre_frac: u8, act_frac: u8) -> (u32, u32) {
    let shift = u32::from(pre_frac).wrapping_sub(4);
    (shift, (VELOCITY_FRAC + shift).wrapping_sub(act_frac.into()))
}

/// Values of the assembly, at its stack pointer. `layer.s` has the offsets.
#[repr(C)]
struct Frame {
    /// Start of a block: input, passes, four sums, entry of the first pass.
    input: *const i16,
    passes: usize,
    zeros: [i32; 4],
    entry: usize,
    /// Code after the passes, and after the last columns.
    after: Label,
    then: Label,
    activation: Label,
    /// Remaining biases.
    biases: *const i16,
    silu: SiluConstants,
    ffff: usize,
    /// Remaining output.
    output: *mut i16,
    scales_end: *const u8,
    /// Number of columns that do not fill a step.
    tail: usize,
    /// Sums of A and of C over segments, and the number of segments left before the last.
    sums: [i32; 2],
    left: usize,
    last: Passes,
    last_after: Label,
    segments: usize,
    /// Registers of the caller, saved by the assembly.
    saved: MaybeUninit<[usize; 9]>,
}

const _: () = assert!(size_of::<Frame>() == 140);

/// Returns `None` if a slice is too short for the layer or not aligned to 4 bytes, or if no file
/// may have such a segment.
#[inline(always)]
fn fits<const N: usize>(
    layer: &Dense<'_>,
    inputs: [&[i16]; N],
    outputs: &[&mut [i16]; N],
) -> Option<()> {
    let (rows, columns) = (layer.rows, layer.columns);
    let block = BLOCK * columns.next_multiple_of(2);
    let blocks = rows.div_ceil(BLOCK);
    let mut fits = rows.wrapping_sub(1) < 1024
        && columns.wrapping_sub(1) < 1024
        && (layer.segment >= columns || layer.segment != 0 && layer.segment.is_multiple_of(32))
        && layer.scales.len() >= blocks * 4 * BLOCK
        && layer.weights.len() >= blocks * block
        && layer.biases.is_none_or(|biases| biases.len() >= 2 * rows);
    let mut addresses = layer.weights.as_ptr().addr()
        | layer.scales.as_ptr().addr()
        | layer.biases.map_or(0, |biases| biases.as_ptr().addr());
    for (input, output) in inputs.into_iter().zip(outputs) {
        fits &= input.len() >= columns && output.len() >= rows;
        addresses |= input.as_ptr().addr() | output.as_ptr().addr();
    }
    (fits && addresses & 3 == 0).then_some(())
}

/// Runs `layer` on one sample. Returns `None`, and does nothing, if the assembly does not take it.
#[inline(never)]
pub(super) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<()> {
    fits(layer, [input], &[&mut *output])?;
    let frame = Frame::new(layer, input, output)?;
    let blocks = layer.rows / BLOCK;
    if blocks > 0 {
        // SAFETY: `fits` proves that the slices are long enough for every access. For each of
        // `blocks` the assembly reads the weights, 16 bytes of scales and 8 bytes of biases, and
        // writes 8 bytes of output. The biases may be the output: each is read before it is
        // overwritten. It reads `columns` values of the input. Words are aligned to 4 bytes. In the
        // table it reads index and index + 1 with index = (pre >> shift) + 256, which is 0..=511
        // for an i16 pre and a shift in 7..=9. It uses only its own stack.
        unsafe { flowlet_armv7_run(layer.weights.as_ptr(), layer.scales.as_ptr(), frame) };
    }
    rest_of_rows(layer, input, output);
    Some(())
}

/// Runs the rows that do not fill a block, after [`fits`], with their biases and outputs copied to
/// a whole block. Copies value by value, because a loop would become a call of memcpy, which small
/// firmware would link only for this.
#[inline(never)]
fn rest_of_rows(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    let done = layer.rows & !(BLOCK - 1);
    let output = output.get_mut(done..layer.rows).unwrap_or_default();
    if output.is_empty() {
        return;
    }
    let bias = |row: usize| match layer.biases {
        Some(biases) => {
            let bias = biases.as_chunks().0.get(done + row);
            bias.map_or(0, |&bias| i16::from_le_bytes(bias))
        }
        None => output.get(row).copied().unwrap_or_default(),
    };
    let mut block_io = AlignedBlock([bias(0), bias(1), bias(2), 0]);
    let block = layer.columns.next_multiple_of(2);
    let last = Dense {
        rows: BLOCK,
        weights: layer.weights.get(done * block..).unwrap_or_default(),
        scales: layer.scales.get(4 * done..).unwrap_or_default(),
        biases: None,
        ..*layer
    };
    if dense(&last, input, &mut block_io.0).is_none() {
        return; // the rest fits because the layer did
    }
    let [a, b, c, _] = block_io.0;
    for (row, value) in [(0, a), (1, b), (2, c)] {
        if let Some(out) = output.get_mut(row) {
            *out = value;
        }
    }
}

/// Biases and output of a block.
#[repr(align(4))]
struct AlignedBlock([i16; BLOCK]);

impl Frame {
    /// Prepares the complete blocks of `layer`. Returns `None` for formats that no file has.
    #[inline(always)]
    fn new(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<Self> {
        let (nodes, shift, drop, activation): (_, _, _, Label) = match layer.activation {
            Activation::Linear => (nodes(None)?, 7, 1, flowlet_armv7_linear),
            Activation::Curve {
                table,
                pre_frac,
                act_frac,
            } => {
                let code: Label = match pre_frac {
                    11 => flowlet_armv7_silu_7,
                    12 => flowlet_armv7_silu_8,
                    13 => flowlet_armv7_silu_9,
                    _ => return None,
                };
                let (shift, drop) = silu_shifts(pre_frac, act_frac);
                (nodes(table)?, shift, drop, code)
            }
        };
        let segments = (layer.columns - 1).checked_div(layer.segment)?;
        let tail = layer.columns % STEP;
        let done: Label = if segments > 0 {
            flowlet_armv7_segments_done
        } else {
            flowlet_armv7_done
        };
        let last_after = if tail > 0 { flowlet_armv7_tail } else { done };
        let last = passes(layer.columns - segments * layer.segment);
        let (first, after) = if segments > 0 {
            (passes(layer.segment), flowlet_armv7_segment as Label)
        } else {
            (last, last_after)
        };
        let output = output.as_mut_ptr();
        let scales = layer.scales.as_ptr();
        Some(Self {
            input: input.as_ptr(),
            passes: first.count,
            zeros: [0; 4],
            entry: first.entry,
            after,
            then: done,
            activation,
            biases: layer
                .biases
                .map_or(output.cast_const(), |biases| biases.as_ptr().cast()),
            silu: SiluConstants::new(nodes, shift, drop),
            ffff: 0xffff,
            output,
            scales_end: scales.wrapping_add((layer.rows & !(BLOCK - 1)) * 4),
            tail,
            sums: [0; 2],
            left: segments,
            last,
            last_after,
            segments,
            saved: MaybeUninit::uninit(),
        })
    }
}

/// Returns the passes over `columns`, without the last one to three that do not fill a step.
#[inline(always)]
fn passes(columns: usize) -> Passes {
    Passes::over(columns / STEP, PASS, STEP_CODE, flowlet_armv7_pass)
}
