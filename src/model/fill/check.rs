//! Checks of the section that fills in rows.

use super::parts::{read, take_query};
use super::{Fill, Query};
use crate::fixed::TIME_ONE;
use crate::format::{Field, MAX_STEPS, MIN_STEP};
use crate::model::check::{check, proceed};
use crate::model::fields::{is_segment, rise, within};
use crate::model::rows::check_rows;
use crate::model::{Column, ColumnKind, Model, Records};

/// Borrows the parts of the section, and checks all.
pub(super) const fn checked<'a>(model: &Model<'a>, content: &'a [u8]) -> Result<Fill<'a>, Field> {
    let fill = proceed!(read(model, content));
    let record = fill.record;
    check!(model.latent().is_none(), Field::Fill);
    check!(spread_fits(record.spread), Field::Fill);
    proceed!(check_names(fill.names, record.conditions, record.queries));
    if !fill.conditions.is_empty() {
        proceed!(check_conditions(fill.conditions));
    }
    if let Some(layer) = fill.layer() {
        let frac = record.frac;
        check!(format_fits(frac, record.segment), Field::Fill);
        proceed!(check_rows(&layer, 0, 1 << (4 + frac)));
    }
    let (mut queries, mut left) = (fill.queries, record.queries);
    while left > 0 {
        let Some(query) = take_query(&mut queries, fill.dim) else {
            return Err(Field::Fill);
        };
        proceed!(check_query(model, &fill, &query));
        left -= 1;
    }
    check!(queries.is_empty(), Field::Fill);
    Ok(fill)
}

/// Checks the fields of a query and its matrices.
const fn check_query(model: &Model, fill: &Fill, query: &Query) -> Result<(), Field> {
    let record = query.record;
    check!(spread_fits(record.spread), Field::Fill);
    check!(record.steps <= MAX_STEPS, Field::Fill);
    check!(times_fit(query.times), Field::Fill);
    check!(known_fit(model, query), Field::Fill);
    if !record.gain {
        check!(fill.record.masked, Field::Fill);
        return Ok(());
    }
    check!(record.steps > 0, Field::Fill);
    check!(format_fits(record.frac, record.segment), Field::Fill);
    let mut step = 0;
    while step < record.steps {
        let Some(gain) = query.gain(step) else {
            return Err(Field::Fill);
        };
        proceed!(check_rows(&gain, 0, 1 << (4 + record.frac)));
        step += 1;
    }
    Ok(())
}

/// Returns whether a factor of the noise is below 2.
const fn spread_fits(spread: u16) -> bool {
    spread < 1 << 15
}

const fn format_fits(frac: u8, segment: u16) -> bool {
    within(frac as u32, 4, 10) && is_segment(segment)
}

/// Returns whether these times, if there are any, rise from 0 and leave a last step to 1.
const fn times_fit(times: &[[u8; 2]]) -> bool {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
        return true;
    };
    u16::from_le_bytes(first) == 0
        && u16::from_le_bytes(last) <= TIME_ONE - MIN_STEP
        && rise(times, MIN_STEP)
}

/// Returns whether the query knows all dimensions of a column or none, and none beyond the last.
const fn known_fit(model: &Model, query: &Query) -> bool {
    let (mut records, mut index) = (model.records(), 0);
    while let Some((record, rest)) = records.split_first() {
        let [.., kind, _, _] = *record;
        let continues = matches!(
            ColumnKind::from_bits(kind),
            ColumnKind::NextCategory | ColumnKind::NextCircular
        );
        if continues && query.knows(index) != query.knows(index - 1) {
            return false;
        }
        (records, index) = (rest, index + 1);
    }
    while index < 8 * query.known.len() {
        if query.knows(index) {
            return false;
        }
        index += 1;
    }
    true
}

/// Checks that conditions are columns without curves, as those of a model are checked.
const fn check_conditions(mut records: Records) -> Result<(), Field> {
    let (mut before, mut frac_before) = (ColumnKind::Real, 0);
    while let Some((record, rest)) = records.split_first() {
        let [.., kind, _, knots] = *record;
        let column = Column::from_bytes(record);
        let (needs, continues) = match (before, column.kind) {
            (ColumnKind::Category, kind) => (true, matches!(kind, ColumnKind::NextCategory)),
            (ColumnKind::Circular, kind) => (true, matches!(kind, ColumnKind::NextCircular)),
            (ColumnKind::NextCategory, ColumnKind::NextCategory) => (true, true),
            (_, ColumnKind::NextCategory | ColumnKind::NextCircular) => (true, false),
            _ => (false, false),
        };
        let follows = needs == continues && (!continues || column.frac == frac_before);
        let range = -96 <= column.frac && column.frac <= 126 && column.min <= column.max;
        let scaled = column.multiplier.unsigned_abs() < 1 << 27;
        check!(
            kind <= 5 && knots == 0 && follows && range && scaled,
            Field::Fill
        );
        (before, frac_before, records) = (column.kind, column.frac, rest);
    }
    let open = matches!(before, ColumnKind::Category | ColumnKind::Circular);
    check!(!open, Field::Fill);
    Ok(())
}

/// Checks the number of names, each of which a newline ends.
const fn check_names(mut names: &[u8], conditions: u16, queries: u16) -> Result<(), Field> {
    let (mut lines, mut ended) = (0, true);
    while let Some((&byte, rest)) = names.split_first() {
        ended = byte == b'\n';
        lines += ended as usize;
        names = rest;
    }
    let expected = conditions as usize + queries as usize;
    check!(ended && lines == expected, Field::Fill);
    Ok(())
}
