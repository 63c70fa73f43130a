//! What a finished sample is read by. It stays readable until the sampler starts the next or is given a setting.

use crate::error::told;
use crate::pointers::{put, put_all};
use crate::sampler::Handle;
use crate::{flowlet_error, flowlet_error::*, flowlet_sampler};

/// The values of the finished sample in fixed point: real = fixed / 2^frac, with the `frac` that
/// flowlet_model_column() tells. FLOWLET_SHORT where `count`, which `values` has room for, is below the model's `dim`,
/// FLOWLET_NO_SAMPLE where no sample is finished.
///
/// # Safety
/// `sampler` was made by flowlet_new(); `values` leads to `count` numbers that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_values(
    sampler: *const flowlet_sampler,
    values: *mut i32,
    count: usize,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let sample = unsafe { Handle::of(sampler) }.and_then(Handle::sample);
    told(sample.and_then(|sample| {
        let dim = sample.standardised().len();
        let fixed = (0..dim).map(|index| sample.fixed(index).map_or(0, |fixed| fixed.raw));
        // SAFETY: as the caller says.
        unsafe { put_all(values, count, dim, fixed) }
    }))
}

/// The values of the finished sample as float, otherwise as flowlet_values(). A program that does not call it
/// links no float.
///
/// # Safety
/// `sampler` was made by flowlet_new(); `values` leads to `count` numbers that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_values_float(
    sampler: *const flowlet_sampler,
    values: *mut f32,
    count: usize,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let sample = unsafe { Handle::of(sampler) }.and_then(Handle::sample);
    told(sample.and_then(|sample| {
        let dim = sample.standardised().len();
        // SAFETY: as the caller says.
        unsafe { put_all(values, count, dim, sample.values()) }
    }))
}

/// The CRC-32 (ISO-HDLC) of the finished sample's standardised values: the same on every core and on the host for the same
/// model, settings and random numbers.
///
/// # Safety
/// `sampler` was made by flowlet_new(); `crc32` leads to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample_crc32(
    sampler: *const flowlet_sampler,
    crc32: *mut u32,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let sample = unsafe { Handle::of(sampler) }.and_then(Handle::sample);
    // SAFETY: as the caller says.
    told(sample.and_then(|sample| unsafe { put(crc32, sample.crc32()) }))
}

/// The class of the finished sample. FLOWLET_RANGE for a model without classes.
///
/// # Safety
/// `sampler` was made by flowlet_new(); `class_number` leads to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample_class(
    sampler: *const flowlet_sampler,
    class_number: *mut u16,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let sample = unsafe { Handle::of(sampler) }.and_then(Handle::sample);
    let class = sample.and_then(|sample| sample.class().ok_or(FLOWLET_RANGE));
    // SAFETY: as the caller says.
    told(class.and_then(|class| unsafe { put(class_number, class) }))
}

/// The category of the finished sample in the column that begins at value `first`, counted from 0; its name is that of
/// value `first` + category. FLOWLET_RANGE where no column of categories begins.
///
/// # Safety
/// `sampler` was made by flowlet_new(); `category` leads to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample_category(
    sampler: *const flowlet_sampler,
    first: usize,
    category: *mut u16,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let sample = unsafe { Handle::of(sampler) }.and_then(Handle::sample);
    let chosen = sample.and_then(|sample| sample.category(first).ok_or(FLOWLET_RANGE));
    // SAFETY: as the caller says.
    told(chosen.and_then(|chosen| unsafe { put(category, chosen) }))
}
