//! Armv6-M: Cortex-M0, M0+ and M1.
//!
//! Without multiply-accumulate a product takes MULS and ADD, and the high registers hold the sums,
//! for only additions and moves reach them. A word of weights is two columns of two rows: SXTH or
//! ASRS gives 256·a + b, SXTB of it gives b, and each is multiplied and added. That is 28
//! instructions for eight multiply-accumulates (four rows, two columns), or 3.5 each, loads
//! included; the loop of four columns adds two to 56.
//!
//! Headroom: both sums wrap, and A = (both − B) >> 8 is right where |A| < 2^23, which holds over a
//! segment of columns.

use core::arch::global_asm;

use crate::format::BLOCK;

/// Columns of one pass of the assembly's inner step.
pub(super) const STEP: usize = 4;

global_asm!(
    ".macro flowlet_two_rows words, both, low",
    "sxth r6, \\words",
    "sxtb r7, \\words",
    "muls r6, r2, r6",
    "add \\both, r6",
    "muls r7, r2, r7",
    "add \\low, r7",
    "asrs \\words, \\words, #16",
    "sxtb r7, \\words",
    "muls \\words, r3, \\words",
    "add \\both, \\words",
    "muls r7, r3, r7",
    "add \\low, r7",
    ".endm",
    ".section .text.flowlet_armv6m_sums,\"ax\",%progbits",
    ".balign 4",
    ".global flowlet_armv6m_sums",
    ".type flowlet_armv6m_sums,%function",
    ".thumb_func",
    // r0 weights, r1 input, r2 steps, r3 where the four sums go
    "flowlet_armv6m_sums:",
    "push {{r3, r4, r5, r6, r7, lr}}",
    "mov r4, r8",
    "mov r5, r9",
    "mov r6, r10",
    "mov r7, r11",
    "push {{r4, r5, r6, r7}}",
    "lsls r2, r2, #3",
    "adds r2, r2, r1",
    "mov r12, r2",
    "movs r2, #0",
    "mov r8, r2",
    "mov r9, r2",
    "mov r10, r2",
    "mov r11, r2",
    "2:",
    ".rept 2",
    "ldmia r0!, {{r4, r5}}",
    "ldmia r1!, {{r3}}",
    "sxth r2, r3",
    "asrs r3, r3, #16",
    "flowlet_two_rows r4, r8, r9",
    "flowlet_two_rows r5, r10, r11",
    ".endr",
    "cmp r1, r12",
    "bne 2b",
    "mov r0, r8",
    "mov r1, r9",
    "mov r2, r10",
    "mov r3, r11",
    "pop {{r4, r5, r6, r7}}",
    "mov r8, r4",
    "mov r9, r5",
    "mov r10, r6",
    "mov r11, r7",
    "pop {{r4}}",
    "stmia r4!, {{r0, r1, r2, r3}}",
    "pop {{r4, r5, r6, r7, pc}}",
    ".size flowlet_armv6m_sums, . - flowlet_armv6m_sums",
    ".purgem flowlet_two_rows",
);

unsafe extern "C" {
    /// Writes 256·A + B, B, 256·C + D and D over 4 · `steps` columns, `steps` > 0, to `sums`.
    fn flowlet_armv6m_sums(weights: *const u8, input: *const i16, steps: usize, sums: *mut i32);
}

/// 256·A + B, B, 256·C + D and D of a block. Both slices are aligned to 4 bytes, and `weights`
/// has [`BLOCK`] bytes a column; columns beyond the last multiple of [`STEP`] are left out.
#[inline(always)]
pub(super) fn paired_sums(weights: &[u8], input: &[i16]) -> [i32; BLOCK] {
    let mut sums = [0; BLOCK];
    let steps = (input.len() / STEP).min(weights.len() / (BLOCK * STEP));
    if steps > 0 {
        // SAFETY: a step reads 16 bytes of weights and 8 of activations, so `steps` of them stay
        // within the slices. LDM needs word alignment: both start aligned, as the caller has
        // checked (segments begin at multiples of four columns), and stay so. The four sums are
        // written to an array of four. The function keeps the registers that its ABI asks for.
        unsafe { flowlet_armv6m_sums(weights.as_ptr(), input.as_ptr(), steps, sums.as_mut_ptr()) };
    }
    sums
}
