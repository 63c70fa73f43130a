//! Three samples at once, with DSP: they share the loads and the unpacking of the weights.
//!
//! **The inner loop** does two rows, two columns and three samples (12 multiply-accumulates) in 9
//! instructions, 0.75 each: a weight word, an LDM of three activation words, three SMLAD on the
//! raw word, SXTB16, three SMLAD. Six sums, three activations, the word, two pointers and a count
//! fill the registers. For the LDM the activations are first interleaved by pairs of columns onto
//! the stack, an odd last one beside a zero, which costs about 5 instructions for four columns.
//!
//! A pair of rows lies in every second word, so a layer is two sweeps over its blocks: the first
//! pairs of all, then the second ones; no pointer needs setting back. The rest is as in the
//! [module above](super): the frame at the stack pointer, the headroom, the segments.
//!
//! **Stack**: 6 bytes a column and about 230 bytes. Layers of more than [`MAX_COLUMNS`] are left to
//! the kernel of one sample.

use super::{Label, STEP_CODE, SiluConstants, fits, rest_of_rows};
use crate::format::BLOCK;
use crate::kernel::{Activation, Dense};

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

/// Where the first pass over some columns is entered, and how many passes there are.
#[derive(Clone, Copy)]
#[repr(C)]
struct Passes {
    count: usize,
    entry: usize,
}

impl Passes {
    fn over(columns: usize) -> Self {
        let steps = columns.div_ceil(STEP);
        let count = steps.div_ceil(PASS).max(1);
        let skipped = (count * PASS).wrapping_sub(steps);
        let pass = flowlet_armv7_lanes_pass as Label as usize;
        Self {
            count,
            entry: pass.wrapping_add(skipped * LANES_STEP_CODE),
        }
    }
}

/// What the assembly works with, at its stack pointer; `lanes.s` has the offsets.
#[repr(C)]
struct Frame {
    /// How a pair of rows begins: weights, activations (assembly's), passes, six sums, the entry.
    weights: *const u8,
    interleaved: usize,
    passes: usize,
    zeros: [i32; 6],
    entry: usize,
    /// Where to go on after the passes, and after the requantisation.
    after: Label,
    activation: Label,
    /// Shared biases that are left, and constants of the requantisation.
    biases: *const i16,
    half: usize,
    one: usize,
    ffff: usize,
    silu: SiluConstants,
    /// Outputs that are left.
    outputs: [*mut i16; LANES],
    scales_end: *const u8,
    /// Sums of A over segments, and the segments left of those before the last.
    sums: [i32; LANES],
    left: usize,
    last: Passes,
    last_after: Label,
    segments: usize,
    first_after: Label,
    requantise: Label,
    /// Where the second sweep starts, less the first pair of rows.
    second: Second,
    columns: usize,
    inputs: [*const i16; LANES],
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Second {
    weights: *const u8,
    scales: *const u8,
    biases: *const i16,
    outputs: [*mut i16; LANES],
    scales_end: *const u8,
}

const _: () = assert!(size_of::<Frame>() == 180);

/// Runs `layer` on three samples; `None`, with nothing done, where it is not one for the assembly.
pub(in crate::kernel) fn dense(
    layer: &Dense<'_>,
    inputs: [&[i16]; LANES],
    mut outputs: [&mut [i16]; LANES],
) -> Option<()> {
    for (input, output) in inputs.iter().zip(&outputs) {
        fits(layer, input, output)?;
    }
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
        let (shift, drop, activation): (u32, u32, Label) = match layer.activation {
            Activation::Linear => (7, 1, flowlet_armv7_lanes_linear),
            Activation::Silu { pre_frac, act_frac } => {
                let code: Label = match pre_frac {
                    11 => flowlet_armv7_lanes_silu_7,
                    12 => flowlet_armv7_lanes_silu_8,
                    13 => flowlet_armv7_lanes_silu_9,
                    _ => return None,
                };
                let (shift, drop) = super::silu_shifts(pre_frac, act_frac);
                (shift, drop, code)
            }
        };
        let segments = (layer.columns - 1).checked_div(layer.segment)?;
        let last = Passes::over(layer.columns - segments * layer.segment);
        let (passes, after, last_after): (_, Label, Label) = if segments > 0 {
            let whole = Passes::over(layer.segment);
            (
                whole,
                flowlet_armv7_lanes_segment,
                flowlet_armv7_lanes_segments_done,
            )
        } else {
            (last, flowlet_armv7_lanes_done, flowlet_armv7_lanes_done)
        };
        let outputs = outputs.each_mut().map(|output| output.as_mut_ptr());
        let blocks = layer.rows / BLOCK;
        let scales_end = layer.scales.as_ptr().wrapping_add(blocks * 4 * BLOCK);
        let biases: *const i16 = layer
            .biases
            .map_or(core::ptr::null(), |biases| biases.as_ptr().cast());
        let second = Second {
            weights: layer.weights.as_ptr(),
            scales: layer.scales.as_ptr(),
            biases,
            outputs,
            scales_end,
        };
        Some(Self {
            weights: second.weights,
            interleaved: 0,
            passes: passes.count,
            zeros: [0; 6],
            entry: passes.entry,
            after,
            activation,
            biases,
            half: 512,
            one: 1024,
            ffff: 0xffff,
            silu: SiluConstants::new(shift, drop),
            outputs,
            scales_end,
            sums: [0; LANES],
            left: segments,
            last,
            last_after,
            segments,
            first_after: after,
            requantise: if layer.biases.is_some() {
                flowlet_armv7_lanes_shared
            } else {
                flowlet_armv7_lanes_own
            },
            second,
            columns: layer.columns,
            inputs: inputs.map(<[i16]>::as_ptr),
        })
    }
}
