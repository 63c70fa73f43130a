//! Sizes of a model and of its samplers.

use flowlet::ModelSize;

use crate::error::number_of;
use crate::memory::{Buffers, FLOWLET_SAMPLER_WORDS};
use crate::model::opened;
use crate::pointers::put;
use crate::{flowlet_error, flowlet_model};

/// Sizes of a model and its recommended settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct flowlet_sizes {
    /// Values per sample, 1 to 1024.
    pub dim: u16,
    /// Units of the widest hidden layer, 1 to 1024.
    pub width: u16,
    /// Number of classes; 0 for a model without classes.
    pub classes: u16,
    /// Recommended solver steps, 1 to 256.
    pub steps: u16,
    /// Recommended solver, an enum flowlet_solver.
    pub solver: i32,
    /// 1 if guidance is possible, else 0.
    pub guidable: i32,
    /// Bytes of memory for flowlet_new().
    pub sampler_bytes: usize,
    /// Bytes of memory for flowlet_new() with guidance.
    pub guided_sampler_bytes: usize,
    /// Most bytes of stack that a function of the library takes, without your generator.
    pub stack_bytes: usize,
    /// Most bytes of stack if the memory has room for guidance.
    pub guided_stack_bytes: usize,
}

/// Reads the sizes of a model and its recommended settings.
///
/// # Safety
/// `model` was opened with flowlet_open(). `sizes` points to a flowlet_sizes that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_model_sizes(
    model: *const flowlet_model,
    sizes: *mut flowlet_sizes,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let sized = unsafe { opened(model) }.map(|model| {
        let bytes = |slots| Buffers::of_slots(&model, slots).bytes(FLOWLET_SAMPLER_WORDS);
        flowlet_sizes {
            dim: model.dim() as u16, // at most 1024, like the width
            width: model.width() as u16,
            classes: model.classes(),
            steps: model.steps(),
            solver: model.solver() as i32,
            guidable: (model.header().null_class > 0).into(),
            sampler_bytes: bytes(1),
            guided_sampler_bytes: bytes(2),
            stack_bytes: ModelSize::of_model(&model).stack_bytes(1),
            guided_stack_bytes: ModelSize::of_model(&model).stack_bytes(2),
        }
    });
    // SAFETY: guaranteed by the caller.
    number_of(sized.and_then(|sized| unsafe { put(sizes, sized) }))
}
