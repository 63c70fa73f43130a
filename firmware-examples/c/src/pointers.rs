//! Pointers from C: what can be checked of them, once.

use core::ffi::c_char;

use crate::flowlet_error::{self, *};

/// Null and alignment.
pub(crate) fn checked<T>(pointer: *const T) -> Result<(), flowlet_error> {
    if pointer.is_null() {
        Err(FLOWLET_NULL)
    } else if !pointer.is_aligned() {
        Err(FLOWLET_ALIGNMENT)
    } else {
        Ok(())
    }
}

/// Writes to where a caller wants a value.
///
/// # Safety
/// Unless null, it leads to memory for a `T` that may be written.
pub(crate) unsafe fn put<T>(to: *mut T, value: T) -> Result<(), flowlet_error> {
    checked(to)?;
    // SAFETY: not null, aligned, and the caller says that it may be written.
    unsafe { to.write(value) };
    Ok(())
}

/// Writes values to where a caller has room for `room` of them; `needed` come.
///
/// # Safety
/// Unless null, it leads to memory for `room` of `T` that may be written.
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
        // SAFETY: aligned, and at < needed ≤ room values, which the caller says may be written.
        unsafe { to.add(at).write(value) };
    }
    Ok(())
}

/// Writes a text and the zero that ends it.
///
/// # Safety
/// Unless null, it leads to `size` bytes that may be written.
pub(crate) unsafe fn put_text(
    to: *mut c_char,
    size: usize,
    text: &str,
) -> Result<(), flowlet_error> {
    let bytes = text.bytes().chain([0]).map(|byte| byte as c_char);
    // SAFETY: as the caller says.
    unsafe { put_all(to, size, text.len().saturating_add(1), bytes) }
}
