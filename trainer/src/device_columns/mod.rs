//! Physical units on the device: value = (offset + x · multiplier) · 2^−frac in integers, rounded and limited
//! as the column's range says.

mod align;
mod csv;

use std::ops::{Range, RangeInclusive};

use flowlet::{Column, ColumnKind, Model};

pub use align::AlignError;
pub use csv::to_csv;

use crate::data::category;
use crate::data::range::ValueRange;
use crate::data::scaling::Scaling;
use crate::data::transform::Transform;

/// The units of every dimension: the most fractional bits for which |offset| + 16·|multiplier| stays
/// within an i32, which is what the runtime asks for. f32 rounding is coarser than theirs.
///
/// The scores of a category column have as many as its coarsest, and no limits.
pub fn columns(transform: &Transform) -> Vec<Column> {
    let scaling = &transform.scaling;
    let columns = scaling.mean.iter().zip(&scaling.scale);
    let number = |((&mean, &scale), &range)| unit(mean, scale, frac(mean, scale), range);
    let mut units: Vec<Column> = columns.zip(&transform.ranges).map(number).collect();
    for column in &transform.categories {
        let dimensions = || {
            column
                .clone()
                .map(|at| (scaling.mean[at], scaling.scale[at]))
        };
        let fracs = dimensions().map(|(mean, scale)| frac(mean, scale));
        let coarsest = fracs.min().unwrap_or(0);
        for (at, (mean, scale)) in column.clone().zip(dimensions()) {
            units[at] = Column {
                kind: ColumnKind::NextCategory,
                ..unit(mean, scale, coarsest, ValueRange::REAL)
            };
        }
        units[column.start].kind = ColumnKind::Category;
    }
    units
}

/// The transform that a model was made with, to the precision of its units.
pub fn transform(model: &Model<'_>) -> Transform {
    let units = || (0..model.dim()).filter_map(|column| model.column(column));
    let real = |fixed: i32, frac: i8| f64::from(fixed) * 2f64.powi(-i32::from(frac));
    let range = |unit: Column| match unit.kind.is_category() {
        true => ValueRange::ONE_HOT,
        false => ValueRange {
            integer: unit.kind == ColumnKind::Integer,
            min: match unit.min {
                i32::MIN => f64::NEG_INFINITY,
                min => real(min, unit.frac),
            },
            max: match unit.max {
                i32::MAX => f64::INFINITY,
                max => real(max, unit.frac),
            },
        },
    };
    Transform {
        scaling: Scaling {
            mean: units().map(|unit| real(unit.offset, unit.frac)).collect(),
            scale: units()
                .map(|unit| real(unit.multiplier, unit.frac))
                .collect(),
        },
        ranges: units().map(range).collect(),
        categories: categories(model),
    }
}

/// Dimensions of each category column of a model.
pub fn categories(model: &Model<'_>) -> Vec<Range<usize>> {
    let mut columns: Vec<Range<usize>> = Vec::new();
    for at in 0..model.dim() {
        match (model.column(at).map(|unit| unit.kind), columns.last_mut()) {
            (Some(ColumnKind::Category), _) => columns.push(at..at + 1),
            (Some(ColumnKind::NextCategory), Some(column)) => column.end = at + 1,
            _ => {}
        }
    }
    columns
}

/// Names of the category columns of a model.
pub fn category_columns(model: &Model<'_>) -> Vec<String> {
    let names: Vec<&str> = model.column_names().collect();
    let columns = category::columns(&names, &categories(model)).into_iter();
    let named = columns.filter(|column| column.categories.is_some());
    named.map(|column| column.name.to_owned()).collect()
}

/// The fractional bits that a file may state.
const FRACS: RangeInclusive<f64> = -96.0..=126.0;
/// More than that by so many leave fewer than the 24 bits of an f32.
const TO_SPARE: f64 = 7.0;

/// The first column whose values no unit has: beyond 2^127 sixteen deviations out, below 2^−103, or so close together
/// that a device could not tell them apart.
pub fn unrepresentable(transform: &Transform) -> Option<usize> {
    let Scaling { mean, scale } = &transform.scaling;
    let within = *FRACS.start()..=FRACS.end() + TO_SPARE;
    mean.iter().zip(scale).position(|(&mean, &scale)| {
        let is_zero = mean == 0.0 && scale == 0.0;
        // Not so where they are no numbers.
        let bits = bits(mean, scale);
        // With all the bits that there are, what is lost is less than an f32 tells apart.
        let short = bits > *FRACS.end() && scale > 0.0;
        let together = short && fixed(scale, frac(mean, scale)) == 0;
        !(is_zero || within.contains(&bits)) || together
    })
}

/// Fractional bits that there is room for, in a file or not.
fn bits(mean: f64, scale: f64) -> f64 {
    let largest = mean.abs() + 16.0 * scale;
    // 17 for the two roundings: half of one in the offset, eight in sixteen multipliers.
    (f64::from(i32::MAX - 17) / largest).log2().floor()
}

fn frac(mean: f64, scale: f64) -> i8 {
    match mean == 0.0 && scale == 0.0 {
        true => 0,
        false => bits(mean, scale).clamp(*FRACS.start(), *FRACS.end()) as i8,
    }
}

/// Limits out of reach become the ends of an i32, which are none.
fn fixed(value: f64, frac: i8) -> i32 {
    (value * 2f64.powi(frac.into())).round() as i32
}

fn unit(mean: f64, scale: f64, frac: i8, range: ValueRange) -> Column {
    let fixed = |value| fixed(value, frac);
    Column {
        offset: fixed(mean),
        multiplier: fixed(scale),
        frac,
        min: fixed(range.min),
        max: fixed(range.max),
        kind: if range.integer {
            ColumnKind::Integer
        } else {
            ColumnKind::Real
        },
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
            let unit = unit(mean, scale, frac(mean, scale), ValueRange::REAL);
            let Column {
                offset, multiplier, ..
            } = unit;
            assert!(offset.unsigned_abs() + 16 * multiplier.unsigned_abs() <= i32::MAX as u32);
            let real = |fixed: i32| f64::from(fixed) * 2f64.powi(-i32::from(unit.frac));
            let allowed = 1e-8 * (mean.abs() + 16.0 * scale);
            assert!((real(offset) - mean).abs() <= allowed, "{mean}");
            assert!((real(multiplier) - scale).abs() <= allowed, "{scale}");
            assert_eq!((unit.min, unit.max), (i32::MIN, i32::MAX));
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
        };
        let units = columns(&transform);
        let kinds = [
            ColumnKind::Real,
            ColumnKind::Category,
            ColumnKind::NextCategory,
            ColumnKind::NextCategory,
        ];
        assert!(units.iter().map(|unit| unit.kind).eq(kinds));
        assert!(
            units[1..]
                .iter()
                .all(|unit| unit.frac == 28 && unit.min == i32::MIN)
        );
        let mut quantised = standard_normal(&["x", "k=a", "k=b=c", "k="], false);
        quantised.columns = units;
        let bytes = quantised.encode().expect("a model");
        let model = Model::parse(&bytes).expect("a model");
        let back = super::transform(&model);
        assert_eq!(
            (back.ranges, back.categories),
            (transform.ranges, transform.categories)
        );
        assert_eq!(category_columns(&model), ["k"]);
        let names: Vec<&str> = model.column_names().collect();
        let columns = category::columns(&names, &categories(&model));
        assert_eq!(columns[1].categories, Some(vec!["a", "b=c", ""]));
    }

    /// What the device decodes is what the trainer does.
    #[test]
    fn the_device_rounds_and_limits_alike() {
        let ranges = [
            (true, -3.0, 12.0),
            (false, 0.0, f64::INFINITY),
            (true, f64::NEG_INFINITY, f64::INFINITY),
            (false, 2.5, 2.5),
        ];
        for (integer, min, max) in ranges {
            let range = ValueRange { integer, min, max };
            let unit = unit(4.25, 2.5, frac(4.25, 2.5), range);
            for x in (-1024..=1024).map(|x| x << 20) {
                let real = 4.25 + 2.5 * f64::from(x) / f64::from(1 << 26);
                let decoded = f64::from(unit.decode(x)) * 2f64.powi(-i32::from(unit.frac));
                assert!(
                    (decoded - range.nearest(real)).abs() < 1e-6,
                    "{range:?} {x}"
                );
            }
        }
    }
}
