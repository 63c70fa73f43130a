//! Biases of a conditioned layer.

use crate::fixed::saturate;
use crate::kernel::ConditionBias;

/// Computes the bias of each row at one time and for one class.
#[cfg_attr(not(flowlet_kernel = "armv7m"), inline(never))] // on Armv7-M it is faster inlined
pub fn condition_bias(bias: &ConditionBias<'_>, biases: &mut [i16]) {
    let ConditionBias {
        before,
        after,
        classes,
        ..
    } = *bias;
    // Without classes the mask turns the values that are read in their place into 0.
    let (classes, mask) = if classes.is_empty() {
        (before, 0)
    } else {
        (classes, -1)
    };
    let rows = before.iter().zip(after).zip(classes);
    for (out, ((before, after), class)) in biases.iter_mut().zip(rows) {
        *out = row(bias, before, after, value(class) & mask);
    }
}

/// Interpolates linearly between two times, rounds, adds the bias of the class and saturates.
// Rarely called where there is assembly: small.
#[cfg_attr(any(flowlet_kernel = "armv7em", flowlet_kernel = "mve"), inline(never))]
#[cfg_attr(
    not(any(flowlet_kernel = "armv7em", flowlet_kernel = "mve")),
    inline(always)
)]
fn row(bias: &ConditionBias<'_>, before: &[u8; 2], after: &[u8; 2], class: i32) -> i16 {
    let (log2, before) = (u32::from(bias.log2 & 15), value(before));
    let difference = value(after).wrapping_sub(before);
    let difference = difference.wrapping_mul(bias.fraction.into());
    let part = difference.wrapping_add((1 << log2) >> 1) >> log2;
    saturate(before.wrapping_add(part).wrapping_add(class))
}

fn value(&bytes: &[u8; 2]) -> i32 {
    i16::from_le_bytes(bytes).into()
}
