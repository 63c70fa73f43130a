//! Values of a sample with the decimal places of the training data, and their text.

use core::ffi::c_char;

use flowlet::Decimal;

use crate::error::number_of;
use crate::pointers::{put, put_text};
use crate::sampler::sample;
use crate::{flowlet_error, flowlet_error::*, flowlet_sampler};

/// Value with a fixed number of decimal places: real = digits / 10^decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct flowlet_decimal {
    /// Value times 10^decimals.
    pub digits: i32,
    /// Decimal places, 0 to 9. Numbers beyond count as these.
    pub decimals: i32,
}

/// Reads value `index` of the finished sample with the decimal places of its column, rounded.
/// Integers and categories have 0 places and are exact. Returns FLOWLET_RANGE if there is no such
/// value, or if its column has no known number of places, and FLOWLET_NO_SAMPLE if no sample is
/// finished.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `value` points to a flowlet_decimal that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_value_decimal(
    sampler: *const flowlet_sampler,
    index: usize,
    value: *mut flowlet_decimal,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sample = unsafe { sample(sampler) };
    let found = sample.and_then(|sample| sample.decimal(index).ok_or(FLOWLET_RANGE));
    number_of(found.and_then(|Decimal { digits, decimals }| {
        let decimals = decimals.into();
        // SAFETY: guaranteed by the caller.
        unsafe { put(value, flowlet_decimal { digits, decimals }) }
    }))
}

/// Writes a value as text with all its places, such as "12.30", and a terminating zero. 13 bytes
/// are always enough. Returns FLOWLET_SHORT if `size` bytes are not.
///
/// # Safety
/// `text` points to `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_decimal_text(
    value: flowlet_decimal,
    text: *mut c_char,
    size: usize,
) -> flowlet_error {
    let decimal = Decimal {
        digits: value.digits,
        decimals: value.decimals.clamp(0, 9) as u8,
    };
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { put_text(text, size, decimal.text(&mut [0; 12])) })
}
