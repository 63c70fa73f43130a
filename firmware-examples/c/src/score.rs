//! Scores rows: how unusual each is compared with the rows of the training.

use core::ffi::c_void;
use core::slice;

use flowlet::{BorrowedScorer, Fixed, Score};

use crate::error::number_of;
use crate::memory::{FLOWLET_SAMPLER_WORDS, Split, split};
use crate::model::opened;
use crate::pointers::{checked, put, put_all};
use crate::sampler::FLOWLET_ANY_CLASS;
use crate::{flowlet_error, flowlet_error::*, flowlet_model};

/// Mark of a scorer that was made: "SCOR".
const MADE: usize = 0x524f_4353;

/// Scorer in the memory that was passed to flowlet_new_scorer(). The memory must not be moved or
/// copied.
pub struct flowlet_scorer {
    made: usize,
    scorer: BorrowedScorer<'static, 'static>,
}

const _: () = assert!(size_of::<flowlet_scorer>() <= FLOWLET_SAMPLER_WORDS * size_of::<usize>());
const _: () = assert!(align_of::<flowlet_scorer>() <= align_of::<usize>());

/// Score of a row.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct flowlet_scored {
    /// Score, with 16 fractional bits; larger is more unusual. With a calibration, 0 is the median
    /// and 65536 the 90th percentile of normal rows.
    pub score: i32,
    /// Class to which the row was compared; FLOWLET_ANY_CLASS for a model without classes.
    pub class_number: i32,
    /// Share of normal rows with at least this score, in units of 1/65536. 65535 without a
    /// calibration. An alarm at p_value <= alpha * 65536 is false for a share of alpha of normal
    /// rows.
    pub p_value: u16,
    /// Share of normal rows with at most this score, in units of 1/65536; a small one means that
    /// the row is too regular. 65535 without a calibration.
    pub lower_tail: u16,
    /// 1 if the model has a calibration, otherwise 0.
    pub calibrated: u8,
    /// 1 if a value is beyond the limits of its column or of the device, otherwise 0.
    pub out_of_range: u8,
}

/// Makes a scorer of a model in the caller's memory and writes a pointer to it to `scorer`. The
/// memory has the size and the rules of that of flowlet_new(), without guidance. If the model has
/// classes, the scorer finds the class of each row. There is nothing to free. Returns
/// FLOWLET_MODEL_INVALID if the calibration of the model is invalid.
///
/// # Safety
/// Same as for flowlet_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_new_scorer(
    scorer: *mut *mut flowlet_scorer,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { new(scorer, model, memory, size) })
}

unsafe fn new(
    scorer: *mut *mut flowlet_scorer,
    model: *const flowlet_model,
    memory: *mut c_void,
    size: usize,
) -> Result<(), flowlet_error> {
    checked(scorer)?;
    // SAFETY: guaranteed by the caller.
    let opened = unsafe { opened(model) }?;
    // SAFETY: guaranteed by the caller.
    let Split {
        fixed,
        states,
        words,
    } = unsafe { split(&opened, memory, size) }?;
    let at = fixed.cast::<flowlet_scorer>();
    let made = flowlet_scorer {
        made: MADE,
        scorer: BorrowedScorer::with_buffers(opened, states, words)?,
    };
    // SAFETY: `at` is aligned and has room for the struct, as asserted above, and nothing else
    // uses it.
    unsafe {
        at.write(made);
        put(scorer, at)
    }
}

/// Returns the runtime's scorer.
///
/// # Safety
/// The pointer is null or points to a flowlet_scorer, made or not, that nothing else uses as long
/// as the result is used.
unsafe fn made(
    scorer: *const flowlet_scorer,
) -> Result<&'static mut BorrowedScorer<'static, 'static>, flowlet_error> {
    checked(scorer)?;
    // SAFETY: not null and aligned; the caller guarantees that a word is there.
    if unsafe { (&raw const (*scorer).made).read() } != MADE {
        return Err(FLOWLET_NOT_OPEN);
    }
    // SAFETY: `new` wrote it. No function here has two such references at once or keeps one.
    Ok(unsafe { &mut (*scorer.cast_mut()).scorer })
}

/// Sets the class of the next rows, or FLOWLET_ANY_CLASS to find the class in which a row is least
/// unusual. That takes two evaluations of the network per class. Returns FLOWLET_RANGE if the model
/// has no such class.
///
/// # Safety
/// `scorer` was made with flowlet_new_scorer().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_set_row_class(
    scorer: *mut flowlet_scorer,
    class_number: i32,
) -> flowlet_error {
    let class = match class_number {
        FLOWLET_ANY_CLASS => Ok(None),
        class => u16::try_from(class).map(Some).map_err(|_| FLOWLET_RANGE),
    };
    // SAFETY: guaranteed by the caller.
    let scorer = unsafe { made(scorer) };
    number_of(scorer.and_then(|scorer| Ok(scorer.set_class(class?)?)))
}

/// Scores a row of numbers in fixed point, real = value / 2^frac, and writes the result to
/// `scored`. With `frac` = 0 they are integers. The row has the model's `dim` values, in the order
/// of its columns; those of a category column are 1 for its category and 0 for the others, and
/// those of a circular column are its value and 0. Returns FLOWLET_SHORT if `count` is below `dim`,
/// and FLOWLET_RANGE if `frac` is not -96 to 126.
///
/// # Safety
/// `scorer` was made with flowlet_new_scorer(). `values` points to `count` numbers. `scored` points
/// to memory for a result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_score(
    scorer: *mut flowlet_scorer,
    values: *const i32,
    count: usize,
    frac: i32,
    scored: *mut flowlet_scored,
) -> flowlet_error {
    let frac = i8::try_from(frac)
        .ok()
        .filter(|&frac| (-96..=126).contains(&frac));
    let Some(frac) = frac else {
        return FLOWLET_RANGE;
    };
    let fixed = |raw| Fixed { raw, frac };
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { score(scorer, values, count, fixed, scored) })
}

/// Scores a row of floats, otherwise like flowlet_score(). No float arithmetic is used.
///
/// # Safety
/// Same as for flowlet_score().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_score_float(
    scorer: *mut flowlet_scorer,
    values: *const f32,
    count: usize,
    scored: *mut flowlet_scored,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    number_of(unsafe { score(scorer, values, count, Fixed::from, scored) })
}

unsafe fn score<V: Copy>(
    scorer: *mut flowlet_scorer,
    values: *const V,
    count: usize,
    fixed: impl Fn(V) -> Fixed,
    scored: *mut flowlet_scored,
) -> Result<(), flowlet_error> {
    // SAFETY: guaranteed by the caller.
    let scorer = unsafe { made(scorer) }?;
    checked(values)?;
    checked(scored)?;
    if count < scorer.model().dim() {
        return Err(FLOWLET_SHORT);
    }
    // SAFETY: not null and aligned; the caller guarantees that `count` numbers are there.
    let row = unsafe { slice::from_raw_parts(values, count) };
    let zero = Fixed { raw: 0, frac: 0 };
    scorer.begin_with(|index| row.get(index).map_or(zero, |&value| fixed(value)));
    while scorer.step() {}
    let score = finished(scorer)?;
    let result = flowlet_scored {
        score: score.value(),
        class_number: score.class().map_or(FLOWLET_ANY_CLASS, i32::from),
        p_value: score.p_value().unwrap_or(u16::MAX),
        lower_tail: score.lower_tail().unwrap_or(u16::MAX),
        calibrated: score.p_value().is_some().into(),
        out_of_range: score.out_of_range().into(),
    };
    // SAFETY: guaranteed by the caller.
    unsafe { put(scored, result) }
}

fn finished<'s>(scorer: &'s BorrowedScorer<'static, 'static>) -> Result<Score<'s>, flowlet_error> {
    scorer.finished().ok_or(FLOWLET_NO_SAMPLE)
}

/// Reads the contributions of all `dim` values to the last score, with 8 fractional bits. Returns
/// FLOWLET_SHORT if `count` is below the model's `dim`, and FLOWLET_NO_SAMPLE if no row was scored.
///
/// # Safety
/// `scorer` was made with flowlet_new_scorer(). `contributions` points to `count` numbers that may
/// be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flowlet_contributions(
    scorer: *const flowlet_scorer,
    contributions: *mut u16,
    count: usize,
) -> flowlet_error {
    // SAFETY: guaranteed by the caller.
    let scorer = unsafe { made(scorer) };
    number_of(scorer.and_then(|scorer| {
        let (dim, score) = (scorer.model().dim(), finished(scorer)?);
        let all = (0..dim).map(|index| score.contribution(index).unwrap_or(0));
        // SAFETY: guaranteed by the caller.
        unsafe { put_all(contributions, count, dim, all) }
    }))
}
