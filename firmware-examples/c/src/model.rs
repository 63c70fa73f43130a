//! Models: opened once, then asked for sizes, units and names.

use core::ffi::{c_char, c_void};
use core::slice;

use flowlet::{ColumnKind, Model};

use crate::error::told;
use crate::memory::sampler_bytes;
use crate::pointers::{checked, put, put_text};
use crate::{flowlet_error, flowlet_error::*};

/// What flowlet_open() leaves in a model: "FLOW".
const OPEN: usize = 0x574f_4c46;

/// A model that has been checked. Its members are the library's own. It may be copied, and be gone while samplers of
/// it are still used; the bytes that it was opened with may not.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct flowlet_model {
    /// Set by flowlet_open().
    open: usize,
    /// Where the model's parts are.
    parts: [*const c_void; 13],
}

const _: () = assert!(size_of::<Model<'_>>() <= size_of::<[*const c_void; 13]>());
const _: () = assert!(align_of::<Model<'_>>() <= align_of::<*const c_void>());

/// Methods of integration. A step evaluates the network once, of the midpoint rule and of Heun's twice.
#[repr(i32)]
pub enum flowlet_solver {
    /// Euler's.
    FLOWLET_EULER = 0,
    /// Euler's for the network, with the Gaussian base exactly.
    FLOWLET_EXPONENTIAL_EULER = 1,
    /// The midpoint rule.
    FLOWLET_MIDPOINT = 2,
    /// Heun's.
    FLOWLET_HEUN = 3,
}

/// What a value of a sample is.
#[repr(i32)]
pub enum flowlet_kind {
    /// Any number.
    FLOWLET_REAL = 0,
    /// A whole number.
    FLOWLET_WHOLE = 1,
    /// The first of a column of categories, which has a value for each: 1 in one of them, 0 in the others.
    FLOWLET_CATEGORY = 2,
    /// A further category of the column that the value before belongs to.
    FLOWLET_NEXT_CATEGORY = 3,
}

/// Sizes of a model, and what its trainer recommends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct flowlet_sizes {
    /// Values in a sample, 1 to 1024.
    pub dim: u16,
    /// Units of the widest hidden layer, 1 to 1024.
    pub width: u16,
    /// Classes; 0 for a model without.
    pub classes: u16,
    /// Steps of the solver, 1 to 256.
    pub steps: u16,
    /// The solver, an enum flowlet_solver.
    pub solver: i32,
    /// 1 where the model can be guided, else 0.
    pub guidable: i32,
    /// Bytes that flowlet_new() needs.
    pub sampler_bytes: usize,
    /// Bytes that flowlet_new() needs for guidance.
    pub guided_sampler_bytes: usize,
}

/// A value of a sample: real = fixed / 2^frac.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct flowlet_column {
    /// What it is, an enum flowlet_kind.
    pub kind: i32,
    /// Fractional bits, -96 to 126; 0 for categories.
    pub frac: i32,
    /// The smallest fixed value; INT32_MIN where there is none.
    pub min: i32,
    /// The largest fixed value; INT32_MAX where there is none.
    pub max: i32,
}

/// Checks a .flow file that stands in memory, and opens it.
///
/// # Safety
/// `bytes` leads to `length` bytes, which stay and do not change as long as the model or a sampler of it is used;
/// `model` to a flowlet_model that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_open(
    model: *mut flowlet_model,
    bytes: *const u8,
    length: usize,
) -> flowlet_error {
    // SAFETY: as the caller says.
    told(unsafe { open(model, bytes, length) })
}

unsafe fn open(
    model: *mut flowlet_model,
    bytes: *const u8,
    length: usize,
) -> Result<(), flowlet_error> {
    checked(model)?;
    checked(bytes)?;
    if isize::try_from(length).is_err() {
        return Err(FLOWLET_MODEL_TRAILING); // no model is as long
    }
    // SAFETY: not null, no longer than an object can be, and the caller says that the bytes are there, for good.
    let bytes: &'static [u8] = unsafe { slice::from_raw_parts(bytes, length) };
    let parsed = Model::parse(bytes)?;
    // SAFETY: not null, aligned, and the caller says that it may be written; a Model fits in the parts, as shown above.
    unsafe {
        (*model).open = OPEN;
        (&raw mut (*model).parts)
            .cast::<Model<'static>>()
            .write(parsed);
    }
    Ok(())
}

/// The model that C means.
///
/// # Safety
/// Unless null, the pointer leads to a flowlet_model: one that was opened, or whatever else of that size.
pub(crate) unsafe fn opened(model: *const flowlet_model) -> Result<Model<'static>, flowlet_error> {
    checked(model)?;
    // SAFETY: not null, aligned, and a flowlet_model is there.
    if unsafe { (*model).open } != OPEN {
        return Err(FLOWLET_NOT_OPEN);
    }
    // SAFETY: `open` wrote a Model into the parts, whose bytes the caller keeps.
    Ok(unsafe { (&raw const (*model).parts).cast::<Model<'static>>().read() })
}

/// Sizes of a model, and what its trainer recommends.
///
/// # Safety
/// `model` was opened by flowlet_open(); `sizes` leads to a flowlet_sizes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_model_sizes(
    model: *const flowlet_model,
    sizes: *mut flowlet_sizes,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let sized = unsafe { opened(model) }.map(|model| flowlet_sizes {
        dim: model.dim() as u16, // 1024 at most, as is the width
        width: model.width() as u16,
        classes: model.classes(),
        steps: model.steps(),
        solver: model.solver() as i32,
        guidable: (model.header().null_class > 0).into(),
        sampler_bytes: sampler_bytes(&model, 1),
        guided_sampler_bytes: sampler_bytes(&model, 2),
    });
    // SAFETY: as the caller says.
    told(sized.and_then(|sized| unsafe { put(sizes, sized) }))
}

/// What value `index` of a sample is. FLOWLET_RANGE beyond the last.
///
/// # Safety
/// `model` was opened by flowlet_open(); `column` leads to a flowlet_column that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_model_column(
    model: *const flowlet_model,
    index: usize,
    column: *mut flowlet_column,
) -> flowlet_error {
    let described = |model: Model<'static>| {
        let unit = model.column(index).ok_or(FLOWLET_RANGE)?;
        let (frac, min, max) = match unit.kind {
            ColumnKind::Real | ColumnKind::Integer => (unit.frac, unit.min, unit.max),
            ColumnKind::Category | ColumnKind::NextCategory => (0, 0, 1),
        };
        Ok(flowlet_column {
            kind: unit.kind as i32,
            frac: frac.into(),
            min,
            max,
        })
    };
    // SAFETY: as the caller says.
    let described = unsafe { opened(model) }.and_then(described);
    // SAFETY: as the caller says.
    told(described.and_then(|described| unsafe { put(column, described) }))
}

/// The name of value `index` of a sample, UTF-8, with the zero that ends it: that of its column, or `column=category`.
/// FLOWLET_RANGE beyond the last, FLOWLET_SHORT where `size` bytes are too few.
///
/// # Safety
/// `model` was opened by flowlet_open(); `name` leads to `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_column_name(
    model: *const flowlet_model,
    index: usize,
    name: *mut c_char,
    size: usize,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let found = unsafe { opened(model) };
    let found = found.and_then(|model| model.column_names().nth(index).ok_or(FLOWLET_RANGE));
    // SAFETY: as the caller says.
    told(found.and_then(|found| unsafe { put_text(name, size, found) }))
}

/// The name of a class, as flowlet_column_name() gives it.
///
/// # Safety
/// `model` was opened by flowlet_open(); `name` leads to `size` bytes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_class_name(
    model: *const flowlet_model,
    class_number: u16,
    name: *mut c_char,
    size: usize,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let found = unsafe { opened(model) };
    let name_of = |model: Model<'static>| model.class_names().nth(class_number.into());
    let found = found.and_then(|model| name_of(model).ok_or(FLOWLET_RANGE));
    // SAFETY: as the caller says.
    told(found.and_then(|found| unsafe { put_text(name, size, found) }))
}
