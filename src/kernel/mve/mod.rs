//! Armv8.1-M with integer MVE (Helium): Cortex-M52, M55, M85.
//!
//! **Weights.** A halfword of the file is 256·a + b, the weights of two rows; a block of four rows
//! interleaves two such pairs by words. `VLD20.32`/`VLD21.32` separate them: eight columns of one
//! pair in one vector, eight of the other in the next. They load as many bytes per instruction as
//! any load. `VMLADAVA.S16` of the raw halfwords adds S = 256·A + B to a general register.
//! `VMOVLB.S8` keeps the b's, a second `VMLADAVA.S16` adds B, and A = (S − B) >> 8.
//!
//! **Headroom.** S may wrap: modulo 2³², S − B = 256·A. `parse` proves |A| < 2²³ over every
//! segment, and so over any part of one. Hence 256·A fits 32 bits, and the arithmetic shift gives
//! A. B and the sum of the A's of all segments fit by the proof for complete rows. The activation
//! stays in 16 bits. With d the step of the table and f the fraction, `(t·2^s + d·f + half) >> drop
//! = (t + (d·f >> s) + (half >> s)) >> (drop − s)` if drop > s: `VQDMULH` gives d·f >> s, and
//! `VRSHL` rounds. If drop ≤ s, it is t << (s − drop) plus the rounded d·f >> drop (`VQRDMULH`).
//! |d| < 2^13 (142 for SiLU), so no doubling saturates.
//!
//! **Inner loop.** There are three forms, each with at most eight sums, because `VMLADAVA` adds to
//! even registers only. A group is eight columns:
//!
//! | form | loads | `VMOVLB` | `VMLADAVA` | MACs | MACs per instruction |
//! | --- | --- | --- | --- | --- | --- |
//! | 8 rows | 4 + 1 | 4 | 8 | 64 | 3.76 |
//! | 4 rows, 2 samples | 2 + 2 | 2 | 8 | 64 | 4.57 |
//! | 4 rows (the last ones) | 2 + 1 | 2 | 4 | 32 | 3.56 |
//!
//! The first two use every register, so they loop with `SUBS`/`BNE`, unrolled to 32 columns and
//! entered in the middle. The third is a low-overhead loop (`DLS`/`LE`). The last one to seven
//! columns use predicated loads, which read nothing beyond the last column. Eight rows are
//! requantised and activated as one vector in 38 instructions, or 33 per sample if two samples
//! share the scales.

use core::mem::MaybeUninit;

use super::{Activation, Dense, nodes};
use crate::fixed::VELOCITY_FRAC;
use crate::tables::SILU;

/// Runs `layer` on one sample. Returns `None`, and does nothing, if the assembly does not take it.
pub(super) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<()> {
    let plan = Plan::new(layer, [input], [&*output])?;
    let mut frame = plan.frame(layer, input, output);
    frame.step.choose(layer.activation);
    if layer.rows > plan.rest {
        frame.run(&plan, &EIGHT, layer.rows - plan.rest);
    }
    if plan.rest > 0 {
        frame.run(&plan, &FOUR, plan.rest);
    }
    Some(())
}

/// [`dense`] for two samples, which share the loads of the weights.
pub(super) fn dense_pair(
    layer: &Dense<'_>,
    [x0, x1]: [&[i16]; 2],
    [y0, y1]: [&mut [i16]; 2],
) -> Option<()> {
    let plan = Plan::new(layer, [x0, x1], [&*y0, &*y1])?;
    let mut pair = Pair {
        frame: plan.frame(layer, x0, y0),
        stash: MaybeUninit::uninit(),
    };
    pair.frame.step.choose(layer.activation);
    let mut last = *pair.frame.second.write(SampleIo::new(layer, y1));
    if layer.rows > plan.rest {
        pair.frame.input_or_stride = x1.as_ptr() as usize;
        pair.run(&plan, layer.rows - plan.rest);
        // SAFETY: initialised above; the assembly has only advanced it.
        last = unsafe { pair.frame.second.assume_init() };
    }
    if plan.rest > 0 {
        let frame = &mut pair.frame;
        let (weights, scales) = (frame.weights, frame.scales);
        frame.run(&plan, &FOUR, plan.rest);
        frame.weights = weights;
        frame.scales = scales;
        frame.input = x1.as_ptr();
        frame.sample = last;
        frame.run(&plan, &FOUR, plan.rest);
    }
    Some(())
}

/// Layer that the assembly may run: every slice is long enough and aligned for vectors.
struct Plan {
    /// Number of rows, 0 to 4, that run in the form of four rows, after the groups of eight.
    rest: usize,
    /// Number of complete groups of eight columns.
    groups: usize,
    /// Number of columns after them.
    tail: usize,
    /// Bytes of a block of four rows.
    stride: usize,
    /// Columns of a segment; 0 if the layer has only one.
    segment: usize,
    step: &'static Step,
    fine: isize,
    activation: Label,
}

impl Plan {
    #[inline(always)]
    fn new<const N: usize>(
        layer: &Dense<'_>,
        input: [&[i16]; N],
        output: [&[i16]; N],
    ) -> Option<Self> {
        let (rows, columns) = (layer.rows, layer.columns);
        let stride = columns.div_ceil(2) * 8;
        let blocks = rows.div_ceil(4);
        let mut segment = layer.segment;
        if segment >= columns {
            segment = 0;
        } else if segment == 0 || segment % 8 != 0 {
            return None;
        }
        if (rows.wrapping_sub(1) | columns.wrapping_sub(1)) >= 1024
            || layer.weights.len() < blocks * stride
            || layer.scales.len() < blocks * 16
            || input.iter().any(|x| x.len() < columns)
            || output.iter().any(|y| y.len() < rows)
        {
            return None;
        }
        let mut addresses = layer.weights.as_ptr() as usize | layer.scales.as_ptr() as usize;
        if let Some(biases) = layer.biases {
            if biases.len() < rows * 2 {
                return None;
            }
            addresses |= (biases.as_ptr() as usize) << 1;
        }
        if addresses % 4 != 0 {
            return None;
        }
        let (step, fine, activation) = match layer.activation {
            Activation::Linear => (const { &STEPS[0] }, 0, flowlet_mve_linear as Label),
            Activation::Curve {
                table,
                pre_frac,
                act_frac,
            } => {
                // The table has steps of 1/16: shift = pre_frac − 4, drop = 11 + shift − act_frac.
                let step = const { &STEPS }.get(usize::from(pre_frac).wrapping_sub(11))?;
                let fine = isize::from(act_frac) - VELOCITY_FRAC as isize;
                let activation = if fine < 0 {
                    flowlet_mve_silu_coarse
                } else {
                    flowlet_mve_silu_fine as Label
                };
                if table.is_some() {
                    nodes(table)?;
                }
                (step, fine, activation)
            }
        };
        let rest = rows % 8;
        Some(Self {
            rest: if rest > 4 { 0 } else { rest },
            groups: columns / 8,
            tail: columns % 8,
            stride,
            segment,
            step,
            fine,
            activation,
        })
    }

    #[inline(always)]
    fn frame(&self, layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> MveFrame {
        let sample = SampleIo::new(layer, output);
        MveFrame {
            step: *self.step,
            fine: self.fine,
            activation: self.activation,
            scales: layer.scales.as_ptr(),
            sample,
            rows: 0,
            input: input.as_ptr(),
            input_or_stride: self.stride,
            count: 0,
            entry: flowlet_mve_linear,
            after: flowlet_mve_linear,
            last: flowlet_mve_linear,
            weights: layer.weights.as_ptr(),
            tail: MaybeUninit::uninit(),
            segments: MaybeUninit::uninit(),
            second: MaybeUninit::uninit(),
            left: MaybeUninit::uninit(),
        }
    }
}

type Label = unsafe extern "C" fn();

/// Values of the assembly, which has their offsets from `input` as numbers.
#[repr(C)]
struct MveFrame {
    // −44: constants of the activation
    step: Step,
    fine: isize,
    activation: Label,
    // −16: advanced by the assembly
    scales: *const u8,
    sample: SampleIo,
    rows: usize,
    // 0: start of a block. `input_or_stride` is the input of the second of two samples, or the
    // bytes of a block for one sample.
    input: *const i16,
    input_or_stride: usize,
    count: usize,
    // 12: code at the start of a block, after the loop, after the tail
    entry: Label,
    after: Label,
    last: Label,
    // 24: advanced by the assembly
    weights: *const u8,
    // 28, 52
    tail: MaybeUninit<Tail>,
    segments: MaybeUninit<Segments>,
    // 72: advanced by the assembly
    second: MaybeUninit<SampleIo>,
    // 80: segments left
    left: MaybeUninit<usize>,
}

/// Values for two samples. The assembly distinguishes the halves of the stash by their address.
#[repr(C, align(64))]
struct Pair {
    frame: MveFrame,
    // 84: sums of two blocks and two samples
    stash: MaybeUninit<[u32; 16]>,
}

/// Constants for a table step of 2^shift: (pre + 2^15) >> shift is the index from `table`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Step {
    middle: usize,
    coarse: isize,
    fraction: isize,
    table: *const i16,
    table_next: *const i16,
}

const STEPS: [Step; 3] = [Step::new(7), Step::new(8), Step::new(9)];

impl Step {
    const fn new(shift: isize) -> Self {
        let table = SILU
            .0
            .as_ptr()
            .cast::<i16>()
            .wrapping_add(256 - (1 << (15 - shift)));
        Self {
            middle: 1 << 15,
            coarse: -shift,
            fraction: 16 - shift,
            table,
            table_next: table.wrapping_add(1),
        }
    }

    /// Replaces the table of SiLU by that of the layer, if it has one.
    #[inline(always)]
    fn choose(&mut self, activation: Activation<'_>) {
        if let Activation::Curve {
            table: Some(table), ..
        } = activation
        {
            let first = 256 - (1 << (15 + self.coarse));
            self.table = table.as_ptr().cast::<i16>().wrapping_offset(first);
            self.table_next = self.table.wrapping_add(1);
        }
    }
}

/// Biases and output of a sample.
#[repr(C)]
#[derive(Clone, Copy)]
struct SampleIo {
    bias: *const i16,
    output: *mut i16,
}

impl SampleIo {
    #[inline(always)]
    fn new(layer: &Dense<'_>, output: &mut [i16]) -> Self {
        let output = output.as_mut_ptr();
        let bias = match layer.biases {
            Some(biases) => biases.as_ptr().cast(),
            None => output.cast_const(),
        };
        Self { bias, output }
    }
}

/// The last columns.
#[repr(C)]
struct Tail {
    columns: usize,
    bytes: usize,
    /// Offsets of the words of one pair.
    offsets: [u32; 4],
}

#[repr(C)]
struct Segments {
    entry: Label,
    number: usize,
    /// The last segment, which may be shorter.
    part_count: usize,
    part_entry: Label,
    /// Code after it.
    then: Label,
}

const _: () = {
    use core::mem::offset_of;
    assert!(offset_of!(MveFrame, scales) == 44 - 16);
    assert!(offset_of!(MveFrame, input) == 44);
    assert!(offset_of!(MveFrame, weights) == 44 + 24);
    assert!(offset_of!(MveFrame, tail) == 44 + 28);
    assert!(offset_of!(MveFrame, segments) == 44 + 52);
    assert!(offset_of!(MveFrame, second) == 44 + 72);
    assert!(offset_of!(MveFrame, left) == 44 + 80);
    assert!(offset_of!(Pair, stash) == 44 + 84);
};

/// Labels of one form of the loop.
struct Code {
    run: unsafe extern "C" fn(*mut MveFrame),
    /// Entries of the loop that skip 0, 1, 2 or 3 of its four groups.
    groups: [Label; 4],
    /// Base-2 logarithm of the number of groups in the loop.
    unrolled: usize,
    tail: Label,
    decode: Label,
    segments: Label,
    segment: Label,
    finish: Label,
}

static EIGHT: Code = Code {
    run: flowlet_mve_single,
    groups: [
        flowlet_mve_eight_0,
        flowlet_mve_eight_1,
        flowlet_mve_eight_2,
        flowlet_mve_eight_3,
    ],
    unrolled: 2,
    tail: flowlet_mve_eight_tail,
    decode: flowlet_mve_single_decode,
    segments: flowlet_mve_single_segments,
    segment: flowlet_mve_single_segment,
    finish: flowlet_mve_single_finish,
};

static FOUR: Code = Code {
    groups: [flowlet_mve_four; 4],
    unrolled: 0,
    tail: flowlet_mve_four_tail,
    ..EIGHT
};

static PAIR: Code = Code {
    run: flowlet_mve_pair,
    groups: [
        flowlet_mve_pair_0,
        flowlet_mve_pair_1,
        flowlet_mve_pair_2,
        flowlet_mve_pair_3,
    ],
    unrolled: 2,
    tail: flowlet_mve_pair_tail,
    decode: flowlet_mve_pair_decode,
    segments: flowlet_mve_pair_segments,
    segment: flowlet_mve_pair_segment,
    finish: flowlet_mve_pair_done,
};

impl Code {
    /// Returns the number of iterations and the entry of the loop for `groups` > 0.
    #[inline(always)]
    fn rounds(&self, groups: usize) -> (usize, Label) {
        let mask = (1 << self.unrolled) - 1;
        let entry = self.groups[groups.wrapping_neg() & 3];
        ((groups + mask) >> self.unrolled, entry)
    }
}

impl MveFrame {
    /// Runs the next `rows` > 0 rows of one sample: at most 4 with `FOUR`; with `EIGHT` the last
    /// group of 8 has two blocks.
    #[inline(always)]
    fn run(&mut self, plan: &Plan, code: &'static Code, rows: usize) {
        self.prepare(plan, code, rows);
        // SAFETY: see `prepare`.
        unsafe { (code.run)(self) }
    }

    /// Prepares the frame for the assembly of `code`.
    ///
    /// After this the assembly is safe to run. `Plan::new` has compared every slice with the shape
    /// of the layer. The pointers of the frame come from these slices, which are still borrowed,
    /// and have advanced by groups of 8 rows at most.
    /// - Weights: each of ⌊columns/8⌋ groups of 8 columns reads 32 bytes of each block. The tail
    ///   reads ⌈tail/2⌉·8 bytes, under a predicate of `tail` halfwords: a word is read if its lower
    ///   half is active. Together these are the ⌈columns/2⌉·8 bytes of a block. A group of 8 rows
    ///   has two blocks, as required of `rows`; `FOUR` reads one.
    /// - Inputs: 8 halfwords per group, and those of the tail under that predicate: `columns`.
    /// - Biases, scales and outputs: under a predicate of the remaining rows. The scale of an odd
    ///   last row is read with its neighbour, which the padding of the format provides (⌈rows/4⌉ ·
    ///   16 bytes).
    /// - Table: the index is 0..=511 for every i16 (7 ≤ shift ≤ 9), and index + 1 is read too.
    /// - Biases in the output are read before the results of their group are written.
    ///
    /// Words are aligned to 4 bytes, halfwords to 2. No uninitialised value is read: `tail`,
    /// `segments` and `second` are written if the labels lead to their use; the assembly writes the
    /// others. It follows the AAPCS and keeps no pointer to the frame.
    #[inline(always)]
    fn prepare(&mut self, plan: &Plan, code: &'static Code, rows: usize) {
        self.rows = rows;
        let mut next = code.decode;
        self.last = next;
        if plan.tail > 0 {
            next = code.tail;
            self.tail.write(Tail {
                columns: plan.tail,
                bytes: plan.tail.div_ceil(2) * 8,
                offsets: [0, 8, 16, 24],
            });
        }
        self.after = next;
        if plan.segment > 0 {
            self.route(plan, code);
        } else if plan.groups > 0 {
            (self.count, self.entry) = code.rounds(plan.groups);
        } else {
            self.entry = next;
        }
    }

    /// Prepares a layer of several segments.
    #[inline(never)]
    fn route(&mut self, plan: &Plan, code: &'static Code) {
        let segment = plan.segment / 8;
        // There are more columns than a segment has, so the first segment is complete.
        let complete = plan
            .groups
            .wrapping_sub(1)
            .checked_div(segment)
            .unwrap_or(0);
        let (count, entry) = code.rounds(segment);
        let (part_count, part_entry) = code.rounds(plan.groups - complete * segment);
        self.count = count;
        self.entry = code.segments;
        self.after = code.segment;
        self.last = code.segment;
        self.segments.write(Segments {
            entry,
            number: complete + 1,
            part_count,
            part_entry,
            then: if plan.tail > 0 {
                code.tail
            } else {
                code.finish
            },
        });
    }
}

impl Pair {
    /// Runs the next `rows` > 0 rows of both samples. The last group of 8 has two blocks.
    #[inline(always)]
    fn run(&mut self, plan: &Plan, rows: usize) {
        self.frame.prepare(plan, &PAIR, rows);
        // SAFETY: see `prepare`. Only the assembly uses the stash.
        unsafe { (PAIR.run)((&raw mut *self).cast()) }
    }
}

unsafe extern "C" {
    fn flowlet_mve_single(frame: *mut MveFrame);
    // The argument is a `Pair`.
    fn flowlet_mve_pair(frame: *mut MveFrame);
    // Labels in them; Rust never calls them.
    fn flowlet_mve_linear();
    fn flowlet_mve_silu_coarse();
    fn flowlet_mve_silu_fine();
    fn flowlet_mve_eight_0();
    fn flowlet_mve_eight_1();
    fn flowlet_mve_eight_2();
    fn flowlet_mve_eight_3();
    fn flowlet_mve_eight_tail();
    fn flowlet_mve_four();
    fn flowlet_mve_four_tail();
    fn flowlet_mve_single_decode();
    fn flowlet_mve_single_segments();
    fn flowlet_mve_single_segment();
    fn flowlet_mve_single_finish();
    fn flowlet_mve_pair_0();
    fn flowlet_mve_pair_1();
    fn flowlet_mve_pair_2();
    fn flowlet_mve_pair_3();
    fn flowlet_mve_pair_tail();
    fn flowlet_mve_pair_decode();
    fn flowlet_mve_pair_segments();
    fn flowlet_mve_pair_segment();
    fn flowlet_mve_pair_done();
}

core::arch::global_asm!(".cpu cortex-m55", include_str!("mve.s"), options(raw));
