//! Reads and checks a file. The checks prove every bound that the sampler relies on. Their order
//! is: the file is complete, each field is in range, the tensors fit the shapes, no sum can
//! overflow.

use super::{
    ColumnKind, END, FRACS, KINDS, LEVELS, MAXS, MEANS, MINS, MULTIPLIERS, Model, OFFSETS,
    PROPORTIONS,
};
use crate::fixed::{Scale, TIME_ONE, VELOCITY_FRAC, silu};
use crate::format::{
    ALIGN, BLOCK, Field, HEADER_LEN, HIDDEN_LEN, Header, Hidden, MAGIC, MAX_CLASSES, MAX_HIDDEN,
    MAX_LEVELS, MAX_STEPS, MAX_WIDTH, MIN_STEP, MIN_VARIANCE, ModelError, Nodes, SEGMENTS, VERSION,
    checksum,
};
use crate::int_math::div_unsigned;
use crate::kernel::{Activation, Dense};

/// Returns `Err(field)` unless the condition holds. A macro, because a function costs code size.
macro_rules! check {
    ($valid:expr, $field:expr $(,)?) => {
        if !$valid {
            return Err($field);
        }
    };
}

impl<'a> Model<'a> {
    /// Checks a `.flow` file and borrows it. No alignment is assumed. The time is linear in the
    /// length of the file; call it once, at start-up.
    ///
    /// # Errors
    /// [`ModelError`] says what is wrong, and where.
    ///
    /// ```
    /// use flowlet::{Model, ModelError};
    /// let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert!(Model::parse(bytes).is_ok());
    /// let cut = &bytes[..bytes.len() - 1];
    /// assert!(matches!(Model::parse(cut), Err(ModelError::Truncated { .. })));
    /// ```
    #[inline(never)]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        // The model is built in its final place, because a copy would link a memcpy into small
        // firmware.
        let mut parsed = read(bytes);
        if let Ok(model) = &mut parsed
            && let Err(field) = check_model(model)
        {
            parsed = Err(ModelError::Invalid(field));
        }
        parsed
    }
}

/// Borrows the header and the strings of the body, which must fill `bytes`.
#[inline(always)]
fn read(bytes: &[u8]) -> Result<Model<'_>, ModelError> {
    let (header, mut body) = check_complete(bytes)?;
    let mut take = || take_string(&mut body).ok_or(ModelError::Encoding);
    let (names, hidden, variances, time_grid) = (take()?, take()?, take()?, take()?);
    let (padding, layers) = (take()?, take()?);
    let ((variances, odd), (time_grid, odd_time)) = (variances.as_chunks(), time_grid.as_chunks());
    if !(body.is_empty() && odd.is_empty() && odd_time.is_empty()) {
        return Err(ModelError::Encoding);
    }
    if padding.len() >= ALIGN {
        return Err(ModelError::Invalid(Field::Padding));
    }
    Ok(Model {
        header,
        names,
        hidden,
        variances,
        time_grid,
        layers,
        rest: &[],
    })
}

/// Takes a string in postcard's encoding: after its length in groups of 7 bits, here at most 4. Own
/// code, because postcard's unrolls to four times the size.
#[inline(never)]
fn take_string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let all = bytes.len();
    let (mut length, mut shift) = (0, 0u32);
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        length |= usize::from(byte & 127) << (shift & 31);
        if byte < 128 {
            break;
        }
        shift = shift.wrapping_add(7);
    }
    // Checked here, because a loop of at most four iterations would be unrolled.
    if all - bytes.len() > 4 {
        return None;
    }
    let (string, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(string)
}

/// Checks magic, version, length and checksum. Returns the header and the rest.
fn check_complete(bytes: &[u8]) -> Result<(&[u8; HEADER_LEN], &[u8]), ModelError> {
    let found = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let truncated = |expected| ModelError::Truncated { expected, found };
    // In a shorter file, only the bytes that exist are compared.
    let mut magic = bytes.iter().zip(&MAGIC);
    if bytes.is_empty() || magic.any(|(found, expected)| found != expected) {
        return Err(ModelError::Magic);
    }
    let Some((first, body)) = bytes.split_first_chunk() else {
        return Err(truncated(HEADER_LEN as u32));
    };
    let header = Header::from_bytes(first);
    if header.version != VERSION {
        return Err(ModelError::Version {
            found: header.version,
        });
    }
    let expected = header.length;
    if found < expected {
        return Err(truncated(expected));
    }
    if found > expected {
        return Err(ModelError::Trailing { expected, found });
    }
    let (stored, computed) = (header.crc, checksum(bytes));
    if stored != computed {
        return Err(ModelError::Checksum { stored, computed });
    }
    Ok((first, body))
}

/// Checks every field. Finds the tensors after the layers, and checks that all tensors together
/// have the length that the shapes require.
fn check_model(model: &mut Model) -> Result<(), Field> {
    let header = model.header();
    check_header(&header)?;
    check_names(&header, model.names)?;
    let flags = check_hidden(model)?;
    check!(
        (1..=MAX_LEVELS).contains(&model.variances.len())
            && fit(
                model.variances,
                Limits {
                    added: !0, // 0 becomes the largest
                    min: MIN_VARIANCE - 1,
                    ..Limits::ANY
                },
            ),
        Field::Variances,
    );
    check!(time_grid_fits(&header, model.time_grid), Field::TimeGrid);
    let mut walk = model.layers();
    while walk.next().is_some() {}
    model.rest = walk.rest().ok_or(Field::Tensors)?;
    let table = if flags & 2 != 0 {
        size_of::<Nodes>()
    } else {
        0
    };
    check!(model.start(END) + table == model.rest.len(), Field::Tensors);
    check_layers(model)?;
    check_drift(model)?;
    check_columns(model)
}

/// Checks the fields of the header except for the width.
fn check_header(header: &Header) -> Result<(), Field> {
    check!(size_fits(header.dim), Field::Dim);
    check!(header.classes <= MAX_CLASSES, Field::Classes);
    check!((1..=MAX_STEPS).contains(&header.steps), Field::Steps);
    check!((4..=10).contains(&header.input_frac), Field::InputFrac);
    check!((1..=6).contains(&header.time_log2), Field::TimeLog2);
    let null = header.null_class == 0 || header.null_class == 1 && header.classes > 0;
    check!(null, Field::NullClass);
    let per_class = header.components == header.conditions() && header.classes > 0;
    check!(header.components == 1 || per_class, Field::Components);
    check!(header.solver <= 3, Field::Solver);
    check!(header.label_position <= header.dim, Field::LabelPosition);
    Ok(())
}

/// Returns whether `size` is a valid dimension or width.
fn size_fits(size: u16) -> bool {
    (1..=MAX_WIDTH).contains(&size)
}

/// Limits of all u16 of an array.
#[derive(Clone, Copy)]
struct Limits {
    /// Added to each value before it is compared; wraps.
    added: u16,
    min: u16,
    max: u16,
    /// Whether each value is at least the one before it plus `step`.
    rising: bool,
    step: u16,
}

impl Limits {
    /// Returns whether the value is allowed, and updates the limit of the next. Never inlined,
    /// because compilers would unroll the loop around it.
    #[inline(never)]
    fn accept(&mut self, value: [u8; 2]) -> bool {
        let value = u16::from_le_bytes(value).wrapping_add(self.added);
        let fits = (self.min..=self.max).contains(&value);
        if self.rising {
            self.min = value.wrapping_add(self.step);
        }
        fits
    }

    const ANY: Self = Self {
        added: 0,
        min: 0,
        max: u16::MAX,
        rising: false,
        step: 0,
    };
}

/// Returns whether all `values` are within `limits`.
#[inline(never)]
fn fit(values: &[[u8; 2]], mut limits: Limits) -> bool {
    values.iter().all(|&value| limits.accept(value))
}

/// Returns whether the time grid is valid: empty, or one time more than steps. The times must rise
/// from 0 to 1 in steps of at least [`MIN_STEP`].
fn time_grid_fits(header: &Header, times: &[[u8; 2]]) -> bool {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
        return true;
    };
    let rising = Limits {
        max: TIME_ONE,
        rising: true,
        step: MIN_STEP,
        ..Limits::ANY
    };
    let ends = u16::from_le_bytes(first) == 0 && u16::from_le_bytes(last) == TIME_ONE;
    ends && times.len() == usize::from(header.steps) + 1 && fit(times, rising)
}

/// Checks the number of names: D, and with classes one of the label and one per class. Each is
/// followed by a newline.
fn check_names(header: &Header, names: &[u8]) -> Result<(), Field> {
    let labels = if header.classes > 0 {
        1 + usize::from(header.classes)
    } else {
        0
    };
    let expected = usize::from(header.dim) + labels;
    let count = names.iter().filter(|&&byte| byte == b'\n').count();
    let ends = names.last() == Some(&b'\n');
    check!(ends && count == expected, Field::Names);
    Ok(())
}

/// Checks the records of the hidden layers. Returns the union of their flags.
fn check_hidden(model: &Model) -> Result<u8, Field> {
    let header = model.header();
    let (mut index, mut widest, mut records) = (0, 0, model.hidden);
    let mut all = 0;
    while let Some((record, rest)) = records.split_first_chunk() {
        check_record(index, record)?;
        let hidden = Hidden::from_bytes(record);
        widest = hidden.width.max(widest);
        let [.., flags] = *record;
        all |= flags;
        records = rest;
        index += 1;
    }
    check!(index > 0 && records.is_empty(), Field::Hidden);
    check!(header.width == widest, Field::Width);
    let output = Field::LayerFormat(index);
    check!(SEGMENTS.contains(&header.output_segment), output);
    Ok(all)
}

/// Checks the record of hidden layer `index`. Never inlined, because compilers would unroll the
/// loop around it, which has at most eight iterations.
#[inline(never)]
fn check_record(index: u8, record: &[u8; HIDDEN_LEN]) -> Result<(), Field> {
    let hidden = Hidden::from_bytes(record);
    let [.., flags] = *record;
    check!(usize::from(index) < MAX_HIDDEN, Field::Hidden);
    check!(size_fits(hidden.width), Field::LayerWidth(index));
    let formats = (11..=13).contains(&hidden.pre_frac)
        && (1..hidden.pre_frac).contains(&hidden.act_frac)
        && SEGMENTS.contains(&hidden.segment)
        && flags <= 3;
    check!(formats, Field::LayerFormat(index));
    Ok(())
}

/// Checks that no sum of a layer can overflow, before and after scaling.
fn check_layers(model: &Model) -> Result<(), Field> {
    let mut input = 1u32 << (4 + u32::from(model.header().input_frac));
    let (mut index, mut layers) = (0, model.layers());
    while let Some(layer) = layers.next() {
        let layer = &layer.dense;
        for row in 0..layer.rows.next_multiple_of(BLOCK) as u16 {
            check_row(layer, (index, row), input)?;
        }
        if let Activation::Curve {
            table,
            pre_frac,
            act_frac,
        } = layer.activation
        {
            input = match table {
                None => silu(i16::MAX, pre_frac, act_frac).unsigned_abs().into(),
                Some(nodes) => largest(nodes, pre_frac, act_frac),
            };
            check!(input <= i16::MAX as u32, Field::Table);
        }
        index += 1;
    }
    Ok(())
}

/// Returns the largest magnitude that the table `nodes` gives for pre-activations in `pre_frac`,
/// 11..=13. Returns more than an i16 holds if the doubled difference of two neighbours, which a
/// kernel computes, does not fit an i16.
#[inline(never)]
fn largest(nodes: &Nodes, pre_frac: u8, act_frac: u8) -> u32 {
    let reach = 256 >> (pre_frac.wrapping_sub(11) & 3);
    let nodes = nodes.get(256 - reach..=256 + reach).unwrap_or_default();
    let mut scan = TableScan {
        last: nodes.first().map_or(0, |&node| i16::from_le_bytes(node)),
        largest: 0,
    };
    if !nodes.iter().all(|&node| scan.accept(node)) {
        return u32::MAX;
    }
    // Interpolated values are smaller, and rounding keeps the order.
    let largest = u32::from(scan.largest) << (act_frac & 15);
    largest.wrapping_add(1 << (VELOCITY_FRAC - 1)) >> VELOCITY_FRAC
}

/// Scan over the nodes of a table.
struct TableScan {
    last: i16,
    /// Largest magnitude so far.
    largest: u16,
}

impl TableScan {
    /// Returns whether the next node is near the last one. Never inlined, because compilers would
    /// unroll the loop around it.
    #[inline(never)]
    fn accept(&mut self, node: [u8; 2]) -> bool {
        let node = i16::from_le_bytes(node);
        self.largest = self.largest.max(node.unsigned_abs());
        core::mem::replace(&mut self.last, node).abs_diff(node) < 1 << 13
    }
}

/// Checks row `row` of layer `index` for inputs of magnitude ≤ `input` ≤ 2^15. With at most 1024
/// weights of 7 bits, all products here are below 2^32.
#[inline(never)]
fn check_row(layer: &Dense<'_>, (index, row): (u8, u16), input: u32) -> Result<(), Field> {
    let at = usize::from(row);
    // Rows a and c are in the upper bytes.
    let limit = if at & 1 == 0 { 1 << 23 } else { u32::MAX };
    let (mut norm, mut part) = (0u32, 0u32);
    for column in 0..layer.columns.next_multiple_of(2) {
        let size = layer.weight(at, column).unsigned_abs();
        if column & layer.segment.wrapping_sub(1) == 0 {
            part = 0;
        }
        part += size;
        norm += size;
        let within = size <= 127 && part.wrapping_mul(input) < limit;
        check!(within, Field::Segment(index, row));
    }
    let bound = norm.wrapping_mul(input);
    check!(bound <= i32::MAX as u32, Field::Overflow(index, row));
    check!(scale_fits(layer.scale(at), bound), Field::Scale(index, row));
    Ok(())
}

/// Returns whether (|sum| >> shift) · multiplier, with |sum| ≤ `bound`, plus a bias and the
/// rounding half fits an i32.
fn scale_fits(scale: Scale, bound: u32) -> bool {
    // −bound >> shift may round away from 0, so one is added.
    let coarse = (bound >> (scale.shift & 31)) + 1;
    // The quotient is 0 if the multiplier is 0.
    let most = div_unsigned((1 << 31) - (1 << 27) - 1, scale.multiplier as u32);
    scale.multiplier > 0 && scale.shift <= 24 && coarse <= most
}

/// Checks that means are within ±8, that levels exist, and that cumulative class proportions do not
/// decrease.
fn check_drift(model: &Model) -> Result<(), Field> {
    let means = Limits {
        added: 8 << 11,
        max: 16 << 11,
        ..Limits::ANY
    };
    check!(fit(model.array(MEANS).as_chunks().0, means), Field::Mean);
    let exists = |&level: &u8| usize::from(level) < model.variances.len();
    check!(model.array(LEVELS).iter().all(exists), Field::Level);
    let rising = Limits {
        rising: true,
        ..Limits::ANY
    };
    let increase = fit(model.array(PROPORTIONS).as_chunks().0, rising);
    check!(increase, Field::Proportions);
    Ok(())
}

/// Checks that |offset| + 16·|multiplier| fits an i32, that the value fits a normal f32, and that
/// the range of values is not empty. A category column has at least two dimensions and one format,
/// in which its scores are compared.
fn check_columns(model: &Model) -> Result<(), Field> {
    let mut before = (ColumnKind::Real as u8, 0);
    for column in 0..model.header().dim {
        let field = Field::Column(column);
        let index = column.into();
        let (kind, frac) = (model.byte(KINDS, index), model.byte(FRACS, index));
        if kind == ColumnKind::NextCategory as u8 {
            check!(
                before.0 >= ColumnKind::Category as u8 && before.1 == frac,
                field
            );
        } else {
            check!(before.0 != ColumnKind::Category as u8, field);
        }
        check!(kind <= ColumnKind::NextCategory as u8, field);
        check!((-96..=126).contains(&(frac as i8)), field);
        before = (kind, frac);
        check!(model.word(MINS, index) <= model.word(MAXS, index), field);
        let offset = model.word(OFFSETS, index).unsigned_abs();
        let multiplier = model.word(MULTIPLIERS, index).unsigned_abs();
        check!(multiplier < 1 << 27, field);
        // The sum is below 2^32.
        check!(multiplier * 16 + offset <= i32::MAX as u32, field);
    }
    let last = model.header().dim.wrapping_sub(1);
    check!(before.0 != ColumnKind::Category as u8, Field::Column(last));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Limits, fit, take_string};

    #[test]
    fn values_rise_within_their_limits() {
        let rising = Limits {
            max: 1 << 15,
            rising: true,
            step: 1,
            ..Limits::ANY
        };
        let fits = |values: [u16; 4]| fit(&values.map(u16::to_le_bytes), rising);
        assert!(fits([0, 1, 5, 1 << 15]));
        for values in [[0, 5, 5, 6], [0, 7, 6, 8], [0, 65_535, 5, 1 << 15]] {
            assert!(!fits(values), "{values:?}");
        }
    }

    #[test]
    fn strings_are_those_of_postcard_with_lengths_of_up_to_four_bytes() {
        let mut bytes = std::vec![0xac, 0x02];
        bytes.extend([7; 301]);
        let mut rest = &bytes[..];
        assert_eq!(take_string(&mut rest), Some(&[7; 300][..]));
        assert_eq!(rest, [7]);
        let (string, _): (&[u8], _) = postcard::take_from_bytes(&bytes).unwrap();
        assert_eq!(string.len(), 300);
        for wrong in [&[0x80; 40][..], &[2, 1], &[0x80, 0x80, 0x80, 0x80, 0]] {
            assert_eq!(take_string(&mut { wrong }), None, "{wrong:?}");
        }
    }
}
