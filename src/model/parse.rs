//! Reading and checking a file. Every bound that the sampler relies on is shown here, in the
//! order: is it whole, is each field in range, do the tensors fit the shapes, can a sum overflow.

use super::Model;
use crate::fixed::{Scale, silu};
use crate::format::{
    ALIGN, BLOCK, Body, Field, HEAD_LEN, Head, Hidden, MAGIC, MAX_CLASSES, MAX_HIDDEN, MAX_LEVELS,
    MAX_STEPS, MAX_WIDTH, MIN_VARIANCE, ModelError, SEGMENTS, VERSION, checksum,
};
use crate::kernel::Dense;

/// `Ok` where `valid`, else the field is at fault.
fn check(valid: bool, field: Field) -> Result<(), ModelError> {
    if valid {
        Ok(())
    } else {
        Err(ModelError::Invalid(field))
    }
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
        let (body, end) =
            postcard::take_from_bytes::<Body<'a>>(body).map_err(|_| ModelError::Encoding)?;
        check(end.is_empty(), Field::Tensors)?;
        let model = cut(head, &body)?;
        let mut input = 1u32 << (4 + u32::from(model.head().input_frac));
        for (index, layer) in (0..).zip(model.layers()) {
            check_layer(&layer.dense, index, input)?;
            input = layer.formats.map_or(0, |(pre, act)| {
                silu(i16::MAX, pre, act).unsigned_abs().into()
            });
        }
        check_base(&model)?;
        check_units(&model)?;
        Ok(model)
    }
}

/// Magic, version, length and checksum; the head and what follows it.
fn check_whole(bytes: &[u8]) -> Result<(&[u8; HEAD_LEN], &[u8]), ModelError> {
    let found = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let truncated = |expected| ModelError::Truncated { expected, found };
    let kind = bytes.get(..MAGIC.len()).unwrap_or(bytes);
    if kind.is_empty() || !MAGIC.starts_with(kind) {
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

/// Checks the fields, cuts the tensors into their parts, and sees that they are just as long as the
/// shapes ask for.
fn cut<'a>(head: &'a [u8; HEAD_LEN], body: &Body<'a>) -> Result<Model<'a>, ModelError> {
    check_head(&Head::of_bytes(head), body)?;
    let (hidden, none) = body.hidden.as_chunks();
    let layers = 1..=MAX_HIDDEN;
    check(
        layers.contains(&hidden.len()) && none.is_empty(),
        Field::Hidden,
    )?;
    let (variances, none) = body.variances.as_chunks();
    let levels = 1..=MAX_LEVELS;
    check(
        levels.contains(&variances.len()) && none.is_empty(),
        Field::Variances,
    )?;
    let mut model = Model {
        head,
        names: body.names,
        hidden,
        variances,
        layers: body.tensors,
        rest: &[],
    };
    check_hidden(&model)?;
    let mut walk = model.layers();
    walk.by_ref().for_each(drop);
    let rest = walk.rest().ok_or(ModelError::Invalid(Field::Tensors))?;
    model.rest = rest;
    check(model.rest_fits(), Field::Tensors)?;
    Ok(model)
}

/// The fields before the tensors, but for those of the layers and the levels.
fn check_head(head: &Head, body: &Body) -> Result<(), ModelError> {
    check((1..=MAX_WIDTH).contains(&head.dim), Field::Dim)?;
    check(head.classes <= MAX_CLASSES, Field::Classes)?;
    check((1..=MAX_STEPS).contains(&head.steps), Field::Steps)?;
    check((4..=10).contains(&head.input_frac), Field::InputFrac)?;
    check((1..=6).contains(&head.time_log2), Field::TimeLog2)?;
    let null = head.null_class == 0 || head.null_class == 1 && head.classes > 0;
    check(null, Field::NullClass)?;
    let per_class = head.components == head.conditions() && head.classes > 0;
    check(head.components == 1 || per_class, Field::Components)?;
    check(head.label_position <= head.dim, Field::LabelPosition)?;
    check_names(head, body.names)?;
    check(body.padding.len() < ALIGN, Field::Padding)
}

/// D names, and with classes one of the label and one of each class, each ended by a newline.
fn check_names(head: &Head, names: &str) -> Result<(), ModelError> {
    let labels = if head.classes > 0 {
        1 + usize::from(head.classes)
    } else {
        0
    };
    let expected = usize::from(head.dim) + labels;
    let count = names.bytes().filter(|&byte| byte == b'\n').count();
    check(count == expected && names.ends_with('\n'), Field::Names)
}

/// Shapes and formats of the layers, and the levels.
fn check_hidden(model: &Model) -> Result<(), ModelError> {
    let head = model.head();
    let mut widest = 0;
    for (index, record) in (0..).zip(model.hidden) {
        let hidden = Hidden::of_bytes(record);
        let width = (1..=MAX_WIDTH).contains(&hidden.width);
        check(width, Field::LayerWidth(index))?;
        let [.., conditioned] = *record;
        let formats = (11..=13).contains(&hidden.pre_frac)
            && (1..hidden.pre_frac).contains(&hidden.act_frac)
            && SEGMENTS.contains(&hidden.segment)
            && conditioned <= 1;
        check(formats, Field::LayerFormat(index))?;
        widest = hidden.width.max(widest);
    }
    check(head.width == widest, Field::Width)?;
    let output = Field::LayerFormat(model.hidden.len() as u8);
    check(SEGMENTS.contains(&head.output_segment), output)?;
    check(
        model.variances().all(|v| v >= MIN_VARIANCE),
        Field::Variances,
    )
}

/// No sum of the layer, nor a scaled one, can overflow for inputs of magnitude ≤ `input`.
fn check_layer(layer: &Dense, index: u8, input: u32) -> Result<(), ModelError> {
    let block_len = BLOCK * layer.columns.next_multiple_of(2);
    let blocks = layer.weights.chunks_exact(block_len.max(1));
    let scales = layer.scales.as_chunks::<{ 4 * BLOCK }>().0;
    for (block, (weights, scales)) in (0u16..).zip(blocks.zip(scales)) {
        let row = |lane: usize| block.wrapping_mul(BLOCK as u16).wrapping_add(lane as u16);
        let mut norms = [0u32; BLOCK];
        for segment in weights.chunks((BLOCK * layer.segment).max(BLOCK)) {
            for (lane, (norm, part)) in norms.iter_mut().zip(norms_of(segment)).enumerate() {
                // Rows a and c lie in the upper bytes.
                let small = part
                    .checked_mul(input)
                    .is_some_and(|sum| lane % 2 == 1 || sum < 1 << 23);
                check(small, Field::Segment(index, row(lane)))?;
                *norm = norm.wrapping_add(part);
            }
        }
        for (lane, (norm, &scale)) in norms.into_iter().zip(scales.as_chunks().0).enumerate() {
            let bound = norm
                .checked_mul(input)
                .filter(|&bound| bound <= i32::MAX as u32);
            let bound = bound.ok_or(ModelError::Invalid(Field::Overflow(index, row(lane))))?;
            let scale = Scale::of_word(u32::from_le_bytes(scale));
            check(scale_fits(scale, bound), Field::Scale(index, row(lane)))?;
        }
    }
    Ok(())
}

/// Σ|w| of each row of a block. A weight of −128, or a pair that only looks like one, counts as
/// more than any sum may be.
fn norms_of(weights: &[u8]) -> [u32; BLOCK] {
    let mut norms = [0u32; BLOCK];
    for (at, &h) in weights.as_chunks::<2>().0.iter().enumerate() {
        let (h, low) = (i32::from(i16::from_le_bytes(h)), i32::from(h[0] as i8));
        let lane = at & 2; // two columns of one pair of rows, then of the other
        add(&mut norms, lane, h.wrapping_sub(low) >> 8);
        add(&mut norms, lane + 1, low);
    }
    norms
}

/// Adds |weight| to a row's norm. Linked once: parsing is for once, and may be slow but not large.
#[inline(never)]
fn add(norms: &mut [u32; BLOCK], lane: usize, weight: i32) {
    let size = weight.unsigned_abs();
    if let Some(norm) = norms.get_mut(lane) {
        *norm = norm.saturating_add(if size > 127 { 1 << 23 } else { size });
    }
}

/// (|sum| >> shift) · multiplier, |sum| ≤ `bound`, leaves room for a bias and the rounding half.
fn scale_fits(scale: Scale, bound: u32) -> bool {
    // −bound >> shift may round away from 0, hence the one.
    let coarse = (bound >> (scale.shift & 31)) + 1;
    let product = u32::try_from(scale.multiplier)
        .ok()
        .and_then(|m| m.checked_mul(coarse));
    scale.multiplier > 0
        && scale.shift <= 24
        && product.is_some_and(|product| product < (1 << 31) - (1 << 27))
}

/// Means within ±8, and levels that the file lists.
fn check_base(model: &Model) -> Result<(), ModelError> {
    let [means, levels, .., proportions] = model.parts();
    let means = means.as_chunks().0.iter();
    let small = |&mean: &[u8; 2]| i16::from_le_bytes(mean).unsigned_abs() <= 8 << 11;
    check(means.clone().all(small), Field::Mean)?;
    let listed = |&level: &u8| usize::from(level) < model.variances.len();
    check(levels.iter().all(listed), Field::Level)?;
    let mut last = 0;
    let ascends = |&entry: &[u8; 2]| {
        let entry = u16::from_le_bytes(entry);
        entry >= core::mem::replace(&mut last, entry)
    };
    let ascend = proportions.as_chunks().0.iter().all(ascends);
    check(ascend, Field::Proportions)
}

/// |offset| + 16·|multiplier| fits an i32, and the value a normal f32.
fn check_units(model: &Model) -> Result<(), ModelError> {
    for column in 0..model.head().dim {
        let fits = model.unit(column.into()).is_some_and(|unit| {
            let span = unit.multiplier.unsigned_abs().checked_mul(16);
            let largest = span.and_then(|span| span.checked_add(unit.offset.unsigned_abs()));
            largest.is_some_and(|largest| largest <= i32::MAX as u32)
                && (-96..=126).contains(&unit.frac)
        });
        check(fits, Field::Column(column))?;
    }
    Ok(())
}
