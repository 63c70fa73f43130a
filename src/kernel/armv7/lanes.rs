//! Three samples at once, with DSP: they share the loads and the unpacking of the weights.
//!
//! **The inner loop** does two rows, two columns and three samples (12 multiply-accumulates) in 9
//! instructions, 0.75 each: a weight word, an LDM of three activation words, three SMLAD on the
//! raw word, SXTB16, three SMLAD. Six sums, three activations, the word, two pointers and a count
//! fill the registers. For the LDM the activations are first interleaved by pairs of columns onto
//! the stack, an odd last one beside a zero, which costs about 5 instructions for four columns.
//!
//! A pair of rows lies in every second word, so a layer is two sweeps over its blocks: the first
//! pairs of all, then the second ones. The rest is as in the [module above](super): the frame at the
//! stack pointer, the headroom, the segments.
//!
//! **The epilogue** of a pair of rows and three samples takes 77 instructions. Where a layer has one
//! segment, the upper row's sums stay 8 bits high, for its shift can be 8 more (32 at most, by which
//! ASR leaves the sign, as it should: |A| < 2^23). A bias is brought to its place once for all
//! samples. The constants of SiLU are scaled so that activations come out as upper halves, rounded,
//! which PKHTB then takes.
//!
//! **Stack**: 6 bytes a column and about 370 bytes. Layers of more than [`MAX_COLUMNS`], and formats
//! that leave those constants no room, are left to the kernel of one sample.

use super::{Label, Passes, STEP_CODE, fits, rest_of_rows, silu_shifts};
use crate::format::BLOCK;
use crate::kernel::{Activation, Dense, nodes};

/// Samples at once.
const LANES: usize = 3;
const MAX_COLUMNS: usize = 512;

/// Columns of a step, steps of a pass, bytes of a step's code.
const STEP: usize = 2;
const PASS: usize = 32;
const _: () = assert!(STEP_CODE == 56, "the steps of dsp.s");
const LANES_STEP_CODE: usize = 36;

unsafe extern "C" {
    fn flowlet_armv7_lanes_run(frame: &Frame);
    // Labels in it, never called from here.
    fn flowlet_armv7_lanes_pass();
    fn flowlet_armv7_lanes_segment();
    fn flowlet_armv7_lanes_segments_done();
    fn flowlet_armv7_lanes_done();
    fn flowlet_armv7_lanes_shared();
    fn flowlet_armv7_lanes_own();
    fn flowlet_armv7_lanes_silu_7();
    fn flowlet_armv7_lanes_silu_8();
    fn flowlet_armv7_lanes_silu_9();
    fn flowlet_armv7_lanes_linear();
}

/// What the assembly works with, at its stack pointer; `lanes.s` has the offsets.
#[repr(C)]
struct Frame {
    /// How a pair of rows begins: activations (the assembly's), passes, six sums, the entry.
    interleaved: usize,
    passes: usize,
    zeros: [i32; 6],
    entry: usize,
    /// Where to go on after the passes.
    after: Label,
    /// Constants of the requantisation, and its code: the ends of scales and shared biases, 2^9,
    /// 2^10, and 8 where the upper rows' sums are 8 bits high.
    scales_end: *const u8,
    biases_end: *const u8,
    half: usize,
    one: usize,
    high: usize,
    requantise: Label,
    silu: Silu,
    activation: Label,
    /// Their ends.
    outputs: [*mut i16; LANES],
    /// Sums of A over segments, and the segments left of those before the last.
    sums: [i32; LANES],
    left: usize,
    last: Passes,
    last_after: Label,
    segments: usize,
    first_after: Label,
    weights: *const u8,
    /// Bytes of an output, below 0.
    output_bytes: isize,
    second_sweep: usize,
    columns: usize,
    inputs: [*const i16; LANES],
}

const _: () = assert!(size_of::<Frame>() == 160);

/// Constants of SiLU, all times 2^(16 − drop), so that the activation is the upper half of a word.
#[repr(C)]
struct Silu {
    /// The table's entry for 0.
    table: *const i16,
    ffff: usize,
    half: usize,
    /// 2^shift.
    one: usize,
}

impl Silu {
    /// `None` for formats in which 2^shift · 2^(16 − drop) is none of 15 bits.
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

/// Runs `layer` on three samples; `None`, with nothing done, where it is not one for the assembly.
pub(in crate::kernel) fn dense(
    layer: &Dense<'_>,
    inputs: [&[i16]; LANES],
    mut outputs: [&mut [i16]; LANES],
) -> Option<()> {
    fits(layer, inputs, &outputs)?;
    if layer.columns > MAX_COLUMNS || layer.rows < BLOCK {
        return None;
    }
    let frame = Frame::new(layer, inputs, &mut outputs)?;
    // SAFETY: `fits` has compared with the lengths of the slices all that the assembly touches of
    // them: for each whole block of rows its weights, 16 bytes of scales, 8 of biases, and 8 of each
    // output (its biases, where there are no others, before they are written); `columns` of each
    // input. Words are aligned to 4. Of the table it reads index and index + 1, where index =
    // (pre >> shift) + 256 with an i16 pre and a shift in 7..=9, so 0..=511. Its stack is its own.
    unsafe { flowlet_armv7_lanes_run(&frame) };
    for (input, output) in inputs.into_iter().zip(outputs) {
        rest_of_rows(layer, input, output);
    }
    Some(())
}

impl Frame {
    fn new(
        layer: &Dense<'_>,
        inputs: [&[i16]; LANES],
        outputs: &mut [&mut [i16]; LANES],
    ) -> Option<Self> {
        let (silu, activation) = match layer.activation {
            Activation::Linear => (
                Silu::new(nodes(None)?, 7, 12)?,
                flowlet_armv7_lanes_linear as Label,
            ),
            Activation::Curve {
                table,
                pre_frac,
                act_frac,
            } => {
                let code: Label = match pre_frac {
                    11 => flowlet_armv7_lanes_silu_7,
                    12 => flowlet_armv7_lanes_silu_8,
                    13 => flowlet_armv7_lanes_silu_9,
                    _ => return None,
                };
                let (shift, drop) = silu_shifts(pre_frac, act_frac);
                (Silu::new(nodes(table)?, shift, drop)?, code)
            }
        };
        let segments = (layer.columns - 1).checked_div(layer.segment)?;
        let last = passes(layer.columns - segments * layer.segment);
        let (first, after, last_after, high): (_, Label, Label, _) = if segments > 0 {
            let (segment, done) = (
                flowlet_armv7_lanes_segment,
                flowlet_armv7_lanes_segments_done,
            );
            (passes(layer.segment), segment, done, 0)
        } else {
            let done = flowlet_armv7_lanes_done;
            (last, done, done, 8)
        };
        let rows = layer.rows & !(BLOCK - 1);
        let (biases_end, requantise): (_, Label) = match layer.biases {
            Some(biases) => (
                biases.as_ptr().wrapping_add(2 * rows),
                flowlet_armv7_lanes_shared,
            ),
            None => (core::ptr::null(), flowlet_armv7_lanes_own),
        };
        Some(Self {
            interleaved: 0,
            passes: first.count,
            zeros: [0; 6],
            entry: first.entry,
            after,
            scales_end: layer.scales.as_ptr().wrapping_add(4 * rows),
            biases_end,
            half: 512,
            one: 1024,
            high,
            requantise,
            silu,
            activation,
            outputs: outputs
                .each_mut()
                .map(|output| output.as_mut_ptr().wrapping_add(rows)),
            sums: [0; LANES],
            left: segments,
            last,
            last_after,
            segments,
            first_after: after,
            weights: layer.weights.as_ptr(),
            output_bytes: -((2 * rows) as isize),
            second_sweep: 1,
            columns: layer.columns,
            inputs: inputs.map(<[i16]>::as_ptr),
        })
    }
}

fn passes(columns: usize) -> Passes {
    let steps = columns.div_ceil(STEP);
    Passes::over(steps, PASS, LANES_STEP_CODE, flowlet_armv7_lanes_pass)
}
