//! Layout of a sampler's memory: the library's words, then the states of all slots, then the
//! activations of all slots. The macros of the header compute the same sizes.

use core::ffi::c_void;
use core::slice;

use flowlet::Model;

use crate::flowlet_error::{self, *};
use crate::pointers::checked;

/// Number of uintptr_t that a sampler takes in addition to its slots.
pub const FLOWLET_SAMPLER_WORDS: usize = 52;

/// Returns the bytes of a sampler with a number of slots.
pub(crate) fn sampler_bytes(model: &Model<'_>, slots: usize) -> usize {
    FLOWLET_SAMPLER_WORDS * size_of::<usize>()
        + slots * (4 * states(model) + 2 * activations(model))
}

/// Returns the number of i32 states per slot.
fn states(model: &Model<'_>) -> usize {
    model.dim().next_multiple_of(2)
}

/// Returns the number of i16 activations per slot.
fn activations(model: &Model<'_>) -> usize {
    2 * (model.dim().next_multiple_of(2) + model.width().next_multiple_of(2))
}

/// Parts of a sampler's memory.
pub(crate) struct Split {
    /// FLOWLET_SAMPLER_WORDS words.
    pub(crate) fixed: *mut usize,
    pub(crate) states: &'static mut [i32],
    pub(crate) words: &'static mut [i16],
}

/// Splits memory for one or two slots, as many as it has room for, and clears it.
///
/// # Safety
/// `memory` is null or points to `size` bytes that nothing else uses as long as the result is used.
pub(crate) unsafe fn split(
    model: &Model<'_>,
    memory: *mut c_void,
    size: usize,
) -> Result<Split, flowlet_error> {
    let fixed = memory.cast::<usize>();
    checked(fixed)?;
    let slots = match size {
        size if size >= sampler_bytes(model, 2) => 2,
        size if size >= sampler_bytes(model, 1) => 1,
        _ => return Err(FLOWLET_SHORT),
    };
    let (states, words) = (slots * states(model), slots * activations(model));
    // SAFETY: `size` was compared with the sum of the three parts, so they lie in the memory and
    // do not overlap. Each is a multiple of 4 bytes long, from a start that is aligned to a word.
    // Zero is a valid integer.
    unsafe {
        memory
            .cast::<u8>()
            .write_bytes(0, sampler_bytes(model, slots));
        let start = fixed.add(FLOWLET_SAMPLER_WORDS).cast::<i32>();
        Ok(Split {
            fixed,
            states: slice::from_raw_parts_mut(start, states),
            words: slice::from_raw_parts_mut(start.add(states).cast(), words),
        })
    }
}
