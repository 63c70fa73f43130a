//! Models: columns and names.

use core::ffi::{c_char, c_void};
use core::slice;

use flowlet::{ColumnKind, Model, ModelError};

use crate::error::number_of;
use crate::pointers::{checked, put, put_text};
use crate::{flowlet_error, flowlet_error::*};

/// Mark of a model that was opened: "FLOW".
const OPEN: usize = 0x574f_4c46;

/// Model that flowlet_open() has checked. Its members are private. It may be copied, and samplers
/// may outlive it. The bytes of the file must stay in place.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct flowlet_model {
    /// Mark set by flowlet_open().
    open: usize,
    /// Parts of the model.
    parts: [*const c_void; 14],
}

const _: () = assert!(size_of::<Model<'_>>() <= size_of::<[*const c_void; 14]>());
const _: () = assert!(align_of::<Model<'_>>() <= align_of::<*const c_void>());

/// Method of integration. The midpoint rule and Heun's method evaluate the network twice per step,
/// the others once.
#[repr(i32)]
pub enum flowlet_solver {
    /// Euler's method.
    FLOWLET_EULER = 0,
    /// Euler's method for the network, with the exact step for the Gaussian drift.
    FLOWLET_EXPONENTIAL_EULER = 1,
    /// Midpoint rule.
    FLOWLET_MIDPOINT = 2,
    /// Heun's method.
    FLOWLET_HEUN = 3,
}

/// Kind of a value of a sample.
#[repr(i32)]
pub enum flowlet_column_kind {
    /// Real number.
    FLOWLET_REAL = 0,
    /// Integer.
    FLOWLET_INTEGER = 1,
    /// First category of a category column. The column has a value per category: 1 for the chosen
    /// category, 0 for the others.
    FLOWLET_CATEGORY = 2,
    /// Next category of the same column.
    FLOWLET_NEXT_CATEGORY = 3,
    /// Circular column, which starts again after a period, as hours and angles do. Its value is
    /// from `min` up to `max`, which it never reaches.
    FLOWLET_CIRCULAR = 4,
    /// Second value of the same column: always 0.
    FLOWLET_NEXT_CIRCULAR = 5,
}

/// Format of a value of a sample: real = fixed / 2^frac.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct flowlet_column {
    /// Kind, an enum flowlet_column_kind.
    pub kind: i32,
    /// Fractional bits, -96 to 126; 0 for categories.
    pub frac: i32,
    /// Smallest fixed value; INT32_MIN if there is no limit.
    pub min: i32,
    /// Largest fixed value; INT32_MAX if there is no limit.
    pub max: i32,
    /// Decimal places in the training data, 0 to 9; 0 for integers and categories, -1 if there is
    /// no common number of places.
    pub decimals: i32,
}

/// Checks a .flow file in memory and opens it. The file may be anywhere, but if it is not aligned
/// to 4 bytes, samples take up to 100 times as long: see flowlet_is_aligned().
///
/// # Safety
/// `bytes` points to `length` bytes. They stay in place and do not change as long as the model or a
/// sampler of it is used. `model` points to a flowlet_model that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_open(
    model: *mut flowlet_model,
    bytes: *const u8,
    length: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { open(model, bytes, length, Model::parse) })
}

/// Opens a model in a slot of flash, which may be longer than the file: like flowlet_open(), but
/// the length of the file is that in its header, and the bytes after it are ignored.
///
/// # Safety
/// Same as for flowlet_open(). `length` is that of the slot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_open_slot(
    model: *mut flowlet_model,
    bytes: *const u8,
    length: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { open(model, bytes, length, Model::from_slot) })
}

unsafe fn open(
    model: *mut flowlet_model,
    bytes: *const u8,
    length: usize,
    read: fn(&'static [u8]) -> Result<Model<'static>, ModelError>,
) -> Result<(), flowlet_error> {
    checked(model)?;
    checked(bytes)?;
    if isize::try_from(length).is_err() {
        return Err(FLOWLET_MODEL_TRAILING); // no object is so long
    }
    // SAFETY: not null, no longer than an object can be; the caller guarantees that the bytes
    // stay.
    let bytes: &'static [u8] = unsafe { slice::from_raw_parts(bytes, length) };
    let parsed = read(bytes)?;
    // SAFETY: not null and aligned; the caller guarantees that it may be written. A Model fits
    // into the parts, as asserted above.
    unsafe {
        (*model).open = OPEN;
        (&raw mut (*model).parts)
            .cast::<Model<'static>>()
            .write(parsed);
    }
    Ok(())
}

/// Returns the model behind a pointer.
///
/// # Safety
/// The pointer is null or points to a flowlet_model, opened or not.
pub(crate) unsafe fn opened(model: *const flowlet_model) -> Result<Model<'static>, flowlet_error> {
    checked(model)?;
    // SAFETY: not null and aligned; the caller guarantees that it points to a flowlet_model.
    if unsafe { (*model).open } != OPEN {
        return Err(FLOWLET_NOT_OPEN);
    }
    // SAFETY: `open` wrote a Model into the parts. The caller keeps its bytes.
    Ok(unsafe { (&raw const (*model).parts).cast::<Model<'static>>().read() })
}

/// Returns 1 if the file is aligned to 4 bytes, so that samples take the least time, else 0. Also 0
/// if the model is not open.
///
/// # Safety
/// `model` is null or points to a flowlet_model.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_is_aligned(model: *const flowlet_model) -> i32 {
    // SAFETY: guaranteed by the caller.
    unsafe { opened(model) }
        .is_ok_and(|model| model.is_aligned())
        .into()
}

/// Reads the format of value `index` of a sample. Returns FLOWLET_RANGE if there is no such value.
///
/// # Safety
/// `model` was opened with flowlet_open(). `column` points to a flowlet_column that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_model_column(
    model: *const flowlet_model,
    index: usize,
    column: *mut flowlet_column,
) -> flowlet_error {
    let described = |model: Model<'static>| {
        let column = model.column(index).ok_or(FLOWLET_RANGE)?;
        let (frac, min, max) = match column.kind {
            ColumnKind::Category | ColumnKind::NextCategory => (0, 0, 1),
            ColumnKind::NextCircular => (0, 0, 0),
            _ => (column.frac, column.min, column.max),
        };
        let decimals = match column.kind {
            ColumnKind::Real | ColumnKind::Circular => column.decimals.map_or(-1, i32::from),
            _ => 0,
        };
        Ok(flowlet_column {
            kind: column.kind as i32,
            frac: frac.into(),
            min,
            max,
            decimals,
        })
    };
    // SAFETY: guaranteed by the caller.
    let described = unsafe { opened(model) }.and_then(described);
    // SAFETY: guaranteed by the caller.
    number_of(described.and_then(|described| unsafe { put(column, described) }))
}

/// Reads the card of a model as UTF-8 with a terminating zero: a text of at most 255 bytes in which
/// the trainer says how the model was made. Returns FLOWLET_SHORT if `size` bytes are not enough.
///
/// # Safety
/// `model` was opened with flowlet_open(). `card` points to `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_card(
    model: *const flowlet_model,
    card: *mut c_char,
    size: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let found = unsafe { opened(model) };
    // SAFETY: guaranteed by the caller.
    number_of(found.and_then(|model| unsafe { put_text(card, size, model.card()) }))
}

/// Reads the name of value `index` of a sample as UTF-8 with a terminating zero: the column's name,
/// "column=category", or "column=cos" and "column=sin" for a circular column. Returns FLOWLET_RANGE
/// if there is no such value, and FLOWLET_SHORT if `size` bytes are not enough.
///
/// # Safety
/// `model` was opened with flowlet_open(). `name` points to `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_column_name(
    model: *const flowlet_model,
    index: usize,
    name: *mut c_char,
    size: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let found = unsafe { opened(model) };
    let found = found.and_then(|model| model.column_names().nth(index).ok_or(FLOWLET_RANGE));
    // SAFETY: guaranteed by the caller.
    number_of(found.and_then(|found| unsafe { put_text(name, size, found) }))
}

/// Reads the name of a class as UTF-8 with a terminating zero. Returns FLOWLET_RANGE if there is no
/// such class, and FLOWLET_SHORT if `size` bytes are not enough.
///
/// # Safety
/// `model` was opened with flowlet_open(). `name` points to `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_class_name(
    model: *const flowlet_model,
    class_number: u16,
    name: *mut c_char,
    size: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let found = unsafe { opened(model) };
    let name_of = |model: Model<'static>| model.class_names().nth(class_number.into());
    let found = found.and_then(|model| name_of(model).ok_or(FLOWLET_RANGE));
    // SAFETY: guaranteed by the caller.
    number_of(found.and_then(|found| unsafe { put_text(name, size, found) }))
}
