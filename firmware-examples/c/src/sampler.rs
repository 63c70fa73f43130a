//! Samplers in the caller's memory.

use core::ffi::c_void;

use flowlet::{BorrowedSampler, Guidance, Model, Sample, Solver};

use crate::error::number_of;
use crate::memory::{Buffers, FLOWLET_SAMPLER_WORDS, Handle, made, make};
use crate::pointers::put;
use crate::random::{Source, source};
use crate::{flowlet_error, flowlet_error::*, flowlet_model, flowlet_random};

/// Sampler in the memory that was passed to flowlet_new(). The memory must not be moved or copied.
pub struct flowlet_sampler {
    _opaque: [usize; 0],
}

impl Handle for flowlet_sampler {
    type Runtime = BorrowedSampler<'static, 'static>;

    /// "SAMP".
    const MARK: usize = 0x504d_4153;
    const WORDS: usize = FLOWLET_SAMPLER_WORDS;

    /// One or two slots.
    fn buffers(model: &Model<'_>, size: usize) -> Result<Buffers, flowlet_error> {
        let slots = |slots| Buffers::of_slots(model, slots).within(Self::WORDS, size);
        slots(2).or(slots(1)).ok_or(FLOWLET_SHORT)
    }

    fn with_buffers(
        model: Model<'static>,
        states: &'static mut [i32],
        halfwords: &'static mut [i16],
    ) -> Result<Self::Runtime, flowlet_error> {
        if model.has_conditions() {
            return Err(FLOWLET_UNKNOWN);
        }
        Ok(BorrowedSampler::with_buffers(model, states, halfwords)?)
    }
}

/// Argument of flowlet_set_class(): draw the class of each sample in the training proportions.
pub const FLOWLET_ANY_CLASS: i32 = -1;

/// Argument of flowlet_set_guidance(): no guidance.
pub const FLOWLET_UNGUIDED: i32 = -1;

/// Makes a sampler of a model in the caller's memory and writes a pointer to it to `sampler`. The
/// sampler has the recommended steps and solver, no guidance, and draws classes in the training
/// proportions. There is nothing to free. Returns FLOWLET_UNKNOWN for a model with conditions,
/// which needs a filler.
///
/// `memory` is aligned like uintptr_t and need not be cleared. The macros above and
/// flowlet_model_sizes() give its size in bytes; it may be larger.
///
/// # Safety
/// `model` was opened with flowlet_open(), and the bytes of the file stay in place as long as the
/// sampler is used. `memory` points to `size` bytes that nothing else uses or moves as long as the
/// sampler is used. `sampler` points to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_new(
    sampler: *mut *mut flowlet_sampler,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { make(sampler, model, memory, size) })
}

/// Returns the finished sample. The sampler does not change while the caller reads it.
///
/// # Safety
/// Same as for [`made`].
pub(crate) unsafe fn sample(
    sampler: *const flowlet_sampler,
) -> Result<Sample<'static>, flowlet_error> {
    // SAFETY: guaranteed by the caller.
    unsafe { made(sampler) }?
        .finished()
        .ok_or(FLOWLET_NO_SAMPLE)
}

/// Takes the steps that are left.
fn finish(sampler: &mut BorrowedSampler<'static, 'static>) -> Result<(), flowlet_error> {
    while sampler.step() > 0 {}
    sampler.finished().map(|_| ()).ok_or(FLOWLET_NO_SAMPLE)
}

/// Changes a setting.
///
/// # Safety
/// Same as for [`made`].
unsafe fn set(
    sampler: *mut flowlet_sampler,
    setting: impl FnOnce(&mut BorrowedSampler<'static, 'static>) -> Result<(), flowlet_error>,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { made(sampler) }.and_then(setting))
}

/// Sets the class of the next samples, or FLOWLET_ANY_CLASS. Returns FLOWLET_RANGE if the model has
/// no such class. The other settings discard a sample that was started or finished; this does not.
///
/// # Safety
/// `sampler` was made with flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_class(
    sampler: *mut flowlet_sampler,
    class_number: i32,
) -> flowlet_error {
    let class = class_of(class_number);
    // SAFETY: guaranteed by the caller.
    unsafe { set(sampler, |sampler| Ok(sampler.set_class(class?)?)) }
}

/// Returns the class of an argument.
pub(crate) fn class_of(class_number: i32) -> Result<Option<u16>, flowlet_error> {
    match class_number {
        FLOWLET_ANY_CLASS => Ok(None),
        class => u16::try_from(class).map(Some).map_err(|_| FLOWLET_RANGE),
    }
}

/// Sets the number of solver steps, 1 to 256, of uniform length. They replace the recommended
/// steps.
///
/// # Safety
/// `sampler` was made with flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_steps(
    sampler: *mut flowlet_sampler,
    steps: u16,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    unsafe { set(sampler, |sampler| Ok(sampler.set_steps(steps)?)) }
}

/// Sets the solver, an enum flowlet_solver.
///
/// # Safety
/// `sampler` was made with flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_solver(
    sampler: *mut flowlet_sampler,
    solver: i32,
) -> flowlet_error {
    let chosen = Solver::ALL
        .into_iter()
        .find(|&known| known as i32 == solver);
    let setting = |sampler: &mut BorrowedSampler<'_, '_>| {
        sampler.set_solver(chosen.ok_or(FLOWLET_SOLVER)?);
        Ok(())
    };
    // SAFETY: guaranteed by the caller.
    unsafe { set(sampler, setting) }
}

/// Sets the strength of classifier-free guidance, or FLOWLET_UNGUIDED. The strength has 12
/// fractional bits. A strength of 1, which is 4096, has no effect; larger values give samples that
/// are more typical of the class. Returns FLOWLET_RANGE for a strength of 8 or more,
/// FLOWLET_NOT_GUIDABLE if the model was trained without label dropout, and FLOWLET_SLOTS if the
/// memory is too small for guidance.
///
/// # Safety
/// `sampler` was made with flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_guidance(
    sampler: *mut flowlet_sampler,
    strength: i32,
) -> flowlet_error {
    let guidance = match strength {
        FLOWLET_UNGUIDED => Ok(None),
        strength => {
            let strength = u16::try_from(strength).ok().and_then(Guidance::from_bits);
            strength.map(Some).ok_or(FLOWLET_RANGE)
        }
    };
    // SAFETY: guaranteed by the caller.
    unsafe { set(sampler, |sampler| Ok(sampler.set_guidance(guidance?)?)) }
}

/// Starts a sample by drawing noise: 32 bits for the class, if it is drawn, then 32 bits per value.
/// A sample that was started or finished before is discarded. Returns FLOWLET_RANDOM if the source
/// failed, and FLOWLET_STUCK if it repeats a number.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `random` points to a flowlet_random whose functions may
/// be called with its context. Neither has to stay after the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_start(
    sampler: *mut flowlet_sampler,
    random: *const flowlet_random,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { start(sampler, random) }.map(|_| ()))
}

unsafe fn start(
    sampler: *mut flowlet_sampler,
    random: *const flowlet_random,
) -> Result<&'static mut BorrowedSampler<'static, 'static>, flowlet_error> {
    // SAFETY: guaranteed by the caller.
    let (sampler, mut source): (_, Source) = unsafe { (made(sampler)?, source(random)?) };
    sampler.begin(&mut source)?;
    Ok(sampler)
}

/// Takes one solver step of the sample that was started; does nothing if no step is left. Writes
/// the number of steps that remain to `remaining`. Returns FLOWLET_NO_SAMPLE if none was started.
///
/// # Safety
/// `sampler` was made with flowlet_new(). `remaining` is null or points to a number that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_step(
    sampler: *mut flowlet_sampler,
    remaining: *mut u16,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let left = unsafe { made(sampler) }.and_then(|sampler| match sampler.step() {
        0 => finish(sampler).map(|()| 0),
        left => Ok(left),
    });
    number_of(left.and_then(|left| match remaining.is_null() {
        true => Ok(()),
        // SAFETY: guaranteed by the caller.
        false => unsafe { put(remaining, left) },
    }))
}

/// Takes the steps that remain, if any, after which the values can be read. Returns
/// FLOWLET_NO_SAMPLE if no sample was started.
///
/// # Safety
/// `sampler` was made with flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_finish(sampler: *mut flowlet_sampler) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { made(sampler) }.and_then(finish))
}

/// Draws a sample: calls flowlet_start() and flowlet_finish().
///
/// # Safety
/// Same as for flowlet_start().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample(
    sampler: *mut flowlet_sampler,
    random: *const flowlet_random,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { start(sampler, random) }.and_then(finish))
}
