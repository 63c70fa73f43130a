//! Armv8.1-M with integer MVE (Helium): Cortex-M52, M55, M85. The portable kernel runs layers whose
//! weights, scales or inputs are not aligned to four bytes.
//!
//! **Weights.** A halfword of the file is 256·a + b, the weights of two rows; a block of four rows
//! interleaves two such pairs by words. `VLD20.32`/`VLD21.32` separate them: eight columns of one
//! pair in one vector, eight of the other in the next. They load as many bytes per instruction as
//! any load. `VMLADAVA.S16` of the raw halfwords adds S = 256·A + B to a general register.
//! `VMOVLB.S8` keeps the b's, a second `VMLADAVA.S16` adds B, and A = (S − B) >> 8.
//!
//! **Inner loop.** There are three forms, each with at most eight sums, because `VMLADAVA` adds to
//! even registers only. One `VLDMIA` loads two vectors of inputs. For 16 columns:
//!
//! | form | loads | `VMOVLB` | `VMLADAVA` | MACs | MACs per instruction |
//! | --- | --- | --- | --- | --- | --- |
//! | 8 rows | 8 + 1 | 8 | 16 | 128 | 3.88 |
//! | 4 rows, 2 samples | 4 + 2 | 4 | 16 | 128 | 4.92 |
//! | 4 rows (the last ones) | 4 + 2 | 4 | 8 | 64 | 3.56 |
//!
//! The first two use every register, so they loop with `SUBS`/`BNE`. They are unrolled to 64 and 32
//! columns and entered in the middle if the number of columns is no multiple. The third is a
//! low-overhead loop (`DLS`/`LE`). The last one to seven columns use predicated loads, which read
//! nothing beyond the last column.
//!
//! **Program of a block.** The order of parts depends only on the layer. So Rust and the start of
//! the assembly write it once, as a list of addresses: the loop for each segment, the last columns,
//! the end of the block. `LDR PC, [R9], #4` goes to the next part.
//!
//! **Segments.** S may wrap: modulo 2³², S − B = 256·A. `parse` proves |A| < 2²³ over every segment
//! and so over any part of one. Sums go on over segments. A vector keeps A over all columns so far;
//! after a segment, S − B less 256 times that is 256 times the A of the segment, which fits 32
//! bits. B and the sum of all A fit by the proof for complete rows.
//!
//! **Requantisation.** Eight rows take 42 instructions with the activation. `VMLAS` multiplies by
//! the scale and adds 2²⁵. With the bias the sum stays below 2³¹, because `parse` keeps 2²⁷ free.
//! `VQRSHRUN` by 10 rounds it and saturates it to pre + 2¹⁵, whose upper bits are the index into
//! the table.
//!
//! **Activation.** It stays in 16 bits. With the node t, the step d to the next node, the fraction
//! f and the table's step 2^s, `(t·2^s + d·f + half) >> drop = (t + (d·f >> s) + (half >> s)) >>
//! (drop − s)` if drop > s: `VQDMULH` gives d·f >> s, and `VRSHL` rounds. If drop ≤ s, it is t <<
//! (s − drop) plus the rounded d·f >> drop (`VQRDMULH`). |d| < 2^13 (142 for SiLU), so no doubling
//! saturates. Gathers load halfwords, which are aligned, as `CCR.UNALIGN_TRP` wants.
//!
//! **Last rows.** One to seven rows run in copies of their biases, outputs and scales, so that all
//! other code is free of predicates. If there are at most four, the second block is the first
//! again.
//!
//! **Assembly.** Each function is naked, with numbered labels only. It takes offsets into the frame
//! from `offset_of!`, refuses to assemble if code that a jump computes has another length, and
//! removes its macros. The processor that it sets is the compiler's own.
//!
//! **Stack.** 316 + 0 · columns bytes for one sample, 420 + 0 · columns for two: the frame (176 or
//! 280 bytes), registers of Rust (36) and of the assembly (100), and what Rust spills. Read from an
//! optimised build for Cortex-M55.

mod frame;
pub(super) mod step;

use core::arch::naked_asm;

use super::Dense;
use frame::{Activations, BASE, Frame, LOADED_ONCE, Pair, offset};

/// Runs `layer` on one sample. Returns `None`, and does nothing, if the assembly does not take it.
#[inline(always)]
pub(super) fn dense(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) -> Option<()> {
    let mut frame = Frame::new();
    frame.prepare(layer, input, output, SINGLE)?;
    // SAFETY: `prepare` has written what the assembly reads and has compared every slice with the
    // shape of the layer. The pointers come from these slices, which are still borrowed.
    // - Weights: a block has ⌈columns/2⌉·8 bytes. Each of ⌊columns/8⌋ groups reads 32 bytes of each
    //   block; the tail reads the rest, under a predicate of `tail` halfwords: a word is read if
    //   its lower half is active. A group of 5 to 8 rows has two blocks. For fewer rows, the second
    //   block is the first one again.
    // - Inputs: 8 halfwords per group, and those of the tail under that predicate: `columns`.
    // - Scales: 16 bytes per block, of which there are ⌈rows/4⌉.
    // - Biases and outputs: 8 halfwords per complete group of 8 rows; the last rows under a
    //   predicate of their number. Biases in the output are read before it is written.
    // - Table: the index is 0..=511 for every pre-activation (7 ≤ shift ≤ 9), and the node after it
    //   exists.
    //
    // Words are aligned to 4 bytes, halfwords to 2. The function follows the AAPCS, writes only the
    // output, the frame and its own stack, and keeps no pointer.
    unsafe { single(&mut frame) };
    Some(())
}

/// [`dense`] for two samples, which share the loads of the weights.
pub(super) fn dense_pair(
    layer: &Dense<'_>,
    inputs: [&[i16]; 2],
    [y0, y1]: [&mut [i16]; 2],
) -> Option<()> {
    groups_of_eight(layer, inputs, [&mut *y0, &mut *y1])?;
    let done = layer.rows & !7;
    if done < layer.rows {
        let rest = rows_from(layer, done)?;
        super::single(&rest, inputs[0], y0.get_mut(done..)?);
        super::single(&rest, inputs[1], y1.get_mut(done..)?);
    }
    Some(())
}

/// Runs the complete groups of eight rows on two samples. A function of its own, so that its frame
/// has left the stack before the other rows run.
#[inline(never)]
fn groups_of_eight(layer: &Dense<'_>, inputs: [&[i16]; 2], outputs: [&mut [i16]; 2]) -> Option<()> {
    let mut frame = Pair::new();
    frame.prepare(layer, inputs, outputs, PAIR)?;
    if layer.rows >= 8 {
        // SAFETY: as in `dense`, for both samples. The assembly runs ⌊rows/8⌋ groups, so it reads
        // two blocks of weights and scales, and biases and outputs need no predicate.
        unsafe { pair(&mut frame) };
    }
    Some(())
}

/// Returns the rows of `layer` from `start`, a multiple of four.
#[inline(never)]
fn rows_from<'a>(layer: &Dense<'a>, start: usize) -> Option<Dense<'a>> {
    let biases = match layer.biases {
        Some(biases) => Some(biases.get(start * 2..)?),
        None => None,
    };
    let bytes = layer.columns.next_multiple_of(2);
    Some(Dense {
        rows: layer.rows.checked_sub(start)?,
        weights: layer.weights.get(start * bytes..)?,
        scales: layer.scales.get(start * 4..)?,
        biases,
        ..*layer
    })
}

/// Assembles one of the two files between their common beginning and end, with the operands of both
/// and those that only it has.
macro_rules! assemble {
    ($file:literal, $($operands:tt)*) => {
        naked_asm!(
            env!("FLOWLET_ASSEMBLER"),
            include_str!("../check.s"),
            include_str!("begin.s"),
            include_str!($file),
            include_str!("end.s"),
            base = const BASE - LOADED_ONCE,
            entry = const offset::ENTRY,
            tail = const offset::TAIL,
            tail_bytes = const offset::TAIL_BYTES,
            offsets = const offset::TAIL_OFFSETS,
            odd = const offset::ODD,
            middle = const offset::BETWEEN,
            left = const offset::LEFT,
            list = const offset::PROGRAM,
            $($operands)*
        )
    };
}

/// Groups of eight columns per iteration of the loop, bytes of code of two groups, and of code
/// before the second of them.
const GROUPS: usize = 8;
const TWO_GROUPS: usize = 132;
const SECOND_GROUP: usize = 68;

/// Distances from 2 bytes after the jump.
const SINGLE: Activations = Activations {
    coarse: -2,
    fine: 60,
    linear: 102,
};

/// Runs all rows.
///
/// # Safety
///
/// See [`dense`].
#[unsafe(naked)]
unsafe extern "C" fn single(frame: &mut Frame) {
    assemble!(
        "single.s",
        groups = const GROUPS,
        groups_log2 = const GROUPS.ilog2(),
        two_groups = const TWO_GROUPS,
        second_group = const SECOND_GROUP,
        fine = const SINGLE.fine - SINGLE.coarse,
        linear = const SINGLE.linear - SINGLE.coarse,
        columns = const offset::COLUMNS,
        count = const offset::BLOCK,
        program = const offset::BLOCK + 4,
        saved = const offset::SAVED,
        scratch = const offset::SCRATCH,
    )
}

/// The same for two samples. Addresses of code are odd.
const PAIR_GROUPS: usize = 4;
const PAIR_TWO_GROUPS: usize = 104;
const PAIR_SECOND_GROUP: usize = 56;
const PAIR: Activations = Activations {
    coarse: 1,
    fine: 39,
    linear: 81,
};

/// Runs the complete groups of eight rows, of which there is at least one.
///
/// # Safety
///
/// See [`groups_of_eight`].
#[unsafe(naked)]
unsafe extern "C" fn pair(frame: &mut Pair) {
    assemble!(
        "pair.s",
        groups = const PAIR_GROUPS,
        groups_log2 = const PAIR_GROUPS.ilog2(),
        two_groups = const PAIR_TWO_GROUPS,
        second_group = const PAIR_SECOND_GROUP,
        fine = const PAIR.fine - PAIR.coarse,
        linear = const PAIR.linear - PAIR.coarse,
        activation = const offset::ACTIVATION,
        count = const offset::BLOCK + 4,
        second = const offset::SECOND,
        stash = const offset::STASH,
    )
}
