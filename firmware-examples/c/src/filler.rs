//! Fillers in the caller's memory: rows of which some columns are known.
//!
//! Their memory is laid out like that of a sampler: the library's words, then the buffers.

use core::ffi::c_void;
use core::slice;

use flowlet::{BorrowedFiller, Known, Model, Sample};

use crate::error::number_of;
use crate::model::opened;
use crate::pointers::{checked, put, put_all};
use crate::random::{Source, source};
use crate::{flowlet_error, flowlet_error::*, flowlet_fixed, flowlet_model, flowlet_random};

/// Number of uintptr_t that a filler takes in addition to its buffers.
pub const FLOWLET_FILLER_WORDS: usize = 80;

/// Mark of a filler that was made: "FILL".
const MADE: usize = 0x4c4c_4946;

/// Filler in the memory that was passed to flowlet_new_filler(). The memory must not be moved or
/// copied.
pub struct flowlet_filler {
    made: usize,
    filler: BorrowedFiller<'static, 'static>,
}

const _: () = assert!(size_of::<flowlet_filler>() <= FLOWLET_FILLER_WORDS * size_of::<usize>());
const _: () = assert!(align_of::<flowlet_filler>() <= align_of::<usize>());

/// Returns the number of states and of halfwords of a filler.
fn buffers(model: &Model<'_>) -> Result<(usize, usize), flowlet_error> {
    let fill = model.fill()?.ok_or(FLOWLET_NO_FILL)?;
    let dims = fill.dims().next_multiple_of(2);
    let width = model.width().next_multiple_of(2);
    Ok((2 * dims, 2 * dims + 3 * width))
}

fn bytes((states, halfwords): (usize, usize)) -> usize {
    FLOWLET_FILLER_WORDS * size_of::<usize>() + 4 * states + 2 * halfwords
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
    let needed = unsafe { opened(model) }.and_then(|model| buffers(&model));
    // SAFETY: guaranteed by the caller.
    number_of(needed.and_then(|needed| unsafe { put(size, bytes(needed)) }))
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
    number_of(unsafe { new(filler, model, memory, size) })
}

unsafe fn new(
    filler: *mut *mut flowlet_filler,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> Result<(), flowlet_error> {
    checked(filler)?;
    // SAFETY: guaranteed by the caller.
    let opened = unsafe { opened(model) }?;
    let at = memory.cast::<flowlet_filler>();
    checked(at)?;
    let needed = buffers(&opened)?;
    if size < bytes(needed) {
        return Err(FLOWLET_SHORT);
    }
    // SAFETY: `size` was compared with the sum of the three parts, so they lie in the memory and do
    // not overlap. Each is a multiple of 4 bytes long, from a start that is aligned to a word. Zero
    // is a valid integer.
    let (states, halfwords) = unsafe {
        memory.cast::<u8>().write_bytes(0, bytes(needed));
        let start = memory.cast::<usize>().add(FLOWLET_FILLER_WORDS);
        let (states, start) = (needed.0, start.cast::<i32>());
        (
            slice::from_raw_parts_mut(start, states),
            slice::from_raw_parts_mut(start.add(states).cast(), needed.1),
        )
    };
    let made = flowlet_filler {
        made: MADE,
        filler: BorrowedFiller::with_buffers(opened, states, halfwords)?,
    };
    // SAFETY: `at` is aligned and has room for the struct, as asserted above, and nothing else
    // uses it.
    unsafe {
        at.write(made);
        put(filler, at)
    }
}

/// Returns the runtime's filler.
///
/// # Safety
/// The pointer is null or points to a flowlet_filler, made or not, that nothing else uses as long
/// as the result is used.
unsafe fn of(
    filler: *const flowlet_filler,
) -> Result<&'static mut BorrowedFiller<'static, 'static>, flowlet_error> {
    checked(filler)?;
    // SAFETY: not null and aligned; the caller guarantees that a word is there.
    if unsafe { (&raw const (*filler).made).read() } != MADE {
        return Err(FLOWLET_NOT_OPEN);
    }
    // SAFETY: `new` wrote it. No function here has two such references at once or keeps one.
    Ok(unsafe { &mut (*filler.cast_mut()).filler })
}

/// Returns the finished row.
///
/// # Safety
/// Same as for [`of`].
unsafe fn row(
    filler: *const flowlet_filler,
) -> Result<Sample<'static, Known<'static>>, flowlet_error> {
    // SAFETY: guaranteed by the caller.
    unsafe { of(filler) }?.finished().ok_or(FLOWLET_NO_SAMPLE)
}

/// Gives the value of the column that starts at value `index`. The values of conditions follow
/// those of the model. The value of a category column is the number of the category. What is known
/// comes back exactly, and stays known until flowlet_forget(). Discards a row that was started.
/// Returns FLOWLET_RANGE if no column starts there or the category does not exist.
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
    let filler = unsafe { of(filler) };
    number_of(filler.and_then(|filler| Ok(filler.know(index, value)?)))
}

/// Forgets all known values. Discards a row that was started.
///
/// # Safety
/// `filler` was made with flowlet_new_filler().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_forget(filler: *mut flowlet_filler) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { of(filler) }.map(BorrowedFiller::forget))
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
    let filler = unsafe { of(filler) };
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
    let (filler, mut source): (_, Source) = unsafe { (of(filler)?, source(random)?) };
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
    let left = unsafe { of(filler) }.and_then(|filler| match filler.step() {
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
    let filler = unsafe { of(filler) };
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
