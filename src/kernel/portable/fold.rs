//! The biases of a conditioned layer.

use crate::fixed::saturate;
use crate::kernel::Fold;

/// Folds time and class into one bias a row.
#[cfg_attr(not(flowlet_kernel = "armv7m"), inline(never))] // there it runs faster in its place
pub fn fold(fold: &Fold<'_>, biases: &mut [i16]) {
    let Fold {
        before,
        after,
        classes,
        ..
    } = *fold;
    // Without classes there is nothing to add: the mask drops what stands in their place.
    let (classes, mask) = if classes.is_empty() {
        (before, 0)
    } else {
        (classes, -1)
    };
    let rows = before.iter().zip(after).zip(classes);
    for (bias, ((before, after), class)) in biases.iter_mut().zip(rows) {
        *bias = row(fold, before, after, real(class) & mask);
    }
}

/// Linear between two times, rounded, plus the class's, saturated.
#[cfg_attr(flowlet_kernel = "armv7em", inline(never))] // seldom run: small
#[cfg_attr(not(flowlet_kernel = "armv7em"), inline(always))]
fn row(fold: &Fold<'_>, before: &[u8; 2], after: &[u8; 2], class: i32) -> i16 {
    let (log2, before) = (u32::from(fold.log2 & 15), real(before));
    let way = real(after).wrapping_sub(before);
    let way = way.wrapping_mul(fold.fraction.into());
    let moved = way.wrapping_add((1 << log2) >> 1) >> log2;
    saturate(before.wrapping_add(moved).wrapping_add(class))
}

fn real(&bytes: &[u8; 2]) -> i32 {
    i16::from_le_bytes(bytes).into()
}
