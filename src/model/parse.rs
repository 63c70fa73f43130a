//! Reading and checking a file. Every bound that the sampler relies on is shown here, in the
//! order: is it whole, is each field in range, do the tensors fit the shapes, can a sum overflow.

use super::{LEVELS, MEANS, Model, PROPORTIONS};
use crate::fixed::{Scale, TIME_ONE, VELOCITY_FRAC, silu};
use crate::format::{
    ALIGN, BLOCK, Body, Field, HEAD_LEN, HIDDEN_LEN, Head, Hidden, MAGIC, MAX_CLASSES, MAX_HIDDEN,
    MAX_LEVELS, MAX_STEPS, MAX_WIDTH, MIN_VARIANCE, ModelError, Nodes, SEGMENTS, VERSION, checksum,
};
use crate::kernel::Activation;

/// `Ok` where `valid`, else the field is at fault.
fn check(valid: bool, field: Field) -> Result<(), Field> {
    if valid { Ok(()) } else { Err(field) }
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
        let (head, body) = check_whole(bytes)?;
        let body = take_body(body).ok_or(ModelError::Encoding)?;
        check_head(&Head::of_bytes(head), &body)
            .and_then(|()| cut(head, &body))
            .map_err(ModelError::Invalid)
    }
}

/// The whole of `bytes` as a body, string by string: postcard's code for one is linked once, and for
/// a structure, that of serde would come to more than all checks.
fn take_body(mut bytes: &[u8]) -> Option<Body<'_>> {
    let body = Body {
        names: take_string(&mut bytes)?,
        hidden: take_string(&mut bytes)?,
        variances: take_string(&mut bytes)?,
        times: take_string(&mut bytes)?,
        padding: take_string(&mut bytes)?,
        tensors: take_string(&mut bytes)?,
    };
    bytes.is_empty().then_some(body)
}

#[inline(never)]
fn take_string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (string, rest) = postcard::take_from_bytes(bytes).ok()?;
    *bytes = rest;
    Some(string)
}

/// Magic, version, length and checksum; the head and what follows it.
fn check_whole(bytes: &[u8]) -> Result<(&[u8; HEAD_LEN], &[u8]), ModelError> {
    let found = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let truncated = |expected| ModelError::Truncated { expected, found };
    // Of a file cut within these bytes those that are there.
    let mut kind = bytes.iter().zip(&MAGIC);
    if bytes.is_empty() || kind.any(|(found, expected)| found != expected) {
        return Err(ModelError::Magic);
    }
    let Some((fixed, body)) = bytes.split_first_chunk() else {
        return Err(truncated(HEAD_LEN as u32));
    };
    let head = Head::of_bytes(fixed);
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

/// Cuts the tensors into their parts, sees that they are just as long as the shapes ask for, and
/// checks them.
fn cut<'a>(head: &'a [u8; HEAD_LEN], body: &Body<'a>) -> Result<Model<'a>, Field> {
    let (hidden, none) = body.hidden.as_chunks();
    let layers = (1..=MAX_HIDDEN).contains(&hidden.len());
    check(layers && none.is_empty(), Field::Hidden)?;
    let (variances, none) = body.variances.as_chunks();
    let levels = (1..=MAX_LEVELS).contains(&variances.len());
    check(levels && none.is_empty(), Field::Variances)?;
    let (times, none) = body.times.as_chunks();
    check(none.is_empty() && grid_fits(head, times), Field::Times)?;
    let mut model = Model {
        head,
        names: body.names,
        hidden,
        variances,
        times,
        layers: body.tensors,
        rest: &[],
    };
    check_hidden(&model)?;
    let mut walk = model.layers();
    while walk.next().is_some() {}
    model.rest = walk.rest().ok_or(Field::Tensors)?;
    check(model.rest_fits(), Field::Tensors)?;
    check_layers(&model)?;
    check_base(&model)?;
    check_units(&model)?;
    // Field by field, for as a whole it takes a memcpy, which small firmware would link for this.
    let Model {
        names,
        layers,
        rest,
        ..
    } = model;
    Ok(Model {
        head,
        names,
        hidden,
        variances,
        times,
        layers,
        rest,
    })
}

/// The fields before the tensors, but for those of the layers and the levels.
fn check_head(head: &Head, body: &Body) -> Result<(), Field> {
    check((1..=MAX_WIDTH).contains(&head.dim), Field::Dim)?;
    check(head.classes <= MAX_CLASSES, Field::Classes)?;
    check((1..=MAX_STEPS).contains(&head.steps), Field::Steps)?;
    check((4..=10).contains(&head.input_frac), Field::InputFrac)?;
    check((1..=6).contains(&head.time_log2), Field::TimeLog2)?;
    let null = head.null_class == 0 || head.null_class == 1 && head.classes > 0;
    check(null, Field::NullClass)?;
    let per_class = head.components == head.conditions() && head.classes > 0;
    check(head.components == 1 || per_class, Field::Components)?;
    check(head.solver <= 3, Field::Solver)?;
    check(head.label_position <= head.dim, Field::LabelPosition)?;
    check_names(head, body.names)?;
    check(body.padding.len() < ALIGN, Field::Padding)
}

/// No times, or one more than there are steps, rising from 0 to 1.
fn grid_fits(head: &[u8; HEAD_LEN], times: &[[u8; 2]]) -> bool {
    let mut times = times.iter().map(|&time| u16::from_le_bytes(time));
    let steps = times.len().wrapping_sub(1);
    let Some(mut last) = times.next() else {
        return true;
    };
    let starts = last == 0;
    let rises = times.all(|time| time > core::mem::replace(&mut last, time));
    starts && rises && last == TIME_ONE && steps == usize::from(Head::of_bytes(head).steps)
}

/// D names, and with classes one of the label and one of each class, each ended by a newline.
fn check_names(head: &Head, names: &[u8]) -> Result<(), Field> {
    let labels = if head.classes > 0 {
        1 + usize::from(head.classes)
    } else {
        0
    };
    let expected = usize::from(head.dim) + labels;
    let count = names.split(|&byte| byte == b'\n').count();
    let ends = names.last() == Some(&b'\n');
    check(ends && count == expected + 1, Field::Names)
}

/// Shapes and formats of the layers, and the levels.
fn check_hidden(model: &Model) -> Result<(), Field> {
    let head = model.head();
    let mut widest = 0;
    for (index, record) in (0..).zip(model.hidden) {
        let hidden = Hidden::of_bytes(record);
        let width = (1..=MAX_WIDTH).contains(&hidden.width);
        check(width, Field::LayerWidth(index))?;
        check(formats_fit(record), Field::LayerFormat(index))?;
        widest = hidden.width.max(widest);
    }
    check(head.width == widest, Field::Width)?;
    let output = Field::LayerFormat(model.hidden.len() as u8);
    check(SEGMENTS.contains(&head.output_segment), output)?;
    check(
        model.variances().all(|v| v >= MIN_VARIANCE || v == 0),
        Field::Variances,
    )
}

/// A hidden layer's formats, its segment, and its flags. A call keeps the loop over layers small.
#[inline(never)]
fn formats_fit(record: &[u8; HIDDEN_LEN]) -> bool {
    let hidden = Hidden::of_bytes(record);
    let [.., flags] = *record;
    (11..=13).contains(&hidden.pre_frac)
        && (1..hidden.pre_frac).contains(&hidden.act_frac)
        && SEGMENTS.contains(&hidden.segment)
        && flags <= 3
}

/// No sum of a layer, nor a scaled one, can overflow.
fn check_layers(model: &Model) -> Result<(), Field> {
    let mut input = 1u32 << (4 + u32::from(model.head().input_frac));
    for (index, layer) in (0..).zip(model.layers()) {
        let layer = &layer.dense;
        let block_len = BLOCK * layer.columns.next_multiple_of(2);
        let blocks = layer.weights.chunks_exact(block_len.max(1));
        let scales = layer.scales.as_chunks::<{ 4 * BLOCK }>().0;
        let mut row = 0;
        for (weights, scales) in blocks.zip(scales) {
            for (lane, &scale) in scales.as_chunks().0.iter().enumerate() {
                let scale = Scale::of_word(u32::from_le_bytes(scale));
                match check_row(weights, lane, layer.segment, input, scale) {
                    Ok(()) => row += 1,
                    Err(Fault::Segment) => return Err(Field::Segment(index, row)),
                    Err(Fault::Overflow) => return Err(Field::Overflow(index, row)),
                    Err(Fault::Scale) => return Err(Field::Scale(index, row)),
                }
            }
        }
        if let Activation::Curve {
            table,
            pre_frac,
            act_frac,
        } = layer.activation
        {
            input = match table {
                None => silu(i16::MAX, pre_frac, act_frac).unsigned_abs().into(),
                Some(nodes) => largest(nodes, pre_frac, act_frac).ok_or(Field::Table)?,
            };
        }
    }
    Ok(())
}

/// The largest activation that `nodes` give for pre-activations in `pre_frac`, 11 to 13. `None` where it
/// does not fit an i16, or neighbours lie so far apart that their way would not, doubled, in a kernel.
#[inline(never)]
fn largest(nodes: &Nodes, pre_frac: u8, act_frac: u8) -> Option<u32> {
    let reach = 1usize << (19u8.wrapping_sub(pre_frac) & 15);
    let nodes = nodes.get(256usize.wrapping_sub(reach)..=256 + reach)?;
    let (mut largest, mut last) = (0u16, None);
    for &node in nodes {
        let node = i16::from_le_bytes(node);
        if last.replace(node).unwrap_or(node).abs_diff(node) >= 1 << 13 {
            return None;
        }
        largest = largest.max(node.unsigned_abs());
    }
    // Between nodes it is less, and rounding does not change the order.
    let largest = (u32::from(largest) << (act_frac & 15)).wrapping_add(1 << (VELOCITY_FRAC - 1));
    let largest = largest >> VELOCITY_FRAC;
    (largest <= i16::MAX as u32).then_some(largest)
}

/// What is wrong with a row.
enum Fault {
    Segment,
    Overflow,
    Scale,
}

/// Row `lane` of a block, for inputs of magnitude ≤ `input` ≤ 2^15: with at most 1024 weights of 7
/// bits, no product here is 2^32 or more.
#[inline(never)]
fn check_row(
    weights: &[u8],
    lane: usize,
    segment: usize,
    input: u32,
    scale: Scale,
) -> Result<(), Fault> {
    let mut norm = 0u32;
    for part in weights.chunks((BLOCK * segment).max(BLOCK)) {
        let before = norm;
        for (at, &h) in part.as_chunks().0.iter().enumerate() {
            // Two columns of one pair of rows, then of the other.
            if (at ^ lane) & 2 == 0 {
                let (h, low) = (i32::from(i16::from_le_bytes(h)), i32::from(h[0] as i8));
                let upper = h.wrapping_sub(low) >> 8;
                let size = if lane & 1 == 0 { upper } else { low }.unsigned_abs();
                if size > 127 {
                    return Err(Fault::Segment);
                }
                norm += size;
            }
        }
        // Rows a and c lie in the upper bytes.
        if lane & 1 == 0 && norm.wrapping_sub(before).wrapping_mul(input) >= 1 << 23 {
            return Err(Fault::Segment);
        }
    }
    let bound = norm.wrapping_mul(input);
    if bound > i32::MAX as u32 {
        return Err(Fault::Overflow);
    }
    if scale_fits(scale, bound) {
        Ok(())
    } else {
        Err(Fault::Scale)
    }
}

/// (|sum| >> shift) · multiplier, |sum| ≤ `bound`, leaves room for a bias and the rounding half.
fn scale_fits(scale: Scale, bound: u32) -> bool {
    // −bound >> shift may round away from 0, hence the one.
    let coarse = (bound >> (scale.shift & 31)) + 1;
    let most = ((1u32 << 31) - (1 << 27) - 1).checked_div(scale.multiplier as u32);
    scale.multiplier > 0 && scale.shift <= 24 && most.is_some_and(|most| coarse <= most)
}

/// Means within ±8, and levels that the file lists.
fn check_base(model: &Model) -> Result<(), Field> {
    let means = model.part(MEANS).as_chunks().0.iter();
    let small = |&mean: &[u8; 2]| i16::from_le_bytes(mean).unsigned_abs() <= 8 << 11;
    check(means.clone().all(small), Field::Mean)?;
    let listed = |&level: &u8| usize::from(level) < model.variances.len();
    check(model.part(LEVELS).iter().all(listed), Field::Level)?;
    let mut last = 0;
    let ascends = |&entry: &[u8; 2]| {
        let entry = u16::from_le_bytes(entry);
        entry >= core::mem::replace(&mut last, entry)
    };
    let ascend = model.part(PROPORTIONS).as_chunks().0.iter().all(ascends);
    check(ascend, Field::Proportions)
}

/// |offset| + 16·|multiplier| fits an i32, and the value a normal f32; there are values.
fn check_units(model: &Model) -> Result<(), Field> {
    for column in 0..model.head().dim {
        let fits = model.unit(column.into()).is_some_and(|unit| {
            let span = unit.multiplier.unsigned_abs().checked_mul(16);
            let largest = span.and_then(|span| span.checked_add(unit.offset.unsigned_abs()));
            largest.is_some_and(|largest| largest <= i32::MAX as u32)
                && (-96..=126).contains(&unit.frac)
                && unit.low <= unit.high
        });
        check(fits, Field::Column(column))?;
    }
    Ok(())
}
