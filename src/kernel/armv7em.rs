//! Armv7E-M and Armv8-M with the DSP extension: Cortex-M4, M7, M33 and their kin.
//!
//! SMLAD multiplies two halfwords by two and adds both products: on raw weights it adds up
//! 256·A + B over two columns, and after SXTB16, which sign-extends the lower bytes, B. So four
//! weights take three instructions, and loads are shared: per 16 multiply-accumulates (four rows,
//! four columns) one LDM of four words of weights, one LDRD of activations, four times SMLAD,
//! SXTB16, SMLAD. That is 14 instructions, or 0.875 each; the loop of 16 columns adds two to 56.
//!
//! Headroom: both accumulators wrap, and A = (both − B) >> 8 is right where |A| < 2^23, which
//! holds over a segment of columns. SMLAD sets the Q flag when it wraps, which nothing reads.

use core::arch::asm;

use super::portable;
use crate::format::BLOCK;

/// Columns of one pass of the assembly's inner step.
const STEP: usize = 4;

/// Σ w·x of a block's four rows; `segment` is a multiple of [`STEP`] or not below the columns.
#[inline(always)]
pub(super) fn sums(weights: &[u8], input: &[i16], segment: usize) -> [i32; BLOCK] {
    let aligned = (weights.as_ptr().addr() | input.as_ptr().addr()).is_multiple_of(4);
    if !aligned {
        portable::sums(weights, input, segment)
    } else if input.len().is_multiple_of(STEP) && input.len() <= segment {
        apart(paired_sums(weights, input))
    } else {
        in_parts(weights, input, segment)
    }
}

/// [`sums`] of more than one segment, or with columns that fill no step; aligned as it asks.
#[inline(never)]
fn in_parts(weights: &[u8], input: &[i16], segment: usize) -> [i32; BLOCK] {
    let fast = input.len() & !(STEP - 1);
    let (fast, tail) = input.split_at_checked(fast).unwrap_or_default();
    let (weights, tail_weights) = weights
        .split_at_checked(BLOCK * fast.len())
        .unwrap_or_default();
    let mut sums = portable::sums(tail_weights, tail, segment);
    let segments = weights.chunks((BLOCK * segment).max(BLOCK * STEP));
    for (weights, input) in segments.zip(fast.chunks(segment.max(STEP))) {
        for (sum, part) in sums.iter_mut().zip(apart(paired_sums(weights, input))) {
            *sum = sum.wrapping_add(part);
        }
    }
    sums
}

/// The rows' sums from 256·A + B, B, 256·C + D and D.
#[inline(always)]
fn apart([ab, b, cd, d]: [i32; BLOCK]) -> [i32; BLOCK] {
    [ab.wrapping_sub(b) >> 8, b, cd.wrapping_sub(d) >> 8, d]
}

/// The step: four columns of four rows. r0 weights, r1 activations; r3 and r8 the sums 256·A + B
/// and 256·C + D, r12 and r9 those of B and D.
macro_rules! four_columns {
    () => {
        concat!(
            "ldrd r10, r11, [r1], #8\n",
            "ldm r0!, {{r4, r5, r6, r7}}\n",
            "smlad r3, r4, r10, r3\n",
            "sxtb16 r4, r4\n",
            "smlad r12, r4, r10, r12\n",
            "smlad r8, r5, r10, r8\n",
            "sxtb16 r5, r5\n",
            "smlad r9, r5, r10, r9\n",
            "smlad r3, r6, r11, r3\n",
            "sxtb16 r6, r6\n",
            "smlad r12, r6, r11, r12\n",
            "smlad r8, r7, r11, r8\n",
            "sxtb16 r7, r7\n",
            "smlad r9, r7, r11, r9\n",
        )
    };
}

/// 256·A + B, B, 256·C + D and D of a block. Both slices are aligned to 4 bytes, and `weights`
/// has [`BLOCK`] bytes a column; columns beyond the last multiple of [`STEP`] are left out.
#[inline(never)]
fn paired_sums(weights: &[u8], input: &[i16]) -> [i32; BLOCK] {
    let (mut ab, mut b, mut cd, mut d) = (0i32, 0i32, 0i32, 0i32);
    let steps = (input.len() / STEP).min(weights.len() / (BLOCK * STEP));
    // SAFETY: each step reads 16 bytes of weights and 8 of activations and moves both pointers on,
    // and there are `steps` of them: steps % 4 in the first loop, 4 × (steps / 4) in the second.
    // So all reads lie within the slices. LDM and LDRD need word alignment: both start aligned,
    // as the caller has checked (segments begin at multiples of four columns), and stay so. r6 and r7,
    // which operands may not name, are kept on the stack. Only registers are written.
    unsafe {
        asm!(
            "push {{r6, r7}}",
            "ands lr, r2, #3",
            "beq 3f",
            "2:",
            four_columns!(),
            "subs lr, #1",
            "bne 2b",
            "3:",
            "lsrs r2, r2, #2",
            "beq 5f",
            "4:",
            ".rept 4",
            four_columns!(),
            ".endr",
            "subs r2, #1",
            "bne 4b",
            "5:",
            "pop {{r6, r7}}",
            inout("r0") weights.as_ptr() => _,
            inout("r1") input.as_ptr() => _,
            inout("r2") steps => _,
            inout("r3") ab,
            inout("r12") b,
            inout("r8") cd,
            inout("r9") d,
            out("r4") _, out("r5") _, out("r10") _, out("r11") _, out("lr") _,
        );
    }
    [ab, b, cd, d]
}
