//! Values of a sample in fixed point, and in other formats: for a DAC, a display, integer maths.

use flowlet::Fixed;

use crate::error::number_of;
use crate::model::opened;
use crate::pointers::put;
use crate::sampler::sample;
use crate::{flowlet_error, flowlet_error::*, flowlet_model, flowlet_sampler};

/// Value in fixed point: real = raw / 2^frac. A shift by `frac` is wrong if `frac` is negative or
/// above 31, as for very large and very small units; flowlet_rescale() is always right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct flowlet_fixed {
    /// Value times 2^frac.
    pub raw: i32,
    /// Fractional bits, -96 to 126 in samples. Numbers beyond -128 to 127 count as these.
    pub frac: i32,
}

impl From<Fixed> for flowlet_fixed {
    fn from(Fixed { raw, frac }: Fixed) -> Self {
        Self {
            raw,
            frac: frac.into(),
        }
    }
}

impl From<flowlet_fixed> for Fixed {
    fn from(flowlet_fixed { raw, frac }: flowlet_fixed) -> Self {
        Self {
            raw,
            frac: bits(frac),
        }
    }
}

/// Limits a number of fractional bits.
fn bits(frac: i32) -> i8 {
    frac.clamp(i8::MIN.into(), i8::MAX.into()) as i8
}

/// Reads value `index` of the finished sample. Returns FLOWLET_RANGE if there is no such value, and
/// FLOWLET_NO_SAMPLE if no sample is finished.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `value` points to a flowlet_fixed that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_value(
    sampler: *const flowlet_sampler,
    index: usize,
    value: *mut flowlet_fixed,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sample = unsafe { sample(sampler) };
    let found = sample.and_then(|sample| sample.fixed(index).ok_or(FLOWLET_RANGE));
    // SAFETY: guaranteed by the caller.
    number_of(found.and_then(|found| unsafe { put(value, found.into()) }))
}

/// Reads the smallest and the largest value that the values `first` to `end` - 1 of a sample can
/// take, for flowlet_to_range(). Returns FLOWLET_RANGE if there are no such values.
///
/// # Safety
/// `model` was opened with flowlet_open(). `low` and `high` point to two flowlet_fixed that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_limits(
    model: *const flowlet_model,
    first: usize,
    end: usize,
    low: *mut flowlet_fixed,
    high: *mut flowlet_fixed,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let found = unsafe { opened(model) };
    let found = found.and_then(|model| model.limits(first..end).ok_or(FLOWLET_RANGE));
    number_of(found.and_then(|(smallest, largest)| {
        // SAFETY: guaranteed by the caller.
        unsafe { put(low, smallest.into()).and_then(|()| put(high, largest.into())) }
    }))
}

/// Converts a value to an integer with `frac` fractional bits, rounded. With 0 bits that is the
/// nearest integer. Returns FLOWLET_RANGE, and writes nothing, if the result does not fit.
///
/// # Safety
/// `result` points to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_rescale(
    value: flowlet_fixed,
    frac: i32,
    result: *mut i32,
) -> flowlet_error {
    let rescaled = Fixed::from(value).rescale(bits(frac)).ok_or(FLOWLET_RANGE);
    // SAFETY: guaranteed by the caller.
    number_of(rescaled.and_then(|rescaled| unsafe { put(result, rescaled) }))
}

/// Converts a value like flowlet_rescale(), but returns INT32_MIN or INT32_MAX if the result does
/// not fit.
#[unsafe(no_mangle)]
pub extern "C" fn flowlet_rescale_saturating(value: flowlet_fixed, frac: i32) -> i32 {
    Fixed::from(value).rescale_saturating(bits(frac))
}

/// Maps a value linearly, so that `low` becomes `first` and `high` becomes `last`, rounded: 0 and
/// 4095 for a DAC of 12 bits. Values beyond are limited. The three values may have different
/// fractional bits. If `low` is above `high`, the direction is reversed. `first` is at most `last`.
#[unsafe(no_mangle)]
pub extern "C" fn flowlet_to_range(
    value: flowlet_fixed,
    low: flowlet_fixed,
    high: flowlet_fixed,
    first: i32,
    last: i32,
) -> i32 {
    Fixed::from(value).to_range(low.into(), high.into(), first..=last)
}
