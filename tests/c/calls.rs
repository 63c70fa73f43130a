//! Models, memory and generators for calls of the C interface.

use std::ffi::c_void;
use std::ptr::null_mut;

use flowlet_c::flowlet_error::{self, *};
use flowlet_c::*;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::Rng;

pub static MOONS: &[u8] = flowlet::include_model!("../../firmware-examples/models/moons.flow");
pub static ODD: &[u8] = flowlet::include_model!("../../firmware-examples/models/odd.flow");
/// A small model, for Miri, with a column of every kind, classes and guidance.
pub static MIXED: &[u8] = flowlet::include_model!("../golden/v1/lipman.flow");

/// Draws from the generator behind the context.
pub unsafe extern "C" fn next(context: *mut c_void) -> u32 {
    // SAFETY: `random` made the context from such a generator.
    unsafe { (*context.cast::<Xoshiro128PlusPlus>()).next_u32() }
}

pub unsafe extern "C" fn stuck(_: *mut c_void) -> u32 {
    0xffff_ffff
}

pub unsafe extern "C" fn always_failed(_: *mut c_void) -> i32 {
    1
}

pub fn random(generator: &mut Xoshiro128PlusPlus) -> flowlet_random {
    flowlet_random {
        next: Some(next),
        failed: None,
        context: (&raw mut *generator).cast(),
    }
}

pub fn open(bytes: &[u8]) -> Result<flowlet_model, flowlet_error> {
    let mut model = std::mem::MaybeUninit::<flowlet_model>::zeroed();
    // SAFETY: both pointers are valid; zeros are a flowlet_model.
    unsafe {
        match flowlet_open(model.as_mut_ptr(), bytes.as_ptr(), bytes.len()) {
            FLOWLET_OK => Ok(model.assume_init()),
            error => Err(error),
        }
    }
}

pub fn sizes(model: &flowlet_model) -> flowlet_sizes {
    let mut sizes = flowlet_sizes::default();
    // SAFETY: both pointers are valid.
    assert_eq!(
        unsafe { flowlet_model_sizes(model, &mut sizes) },
        FLOWLET_OK
    );
    sizes
}

/// Memory as C has it, with arbitrary contents.
pub struct Memory(pub Vec<usize>);

impl Memory {
    pub fn of(bytes: usize) -> Self {
        Self(vec![usize::MAX / 3; bytes.div_ceil(size_of::<usize>())])
    }

    pub fn sampler(
        &mut self,
        model: &flowlet_model,
        size: usize,
    ) -> Result<*mut flowlet_sampler, flowlet_error> {
        assert!(size <= self.0.len() * size_of::<usize>());
        let mut sampler = null_mut();
        // SAFETY: the pointers are valid, and the memory has that size; the caller keeps it.
        match unsafe { flowlet_new(&mut sampler, model, self.0.as_mut_ptr().cast(), size) } {
            FLOWLET_OK => Ok(sampler),
            error => Err(error),
        }
    }
}
