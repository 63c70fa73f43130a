//! Columns on the device: value = (offset + x · multiplier) · 2^−frac in integers, rounded and
//! limited to the range of the column. Also brings tables to the columns of a model.

mod align;
mod circle;
mod unknown;

use std::collections::BTreeMap;
use std::ops::Range;

use flowlet::{Column, ColumnKind, Knot, Model};

pub use align::AlignError;
pub use circle::circular;

use crate::data::category::{self, FileColumn};
use crate::data::curve::Curve;
use crate::data::latent::Latent;
use crate::data::range::ValueRange;
use crate::data::scaling::{FRACS, MIN_STEPS, Scaling, bits, curve_frac, frac, step};
use crate::data::transform::Transform;
use crate::generate::{KnownColumn, known_columns};

/// Largest magnitude of x of a knot.
const MAX_X: f64 = 15.99;

/// Returns the device's columns. Each has as many fractional bits as |offset| + 16·|multiplier|
/// within an i32 allows, which is finer than f32.
///
/// All values of a category column have the fractional bits of its coarsest one, and no limits.
pub fn columns(transform: &Transform) -> Vec<Column> {
    let scaling = &transform.scaling;
    let columns = scaling.mean.iter().zip(&scaling.scale);
    let number = |((&mean, &scale), &range)| column(mean, scale, frac(mean, scale), range);
    let mut all: Vec<Column> = columns.zip(&transform.ranges).map(number).collect();
    for (at, curve) in transform.curves.iter().enumerate() {
        if let Some(curve) = curve {
            all[at] = column(0.0, 0.0, curve_frac(curve), transform.ranges[at]);
        }
    }
    for at in transform.numbers() {
        all[at].gaps = transform.gaps(at);
    }
    for category in &transform.categories {
        let dimensions = || {
            category
                .clone()
                .map(|at| (scaling.mean[at], scaling.scale[at]))
        };
        let fracs = dimensions().map(|(mean, scale)| frac(mean, scale));
        let coarsest = fracs.min().unwrap_or(0);
        for (at, (mean, scale)) in category.clone().zip(dimensions()) {
            all[at] = Column {
                kind: ColumnKind::NextCategory,
                ..column(mean, scale, coarsest, ValueRange::REAL)
            };
        }
        all[category.start].kind = ColumnKind::Category;
    }
    for circular in &transform.circular {
        for (at, column) in circle::columns(circular, scaling) {
            all[at] = column;
        }
    }
    all
}

/// Returns the knots of the curves, as [`columns`] has the columns.
pub fn curves(transform: &Transform) -> Vec<Vec<Knot>> {
    let curves = transform.curves.iter();
    let knots = curves.map(|curve| curve.as_ref().map_or_else(Vec::new, knots));
    knots.collect()
}

/// Returns the knots of a curve within the reach of an x of the device.
fn knots(curve: &Curve) -> Vec<Knot> {
    let frac = curve_frac(curve);
    let mut knots: Vec<Knot> = Vec::new();
    for &(x, value) in curve.knots() {
        let within = x.clamp(-MAX_X, MAX_X);
        let value = if x == within {
            value
        } else {
            curve.value(within)
        };
        let knot = Knot {
            x: (within * 2048.0).round() as i16,
            value: fixed(value, frac),
        };
        if knots.last().is_none_or(|last| last.x < knot.x) {
            knots.push(knot);
        }
    }
    knots
}

/// Returns the curve of a column of a model.
fn curve(model: &Model<'_>, at: usize) -> Option<Curve> {
    let column = model.column(at).filter(|column| column.knots > 0)?;
    let range = range(column);
    let knot = |knot: Knot| {
        let value = real(knot.value, column.frac);
        let value = range.decimals.map_or(value, |_| range.nearest(value));
        (f64::from(knot.x) / 2048.0, value)
    };
    Some(Curve::new(model.curve(at).map(knot).collect()))
}

/// Returns the transform that a model was made with, to the precision of its columns.
pub fn transform(model: &Model<'_>) -> Transform {
    let columns = || (0..model.dim()).filter_map(|column| model.column(column));
    let curves: Vec<Option<Curve>> = (0..model.dim()).map(|at| curve(model, at)).collect();
    let line = |(of, curve): (Column, &Option<Curve>)| match curve {
        Some(curve) => curve.line(),
        None => (
            real(of.offset, score_frac(of)),
            real(of.multiplier, score_frac(of)),
        ),
    };
    let (mean, scale) = columns().zip(&curves).map(line).unzip();
    Transform {
        scaling: Scaling { mean, scale },
        curves,
        piles: columns().map(piles).collect(),
        ranges: columns().map(scored_range).collect(),
        categories: categories(model),
        circular: circular(model),
        latent: Latent::of_model(model),
    }
}

/// Returns the fractional bits of the offset and the multiplier.
fn score_frac(column: Column) -> i8 {
    match column.kind {
        ColumnKind::Circular | ColumnKind::NextCircular => circle::POINT_FRAC,
        _ => column.frac,
    }
}

/// Converts from fixed point.
fn real(fixed: i32, frac: i8) -> f64 {
    f64::from(fixed) * 2f64.powi(-i32::from(frac))
}

/// Returns the range of what the network makes for a dimension. Cosines and sines have none.
fn scored_range(column: Column) -> ValueRange {
    match column.kind {
        ColumnKind::Circular | ColumnKind::NextCircular => ValueRange::REAL,
        _ => range(column),
    }
}

/// Returns whether values pile up at the limits. A file does not say it of integers without a gap.
fn piles(column: Column) -> [bool; 2] {
    let range = scored_range(column);
    let [low, high] = column.gaps;
    let is_limit = |end: f64| end.is_finite() && !range.integer;
    [low || is_limit(range.min), high || is_limit(range.max)]
}

/// Returns the values that a column takes.
pub(crate) fn range(column: Column) -> ValueRange {
    match column.kind {
        ColumnKind::Category | ColumnKind::NextCategory => return ValueRange::ONE_HOT,
        ColumnKind::NextCircular => return ValueRange::REAL,
        _ => {}
    }
    let circular_integer = column.kind == ColumnKind::Circular && column.decimals == Some(0);
    let integer = column.kind == ColumnKind::Integer || circular_integer;
    let rounded = ValueRange {
        integer,
        decimals: column.decimals.filter(|_| !integer),
        ..ValueRange::REAL
    };
    let end = |raw| rounded.nearest(real(raw, column.frac));
    ValueRange {
        min: match column.min {
            i32::MIN => f64::NEG_INFINITY,
            min => end(min),
        },
        max: match column.max {
            i32::MAX => f64::INFINITY,
            max => end(max),
        },
        ..rounded
    }
}

/// Returns the positions of the values of each category column of a model.
pub fn categories(model: &Model<'_>) -> Vec<Range<usize>> {
    let mut columns: Vec<Range<usize>> = Vec::new();
    for at in 0..model.dim() {
        match (model.column(at).map(|of| of.kind), columns.last_mut()) {
            (Some(ColumnKind::Category), _) => columns.push(at..at + 1),
            (Some(ColumnKind::NextCategory), Some(column)) => column.end = at + 1,
            _ => {}
        }
    }
    columns
}

/// Returns the columns of a model as a file has them, without the label.
pub fn file_columns<'m>(model: &Model<'m>) -> Vec<FileColumn<'m>> {
    let names: Vec<&str> = model.column_names().collect();
    category::columns(&names, &categories(model), &circular(model))
}

/// Returns the names of the category columns of a model and of its conditions.
pub fn category_columns(model: &Model<'_>) -> Vec<String> {
    names_of(model, |column| column.categories.is_some())
}

/// Returns the circular columns of a model and of its conditions, from the start to the end.
pub fn periods(model: &Model<'_>) -> BTreeMap<String, Range<f64>> {
    let columns = known_columns(model).into_iter();
    let circular = columns.filter(|of| of.column.kind == ColumnKind::Circular);
    let period = |of: KnownColumn| {
        let [start, end] = [of.column.min, of.column.max].map(|raw| real(raw, of.column.frac));
        (of.name, start..end)
    };
    circular.map(period).collect()
}

/// Returns the names of the circular columns of a model and of its conditions.
pub fn circular_columns(model: &Model<'_>) -> Vec<String> {
    names_of(model, |column| {
        column.categories.is_none() && column.values.len() > 1
    })
}

/// Returns the names of the columns that have a property.
fn names_of(model: &Model<'_>, has: impl Fn(&FileColumn<'_>) -> bool) -> Vec<String> {
    let all = known_columns(model);
    let columns = all.iter().map(KnownColumn::in_file).filter(has);
    columns.map(|column| column.name.to_owned()).collect()
}

/// Fractional bits beyond [`FRACS`] that may be lost, because more than 24 bits remain.
const SPARE_BITS: f64 = 7.0;

/// Returns the first column that a device cannot represent: beyond 2^127 at sixteen standard
/// deviations, below 2^−103, or with values that are too close together.
pub fn unrepresentable(transform: &Transform) -> Option<usize> {
    let Scaling { mean, scale } = &transform.scaling;
    let within = *FRACS.start()..=FRACS.end() + SPARE_BITS;
    mean.iter().zip(scale).position(|(&mean, &scale)| {
        let is_zero = mean == 0.0 && scale == 0.0;
        let bits = bits(mean, scale);
        // With all available bits, the loss is below the precision of f32.
        let short = bits > *FRACS.end() && scale > 0.0;
        let together = short && fixed(scale, frac(mean, scale)) == 0;
        !(is_zero || within.contains(&bits)) || together
    })
}

/// Returns the first column whose values are so close together, compared with their size, that a
/// device does not resolve them, and the device's step there.
pub fn unresolved(transform: &Transform) -> Option<(usize, f64)> {
    let Scaling { mean, scale } = &transform.scaling;
    let columns = mean.iter().zip(scale).zip(&transform.ranges).enumerate();
    let mut steps = columns.map(|(at, ((&mean, &scale), range))| {
        let step = step(mean, scale);
        let unresolved = scale > 0.0 && step > range.step() && scale < MIN_STEPS * step;
        unresolved.then_some((at, step))
    });
    steps.find_map(|step| step)
}

/// Converts to fixed point. Limits out of range become the ends of an i32, which mean no limit.
fn fixed(value: f64, frac: i8) -> i32 {
    (value * 2f64.powi(frac.into())).round() as i32
}

fn column(mean: f64, scale: f64, frac: i8, range: ValueRange) -> Column {
    let fixed = |value| fixed(value, frac);
    let steps = 2f64.powi(frac.into());
    // Integers whose fractional bits are negative are rounded into their range.
    let [min, max] = match range.integer && frac < 0 {
        true => [(range.min * steps).ceil(), (range.max * steps).floor()].map(|end| end as i32),
        false => [range.min, range.max].map(fixed),
    };
    // So fine, no sample has more digits than an i32.
    let resolved = |&decimals: &u8| 10f64.powi(decimals.into()) <= steps;
    Column {
        offset: fixed(mean),
        multiplier: fixed(scale),
        frac,
        min,
        max: max.max(min),
        kind: if range.integer {
            ColumnKind::Integer
        } else {
            ColumnKind::Real
        },
        decimals: range.decimals.filter(resolved),
        knots: 0,
        gaps: [false; 2],
    }
}

#[cfg(test)]
mod tests;
