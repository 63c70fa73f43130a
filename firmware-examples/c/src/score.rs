//! Scores rows: how unusual each is compared with the rows of the training.

use core::ffi::c_void;
use core::slice;

use flowlet::{BorrowedScorer, Fixed, Model, Score};

use crate::error::number_of;
use crate::memory::{Buffers, FLOWLET_SAMPLER_WORDS, Handle, made, make};
use crate::pointers::{checked, put, put_all};
use crate::sampler::{FLOWLET_ANY_CLASS, class_of};
use crate::{flowlet_error, flowlet_error::*, flowlet_model};

/// Scorer in the memory that was passed to flowlet_new_scorer(). The memory must not be moved or
/// copied.
pub struct flowlet_scorer {
    _opaque: [usize; 0],
}

impl Handle for flowlet_scorer {
    type Runtime = BorrowedScorer<'static, 'static>;

    /// "SCOR".
    const MARK: usize = 0x524f_4353;
    const WORDS: usize = FLOWLET_SAMPLER_WORDS;

    fn buffers(model: &Model<'_>, size: usize) -> Result<Buffers, flowlet_error> {
        let slot = Buffers::of_slots(model, 1);
        slot.within(Self::WORDS, size).ok_or(FLOWLET_SHORT)
    }

    fn with_buffers(
        model: Model<'static>,
        states: &'static mut [i32],
        halfwords: &'static mut [i16],
    ) -> Result<Self::Runtime, flowlet_error> {
        Ok(BorrowedScorer::with_buffers(model, states, halfwords)?)
    }
}

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
    /// 1 if a value is beyond the limits of its column or of the device, or if all values of a
    /// category column are 0, otherwise 0.
    pub out_of_range: u8,
}

/// Makes a scorer of a model in the caller's memory and writes a pointer to it to `scorer`. The
/// memory has the size and the rules of that of flowlet_new(), without guidance. If the model has
/// classes, the scorer finds the class of each row. There is nothing to free. Returns
/// FLOWLET_MODEL_INVALID if the calibration of the model is invalid, and FLOWLET_UNKNOWN for a
/// model with conditions, which scores no rows.
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
    number_of(unsafe { make(scorer, model, memory, size) })
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
    let class = class_of(class_number);
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
