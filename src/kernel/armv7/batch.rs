//! Batches of three samples, with DSP: they share the loads and the unpacking of the weights.
//!
//! **Inner loop.** Two rows, two columns and three samples (12 multiply-accumulates) take 9
//! instructions, 0.75 each. These are a load of a weight word, an LDM of three activation words,
//! three SMLAD on the raw word, SXTB16, and three SMLAD. Six sums, three activations, the word, two
//! pointers and a count fill the registers. For the LDM the activations are first interleaved by
//! pairs of columns on the stack, which takes about 5 instructions per four columns. An odd last
//! column is paired with zero.
//!
//! A pair of rows occupies every second word, so a layer takes two sweeps over its blocks: over the
//! first pairs of all blocks, then over the second pairs. Frame, headroom and segments are as in
//! the [parent module](super).
//!
//! **Epilogue.** A pair of rows and three samples takes 77 instructions. If a layer has one
//! segment, the sums of the upper row stay 8 bits high, and 8 is added to its shift. The shift is
//! at most 32, by which ASR leaves the sign; this is correct because |A| < 2^23. A bias is shifted
//! once for all samples. The constants of SiLU are scaled so that the rounded activations are upper
//! halves, which PKHTB then packs.
//!
//! **Stack.** 6 bytes per column and about 370 bytes. The kernel for one sample runs layers of more
//! than [`MAX_COLUMNS`] and formats in which those constants overflow.

use core::arch::naked_asm;
use core::mem::{MaybeUninit, offset_of};

use super::fits;
use crate::fixed::VELOCITY_FRAC;
use crate::format::BLOCK;
use crate::kernel::choice::MAX_COLUMNS;
use crate::kernel::{Activation, Dense, nodes, single};

/// Samples of a batch.
const BATCH: usize = 3;

/// Columns per step, steps per pass, bytes of the code of a step.
const STEP: usize = 2;
const PASS: usize = 32;
const STEP_CODE: usize = 36;

/// Values of the assembly, at its stack pointer. The order is that of its LDMs and LDRDs. It sets
/// the code that is `MaybeUninit`, and replaces numbers by addresses of code where that is said.
#[repr(C)]
struct BatchFrame {
    /// Start of a pair of rows: activations (set by the assembly), passes, six sums, entry of the
    /// first pass as bytes to skip.
    interleaved: MaybeUninit<usize>,
    passes: usize,
    zeros: [i32; 6],
    entry: usize,
    /// Code after the passes.
    after: MaybeUninit<usize>,
    /// Constants and code of the requantisation: ends of the scales and of the shared biases, 2^9,
    /// 2^10, and 8 if the sums of upper rows are 8 bits high, otherwise 0.
    scales_end: *const u8,
    biases_end: *const u8,
    half: usize,
    one: usize,
    high: usize,
    requantise: MaybeUninit<usize>,
    curve: BatchConstants,
    /// Code of the activation: its shift, or 0 without one.
    activation: usize,
    /// Ends of the outputs.
    outputs: [*mut i16; BATCH],
    /// Sums of A over segments, and the number of segments left before the last.
    sums: [i32; BATCH],
    left: usize,
    last: Passes,
    last_after: MaybeUninit<usize>,
    segments: usize,
    first_after: MaybeUninit<usize>,
    weights: *const u8,
    /// Minus the bytes of an output.
    output_bytes: isize,
    second_sweep: usize,
    columns: usize,
    inputs: [*const i16; BATCH],
}

const _: () = assert!(
    size_of::<BatchFrame>().is_multiple_of(40),
    "copied by ten words"
);

/// Number of passes over some columns, and bytes of code that the first one skips.
#[repr(C)]
struct Passes {
    count: usize,
    entry: usize,
}

/// Runs complete blocks of rows for three samples.
///
/// # Safety
///
/// See [`dense`].
#[unsafe(naked)]
unsafe extern "C" fn run(frame: &BatchFrame) {
    naked_asm!(
        env!("FLOWLET_ASSEMBLER"),
        include_str!("../check.s"),
        include_str!("batch.s"),
        ".purgem FLOWLET_CHECK",
        interleaved = const offset_of!(BatchFrame, interleaved),
        passes = const offset_of!(BatchFrame, passes),
        entry = const offset_of!(BatchFrame, entry),
        after = const offset_of!(BatchFrame, after),
        scales_end = const offset_of!(BatchFrame, scales_end),
        biases_end = const offset_of!(BatchFrame, biases_end),
        requantise = const offset_of!(BatchFrame, requantise),
        curve = const offset_of!(BatchFrame, curve),
        activation = const offset_of!(BatchFrame, activation),
        outputs = const offset_of!(BatchFrame, outputs),
        sums = const offset_of!(BatchFrame, sums),
        left = const offset_of!(BatchFrame, left),
        last = const offset_of!(BatchFrame, last),
        last_entry = const offset_of!(BatchFrame, last) + offset_of!(Passes, entry),
        last_after = const offset_of!(BatchFrame, last_after),
        segments = const offset_of!(BatchFrame, segments),
        first_after = const offset_of!(BatchFrame, first_after),
        weights = const offset_of!(BatchFrame, weights),
        second_sweep = const offset_of!(BatchFrame, second_sweep),
        columns = const offset_of!(BatchFrame, columns),
        inputs = const offset_of!(BatchFrame, inputs),
        frame = const size_of::<BatchFrame>(),
        pass = const PASS,
        step_code = const STEP_CODE,
        strict_align = const cfg!(flowlet_strict_align) as usize,
    )
}

/// Constants of the activation, all times 2^(16 − drop), so that the activation is the upper half
/// of a word.
#[repr(C)]
struct BatchConstants {
    /// Entry of the table for 0.
    table: *const i16,
    ffff: usize,
    half: usize,
    /// 2^shift.
    one: usize,
}

impl BatchConstants {
    /// Returns `None` for formats in which 2^shift · 2^(16 − drop) exceeds 15 bits.
    fn new(nodes: *const i16, shift: u32, drop: u32) -> Option<Self> {
        let up = 16u32.checked_sub(drop)?;
        (shift + up <= 14).then_some(Self {
            table: nodes.wrapping_add(256),
            ffff: 0xffff << (up & 31),
            half: 1 << 15,
            one: 1 << ((shift + up) & 31),
        })
    }
}

/// Returns the shift from a pre-activation to a step of the table, 1/16, and the shift from the
/// interpolation to the activation.
fn silu_shifts(pre_frac: u8, act_frac: u8) -> (u32, u32) {
    let shift = u32::from(pre_frac).wrapping_sub(4);
    (shift, (VELOCITY_FRAC + shift).wrapping_sub(act_frac.into()))
}

/// Runs `layer` on three samples. Returns `None`, and does nothing, if the assembly does not take
/// it.
pub(in crate::kernel) fn dense(
    layer: &Dense<'_>,
    inputs: [&[i16]; BATCH],
    mut outputs: [&mut [i16]; BATCH],
) -> Option<()> {
    fits(layer, inputs, &outputs)?;
    if layer.columns > MAX_COLUMNS || layer.rows < BLOCK {
        return None;
    }
    let frame = BatchFrame::new(layer, inputs, &mut outputs)?;
    // SAFETY: `fits` proves that the slices are long enough for every access. For each complete
    // block of rows the assembly reads the weights, 16 bytes of scales and 8 bytes of biases, and
    // writes 8 bytes of each output. If the outputs hold the biases, they are read before they are
    // overwritten. It reads `columns` values of each input. Words are aligned to 4 bytes. In the
    // table it reads index and index + 1 with index = (pre >> shift) + 256, which is 0..=511 for an
    // i16 pre and a shift in 7..=9. It uses only its own stack.
    unsafe { run(&frame) };
    let done = layer.rows & !(BLOCK - 1);
    if done < layer.rows {
        let rest = rows_after(layer, done);
        for (input, output) in inputs.into_iter().zip(outputs) {
            single(&rest, input, output.get_mut(done..).unwrap_or_default());
        }
    }
    Some(())
}

/// Returns the part of `layer` after `done` rows, a multiple of [`BLOCK`].
fn rows_after<'a>(layer: &Dense<'a>, done: usize) -> Dense<'a> {
    let block = layer.columns.next_multiple_of(2);
    Dense {
        rows: layer.rows.wrapping_sub(done),
        weights: layer.weights.get(done * block..).unwrap_or_default(),
        scales: layer.scales.get(4 * done..).unwrap_or_default(),
        biases: match layer.biases {
            Some(biases) => Some(biases.get(2 * done..).unwrap_or_default()),
            None => None,
        },
        ..*layer
    }
}

impl BatchFrame {
    fn new(
        layer: &Dense<'_>,
        inputs: [&[i16]; BATCH],
        outputs: &mut [&mut [i16]; BATCH],
    ) -> Option<Self> {
        let (curve, activation) = match layer.activation {
            Activation::Linear => (BatchConstants::new(nodes(None)?, 7, 12)?, 0),
            Activation::Curve {
                table,
                pre_frac: pre_frac @ 11..=13,
                act_frac,
            } => {
                let (shift, drop) = silu_shifts(pre_frac, act_frac);
                let curve = BatchConstants::new(nodes(table)?, shift, drop)?;
                (curve, shift as usize)
            }
            Activation::Curve { .. } => return None,
        };
        let segments = (layer.columns - 1).checked_div(layer.segment)?;
        let last = passes(layer.columns - segments * layer.segment);
        let (first, high) = if segments > 0 {
            (passes(layer.segment), 0)
        } else {
            (Passes { ..last }, 8)
        };
        let rows = layer.rows & !(BLOCK - 1);
        let biases_end = match layer.biases {
            Some(biases) => biases.as_ptr().wrapping_add(2 * rows),
            None => core::ptr::null(),
        };
        Some(Self {
            interleaved: MaybeUninit::uninit(),
            passes: first.count,
            zeros: [0; 6],
            entry: first.entry,
            after: MaybeUninit::uninit(),
            scales_end: layer.scales.as_ptr().wrapping_add(4 * rows),
            biases_end,
            half: 512,
            one: 1024,
            high,
            requantise: MaybeUninit::uninit(),
            curve,
            activation,
            outputs: outputs
                .each_mut()
                .map(|output| output.as_mut_ptr().wrapping_add(rows)),
            sums: [0; BATCH],
            left: segments,
            last,
            last_after: MaybeUninit::uninit(),
            segments,
            first_after: MaybeUninit::uninit(),
            weights: layer.weights.as_ptr(),
            output_bytes: -((2 * rows) as isize),
            second_sweep: 1,
            columns: layer.columns,
            inputs: inputs.map(<[i16]>::as_ptr),
        })
    }
}

/// Divides `columns` into passes.
fn passes(columns: usize) -> Passes {
    let steps = columns.div_ceil(STEP);
    let count = steps.div_ceil(PASS);
    let skipped = count * PASS - steps;
    Passes {
        count,
        entry: skipped * STEP_CODE,
    }
}
