//! Armv7-M, Armv7E-M and Armv8-M: Cortex-M3, M4, M7, M33 and their kin. Weights, activations and
//! scales that are not aligned to four bytes are left to the portable kernel.
//!
//! **The inner loop** does four rows and four columns (16 multiply-accumulates). With DSP: SMLAD
//! multiplies two halfwords by two and adds both products; on raw weights it adds up 256·A + B
//! over two columns, and after SXTB16, which sign-extends the lower bytes, B. So four weights take
//! three instructions, and with one LDM of four words of weights and one LDRD of activations the
//! 16 take 14, 0.875 each. Without: a weight pair takes LDRSH, SXTB and two MLA, a column one
//! LDRSH of its activation; 36, 2.25 each.
//!
//! Eight such steps are a pass of 32 columns. Where the columns are no multiple of 32, the first
//! pass is entered in its middle, and the last one to three columns have code of their own, so
//! that a layer of any shape costs two instructions of loop control a pass.
//!
//! **The frame.** All registers are taken, so what a block of rows needs beside stands at the stack
//! pointer, where the call has put it, for a structure that is passed by value lies there (all but
//! the two words that fit registers): one LDM sets the pointer to the input and the sums back and jumps into the pass; after
//! it the code goes on where the frame says: the last columns, the end of a segment, or the end of
//! the block. `layer.s` has the flow, `dsp.s` and `plain.s` the steps.
//!
//! **Headroom.** Both sums are exact modulo 2^32. Over a segment |A| < 2^23, so (sum − B) is 256·A
//! as an i32, and A is an arithmetic shift. After a segment the first sum goes on from B, which
//! makes its difference to B start from zero again. The sum of all A is an exact i32, as `parse`
//! has shown. SMLAD sets the Q flag when a sum wraps, which nothing reads.
//!
//! **The epilogue** of four rows takes about 66 instructions with DSP: a scale word shifts as it is,
//! for ASR reads the lowest byte; one word load brings two neighbours of the table, and SMLAD
//! interpolates between them with 2^s − f and f in one register, f·0xffff + 2^s.
//!
//! **Stack**: the frame's 140 bytes.

#[cfg(flowlet_kernel = "armv7em")]
pub(super) mod lanes;
#[cfg(flowlet_kernel = "armv7em")]
pub(super) mod step;

use core::arch::global_asm;
use core::mem::MaybeUninit;

use super::{Activation, Dense, nodes};
use crate::fixed::VELOCITY_FRAC;
use crate::format::BLOCK;

/// Columns of a step, and steps of a pass.
const STEP: usize = 4;
const PASS: usize = 8;

/// Bytes of a step's code.
#[cfg(flowlet_kernel = "armv7em")]
const STEP_CODE: usize = 56;
#[cfg(flowlet_kernel = "armv7m")]
const STEP_CODE: usize = 144;

#[cfg(flowlet_kernel = "armv7em")]
global_asm!(
    ".arch armv7e-m",
    include_str!("dsp.s"),
    include_str!("layer.s"),
    include_str!("lanes.s"),
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
    // Labels in it, never called from here.
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

/// The address of code, as LDR and LDM take it into the program counter.
type Label = unsafe extern "C" fn();

/// Where the first pass over some columns is entered, and how many passes there are.
#[derive(Clone, Copy)]
#[repr(C)]
struct Passes {
    count: usize,
    entry: usize,
}

impl Passes {
    /// Over `steps` of a code of `bytes` each, `each` of which stand behind `pass`.
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

/// Constants of SiLU.
#[derive(Clone, Copy)]
#[repr(C)]
struct SiluConstants {
    /// The table's entry for 0.
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

/// Bits from a pre-activation to a step of the table, 1/16, and from the interpolation to the
/// activation.
fn silu_shifts(pre_frac: u8, act_frac: u8) -> (u32, u32) {
    let shift = u32::from(pre_frac).wrapping_sub(4);
    (shift, (VELOCITY_FRAC + shift).wrapping_sub(act_frac.into()))
}

/// What the assembly works with, at its stack pointer; `layer.s` has the offsets.
#[repr(C)]
struct Frame {
    /// How a block begins: input, passes, four sums, entry of the first pass.
    input: *const i16,
    passes: usize,
    zeros: [i32; 4],
    entry: usize,
    /// Where to go on after the passes, and after the last columns.
    after: Label,
    then: Label,
    activation: Label,
    /// Biases that are left.
    biases: *const i16,
    silu: SiluConstants,
    ffff: usize,
    /// Output that is left.
    output: *mut i16,
    scales_end: *const u8,
    /// Columns that fill no step.
    tail: usize,
    /// Sums of A and of C over segments, and the segments left of those before the last.
    sums: [i32; 2],
    left: usize,
    last: Passes,
    last_after: Label,
    segments: usize,
    /// Where the assembly keeps its caller's registers.
    saved: MaybeUninit<[usize; 9]>,
}

const _: () = assert!(size_of::<Frame>() == 140);

/// `None` where a slice is too short for the layer or not aligned to 4 bytes, or a segment is not
/// one that a file may have.
#[inline(always)]
fn fits<const L: usize>(
    layer: &Dense<'_>,
    inputs: [&[i16]; L],
    outputs: &[&mut [i16]; L],
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

/// Runs `layer` on one sample; `None`, with nothing done, where it is not one for the assembly.
#[inline(never)]
pub(super) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<()> {
    fits(layer, [input], &[&mut *output])?;
    let frame = Frame::new(layer, input, output)?;
    let blocks = layer.rows / BLOCK;
    if blocks > 0 {
        // SAFETY: `fits` has compared with the lengths of the slices all that the assembly touches
        // of them: for each of `blocks` its weights, 16 bytes of scales, 8 of biases (which may be
        // the output, read before it is written) and of output, and `columns` of the input. Words
        // are aligned to 4. Of the table it reads index and index + 1, where index =
        // (pre >> shift) + 256 with an i16 pre and a shift in 7..=9, so 0..=511. Its stack is its
        // own.
        unsafe { flowlet_armv7_run(layer.weights.as_ptr(), layer.scales.as_ptr(), frame) };
    }
    rest_of_rows(layer, input, output);
    Some(())
}

/// Runs the rows that fill no block, after [`fits`]: their biases and outputs stand in a block. Value
/// by value, for loops over them become calls of memcpy, which small firmware would link for this.
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
    let mut part = Words([bias(0), bias(1), bias(2), 0]);
    let block = layer.columns.next_multiple_of(2);
    let last = Dense {
        rows: BLOCK,
        weights: layer.weights.get(done * block..).unwrap_or_default(),
        scales: layer.scales.get(4 * done..).unwrap_or_default(),
        biases: None,
        ..*layer
    };
    if dense(&last, input, &mut part.0).is_none() {
        return; // it fits as the whole did
    }
    let [a, b, c, _] = part.0;
    for (row, value) in [(0, a), (1, b), (2, c)] {
        if let Some(out) = output.get_mut(row) {
            *out = value;
        }
    }
}

/// A block's biases and output.
#[repr(align(4))]
struct Words([i16; BLOCK]);

impl Frame {
    /// The whole blocks of `layer`; `None` for formats that no file has.
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

/// Over `columns`, less the last one to three that fill no step.
#[inline(always)]
fn passes(columns: usize) -> Passes {
    Passes::over(columns / STEP, PASS, STEP_CODE, flowlet_armv7_pass)
}
