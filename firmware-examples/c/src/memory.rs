//! How a sampler's memory is laid out: the library's words, then of each lane the states, then the activations. The
//! header's macros say the same.

use core::ffi::c_void;
use core::slice;

use flowlet::Model;

use crate::flowlet_error::{self, *};
use crate::pointers::checked;

/// Words of uintptr_t that a sampler takes beside its lanes.
pub const FLOWLET_SAMPLER_WORDS: usize = 52;

/// Bytes of a sampler of so many lanes.
pub(crate) fn sampler_bytes(model: &Model<'_>, lanes: usize) -> usize {
    FLOWLET_SAMPLER_WORDS * size_of::<usize>() + lanes * (4 * states(model) + 2 * words(model))
}

/// Of a lane.
fn states(model: &Model<'_>) -> usize {
    model.dim().next_multiple_of(2)
}

/// Of a lane.
fn words(model: &Model<'_>) -> usize {
    2 * (model.dim().next_multiple_of(2) + model.width().next_multiple_of(2))
}

/// Memory of a sampler, split.
pub(crate) struct Split {
    /// FLOWLET_SAMPLER_WORDS words.
    pub(crate) fixed: *mut usize,
    pub(crate) states: &'static mut [i32],
    pub(crate) words: &'static mut [i16],
}

/// Takes as many lanes as there is memory for, one or two, and clears it.
///
/// # Safety
/// Unless null, `memory` leads to `size` bytes that nothing else uses as long as the result is used.
pub(crate) unsafe fn split(
    model: &Model<'_>,
    memory: *mut c_void,
    size: usize,
) -> Result<Split, flowlet_error> {
    let fixed = memory.cast::<usize>();
    checked(fixed)?;
    let lanes = match size {
        size if size >= sampler_bytes(model, 2) => 2,
        size if size >= sampler_bytes(model, 1) => 1,
        _ => return Err(FLOWLET_SHORT),
    };
    let (count, words) = (lanes * states(model), lanes * words(model));
    // SAFETY: the memory has the bytes of so many lanes, for `size` was compared with their sum; so the three parts
    // lie in it and beside each other, each a multiple of 4 bytes from a start that is aligned to a word. Zero is a
    // value of integers.
    unsafe {
        memory
            .cast::<u8>()
            .write_bytes(0, sampler_bytes(model, lanes));
        let lane = fixed.add(FLOWLET_SAMPLER_WORDS).cast::<i32>();
        Ok(Split {
            fixed,
            states: slice::from_raw_parts_mut(lane, count),
            words: slice::from_raw_parts_mut(lane.add(count).cast(), words),
        })
    }
}
