//! Columns on the device: value = (offset + x · multiplier) · 2^−frac in integers, rounded and
//! limited to the range of the column. Also brings tables to the columns of a model.

mod align;
mod circle;

use std::ops::Range;

use flowlet::{Column, ColumnKind, Model};

pub use align::AlignError;
pub use circle::circular;

use crate::data::category;
use crate::data::range::ValueRange;
use crate::data::scaling::{FRACS, MIN_STEPS, Scaling, bits, frac, step};
use crate::data::transform::Transform;

/// Returns the device's columns. Each has as many fractional bits as |offset| + 16·|multiplier|
/// within an i32 allows, which is finer than f32.
///
/// All values of a category column have the fractional bits of its coarsest one, and no limits.
pub fn columns(transform: &Transform) -> Vec<Column> {
    let scaling = &transform.scaling;
    let columns = scaling.mean.iter().zip(&scaling.scale);
    let number = |((&mean, &scale), &range)| column(mean, scale, frac(mean, scale), range);
    let mut all: Vec<Column> = columns.zip(&transform.ranges).map(number).collect();
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

/// Returns the transform that a model was made with, to the precision of its columns.
pub fn transform(model: &Model<'_>) -> Transform {
    let columns = || (0..model.dim()).filter_map(|column| model.column(column));
    Transform {
        scaling: Scaling {
            mean: columns()
                .map(|of| real(of.offset, score_frac(of)))
                .collect(),
            scale: columns()
                .map(|of| real(of.multiplier, score_frac(of)))
                .collect(),
        },
        ranges: columns().map(scored_range).collect(),
        categories: categories(model),
        circular: circular(model),
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

/// Returns the names of the category columns of a model.
pub fn category_columns(model: &Model<'_>) -> Vec<String> {
    let names: Vec<&str> = model.column_names().collect();
    let columns = category::columns(&names, &categories(model), &circular(model)).into_iter();
    let named = columns.filter(|column| column.categories.is_some());
    named.map(|column| column.name.to_owned()).collect()
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
        let own = match range.decimals {
            _ if range.integer => 1.0,
            Some(decimals) => 10f64.powi(-i32::from(decimals)),
            None => 0.0,
        };
        let unresolved = scale > 0.0 && step > own && scale < MIN_STEPS * step;
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard_normal::standard_normal;

    #[test]
    fn values_come_back_to_f32_precision() {
        for (mean, scale) in [
            (0.0, 1.0),
            (1013.25, 7.3),
            (-4e-9, 1e-12),
            (3e9, 0.0),
            (1e30, 1e29),
            (0.0, 0.0),
        ] {
            let column = super::column(mean, scale, frac(mean, scale), ValueRange::REAL);
            let Column {
                offset, multiplier, ..
            } = column;
            assert!(offset.unsigned_abs() + 16 * multiplier.unsigned_abs() <= i32::MAX as u32);
            let real = |fixed: i32| f64::from(fixed) * 2f64.powi(-i32::from(column.frac));
            let allowed = 1e-8 * (mean.abs() + 16.0 * scale);
            assert!((real(offset) - mean).abs() <= allowed, "{mean}");
            assert!((real(multiplier) - scale).abs() <= allowed, "{scale}");
            assert_eq!((column.min, column.max), (i32::MIN, i32::MAX));
        }
    }

    #[test]
    fn columns_beyond_an_i32_and_its_format_are_seen() {
        let is_beyond = |mean, scale| {
            let transform = Transform {
                scaling: Scaling {
                    mean: vec![0.0, mean],
                    scale: vec![1.0, scale],
                },
                ranges: vec![ValueRange::REAL; 2],
                categories: Vec::new(),
                circular: Vec::new(),
            };
            unrepresentable(&transform) == Some(1)
        };
        let nan = f64::NAN;
        for (mean, scale) in [
            (3e38, 0.0),
            (0.0, 2e37),
            (0.0, 1e-40),
            (1e-32, 0.0),
            (1e-31, 5e-39),
        ] {
            assert!(
                is_beyond(mean, scale) && is_beyond(-mean, scale),
                "{mean}, {scale}"
            );
        }
        assert!(is_beyond(nan, nan) && is_beyond(f64::INFINITY, nan));
        for (mean, scale) in [
            (0.0, 0.0),
            (1e37, 9e36),
            (1e-30, 0.0),
            (0.0, 1e-31),
            (1e-31, 1e-38),
            (1e6, 1e-9),
        ] {
            assert!(!is_beyond(mean, scale), "{mean}, {scale}");
        }
    }

    #[test]
    fn integers_and_decimals_are_exact_if_an_i32_holds_them() {
        let of = |mean: f64, scale: f64, range: ValueRange| {
            super::column(mean, scale, frac(mean, scale), range)
        };
        let integer = |min, max| ValueRange {
            integer: true,
            decimals: None,
            min,
            max,
        };
        let seconds = of(
            1_709_251_416.0,
            114.0,
            integer(1_709_251_211.0, 1_709_251_610.0),
        );
        assert_eq!((seconds.frac, seconds.min), (0, 1_709_251_211));
        assert_eq!(seconds.decode(1 << 26), 1_709_251_530);
        // Multiples of 16 within the limits.
        let wide = of(0.0, 1.2e9, integer(-2_147_483_647.0, 2_147_483_647.0));
        assert_eq!(
            (wide.frac, wide.min, wide.max),
            (-4, -134_217_727, 134_217_727)
        );
        assert_eq!(range(wide).max, 2_147_483_632.0);
        let decimals = |mean, scale, decimals| {
            let decimals = Some(decimals);
            let range = ValueRange {
                decimals,
                ..ValueRange::REAL
            };
            of(mean, scale, range).decimals
        };
        assert_eq!(decimals(51.5, 1e-5, 7), Some(7));
        assert_eq!(decimals(51.5, 1e-5, 8), None);
        assert_eq!(decimals(101_325.0, 0.02, 4), Some(4));
        assert_eq!(decimals(0.0, 100.0, 7), None);
    }

    #[test]
    fn values_that_are_too_close_together_are_seen() {
        let found = |mean, scale, range: ValueRange| {
            let transform = Transform {
                scaling: Scaling {
                    mean: vec![mean],
                    scale: vec![scale],
                },
                ranges: vec![range],
                categories: Vec::new(),
                circular: Vec::new(),
            };
            unresolved(&transform)
        };
        let decimals = ValueRange {
            decimals: Some(2),
            ..ValueRange::REAL
        };
        let step = 2f64.powi(-14);
        assert_eq!(found(101_325.0, step, ValueRange::REAL), Some((0, step)));
        assert_eq!(found(101_325.0, 64.0 * step, ValueRange::REAL), None);
        assert_eq!(found(101_325.0, step, decimals), None);
        assert_eq!(found(101_325.0, 0.0, ValueRange::REAL), None);
    }

    #[test]
    fn scores_of_a_column_have_one_format() {
        let transform = Transform {
            scaling: Scaling {
                mean: vec![5.0, 0.02, 0.9, 0.08],
                scale: vec![100.0, 0.25, 0.25, 0.25],
            },
            ranges: vec![
                ValueRange::REAL,
                ValueRange::ONE_HOT,
                ValueRange::ONE_HOT,
                ValueRange::ONE_HOT,
            ],
            categories: std::iter::once(1..4).collect(),
            circular: Vec::new(),
        };
        let encoded = columns(&transform);
        let kinds = [
            ColumnKind::Real,
            ColumnKind::Category,
            ColumnKind::NextCategory,
            ColumnKind::NextCategory,
        ];
        assert!(encoded.iter().map(|of| of.kind).eq(kinds));
        assert!(
            encoded[1..]
                .iter()
                .all(|of| of.frac == 28 && of.min == i32::MIN)
        );
        let mut quantised = standard_normal(&["x", "k=a", "k=b=c", "k="], false);
        quantised.columns = encoded;
        let bytes = quantised.encode().expect("a model");
        let model = Model::parse(&bytes).expect("a model");
        let back = super::transform(&model);
        assert_eq!(
            (back.ranges, back.categories),
            (transform.ranges, transform.categories)
        );
        assert_eq!(category_columns(&model), ["k"]);
        let names: Vec<&str> = model.column_names().collect();
        let columns = category::columns(&names, &categories(&model), &circular(&model));
        assert_eq!(columns[1].categories, Some(vec!["a", "b=c", ""]));
    }

    /// The device decodes like the library.
    #[test]
    fn the_device_rounds_and_limits_alike() {
        let ranges = [
            (true, -3.0, 12.0),
            (false, 0.0, f64::INFINITY),
            (true, f64::NEG_INFINITY, f64::INFINITY),
            (false, 2.5, 2.5),
        ];
        for (integer, min, max) in ranges {
            let range = ValueRange {
                integer,
                decimals: None,
                min,
                max,
            };
            let column = super::column(4.25, 2.5, frac(4.25, 2.5), range);
            for x in (-1024..=1024).map(|x| x << 20) {
                let real = 4.25 + 2.5 * f64::from(x) / f64::from(1 << 26);
                let decoded = f64::from(column.decode(x)) * 2f64.powi(-i32::from(column.frac));
                assert!(
                    (decoded - range.nearest(real)).abs() < 1e-6,
                    "{range:?} {x}"
                );
            }
        }
    }
}
