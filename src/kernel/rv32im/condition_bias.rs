//! Condition biases: the loop of the portable kernel, but with LH for each i16. The portable kernel
//! assumes no alignment, so it loads two bytes and joins them, in four instructions.

use core::slice;

use crate::fixed::saturate;
use crate::kernel::ConditionBias;

/// Returns `None`, and does nothing, if a slice has an odd address.
#[inline(never)]
pub(in crate::kernel) fn condition_bias(
    bias: &ConditionBias<'_>,
    biases: &mut [i16],
) -> Option<()> {
    let before = halfwords(bias.before)?;
    let after = halfwords(bias.after)?;
    let classes = halfwords(bias.classes)?;
    // Without classes the mask turns the values that are read in their place into 0.
    let (classes, mask) = if classes.is_empty() {
        (before, 0)
    } else {
        (classes, -1)
    };
    let (log2, fraction) = (u32::from(bias.log2 & 15), i32::from(bias.fraction));
    let rows = before.iter().zip(after).zip(classes);
    for (out, ((&before, &after), &class)) in biases.iter_mut().zip(rows) {
        let (before, after) = (i32::from(before), i32::from(after));
        let difference = after.wrapping_sub(before).wrapping_mul(fraction);
        let part = difference.wrapping_add((1 << log2) >> 1) >> log2;
        let class = i32::from(class) & mask;
        *out = saturate(before.wrapping_add(part).wrapping_add(class));
    }
    Some(())
}

/// Returns the pairs of bytes as i16, or `None` if their address is odd.
#[inline(always)]
fn halfwords(pairs: &[[u8; 2]]) -> Option<&[i16]> {
    let first = pairs.as_ptr().cast::<i16>();
    if !first.is_aligned() {
        return None;
    }
    // SAFETY: the address is even, and any two bytes are a valid i16.
    Some(unsafe { slice::from_raw_parts(first, pairs.len()) })
}
