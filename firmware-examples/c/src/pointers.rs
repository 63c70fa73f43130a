//! Checks of pointers from C, and writes through them.

use core::ffi::c_char;

use crate::flowlet_error::{self, *};

/// Checks that a pointer is not null and is aligned.
pub(crate) fn checked<T>(pointer: *const T) -> Result<(), flowlet_error> {
    if pointer.is_null() {
        Err(FLOWLET_NULL)
    } else if !pointer.is_aligned() {
        Err(FLOWLET_ALIGNMENT)
    } else {
        Ok(())
    }
}

/// Writes a value.
///
/// # Safety
/// The pointer is null or points to memory for a `T` that may be written.
pub(crate) unsafe fn put<T>(to: *mut T, value: T) -> Result<(), flowlet_error> {
    checked(to)?;
    // SAFETY: not null and aligned; the caller guarantees that it may be written.
    unsafe { to.write(value) };
    Ok(())
}

/// Writes `needed` values to memory for `room` values.
///
/// # Safety
/// The pointer is null or points to memory for `room` values that may be written.
pub(crate) unsafe fn put_all<T>(
    to: *mut T,
    room: usize,
    needed: usize,
    values: impl Iterator<Item = T>,
) -> Result<(), flowlet_error> {
    checked(to)?;
    if room < needed {
        return Err(FLOWLET_SHORT);
    }
    for (at, value) in values.take(needed).enumerate() {
        // SAFETY: aligned, and at < needed ≤ room; the caller guarantees that `room` values may be
        // written.
        unsafe { to.add(at).write(value) };
    }
    Ok(())
}

/// Writes a text with a terminating zero.
///
/// # Safety
/// The pointer is null or points to `size` bytes that may be written.
pub(crate) unsafe fn put_text(
    to: *mut c_char,
    size: usize,
    text: &str,
) -> Result<(), flowlet_error> {
    let bytes = text.bytes().chain([0]).map(|byte| byte as c_char);
    // SAFETY: guaranteed by the caller.
    unsafe { put_all(to, size, text.len().saturating_add(1), bytes) }
}
