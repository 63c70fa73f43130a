//! The caller's source of random numbers.

use core::ffi::c_void;
use core::fmt;

use rand_core::TryRng;
use rand_core::utils::{fill_bytes_via_next_word, next_u64_via_u32};

use crate::flowlet_error::{self, *};
use crate::pointers::checked;

/// Source of random numbers: the caller's generator, or hardware.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct flowlet_random {
    /// Returns the next 32 uniform random bits. It must return, and must not call the library with
    /// the same sampler.
    pub next: Option<unsafe extern "C" fn(context: *mut c_void) -> u32>,
    /// Returns 0 if the last call of `next` succeeded. It is called after each call of `next`. Null
    /// for sources that cannot fail.
    pub failed: Option<unsafe extern "C" fn(context: *mut c_void) -> i32>,
    /// Argument of both functions; the library does not look at it.
    pub context: *mut c_void,
}

/// A source with a function `next`.
pub(crate) struct Source {
    next: unsafe extern "C" fn(*mut c_void) -> u32,
    failed: Option<unsafe extern "C" fn(*mut c_void) -> i32>,
    context: *mut c_void,
}

/// Returns the source behind a pointer.
///
/// # Safety
/// The pointer is null or points to a flowlet_random whose functions may be called with its
/// context.
pub(crate) unsafe fn source(random: *const flowlet_random) -> Result<Source, flowlet_error> {
    checked(random)?;
    // SAFETY: not null and aligned; the caller guarantees that it points to one.
    let random = unsafe { *random };
    Ok(Source {
        next: random.next.ok_or(FLOWLET_NULL)?,
        failed: random.failed,
        context: random.context,
    })
}

/// The source failed.
#[derive(Debug)]
pub(crate) struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of random numbers failed")
    }
}

impl core::error::Error for Failed {}

impl TryRng for Source {
    type Error = Failed;

    fn try_next_u32(&mut self) -> Result<u32, Failed> {
        // SAFETY: the caller guarantees that both functions may be called with the context.
        let word = unsafe { (self.next)(self.context) };
        match self.failed {
            // SAFETY: as above.
            Some(failed) if unsafe { failed(self.context) } != 0 => Err(Failed),
            _ => Ok(word),
        }
    }

    fn try_next_u64(&mut self) -> Result<u64, Failed> {
        next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Failed> {
        fill_bytes_via_next_word(to, || self.try_next_u32())
    }
}
