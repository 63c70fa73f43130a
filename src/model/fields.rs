//! Checks that each field is in range: header, names, layer records, drift and columns.

use super::check::{check, proceed};
use super::{Column, Model, padded};
use crate::fixed::TIME_ONE;
use crate::format::{
    Field, HIDDEN_LEN, Header, Hidden, MAX_CARD, MAX_CLASSES, MAX_HIDDEN, MAX_LEVELS, MAX_STEPS,
    MAX_WIDTH, MIN_STEP, MIN_VARIANCE, SEGMENTS,
};

/// Checks the header and the strings of the body. Returns the union of the layers' flags.
#[inline(always)]
pub(super) const fn check_fields(header: &Header, model: &Model) -> Result<u8, Field> {
    proceed!(check_header(header));
    proceed!(check_names(header, model.names));
    let flags = proceed!(check_hidden(header, model.hidden));
    let levels = model.variances.len();
    // 0 becomes the largest value that is allowed.
    let fits = fit(
        model.variances,
        MIN_VARIANCE.wrapping_neg(),
        MIN_VARIANCE.wrapping_neg(),
    );
    let fits = levels > 0 && levels <= MAX_LEVELS && fits;
    check!(fits, Field::Variances);
    check!(time_grid_fits(header, model.time_grid), Field::TimeGrid);
    check!(latent_fits(header, model), Field::Latent);
    Ok(flags)
}

/// Returns whether the latent, if there is one, has columns that exist, a rank of at most their
/// number, and one layer or one per class.
#[inline(always)]
const fn latent_fits(header: &Header, model: &Model) -> bool {
    let Some(latent) = model.latent() else {
        return true;
    };
    let end = latent.first as u32 + latent.columns as u32;
    within(latent.rank as u32, 1, latent.columns as u32)
        && end <= header.dim as u32
        && within(latent.frac as u32, 4, 10)
        && is_segment(latent.segment)
        && (latent.layers == 1 || latent.layers > 0 && latent.layers == header.classes)
}

/// Checks the fields of the header except for the width.
const fn check_header(header: &Header) -> Result<(), Field> {
    check!(size_fits(header.dim), Field::Dim);
    check!(header.classes <= MAX_CLASSES, Field::Classes);
    check!(
        within(header.steps as u32, 1, MAX_STEPS as u32),
        Field::Steps
    );
    check!(within(header.input_frac as u32, 4, 10), Field::InputFrac);
    check!(within(header.time_log2 as u32, 1, 6), Field::TimeLog2);
    let null = header.null_class == 0 || header.null_class == 1 && header.classes > 0;
    check!(null, Field::NullClass);
    let conditions = header.classes as u32 + header.null_class as u32;
    let per_class = header.components as u32 == conditions && header.classes > 0;
    check!(header.components == 1 || per_class, Field::Components);
    check!(header.solver <= 3, Field::Solver);
    check!(header.label_position <= header.dim, Field::LabelPosition);
    Ok(())
}

/// Returns whether `value` is in `low..=high`.
pub(super) const fn within(value: u32, low: u32, high: u32) -> bool {
    low <= value && value <= high
}

/// Returns whether `size` is a valid dimension or width.
const fn size_fits(size: u16) -> bool {
    within(size as u32, 1, MAX_WIDTH as u32)
}

/// Returns whether `value` plus `added`, which wraps, is at most `max`. Not inlined, because
/// compilers would unroll the loops around it.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
const fn at_most(value: u16, added: u16, max: u16) -> bool {
    value.wrapping_add(added) <= max
}

/// Returns whether all `values` plus `added`, which wraps, are at most `max`.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
const fn fit(mut values: &[[u8; 2]], added: u16, max: u16) -> bool {
    while let Some((&value, rest)) = values.split_first() {
        if !at_most(u16::from_le_bytes(value), added, max) {
            return false;
        }
        values = rest;
    }
    true
}

/// Returns whether each of `values` is at least the one before it plus `step`.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
pub(super) const fn rise(mut values: &[[u8; 2]], step: u16) -> bool {
    let mut least = 0;
    while let Some((&value, rest)) = values.split_first() {
        let value = u16::from_le_bytes(value);
        if !at_most(least, 0, value) {
            return false;
        }
        let Some(next) = value.checked_add(step) else {
            return rest.is_empty();
        };
        (values, least) = (rest, next);
    }
    true
}

/// Returns whether the time grid is valid: empty, or one time more than steps. The times must rise
/// from 0 to 1 in steps of at least [`MIN_STEP`].
const fn time_grid_fits(header: &Header, times: &[[u8; 2]]) -> bool {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
        return true;
    };
    let ends = u16::from_le_bytes(first) == 0 && u16::from_le_bytes(last) == TIME_ONE;
    ends && times.len() == header.steps as usize + 1 && rise(times, MIN_STEP)
}

/// Checks the number of names: D, and with classes one of the label and one per class. Each is
/// followed by a newline. The rest is the card.
const fn check_names(header: &Header, names: &[u8]) -> Result<(), Field> {
    let labels = match header.classes {
        0 => 0,
        classes => 1 + classes as usize,
    };
    let (mut rest, mut left) = (names, header.dim as usize + labels);
    while left > 0 {
        let Some((&byte, after)) = rest.split_first() else {
            return Err(Field::Names);
        };
        left -= at_most(byte as u16, (b'\n' as u16).wrapping_neg(), 0) as usize;
        rest = after;
    }
    check!(rest.len() <= MAX_CARD, Field::Card);
    Ok(())
}

/// Checks the records of the hidden layers. Returns the union of their flags.
const fn check_hidden(header: &Header, mut records: &[u8]) -> Result<u8, Field> {
    let (mut index, mut widest, mut all) = (0, 0, 0);
    while let Some((record, rest)) = records.split_first_chunk() {
        proceed!(check_record(index, record));
        let hidden = Hidden::from_bytes(record);
        if hidden.width > widest {
            widest = hidden.width;
        }
        let [.., flags] = *record;
        all |= flags;
        records = rest;
        index += 1;
    }
    check!(index > 0 && records.is_empty(), Field::Hidden);
    check!(header.width == widest, Field::Width);
    check!(is_segment(header.output_segment), Field::LayerFormat(index));
    Ok(all)
}

/// Checks the record of hidden layer `index`. Not inlined, because compilers would unroll the
/// loop around it, which has at most eight iterations.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
const fn check_record(index: u8, record: &[u8; HIDDEN_LEN]) -> Result<(), Field> {
    let hidden = Hidden::from_bytes(record);
    let [.., flags] = *record;
    check!((index as usize) < MAX_HIDDEN, Field::Hidden);
    check!(size_fits(hidden.width), Field::LayerWidth(index));
    let formats = within(hidden.pre_frac as u32, 11, 13)
        && 0 < hidden.act_frac
        && hidden.act_frac < hidden.pre_frac
        && is_segment(hidden.segment)
        && flags <= 3;
    check!(formats, Field::LayerFormat(index));
    Ok(())
}

/// Returns whether a layer may have this segment.
pub(super) const fn is_segment(segment: u16) -> bool {
    let [a, b, c, d] = SEGMENTS;
    segment & (a | b | c | d) == segment && segment.is_power_of_two()
}

/// Splits `bytes`, which must have `at` bytes.
const fn split(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    match bytes.split_at_checked(at) {
        Some(split) => split,
        None => (&[], &[]),
    }
}

/// Checks that means are within ±8, that levels exist, and that cumulative class proportions do not
/// decrease.
pub(super) const fn check_drift(model: &Model) -> Result<(), Field> {
    let cells = model.drift_cells();
    let (_, drift) = split(model.tensors, model.drift_at);
    let (means, levels) = split(drift, padded(2 * cells));
    check!(fit(means.as_chunks().0, 8 << 11, 16 << 11), Field::Mean);
    let (mut levels, _) = split(levels, cells);
    let last = model.variances.len() as u16 - 1;
    while let Some((&level, rest)) = levels.split_first() {
        check!(at_most(level as u16, 0, last), Field::Level);
        levels = rest;
    }
    check!(rise(model.bounds(), 0), Field::Proportions);
    Ok(())
}

/// Checks that 16·|multiplier| fits an i32, that the value fits a normal f32, and that the range of
/// values is not empty. The dimensions of one column have one format, in which its scores are
/// compared. A category column has at least two of them, a circular column has two.
pub(super) const fn check_columns(header: &Header, model: &Model) -> Result<usize, Field> {
    // Kinds that may follow, one bit each.
    let (mut follow, mut frac_before) = (START, 0);
    let (mut index, mut records, mut all_knots) = (0, model.records(), 0);
    while let Some((record, rest)) = records.split_first() {
        let field = Field::Column(index);
        let [.., kind, _, knots] = *record;
        let column = Column::from_bytes(record);
        // Without the upper bits, which say that a number has a curve. A category ignores them.
        let kind = kind & 7;
        check!(follow >> kind & 1 == 1, field);
        let continues = NEXT >> kind & 1 == 0 || frac_before == column.frac;
        check!(continues, field);
        check!(-96 <= column.frac && column.frac <= 126, field);
        (follow, frac_before) = (FOLLOW[kind as usize], column.frac);
        check!(column.min <= column.max, field);
        check!(column.multiplier.unsigned_abs() < 1 << 27, field);
        (index, records, all_knots) = (index + 1, rest, all_knots + knots as usize);
    }
    let last = header.dim.wrapping_sub(1);
    check!(follow & START == START, Field::Column(last));
    Ok(all_knots)
}

/// Kinds that start a column, one bit each.
const START: u8 = 0b01_0111;
/// Kinds that continue a column.
const NEXT: u8 = 0b10_1000;
/// Kinds that may follow each kind. No kind has the number 6 or 7.
static FOLLOW: [u8; 8] = [
    START,
    START,
    0b00_1000,
    START | 0b00_1000,
    0b10_0000,
    START,
    0,
    0,
];

#[cfg(test)]
mod tests {
    use super::{fit, rise};

    #[test]
    fn values_rise() {
        let rises = |values: [u16; 4]| rise(&values.map(u16::to_le_bytes), 1);
        assert!(rises([0, 1, 5, 1 << 15]));
        assert!(rises([0, 1, 5, u16::MAX]));
        for values in [[0, 5, 5, 6], [0, 7, 6, 8], [0, 65_535, 5, 1 << 15]] {
            assert!(!rises(values), "{values:?}");
        }
    }

    #[test]
    fn values_fit() {
        let fits = |values: [u16; 3]| fit(&values.map(u16::to_le_bytes), 1, 10);
        assert!(fits([0, 9, u16::MAX]));
        assert!(!fits([0, 9, 10]));
        assert!(!fits([u16::MAX - 1, 9, 8]));
    }
}
