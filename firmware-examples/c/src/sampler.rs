//! Samplers in the caller's memory.
//!
//! The memory begins with the runtime's sampler, which holds its model and the state of a sample.
//! The rest of the memory is the sampler's buffers. So a reference to the sampler never overlaps
//! them.

use core::ffi::c_void;

use flowlet::{BorrowedSampler, Guidance, Sample, Solver};

use crate::error::number_of;
use crate::memory::{FLOWLET_SAMPLER_WORDS, Split, split};
use crate::model::opened;
use crate::pointers::{checked, put};
use crate::random::source;
use crate::{flowlet_error, flowlet_error::*, flowlet_model, flowlet_random};

/// Mark of a sampler that was made: "SAMP".
const MADE: usize = 0x504d_4153;

/// Sampler in the memory that was passed to flowlet_new(). The memory must not be moved or copied.
pub struct flowlet_sampler {
    made: usize,
    sampler: BorrowedSampler<'static, 'static>,
}

const _: () = assert!(size_of::<flowlet_sampler>() <= FLOWLET_SAMPLER_WORDS * size_of::<usize>());
const _: () = assert!(align_of::<flowlet_sampler>() <= align_of::<usize>());

/// Argument of flowlet_set_class(): draw the class of each sample in the training proportions.
pub const FLOWLET_ANY_CLASS: i32 = -1;

/// Argument of flowlet_set_guidance(): no guidance.
pub const FLOWLET_UNGUIDED: i32 = -1;

/// Makes a sampler of a model in the caller's memory and writes a pointer to it to `sampler`. The
/// sampler has the recommended steps and solver, no guidance, and draws classes in the training
/// proportions. There is nothing to free.
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
    number_of(unsafe { new(sampler, model, memory, size) })
}

unsafe fn new(
    sampler: *mut *mut flowlet_sampler,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> Result<(), flowlet_error> {
    checked(sampler)?;
    // SAFETY: guaranteed by the caller.
    let opened = unsafe { opened(model) }?;
    // SAFETY: guaranteed by the caller.
    let Split {
        fixed,
        states,
        words,
    } = unsafe { split(&opened, memory, size) }?;
    let at = fixed.cast::<flowlet_sampler>();
    let made = flowlet_sampler {
        made: MADE,
        sampler: BorrowedSampler::with_buffers(opened, states, words)?,
    };
    // SAFETY: `at` is aligned and has room for the struct, as asserted above, and nothing else
    // uses it.
    unsafe {
        at.write(made);
        put(sampler, at)
    }
}

/// Pointer to a sampler that flowlet_new() made.
#[derive(Clone, Copy)]
pub(crate) struct Handle(*mut flowlet_sampler);

impl Handle {
    /// Checks a pointer.
    ///
    /// # Safety
    /// The pointer is null or points to a flowlet_sampler, made or not, that nothing else uses as
    /// long as the handle is used.
    pub(crate) unsafe fn of(sampler: *const flowlet_sampler) -> Result<Self, flowlet_error> {
        checked(sampler)?;
        // SAFETY: not null and aligned; the caller guarantees that a word is there.
        if unsafe { (&raw const (*sampler).made).read() } != MADE {
            return Err(FLOWLET_NOT_OPEN);
        }
        Ok(Self(sampler.cast_mut()))
    }

    /// Returns the runtime's sampler.
    fn sampler(self) -> &'static mut BorrowedSampler<'static, 'static> {
        // SAFETY: `new` wrote it. No function here has two such references at once or keeps one.
        unsafe { &mut (*self.0).sampler }
    }

    /// Returns the finished sample.
    pub(crate) fn sample(self) -> Result<Sample<'static>, flowlet_error> {
        // SAFETY: as above; the sampler does not change while the caller reads the sample.
        let sampler = unsafe { &(*self.0).sampler };
        sampler.finished().ok_or(FLOWLET_NO_SAMPLE)
    }

    /// Takes a step and returns how many are left.
    fn step(self) -> Result<u16, flowlet_error> {
        match self.sampler().step() {
            0 => self.sample().map(|_| 0),
            left => Ok(left),
        }
    }

    /// Takes the steps that are left.
    fn finish(self) -> Result<(), flowlet_error> {
        while self.sampler().step() > 0 {}
        self.sample().map(|_| ())
    }
}

/// Changes a setting.
///
/// # Safety
/// Same as for [`Handle::of`].
unsafe fn set(
    sampler: *mut flowlet_sampler,
    setting: impl FnOnce(&mut BorrowedSampler<'static, 'static>) -> Result<(), flowlet_error>,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { Handle::of(sampler) }.and_then(|handle| setting(handle.sampler())))
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
) -> Result<Handle, flowlet_error> {
    // SAFETY: guaranteed by the caller.
    let handle = unsafe { Handle::of(sampler) }?;
    // SAFETY: guaranteed by the caller.
    let mut source = unsafe { source(random) }?;
    handle.sampler().begin(&mut source)?;
    Ok(handle)
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
    let stepped = unsafe { Handle::of(sampler) }.and_then(Handle::step);
    number_of(stepped.and_then(|left| match remaining.is_null() {
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
    number_of(unsafe { Handle::of(sampler) }.and_then(Handle::finish))
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
    number_of(unsafe { start(sampler, random) }.and_then(Handle::finish))
}
