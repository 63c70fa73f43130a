//! Reads a finished sample. It stays readable until the sampler starts another or is set.

use crate::error::number_of;
use crate::pointers::{put, put_all};
use crate::sampler::sample;
use crate::{flowlet_error, flowlet_error::*, flowlet_sampler};

/// Reads the values of the finished sample in fixed point: real = fixed / 2^frac, with `frac` from
/// flowlet_model_column(). Returns FLOWLET_SHORT if `count` is below the model's `dim`, and
/// FLOWLET_NO_SAMPLE if no sample is finished.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `values` points to `count` numbers that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_values(
    sampler: *const flowlet_sampler,
    values: *mut i32,
    count: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sample = unsafe { sample(sampler) };
    number_of(sample.and_then(|sample| {
        let dim = sample.standardised().len();
        let fixed = (0..dim).map(|index| sample.fixed(index).map_or(0, |fixed| fixed.raw));
        // SAFETY: guaranteed by the caller.
        unsafe { put_all(values, count, dim, fixed) }
    }))
}

/// Reads the values of the finished sample as float, otherwise like flowlet_values(). The library
/// uses float in this function only.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `values` points to `count` numbers that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_values_float(
    sampler: *const flowlet_sampler,
    values: *mut f32,
    count: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sample = unsafe { sample(sampler) };
    number_of(sample.and_then(|sample| {
        let dim = sample.standardised().len();
        // SAFETY: guaranteed by the caller.
        unsafe { put_all(values, count, dim, sample.values()) }
    }))
}

/// Reads the CRC-32 (ISO-HDLC) of the finished sample's standardised values. It is the same on
/// every core and on the host for the same model, settings and random numbers.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `crc32` points to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample_crc32(
    sampler: *const flowlet_sampler,
    crc32: *mut u32,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sample = unsafe { sample(sampler) };
    // SAFETY: guaranteed by the caller.
    number_of(sample.and_then(|sample| unsafe { put(crc32, sample.crc32()) }))
}

/// Reads the class of the finished sample. Returns FLOWLET_RANGE for a model without classes.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `class_number` points to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample_class(
    sampler: *const flowlet_sampler,
    class_number: *mut u16,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sample = unsafe { sample(sampler) };
    let class = sample.and_then(|sample| sample.class().ok_or(FLOWLET_RANGE));
    // SAFETY: guaranteed by the caller.
    number_of(class.and_then(|class| unsafe { put(class_number, class) }))
}

/// Reads the category of the finished sample, counted from 0, in the category column whose first
/// value is `first`. Its name is that of value `first` + category. Returns FLOWLET_RANGE if `first`
/// is not the first value of a category column.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `category` points to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample_category(
    sampler: *const flowlet_sampler,
    first: usize,
    category: *mut u16,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sample = unsafe { sample(sampler) };
    let chosen = sample.and_then(|sample| sample.category(first).ok_or(FLOWLET_RANGE));
    // SAFETY: guaranteed by the caller.
    number_of(chosen.and_then(|chosen| unsafe { put(category, chosen) }))
}
