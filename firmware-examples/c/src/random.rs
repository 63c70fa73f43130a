//! The caller's source of random numbers.

use core::ffi::c_void;
use core::fmt;

use rand_core::TryRng;
use rand_core::utils::{fill_bytes_via_next_word, next_u64_via_u32};

/// A source of random numbers: a generator of the caller's, or hardware.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct flowlet_random {
    /// The next 32 uniform random bits. It must return, and must not call the library with the sampler that asks.
    pub next: Option<unsafe extern "C" fn(context: *mut c_void) -> u32>,
    /// Asked after each call of `next`: whether that failed (not 0), so that what it gave must not be used. Null for
    /// sources that cannot fail.
    pub failed: Option<unsafe extern "C" fn(context: *mut c_void) -> i32>,
    /// What both are given; the library does not look at it.
    pub context: *mut c_void,
}

/// One whose `next` is there.
pub(crate) struct Source {
    pub(crate) next: unsafe extern "C" fn(*mut c_void) -> u32,
    pub(crate) failed: Option<unsafe extern "C" fn(*mut c_void) -> i32>,
    pub(crate) context: *mut c_void,
}

/// `failed` said so.
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
        // SAFETY: whoever made a flowlet_random says that both may be called with its context.
        let word = unsafe { (self.next)(self.context) };
        match self.failed {
            // SAFETY: the same.
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
