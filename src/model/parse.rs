//! Reading and checking a file. Every bound that the sampler relies on is shown here, in the
//! order: is it whole, is each field in range, do the tensors fit the shapes, can a sum overflow.

use super::{Layers, Model};
use crate::fixed::{Scale, silu};
use crate::format::{
    ALIGN, BLOCK, FIXED_LEN, Field, File, MAGIC, MAX_CLASSES, MAX_STEPS, MAX_WIDTH, MIN_VARIANCE,
    ModelError, SEGMENTS, VERSION, checksum,
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
        check_whole(bytes)?;
        let (file, rest) =
            postcard::take_from_bytes::<File<'a>>(bytes).map_err(|_| ModelError::Encoding)?;
        check(rest.is_empty(), Field::Tensors)?;
        check_fields(&file)?;
        let model = cut(file)?;
        let mut input = 1u32 << (4 + u32::from(model.file.input_frac));
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

/// Magic, version, length and checksum.
fn check_whole(bytes: &[u8]) -> Result<(), ModelError> {
    let found = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let truncated = |expected| ModelError::Truncated { expected, found };
    let kind = bytes.get(..MAGIC.len()).unwrap_or(bytes);
    if kind.is_empty() || !MAGIC.starts_with(kind) {
        return Err(ModelError::Magic);
    }
    let Some(fixed) = bytes.first_chunk::<FIXED_LEN>() else {
        return Err(truncated(FIXED_LEN as u32));
    };
    let version = u16::from_le_bytes([fixed[4], fixed[5]]);
    if version != VERSION {
        return Err(ModelError::Version { found: version });
    }
    let expected = u32::from_le_bytes([fixed[12], fixed[13], fixed[14], fixed[15]]);
    if found < expected {
        return Err(truncated(expected));
    }
    if found > expected {
        return Err(ModelError::Trailing { expected, found });
    }
    let stored = u32::from_le_bytes([fixed[16], fixed[17], fixed[18], fixed[19]]);
    let computed = checksum(bytes);
    if stored != computed {
        return Err(ModelError::Checksum { stored, computed });
    }
    Ok(())
}

/// The fields before the tensors.
fn check_fields(file: &File) -> Result<(), ModelError> {
    check((1..=MAX_WIDTH).contains(&file.dim), Field::Dim)?;
    check(file.classes <= MAX_CLASSES, Field::Classes)?;
    check((1..=MAX_STEPS).contains(&file.steps), Field::Steps)?;
    check((4..=10).contains(&file.input_frac), Field::InputFrac)?;
    let output = file.hidden.len() as u8;
    check(
        SEGMENTS.contains(&file.output_segment),
        Field::LayerFormat(output),
    )?;
    check((1..=6).contains(&file.time_log2), Field::TimeLog2)?;
    check(!file.null_class || file.classes > 0, Field::NullClass)?;
    let per_class = file.components == file.conditions() && file.classes > 0;
    check(file.components == 1 || per_class, Field::Components)?;
    check(file.label_position <= file.dim, Field::LabelPosition)?;
    check_names(file)?;
    check(!file.hidden.is_empty(), Field::Hidden)?;
    let mut widest = 0;
    for (index, hidden) in (0..).zip(&file.hidden) {
        check(
            (1..=MAX_WIDTH).contains(&hidden.width),
            Field::LayerWidth(index),
        )?;
        let formats = (11..=13).contains(&hidden.pre_frac)
            && (1..hidden.pre_frac).contains(&hidden.act_frac)
            && SEGMENTS.contains(&hidden.segment);
        check(formats, Field::LayerFormat(index))?;
        widest = hidden.width.max(widest);
    }
    check(file.width == widest, Field::Width)?;
    let variances = !file.variances.is_empty() && file.variances.iter().all(|&v| v >= MIN_VARIANCE);
    check(variances, Field::Variances)?;
    check(file.padding.len() < ALIGN, Field::Padding)
}

/// D names, and with classes one of the label and one of each class, each ended by a newline.
fn check_names(file: &File) -> Result<(), ModelError> {
    let labels = if file.classes > 0 {
        1 + usize::from(file.classes)
    } else {
        0
    };
    let expected = usize::from(file.dim) + labels;
    let count = file.names.bytes().filter(|&byte| byte == b'\n').count();
    check(
        count == expected && file.names.ends_with('\n'),
        Field::Names,
    )
}

/// Cuts the tensors into their parts, and sees that they are just as long as the shapes ask for.
fn cut(file: File<'_>) -> Result<Model<'_>, ModelError> {
    let (dim, classes) = (usize::from(file.dim), usize::from(file.classes));
    let components = usize::from(file.components);
    let layers = file.tensors;
    let mut walk = Layers::new(&file, layers);
    walk.by_ref().for_each(drop);
    let mut rest = walk.rest();
    let model = Model {
        layers,
        means: rest.take(2 * components * dim),
        levels: rest.take(components * dim),
        offsets: rest.take(4 * dim),
        multipliers: rest.take(4 * dim),
        fracs: rest.take(dim),
        proportions: rest.take(2 * classes),
        file,
    };
    check(rest.is_exact(), Field::Tensors)?;
    Ok(model)
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
    let means = model.means.as_chunks().0.iter();
    let small = |&mean: &[u8; 2]| i16::from_le_bytes(mean).unsigned_abs() <= 8 << 11;
    check(means.clone().all(small), Field::Mean)?;
    let levels = model.file.variances.len();
    check(
        model
            .levels
            .iter()
            .all(|&level| usize::from(level) < levels),
        Field::Level,
    )?;
    let mut last = 0;
    let ascends = |&entry: &[u8; 2]| {
        let entry = u16::from_le_bytes(entry);
        entry >= core::mem::replace(&mut last, entry)
    };
    check(
        model.proportions.as_chunks().0.iter().all(ascends),
        Field::Proportions,
    )
}

/// |offset| + 16·|multiplier| fits an i32, and the value a normal f32.
fn check_units(model: &Model) -> Result<(), ModelError> {
    for column in 0..model.file.dim {
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
