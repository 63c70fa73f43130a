//! The section that fills in rows: a checked view, and its queries.

use super::check::{check, proceed};
use super::fields::{is_segment, rise, within};
use super::layers::{block_rows, weights_len};
use super::rows::check_rows;
use super::{Column, ColumnKind, ColumnNames, Model, Records, padded, read as read_column};
use crate::fixed::TIME_ONE;
use crate::format::{
    COLUMN_LEN, FILL_LEN, Field, FillRecord, Hidden, MAX_STEPS, MAX_WIDTH, MIN_STEP, ModelError,
    QUERY_LEN, QueryRecord, Section,
};
use crate::kernel::{Activation, Dense};

/// What a model needs to draw some columns given others, from [`Model::fill`]: its checked
/// [section](FillRecord).
///
/// ```
/// # let bytes = flowlet::include_model!("../moons-fill.flow");
/// let model = flowlet::Model::parse(bytes)?;
/// let fill = model.fill()?.unwrap();
/// assert!(fill.record().masked);
/// assert_eq!((fill.dims(), fill.condition_names().count()), (2, 0));
/// # Ok::<(), flowlet::ModelError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fill<'a> {
    pub(crate) record: FillRecord,
    /// Names of the conditions, then of the queries.
    names: &'a [u8],
    /// How the values of conditions are standardised.
    pub(crate) conditions: Records<'a>,
    /// Weights and scales of the layer of masks and conditions.
    layer: &'a [u8],
    /// All queries.
    queries: &'a [u8],
    /// Data dimension.
    dim: u16,
    /// Units of the first layer.
    width: u16,
}

/// Declared query of a model, from [`Fill::queries`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons-fill.flow");
/// let fill = flowlet::Model::parse(bytes)?.fill()?.unwrap();
/// for (name, query) in fill.query_names().zip(fill.queries()) {
///     println!("{name}: is the first dimension known? {}", query.knows(0));
/// }
/// # Ok::<(), flowlet::ModelError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    pub(crate) record: QueryRecord,
    /// Times at which the steps start, Q0.15.
    pub(crate) times: &'a [[u8; 2]],
    /// Known dimensions, one bit each.
    known: &'a [u8],
    /// Matrices of all steps.
    gains: &'a [u8],
    /// Number of unknown and of known dimensions.
    shape: (u16, u16),
}

impl<'a> Model<'a> {
    /// Checks the section that fills in rows, and borrows it. Returns `None` if there is none.
    ///
    /// # Errors
    /// [`Field::Fill`] in [`ModelError::Invalid`].
    pub const fn fill(&self) -> Result<Option<Fill<'a>>, ModelError> {
        let Some(content) = self.section(Section::Fill) else {
            return Ok(None);
        };
        match checked(self, content) {
            Ok(fill) => Ok(Some(fill)),
            Err(_) => Err(ModelError::Invalid(Field::Fill)),
        }
    }
}

/// Borrows the parts of the section, and checks all.
const fn checked<'a>(model: &Model<'a>, content: &'a [u8]) -> Result<Fill<'a>, Field> {
    let fill = proceed!(read(model, content));
    if let Some(layer) = fill.layer() {
        let frac = fill.record.frac;
        check!(format_fits(frac, fill.record.segment), Field::Fill);
        proceed!(check_rows(&layer, 0, 1 << (4 + frac)));
    }
    let (mut queries, mut left) = (fill.queries, fill.record.queries);
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

/// Borrows the parts of the section, and checks all but the weights.
const fn read<'a>(model: &Model<'a>, mut content: &'a [u8]) -> Result<Fill<'a>, Field> {
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
    check!(model.latent().is_none(), Field::Fill);
    check!(spread_fits(record.spread), Field::Fill);
    let Some(first) = model.hidden.first_chunk() else {
        return Err(Field::Fill);
    };
    let first = Hidden::from_bytes(first);
    let Some(names) = take(&mut content, record.names_len as usize) else {
        return Err(Field::Fill);
    };
    proceed!(check_names(names, record.conditions, record.queries));
    let Some(conditions) = take(&mut content, COLUMN_LEN * record.conditions as usize) else {
        return Err(Field::Fill);
    };
    let conditions = conditions.as_chunks().0;
    if !conditions.is_empty() {
        proceed!(check_conditions(conditions));
    }
    let mut fill = Fill {
        record,
        names,
        conditions,
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
const fn take_query<'a>(bytes: &mut &'a [u8], dim: u16) -> Option<Query<'a>> {
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
const fn layer(
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

impl<'a> Fill<'a> {
    /// Returns the number of inputs of the layer.
    pub(crate) const fn inputs(&self) -> u16 {
        let masks = if self.record.masked { self.dim } else { 0 };
        masks + self.record.conditions
    }

    /// Returns the layer of masks and conditions, if it has inputs.
    pub(crate) const fn layer(&self) -> Option<Dense<'a>> {
        match self.inputs() {
            0 => None,
            inputs => layer(self.layer, (self.width, inputs), self.record.segment, 0),
        }
    }

    /// Returns the number of dimensions that may be known: those of the data, then those of the
    /// conditions. It is the least `DIM` of a [`Filler`](crate::Filler).
    pub const fn dims(&self) -> usize {
        self.dim as usize + self.record.conditions as usize
    }

    /// Returns sizes and settings.
    pub const fn record(&self) -> FillRecord {
        self.record
    }

    /// Returns the queries.
    pub fn queries(&self) -> impl Iterator<Item = Query<'a>> + use<'a> {
        let (mut rest, dim) = (self.queries, self.dim);
        core::iter::from_fn(move || take_query(&mut rest, dim))
    }

    /// Returns how dimension `index` of the conditions is standardised, or `None` beyond the last.
    pub fn condition(&self, index: usize) -> Option<Column> {
        self.conditions.get(index).map(read_column)
    }

    /// Returns the names of the condition dimensions.
    pub fn condition_names(&self) -> ColumnNames<'a> {
        ColumnNames::new(self.names, self.record.conditions.into())
    }

    /// Returns the names of the queries, in their order.
    pub fn query_names(&self) -> ColumnNames<'a> {
        let conditions = self.record.conditions.into();
        let mut lines = self.names.splitn(conditions + 1, |&byte| byte == b'\n');
        let names = lines.nth(conditions).unwrap_or_default();
        ColumnNames::new(names, self.record.queries.into())
    }
}

impl<'a> Query<'a> {
    /// Returns spread, steps and whether the query has a gain.
    pub const fn record(&self) -> QueryRecord {
        self.record
    }

    /// Returns whether dimension `index` is known.
    pub const fn knows(&self, index: usize) -> bool {
        index / 8 < self.known.len() && self.known[index / 8] >> (index % 8) & 1 == 1
    }

    /// Returns the matrix of a step.
    pub(crate) const fn gain(&self, step: u16) -> Option<Dense<'a>> {
        if !self.record.gain {
            return None;
        }
        layer(self.gains, self.shape, self.record.segment, step as usize)
    }
}
