//! Fillers in the caller's memory: rows of which some columns are known.

use core::ffi::c_void;

use flowlet::{BorrowedFiller, Known, Model, Sample};

use crate::error::number_of;
use crate::memory::{Buffers, FLOWLET_FILLER_WORDS, Handle, made, make};
use crate::model::opened;
use crate::pointers::{put, put_all};
use crate::random::{Source, source};
use crate::{flowlet_error, flowlet_error::*, flowlet_fixed, flowlet_model, flowlet_random};

/// Filler in the memory that was passed to flowlet_new_filler(). The memory must not be moved or
/// copied.
pub struct flowlet_filler {
    _opaque: [usize; 0],
}

impl Handle for flowlet_filler {
    type Runtime = BorrowedFiller<'static, 'static>;

    /// "FILL".
    const MARK: usize = 0x4c4c_4946;
    const WORDS: usize = FLOWLET_FILLER_WORDS;

    fn buffers(model: &Model<'_>, size: usize) -> Result<Buffers, flowlet_error> {
        needed(model)?
            .within(Self::WORDS, size)
            .ok_or(FLOWLET_SHORT)
    }

    fn with_buffers(
        model: Model<'static>,
        states: &'static mut [i32],
        halfwords: &'static mut [i16],
    ) -> Result<Self::Runtime, flowlet_error> {
        Ok(BorrowedFiller::with_buffers(model, states, halfwords)?)
    }
}

/// Returns the buffers of a filler.
fn needed(model: &Model<'_>) -> Result<Buffers, flowlet_error> {
    let fill = model.fill()?.ok_or(FLOWLET_NO_FILL)?;
    let states = 2 * fill.dims().next_multiple_of(2);
    Ok(Buffers {
        states,
        halfwords: states + 3 * model.width().next_multiple_of(2),
    })
}

/// Writes the bytes of memory for flowlet_new_filler() to `size`, which FLOWLET_FILLER_BYTES() also
/// gives. Returns FLOWLET_NO_FILL for a model that only samples.
///
/// # Safety
/// `model` was opened with flowlet_open(). `size` points to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_filler_bytes(
    model: *const flowlet_model,
    size: *mut usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let needed = unsafe { opened(model) }.and_then(|model| needed(&model));
    // SAFETY: guaranteed by the caller.
    number_of(needed.and_then(|needed| unsafe { put(size, needed.bytes(FLOWLET_FILLER_WORDS)) }))
}

/// Makes a filler of a model in the caller's memory and writes a pointer to it to `filler`. Nothing
/// is known yet. There is nothing to free. Returns FLOWLET_NO_FILL for a model that only samples.
///
/// `memory` is aligned like uintptr_t and need not be cleared. flowlet_filler_bytes() gives its
/// size in bytes; it may be larger.
///
/// # Safety
/// `model` was opened with flowlet_open(), and the bytes of the file stay in place as long as the
/// filler is used. `memory` points to `size` bytes that nothing else uses or moves as long as the
/// filler is used. `filler` points to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_new_filler(
    filler: *mut *mut flowlet_filler,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { make(filler, model, memory, size) })
}

/// Returns the finished row.
///
/// # Safety
/// Same as for [`made`].
unsafe fn row(
    filler: *const flowlet_filler,
) -> Result<Sample<'static, Known<'static>>, flowlet_error> {
    // SAFETY: guaranteed by the caller.
    unsafe { made(filler) }?.finished().ok_or(FLOWLET_NO_SAMPLE)
}

/// Gives the value of the column that starts at value `index`. The values of conditions follow
/// those of the model. The value of a category column is the number of the category. What is known
/// comes back exactly, and stays known until flowlet_forget(). Discards a row that was started.
/// Returns FLOWLET_RANGE if no column starts there, if the category does not exist, or if the value
/// does not fit the fractional bits of its column.
///
/// # Safety
/// `filler` was made with flowlet_new_filler().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_know(
    filler: *mut flowlet_filler,
    index: usize,
    value: flowlet_fixed,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let filler = unsafe { made(filler) };
    number_of(filler.and_then(|filler| Ok(filler.know(index, value)?)))
}

/// Forgets all known values. Discards a row that was started.
///
/// # Safety
/// `filler` was made with flowlet_new_filler().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_forget(filler: *mut flowlet_filler) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { made(filler) }.map(BorrowedFiller::forget))
}

/// Sets the class of the next rows, or FLOWLET_ANY_CLASS. Returns FLOWLET_RANGE if the model has no
/// such class.
///
/// # Safety
/// `filler` was made with flowlet_new_filler().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_fill_class(
    filler: *mut flowlet_filler,
    class_number: i32,
) -> flowlet_error {
    let class = crate::sampler::class_of(class_number);
    // SAFETY: guaranteed by the caller.
    let filler = unsafe { made(filler) };
    number_of(filler.and_then(|filler| Ok(filler.set_class(class?)?)))
}

/// Starts a row by drawing noise, like flowlet_start(). Returns FLOWLET_UNKNOWN if a condition is
/// not known, or if the model has no query with these known columns and is not masked.
///
/// # Safety
/// `filler` was made with flowlet_new_filler(). `random` points to a flowlet_random whose functions
/// may be called with its context. Neither has to stay after the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_fill_start(
    filler: *mut flowlet_filler,
    random: *const flowlet_random,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { start(filler, random) }.map(|_| ()))
}

unsafe fn start(
    filler: *mut flowlet_filler,
    random: *const flowlet_random,
) -> Result<&'static mut BorrowedFiller<'static, 'static>, flowlet_error> {
    // SAFETY: guaranteed by the caller.
    let (filler, mut source): (_, Source) = unsafe { (made(filler)?, source(random)?) };
    filler.begin(&mut source)?;
    Ok(filler)
}

/// Takes one solver step of the row that was started; does nothing if no step is left. Writes the
/// number of steps that remain to `remaining`. Returns FLOWLET_NO_SAMPLE if none was started.
///
/// # Safety
/// `filler` was made with flowlet_new_filler(). `remaining` is null or points to a number that may
/// be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_fill_step(
    filler: *mut flowlet_filler,
    remaining: *mut u16,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let left = unsafe { made(filler) }.and_then(|filler| match filler.step() {
        0 => filler.finished().map(|_| 0).ok_or(FLOWLET_NO_SAMPLE),
        left => Ok(left),
    });
    number_of(left.and_then(|left| match remaining.is_null() {
        true => Ok(()),
        // SAFETY: guaranteed by the caller.
        false => unsafe { put(remaining, left) },
    }))
}

/// Draws a row: calls flowlet_fill_start() and takes all steps.
///
/// # Safety
/// Same as for flowlet_fill_start().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_fill(
    filler: *mut flowlet_filler,
    random: *const flowlet_random,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { start(filler, random) }.map(|filler| while filler.step() > 0 {}))
}

/// Computes the conditional mean of the unknown columns, in one evaluation of the network, without
/// random numbers. Returns FLOWLET_NO_PREDICTION if the model was not trained for it, FLOWLET_RANGE
/// if it needs a class, and the errors of flowlet_fill_start().
///
/// # Safety
/// `filler` was made with flowlet_new_filler().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_predict(filler: *mut flowlet_filler) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let filler = unsafe { made(filler) };
    number_of(filler.and_then(|filler| Ok(filler.predict().map(|_| ())?)))
}

/// Reads the values of the finished row in fixed point, like flowlet_values().
///
/// # Safety
/// `filler` was made with flowlet_new_filler(). `values` points to `count` numbers that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_filled_values(
    filler: *const flowlet_filler,
    values: *mut i32,
    count: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let row = unsafe { row(filler) };
    number_of(row.and_then(|row| {
        let dim = row.standardised().len();
        let fixed = (0..dim).map(|index| row.fixed(index).map_or(0, |fixed| fixed.raw));
        // SAFETY: guaranteed by the caller.
        unsafe { put_all(values, count, dim, fixed) }
    }))
}

/// Reads value `index` of the finished row, like flowlet_value().
///
/// # Safety
/// `filler` was made with flowlet_new_filler(). `value` points to a flowlet_fixed that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_filled_value(
    filler: *const flowlet_filler,
    index: usize,
    value: *mut flowlet_fixed,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let row = unsafe { row(filler) };
    let found = row.and_then(|row| row.fixed(index).ok_or(FLOWLET_RANGE));
    // SAFETY: guaranteed by the caller.
    number_of(found.and_then(|found| unsafe { put(value, found.into()) }))
}

/// Reads the CRC-32 of the finished row, like flowlet_sample_crc32().
///
/// # Safety
/// `filler` was made with flowlet_new_filler(). `crc32` points to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_filled_crc32(
    filler: *const flowlet_filler,
    crc32: *mut u32,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let row = unsafe { row(filler) };
    // SAFETY: guaranteed by the caller.
    number_of(row.and_then(|row| unsafe { put(crc32, row.crc32()) }))
}
