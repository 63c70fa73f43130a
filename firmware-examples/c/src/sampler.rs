//! Samplers in the caller's memory.
//!
//! Such memory holds the runtime's sampler, a copy of the model that it borrows, and the trajectory or the sample that
//! borrows the sampler. The struct is only ever touched a field at a time, by raw pointers, and never by a reference
//! to all of it: what one field borrows of another stays valid.

use core::ffi::c_void;

use flowlet::{BorrowedSampler, BorrowedTrajectory, Model, Sample, Solver};

use crate::error::told;
use crate::memory::{FLOWLET_SAMPLER_WORDS, Split, split};
use crate::model::opened;
use crate::pointers::{checked, put};
use crate::random::Source;
use crate::{flowlet_error, flowlet_error::*, flowlet_model, flowlet_random};

/// What flowlet_new() leaves in a sampler: "SAMP".
const MADE: usize = 0x504d_4153;

/// A sampler, in memory that flowlet_new() was given. That memory must not be moved or copied.
pub struct flowlet_sampler {
    made: usize,
    model: Model<'static>,
    sampler: BorrowedSampler<'static, 'static>,
    state: State,
}

const _: () = assert!(size_of::<flowlet_sampler>() <= FLOWLET_SAMPLER_WORDS * size_of::<usize>());
const _: () = assert!(align_of::<flowlet_sampler>() <= align_of::<usize>());

/// What borrows the sampler.
enum State {
    Idle,
    Running(BorrowedTrajectory<'static, 'static, 'static>),
    Finished(Sample<'static>),
}

/// For flowlet_set_class(): draw the class of each sample in the training proportions.
pub const FLOWLET_ANY_CLASS: i32 = -1;

/// For flowlet_set_guidance(): none.
pub const FLOWLET_UNGUIDED: i32 = -1;

/// Makes a sampler of a model in memory of the caller's, with the steps and the solver that the trainer recommends,
/// without guidance, drawing classes in their training proportions, and leaves a pointer to it in `sampler`. There is
/// nothing to free.
///
/// `memory` is aligned as uintptr_t is. How many bytes are needed flowlet_model_sizes() tells, and the macros above;
/// more do no harm. They need not be cleared.
///
/// # Safety
/// `model` was opened by flowlet_open(), and the bytes that it was opened with stay as long as the sampler is used.
/// `memory` leads to `size` bytes that nothing else uses and that stay where they are as long as the sampler is used;
/// `sampler` to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_new(
    sampler: *mut *mut flowlet_sampler,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> flowlet_error {
    // SAFETY: as the caller says.
    told(unsafe { new(sampler, model, memory, size) })
}

unsafe fn new(
    sampler: *mut *mut flowlet_sampler,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> Result<(), flowlet_error> {
    checked(sampler)?;
    // SAFETY: as the caller says.
    let opened = unsafe { opened(model) }?;
    // SAFETY: as the caller says.
    let Split {
        fixed,
        states,
        words,
    } = unsafe { split(&opened, memory, size) }?;
    let at = fixed.cast::<flowlet_sampler>();
    // SAFETY: `at` is aligned and has room for the struct, as shown above, which nothing else uses; each field is
    // written before it is read, and the model's stays as it is from here on.
    unsafe {
        (&raw mut (*at).model).write(opened);
        let made = BorrowedSampler::with_buffers(&(*at).model, states, words)?;
        (&raw mut (*at).sampler).write(made);
        (&raw mut (*at).state).write(State::Idle);
        (&raw mut (*at).made).write(MADE);
        put(sampler, at)
    }
}

/// A sampler that flowlet_new() made.
#[derive(Clone, Copy)]
pub(crate) struct Handle(*mut flowlet_sampler);

impl Handle {
    /// # Safety
    /// Unless null, the pointer leads to a flowlet_sampler, one that was made or whatever else of that size, which
    /// nothing else uses as long as the handle is used.
    pub(crate) unsafe fn of(sampler: *const flowlet_sampler) -> Result<Self, flowlet_error> {
        checked(sampler)?;
        // SAFETY: not null, aligned, and a word is there.
        if unsafe { (&raw const (*sampler).made).read() } != MADE {
            return Err(FLOWLET_NOT_OPEN);
        }
        Ok(Self(sampler.cast_mut()))
    }

    /// The runtime's sampler, and an end of the sample that borrowed it.
    fn sampler(self) -> &'static mut BorrowedSampler<'static, 'static> {
        *self.state() = State::Idle;
        // SAFETY: `new` wrote it, and with the state nothing borrows it any more.
        unsafe { &mut (*self.0).sampler }
    }

    fn state(self) -> &'static mut State {
        // SAFETY: `new` wrote it. No function here has two such references at once, and none keeps one.
        unsafe { &mut (*self.0).state }
    }

    /// The sample that is finished.
    pub(crate) fn sample(self) -> Result<Sample<'static>, flowlet_error> {
        match self.state() {
            State::Finished(sample) => Ok(*sample),
            _ => Err(FLOWLET_NO_SAMPLE),
        }
    }

    fn start(self, source: &mut Source) -> Result<(), flowlet_error> {
        let trajectory = self.sampler().start(source).map_err(|_| FLOWLET_RANDOM)?;
        *self.state() = State::Running(trajectory);
        Ok(())
    }

    fn step(self) -> Result<u16, flowlet_error> {
        match self.state() {
            State::Running(trajectory) => {
                let _ = trajectory.step(); // what remains says as much
                Ok(trajectory.remaining())
            }
            _ => Err(FLOWLET_NO_SAMPLE),
        }
    }

    fn finish(self) -> Result<(), flowlet_error> {
        match core::mem::replace(self.state(), State::Idle) {
            State::Running(trajectory) => {
                *self.state() = State::Finished(trajectory.finish());
                Ok(())
            }
            other => {
                *self.state() = other;
                Err(FLOWLET_NO_SAMPLE)
            }
        }
    }
}

/// Changes a setting.
///
/// # Safety
/// As for [`Handle::of`].
unsafe fn set(
    sampler: *mut flowlet_sampler,
    setting: impl FnOnce(&mut BorrowedSampler<'static, 'static>) -> Result<(), flowlet_error>,
) -> flowlet_error {
    // SAFETY: as the caller says.
    told(unsafe { Handle::of(sampler) }.and_then(|handle| setting(handle.sampler())))
}

/// Sets the class of the samples to come, or FLOWLET_ANY_CLASS. FLOWLET_RANGE for a class that the model does not have.
/// This and the other settings give up a sample that was started or finished.
///
/// # Safety
/// `sampler` was made by flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_class(
    sampler: *mut flowlet_sampler,
    class_number: i32,
) -> flowlet_error {
    let class = match class_number {
        FLOWLET_ANY_CLASS => Ok(None),
        class => u16::try_from(class).map(Some).map_err(|_| FLOWLET_RANGE),
    };
    // SAFETY: as the caller says.
    unsafe { set(sampler, |sampler| Ok(sampler.set_class(class?)?)) }
}

/// Sets the number of equal steps, 1 to 256, in the place of those that the trainer recommends.
///
/// # Safety
/// `sampler` was made by flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_steps(
    sampler: *mut flowlet_sampler,
    steps: u16,
) -> flowlet_error {
    // SAFETY: as the caller says.
    unsafe { set(sampler, |sampler| Ok(sampler.set_steps(steps)?)) }
}

/// Sets the solver, an enum flowlet_solver.
///
/// # Safety
/// `sampler` was made by flowlet_new().
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
    // SAFETY: as the caller says.
    unsafe { set(sampler, setting) }
}

/// Sets the strength of classifier-free guidance, with 12 fractional bits (4096 is 1, the class's own velocity), below
/// 8, or FLOWLET_UNGUIDED. FLOWLET_NOT_GUIDABLE for a model that cannot be guided, FLOWLET_LANES where there is too
/// little memory for it.
///
/// # Safety
/// `sampler` was made by flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_guidance(
    sampler: *mut flowlet_sampler,
    strength: i32,
) -> flowlet_error {
    let strength = u16::try_from(strength.min(i32::from(u16::MAX))).ok(); // below 0 is none
    // SAFETY: as the caller says.
    unsafe { set(sampler, |sampler| Ok(sampler.set_guidance(strength)?)) }
}

/// Draws noise: 32 bits for each value, after 32 for the class where it is to be drawn. A sample that was started or
/// finished before is given up. FLOWLET_RANDOM where the source failed.
///
/// # Safety
/// `sampler` was made by flowlet_new(); `random` leads to a flowlet_random whose functions may be called with its
/// context. Neither it nor the context need stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_start(
    sampler: *mut flowlet_sampler,
    random: *const flowlet_random,
) -> flowlet_error {
    // SAFETY: as the caller says.
    told(unsafe { start(sampler, random) }.map(|_| ()))
}

unsafe fn start(
    sampler: *mut flowlet_sampler,
    random: *const flowlet_random,
) -> Result<Handle, flowlet_error> {
    // SAFETY: as the caller says.
    let handle = unsafe { Handle::of(sampler) }?;
    checked(random)?;
    // SAFETY: not null, aligned, and the caller says that one is there.
    let random = unsafe { *random };
    let mut source = Source {
        next: random.next.ok_or(FLOWLET_NULL)?,
        failed: random.failed,
        context: random.context,
    };
    handle.start(&mut source)?;
    Ok(handle)
}

/// Takes one step of the sample that was started, or none where all are taken, and leaves in `remaining`, unless it is
/// null, how many are left. FLOWLET_NO_SAMPLE where none was started.
///
/// # Safety
/// `sampler` was made by flowlet_new(); `remaining` is null or leads to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_step(
    sampler: *mut flowlet_sampler,
    remaining: *mut u16,
) -> flowlet_error {
    // SAFETY: as the caller says.
    let stepped = unsafe { Handle::of(sampler) }.and_then(Handle::step);
    told(stepped.and_then(|left| match remaining.is_null() {
        true => Ok(()),
        // SAFETY: as the caller says.
        false => unsafe { put(remaining, left) },
    }))
}

/// Takes the steps that are left of the sample that was started, so that its values can be read.
/// FLOWLET_NO_SAMPLE where none was started.
///
/// # Safety
/// `sampler` was made by flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_finish(sampler: *mut flowlet_sampler) -> flowlet_error {
    // SAFETY: as the caller says.
    told(unsafe { Handle::of(sampler) }.and_then(Handle::finish))
}

/// flowlet_start() and flowlet_finish() in one.
///
/// # Safety
/// As for flowlet_start().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_sample(
    sampler: *mut flowlet_sampler,
    random: *const flowlet_random,
) -> flowlet_error {
    // SAFETY: as the caller says.
    told(unsafe { start(sampler, random) }.and_then(Handle::finish))
}
