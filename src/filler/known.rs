//! Known values: how they are given, and how a row returns them.

use super::memory::{KnownBuffers, UNKNOWN, entry, known};
use super::settings::Filler;
use crate::fixed::STATE_FRAC;
use crate::format::COLUMN_LEN;
use crate::model::{ColumnKind, Fill, Model, format};
use crate::sampler::{Buffers, Given, SamplerError};
use crate::value::Fixed;

/// Known values of a row, which it returns as they were given: the row of a
/// [`Filler`](crate::Filler) is a [`Sample`](crate::Sample) with them.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// use flowlet::{Known, Sample};
/// fn width(row: &Sample<'_, Known<'_>>) -> usize {
///     row.values().count()
/// }
/// # let bytes = flowlet::include_model!("../moons-fill.flow");
/// # let model = flowlet::Model::parse(bytes)?;
/// let mut filler = flowlet::Filler::<2, 16>::new(model)?;
/// assert_eq!(width(&filler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?), 2);
/// # Ok::<(), flowlet::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Known<'s>(pub(super) &'s [i32]);

impl Given for Known<'_> {
    #[inline(always)]
    fn raw(&self, index: usize) -> Option<i32> {
        self.0.get(index).and_then(|&entry| known(entry))
    }
}

impl<'m, const DIM: usize, const WIDTH: usize, B: Buffers, K: KnownBuffers>
    Filler<'m, DIM, WIDTH, B, K>
{
    /// Gives the value of the column that starts at dimension `index`, in physical units. The
    /// dimensions of the conditions follow those of the data.
    ///
    /// The value of a category column is the number of the category, from 0. A value has the
    /// fractional bits of its column, rounded, and comes back with them. If it is beyond the range
    /// of the column, or beyond 8 standard deviations, it comes back as it is, but counts as the
    /// nearest value within.
    ///
    /// This discards a row that was begun.
    ///
    /// # Errors
    /// [`SamplerError::Column`] if no column starts at this dimension, [`SamplerError::Category`]
    /// if the category does not exist, [`SamplerError::Value`] if the value does not fit the
    /// fractional bits of the column. An `f32` that is not a number never does.
    pub fn know(&mut self, index: usize, value: impl Into<Fixed>) -> Result<(), SamplerError> {
        self.sampler.integration.discard();
        know(
            &self.sampler.model,
            &self.fill,
            self.known.borrow().values,
            index,
            value.into(),
        )
    }

    /// Forgets all known values, those of conditions too. This discards a row that was begun.
    pub fn forget(&mut self) {
        self.sampler.integration.discard();
        for value in self.known.borrow().values {
            *value = UNKNOWN;
        }
    }
}

/// Stores a known value.
#[inline(never)]
fn know(
    model: &Model<'_>,
    fill: &Fill<'_>,
    values: &mut [i32],
    index: usize,
    value: Fixed,
) -> Result<(), SamplerError> {
    let error = SamplerError::Column(index);
    let (kind, frac) = record(model, fill, index).map(format).ok_or(error)?;
    let given = value.rescale(frac).map(entry);
    let given = given.ok_or(SamplerError::Value(index));
    let mut dimensions = values.iter_mut().skip(index);
    let first = dimensions.next().ok_or(error)?;
    match kind {
        ColumnKind::Real | ColumnKind::Integer => *first = given?,
        ColumnKind::Circular => {
            *first = given?;
            if let Some(next) = dimensions.next() {
                *next = entry(0);
            }
        }
        ColumnKind::Category => {
            let kind = |index| record(model, fill, index).map(|record| format(record).0);
            let continues = |&index: &usize| kind(index) == Some(ColumnKind::NextCategory);
            let others = (index + 1..).take_while(continues).count();
            let chosen = value
                .rescale(0)
                .and_then(|chosen| usize::try_from(chosen).ok());
            let chosen = chosen.filter(|&chosen| chosen <= others);
            let chosen = chosen.ok_or(SamplerError::Category(index))?;
            *first = entry((chosen == 0).into());
            for (other, value) in dimensions.take(others).enumerate() {
                *value = entry((other + 1 == chosen).into());
            }
        }
        ColumnKind::NextCategory | ColumnKind::NextCircular => return Err(error),
    }
    Ok(())
}

/// Returns the record of a dimension of the data or of the conditions.
fn record<'m>(model: &Model<'m>, fill: &Fill<'m>, index: usize) -> Option<&'m [u8; COLUMN_LEN]> {
    let records = model.records();
    match index.checked_sub(records.len()) {
        None => records.get(index),
        Some(condition) => fill.conditions.get(condition),
    }
}

/// Returns the standardised value of a known dimension, Q5.26, within ±[`MAX_KNOWN`]; 0 if it is
/// not known.
#[inline(never)]
pub(super) fn standardised(
    model: &Model<'_>,
    fill: &Fill<'_>,
    values: &[i32],
    index: usize,
) -> i32 {
    let records = model.records();
    let (records, values, index) = match index.checked_sub(records.len()) {
        None => (records, values, index),
        Some(condition) => {
            let values = values.get(records.len()..).unwrap_or_default();
            (fill.conditions, values, condition)
        }
    };
    let value = |index: usize| {
        let raw = values.get(index).and_then(|&entry| known(entry));
        let raw = raw.unwrap_or(0);
        let (kind, frac) = records.get(index).map_or((ColumnKind::Real, 0), format);
        let frac = if kind.is_category() { 0 } else { frac };
        Fixed { raw, frac }
    };
    let standardised = model.standardise_by(records, index, value);
    standardised.map_or(0, |of| of.x.clamp(-MAX_KNOWN, MAX_KNOWN))
}

/// Largest magnitude of the standardised rows of a training, Q5.26. A network has learned nothing
/// beyond it.
const MAX_KNOWN: i32 = 8 << STATE_FRAC;

/// One in the format of a spread, as a factor of [`scale_state`](crate::int_math::scale_state).
pub(super) const ONE: i32 = 1 << STATE_FRAC;
