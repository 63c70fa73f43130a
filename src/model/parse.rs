//! Reading and checking a file. Every bound that the sampler relies on is shown here, in the
//! order: is it whole, is each field in range, do the tensors fit the shapes, can a sum overflow.

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
use crate::int_math::quotient;
use crate::kernel::{Activation, Dense};

/// Where it is not valid, the field is at fault. No function, whose result compilers make and test again.
macro_rules! check {
    ($valid:expr, $field:expr $(,)?) => {
        if !$valid {
            return Err($field);
        }
    };
}

impl<'a> Model<'a> {
    /// Checks a `.flow` file and borrows it, in place; no alignment is assumed. Its time is
    /// linear in the file's length: meant for once, at start.
    ///
    /// # Errors
    /// What is wrong with the file, and where.
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
        // Made in its final place, for to copy it small firmware would link a memcpy.
        let mut parsed = read(bytes);
        if let Ok(model) = &mut parsed
            && let Err(field) = check_model(model)
        {
            parsed = Err(ModelError::Invalid(field));
        }
        parsed
    }
}

/// Borrows the head and the strings of the body, which fill `bytes`.
#[inline(always)]
fn read(bytes: &[u8]) -> Result<Model<'_>, ModelError> {
    let (head, mut body) = check_whole(bytes)?;
    let mut take = || take_string(&mut body).ok_or(ModelError::Encoding);
    let (names, hidden, variances, times) = (take()?, take()?, take()?, take()?);
    let (padding, layers) = (take()?, take()?);
    let ((variances, odd), (times, odd_time)) = (variances.as_chunks(), times.as_chunks());
    if !(body.is_empty() && odd.is_empty() && odd_time.is_empty()) {
        return Err(ModelError::Encoding);
    }
    if padding.len() >= ALIGN {
        return Err(ModelError::Invalid(Field::Padding));
    }
    Ok(Model {
        head,
        names,
        hidden,
        variances,
        times,
        layers,
        rest: &[],
    })
}

/// A string as postcard writes it, behind its length in groups of 7 bits, here of 4 at most: by hand,
/// for postcard's own code unrolls to four times as much.
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
    // Told here, for a loop of at most four turns would be unrolled.
    if all - bytes.len() > 4 {
        return None;
    }
    let (string, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(string)
}

/// Magic, version, length and checksum; the head and what follows it.
fn check_whole(bytes: &[u8]) -> Result<(&[u8; HEADER_LEN], &[u8]), ModelError> {
    let found = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let truncated = |expected| ModelError::Truncated { expected, found };
    // Of a file cut within these bytes those that are there.
    let mut kind = bytes.iter().zip(&MAGIC);
    if bytes.is_empty() || kind.any(|(found, expected)| found != expected) {
        return Err(ModelError::Magic);
    }
    let Some((fixed, body)) = bytes.split_first_chunk() else {
        return Err(truncated(HEADER_LEN as u32));
    };
    let head = Header::of_bytes(fixed);
    if head.version != VERSION {
        return Err(ModelError::Version {
            found: head.version,
        });
    }
    let expected = head.length;
    if found < expected {
        return Err(truncated(expected));
    }
    if found > expected {
        return Err(ModelError::Trailing { expected, found });
    }
    let (stored, computed) = (head.crc, checksum(bytes));
    if stored != computed {
        return Err(ModelError::Checksum { stored, computed });
    }
    Ok((fixed, body))
}

/// Every field; cuts the tensors into their parts, and sees that they are just as long as the shapes
/// ask for.
fn check_model(model: &mut Model) -> Result<(), Field> {
    let head = model.header();
    check_header(&head)?;
    check_names(&head, model.names)?;
    let flags = check_hidden(model)?;
    check!(
        (1..=MAX_LEVELS).contains(&model.variances.len())
            && fit(
                model.variances,
                Halves {
                    turn: !0, // 0 becomes the largest
                    least: MIN_VARIANCE - 1,
                    ..Halves::ANY
                },
            ),
        Field::Variances,
    );
    check!(grid_fits(&head, model.times), Field::Times);
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
    check_units(model)
}

/// The fields of the head, but for the width.
fn check_header(head: &Header) -> Result<(), Field> {
    check!(size_fits(head.dim), Field::Dim);
    check!(head.classes <= MAX_CLASSES, Field::Classes);
    check!((1..=MAX_STEPS).contains(&head.steps), Field::Steps);
    check!((4..=10).contains(&head.input_frac), Field::InputFrac);
    check!((1..=6).contains(&head.time_log2), Field::TimeLog2);
    let null = head.null_class == 0 || head.null_class == 1 && head.classes > 0;
    check!(null, Field::NullClass);
    let per_class = head.components == head.conditions() && head.classes > 0;
    check!(head.components == 1 || per_class, Field::Components);
    check!(head.solver <= 3, Field::Solver);
    check!(head.label_position <= head.dim, Field::LabelPosition);
    Ok(())
}

/// A dimension or width.
fn size_fits(size: u16) -> bool {
    (1..=MAX_WIDTH).contains(&size)
}

/// What all u16 of an array must be.
#[derive(Clone, Copy)]
struct Halves {
    /// Added before all else, without a carry.
    turn: u16,
    least: u16,
    most: u16,
    /// Each is at least the one before and `step`.
    rising: bool,
    step: u16,
}

impl Halves {
    /// The value is as wanted, and moves what is wanted of the next. A call, for a loop around it is
    /// unrolled.
    #[inline(never)]
    fn takes(&mut self, value: [u8; 2]) -> bool {
        let value = u16::from_le_bytes(value).wrapping_add(self.turn);
        let fits = (self.least..=self.most).contains(&value);
        if self.rising {
            self.least = value.wrapping_add(self.step);
        }
        fits
    }

    const ANY: Self = Self {
        turn: 0,
        least: 0,
        most: u16::MAX,
        rising: false,
        step: 0,
    };
}

/// All of `values` are as `wanted`.
#[inline(never)]
fn fit(values: &[[u8; 2]], mut wanted: Halves) -> bool {
    values.iter().all(|&value| wanted.takes(value))
}

/// No times, or one more than there are steps, rising from 0 to 1 by [`MIN_STEP`] or more.
fn grid_fits(head: &Header, times: &[[u8; 2]]) -> bool {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
        return true;
    };
    let rising = Halves {
        most: TIME_ONE,
        rising: true,
        step: MIN_STEP,
        ..Halves::ANY
    };
    let ends = u16::from_le_bytes(first) == 0 && u16::from_le_bytes(last) == TIME_ONE;
    ends && times.len() == usize::from(head.steps) + 1 && fit(times, rising)
}

/// D names, and with classes one of the label and one of each class, each ended by a newline.
fn check_names(head: &Header, names: &[u8]) -> Result<(), Field> {
    let labels = if head.classes > 0 {
        1 + usize::from(head.classes)
    } else {
        0
    };
    let expected = usize::from(head.dim) + labels;
    let count = names.iter().filter(|&&byte| byte == b'\n').count();
    let ends = names.last() == Some(&b'\n');
    check!(ends && count == expected, Field::Names);
    Ok(())
}

/// Shapes and formats of the layers; the flags that one or another has.
fn check_hidden(model: &Model) -> Result<u8, Field> {
    let head = model.header();
    let (mut index, mut widest, mut records) = (0, 0, model.hidden);
    let mut all = 0;
    while let Some((record, rest)) = records.split_first_chunk() {
        check_record(index, record)?;
        let hidden = Hidden::of_bytes(record);
        widest = hidden.width.max(widest);
        let [.., flags] = *record;
        all |= flags;
        records = rest;
        index += 1;
    }
    check!(index > 0 && records.is_empty(), Field::Hidden);
    check!(head.width == widest, Field::Width);
    let output = Field::LayerFormat(index);
    check!(SEGMENTS.contains(&head.output_segment), output);
    Ok(all)
}

/// A hidden layer's width, formats, segment, and flags; there may be layer `index`. A call, for a loop that
/// is seen to have eight turns at most is unrolled.
#[inline(never)]
fn check_record(index: u8, record: &[u8; HIDDEN_LEN]) -> Result<(), Field> {
    let hidden = Hidden::of_bytes(record);
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

/// No sum of a layer, nor a scaled one, can overflow.
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

/// The largest activation that `nodes` give for pre-activations in `pre_frac`, 11 to 13; more than an i16 where
/// neighbours lie so far apart that their way would not fit one, doubled, in a kernel.
#[inline(never)]
fn largest(nodes: &Nodes, pre_frac: u8, act_frac: u8) -> u32 {
    let reach = 256 >> (pre_frac.wrapping_sub(11) & 3);
    let nodes = nodes.get(256 - reach..=256 + reach).unwrap_or_default();
    let mut seen = Seen {
        last: nodes.first().map_or(0, |&node| i16::from_le_bytes(node)),
        largest: 0,
    };
    if !nodes.iter().all(|&node| seen.takes(node)) {
        return u32::MAX;
    }
    // Between nodes it is less, and rounding does not change the order.
    let largest = u32::from(seen.largest) << (act_frac & 15);
    largest.wrapping_add(1 << (VELOCITY_FRAC - 1)) >> VELOCITY_FRAC
}

/// The nodes so far.
struct Seen {
    last: i16,
    /// Their largest magnitude.
    largest: u16,
}

impl Seen {
    /// The next one is near the last. A call, for a loop around it is unrolled.
    #[inline(never)]
    fn takes(&mut self, node: [u8; 2]) -> bool {
        let node = i16::from_le_bytes(node);
        self.largest = self.largest.max(node.unsigned_abs());
        core::mem::replace(&mut self.last, node).abs_diff(node) < 1 << 13
    }
}

/// Row `row` of layer `index`, for inputs of magnitude ≤ `input` ≤ 2^15: with at most 1024 weights
/// of 7 bits, no product here is 2^32 or more.
#[inline(never)]
fn check_row(layer: &Dense<'_>, (index, row): (u8, u16), input: u32) -> Result<(), Field> {
    let at = usize::from(row);
    // Rows a and c lie in the upper bytes.
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

/// (|sum| >> shift) · multiplier, |sum| ≤ `bound`, leaves room for a bias and the rounding half.
fn scale_fits(scale: Scale, bound: u32) -> bool {
    // −bound >> shift may round away from 0, hence the one.
    let coarse = (bound >> (scale.shift & 31)) + 1;
    // Of a multiplier of 0 none.
    let most = quotient((1 << 31) - (1 << 27) - 1, scale.multiplier as u32);
    scale.multiplier > 0 && scale.shift <= 24 && coarse <= most
}

/// Means within ±8, and levels that the file lists.
fn check_drift(model: &Model) -> Result<(), Field> {
    let means = Halves {
        turn: 8 << 11,
        most: 16 << 11,
        ..Halves::ANY
    };
    check!(fit(model.part(MEANS).as_chunks().0, means), Field::Mean);
    let listed = |&level: &u8| usize::from(level) < model.variances.len();
    check!(model.part(LEVELS).iter().all(listed), Field::Level);
    let rising = Halves {
        rising: true,
        ..Halves::ANY
    };
    let ascend = fit(model.part(PROPORTIONS).as_chunks().0, rising);
    check!(ascend, Field::Proportions);
    Ok(())
}

/// |offset| + 16·|multiplier| fits an i32, and the value a normal f32; there are values. A category column has
/// at least two dimensions, and one format, in which its scores are compared.
fn check_units(model: &Model) -> Result<(), Field> {
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
        // Below 2^32.
        check!(multiplier * 16 + offset <= i32::MAX as u32, field);
    }
    let last = model.header().dim.wrapping_sub(1);
    check!(before.0 != ColumnKind::Category as u8, Field::Column(last));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Halves, fit, take_string};

    #[test]
    fn values_rise_within_their_bounds() {
        let rising = Halves {
            most: 1 << 15,
            rising: true,
            step: 1,
            ..Halves::ANY
        };
        let fits = |values: [u16; 4]| fit(&values.map(u16::to_le_bytes), rising);
        assert!(fits([0, 1, 5, 1 << 15]));
        for values in [[0, 5, 5, 6], [0, 7, 6, 8], [0, 65_535, 5, 1 << 15]] {
            assert!(!fits(values), "{values:?}");
        }
    }

    #[test]
    fn strings_are_postcards_of_up_to_four_bytes_of_length() {
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
