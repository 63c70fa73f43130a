//! The caller's memory: a mark and a type of the runtime, then the type's buffers.
//!
//! The first part has a fixed number of words, so a reference to the type never overlaps its
//! buffers. The macros of the header compute the same sizes.

use core::ffi::c_void;
use core::slice;

use flowlet::Model;

use crate::model::opened;
use crate::pointers::{checked, put};
use crate::{flowlet_error, flowlet_error::*, flowlet_model};

/// Number of uintptr_t that a sampler takes in addition to its slots.
pub const FLOWLET_SAMPLER_WORDS: usize = 52;

/// Number of uintptr_t that a filler takes in addition to its buffers.
pub const FLOWLET_FILLER_WORDS: usize = 80;

/// Type of C for a type of the runtime in the caller's memory.
pub(crate) trait Handle {
    /// Type of the runtime.
    type Runtime;
    /// Mark of a handle that was made.
    const MARK: usize;
    /// Number of words in front of the buffers.
    const WORDS: usize;

    /// Returns the buffers that fit `size` bytes, or [`FLOWLET_SHORT`].
    fn buffers(model: &Model<'_>, size: usize) -> Result<Buffers, flowlet_error>;

    /// Makes the type of the runtime.
    fn with_buffers(
        model: Model<'static>,
        states: &'static mut [i32],
        halfwords: &'static mut [i16],
    ) -> Result<Self::Runtime, flowlet_error>;
}

/// Lengths of the buffers, even numbers.
#[derive(Clone, Copy)]
pub(crate) struct Buffers {
    /// Number of i32.
    pub(crate) states: usize,
    /// Number of i16.
    pub(crate) halfwords: usize,
}

impl Buffers {
    /// Returns those of a sampler with a number of slots.
    pub(crate) fn of_slots(model: &Model<'_>, slots: usize) -> Self {
        let states = slots * model.dim().next_multiple_of(2);
        Self {
            states,
            halfwords: 2 * (states + slots * model.width().next_multiple_of(2)),
        }
    }

    /// Returns the bytes of all memory with `words` words in front.
    pub(crate) fn bytes(self, words: usize) -> usize {
        words * size_of::<usize>() + 4 * self.states + 2 * self.halfwords
    }

    /// Returns these buffers if they fit `size` bytes.
    pub(crate) fn within(self, words: usize, size: usize) -> Option<Self> {
        (size >= self.bytes(words)).then_some(self)
    }
}

/// Start of the memory.
#[repr(C)]
struct Made<R> {
    mark: usize,
    runtime: R,
}

/// Makes a handle in memory and writes a pointer to it.
///
/// # Safety
/// `model` was opened with flowlet_open(), and the bytes of the file stay in place as long as the
/// handle is used. `memory` is null or points to `size` bytes that nothing else uses or moves as
/// long as the handle is used. `to` is null or points to a pointer that may be written.
pub(crate) unsafe fn make<H: Handle>(
    to: *mut *mut H,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> Result<(), flowlet_error> {
    const {
        assert!(size_of::<Made<H::Runtime>>() <= H::WORDS * size_of::<usize>());
        assert!(align_of::<Made<H::Runtime>>() <= align_of::<usize>());
    }
    checked(to)?;
    // SAFETY: guaranteed by the caller.
    let model = unsafe { opened(model) }?;
    let words = memory.cast::<usize>();
    checked(words)?;
    let buffers = H::buffers(&model, size)?;
    // SAFETY: `buffers` fits `size`, so the three parts lie in the memory and do not overlap. Each
    // is a multiple of 4 bytes long, from a start that is aligned to a word. Zero is a valid
    // integer.
    let (states, halfwords) = unsafe {
        memory.cast::<u8>().write_bytes(0, buffers.bytes(H::WORDS));
        let start = words.add(H::WORDS).cast::<i32>();
        (
            slice::from_raw_parts_mut(start, buffers.states),
            slice::from_raw_parts_mut(start.add(buffers.states).cast(), buffers.halfwords),
        )
    };
    let made = Made {
        mark: H::MARK,
        runtime: H::with_buffers(model, states, halfwords)?,
    };
    // SAFETY: `words` is aligned and has room for the struct, as asserted above, and nothing else
    // uses it.
    unsafe {
        words.cast::<Made<H::Runtime>>().write(made);
        put(to, words.cast())
    }
}

/// Returns the type of the runtime behind a handle.
///
/// # Safety
/// The pointer is null or points to memory for a handle, made or not, that nothing else uses as
/// long as the result is used.
pub(crate) unsafe fn made<H: Handle>(
    handle: *const H,
) -> Result<&'static mut H::Runtime, flowlet_error> {
    let at = handle.cast::<Made<H::Runtime>>().cast_mut();
    checked(at)?;
    // SAFETY: not null and aligned; the caller guarantees that a word is there.
    if unsafe { (&raw const (*at).mark).read() } != H::MARK {
        return Err(FLOWLET_NOT_OPEN);
    }
    // SAFETY: `make` wrote it. No function here has two such references at once or keeps one.
    Ok(unsafe { &mut (*at).runtime })
}
