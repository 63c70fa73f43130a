//! The parts of the section that fills in rows, borrowed from its bytes.

use super::{Fill, Query};
use crate::format::{
    COLUMN_LEN, FILL_LEN, Field, FillRecord, Hidden, MAX_WIDTH, QUERY_LEN, QueryRecord,
};
use crate::kernel::{Activation, Dense};
use crate::model::check::check;
use crate::model::layers::{block_rows, weights_len};
use crate::model::{Model, padded};

/// Borrows the parts of the section. Only their lengths are checked.
pub(super) const fn read<'a>(model: &Model<'a>, mut content: &'a [u8]) -> Result<Fill<'a>, Field> {
    let header = model.header();
    let Some(record) = content.first_chunk::<FILL_LEN>() else {
        return Err(Field::Fill);
    };
    let [.., flags, _, _] = *record;
    check!(flags <= 3, Field::Fill);
    let record = FillRecord::from_bytes(record);
    let Some(_) = take(&mut content, FILL_LEN) else {
        return Err(Field::Fill);
    };
    let dims = record.conditions as u32 + header.dim as u32;
    check!(dims <= MAX_WIDTH as u32, Field::Fill);
    let Some(first) = model.hidden.first_chunk() else {
        return Err(Field::Fill);
    };
    let first = Hidden::from_bytes(first);
    let Some(names) = take(&mut content, record.names_len as usize) else {
        return Err(Field::Fill);
    };
    let Some(conditions) = take(&mut content, COLUMN_LEN * record.conditions as usize) else {
        return Err(Field::Fill);
    };
    let mut fill = Fill {
        record,
        names,
        conditions: conditions.as_chunks().0,
        layer: &[],
        queries: &[],
        dim: header.dim,
        width: first.width,
    };
    if fill.inputs() > 0 {
        check!(first.conditioned, Field::Fill);
        let len = layer_len(first.width, fill.inputs());
        let Some(layer) = take(&mut content, len) else {
            return Err(Field::Fill);
        };
        fill.layer = layer;
    }
    fill.queries = content;
    Ok(fill)
}

/// Takes a query from the front of `bytes`, if all of it is there.
pub(super) const fn take_query<'a>(bytes: &mut &'a [u8], dim: u16) -> Option<Query<'a>> {
    let Some(record) = bytes.first_chunk::<QUERY_LEN>() else {
        return None;
    };
    let [.., flags] = *record;
    let record = QueryRecord::from_bytes(record);
    let (Some(_), Some(times), Some(known)) = (
        take(bytes, QUERY_LEN),
        take(bytes, 2 * record.steps as usize),
        take(bytes, (dim as usize).div_ceil(8)),
    ) else {
        return None;
    };
    let count = count_bits(known);
    if flags > 1 || count == 0 || count >= dim {
        return None;
    }
    let shape = (dim - count, count);
    let gains = match record.gain {
        true => record.steps as usize * layer_len(shape.0, shape.1),
        false => 0,
    };
    let Some(gains) = take(bytes, gains) else {
        return None;
    };
    Some(Query {
        record,
        times: times.as_chunks().0,
        known,
        gains,
        shape,
    })
}

const fn count_bits(mut bytes: &[u8]) -> u16 {
    let mut count = 0;
    while let Some((&byte, rest)) = bytes.split_first() {
        count += byte.count_ones() as u16;
        bytes = rest;
    }
    count
}

/// Takes `len` bytes and their padding from the front of `bytes`.
const fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let Some((item, rest)) = bytes.split_at_checked(padded(len)) else {
        return None;
    };
    *bytes = rest;
    match item.split_at_checked(len) {
        Some((item, _)) => Some(item),
        None => None,
    }
}

/// Returns the bytes of the weights and scales of a layer without biases.
const fn layer_len(rows: u16, columns: u16) -> usize {
    let (rows, columns) = (rows as usize, columns as usize);
    weights_len(rows, columns) + 4 * block_rows(rows)
}

/// Returns layer `index` of layers without biases, which follow each other in `bytes`.
pub(super) const fn layer(
    bytes: &[u8],
    (rows, columns): (u16, u16),
    segment: u16,
    index: usize,
) -> Option<Dense<'_>> {
    let start = index * layer_len(rows, columns);
    let Some((_, bytes)) = bytes.split_at_checked(start) else {
        return None;
    };
    let (rows, columns) = (rows as usize, columns as usize);
    let Some((weights, rest)) = bytes.split_at_checked(weights_len(rows, columns)) else {
        return None;
    };
    let Some((scales, _)) = rest.split_at_checked(4 * block_rows(rows)) else {
        return None;
    };
    Some(Dense {
        rows,
        columns,
        weights,
        scales,
        biases: None,
        segment: segment as usize,
        activation: Activation::Linear,
    })
}
