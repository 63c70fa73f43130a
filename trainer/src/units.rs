//! Physical units on the device: value = (offset + x · multiplier) · 2^−frac in integers.

use flowlet::{Model, Unit};

use crate::data::scaling::Scaling;

/// The units of every column: the most fractional bits for which |offset| + 16·|multiplier| stays
/// within an i32, which is what the runtime asks for. f32 rounding is coarser than theirs.
pub fn units(scaling: &Scaling) -> Vec<Unit> {
    let columns = scaling.mean.iter().zip(&scaling.scale);
    columns.map(|(&mean, &scale)| unit(mean, scale)).collect()
}

/// The scaling that a model was made with, to the precision of its units.
pub fn scaling(model: &Model<'_>) -> Scaling {
    let units = (0..model.dim()).filter_map(|column| model.unit(column));
    let real = |fixed: i32, frac: i8| f64::from(fixed) * 2f64.powi(-i32::from(frac));
    let (mean, scale) = units
        .map(|unit| {
            (
                real(unit.offset, unit.frac),
                real(unit.multiplier, unit.frac),
            )
        })
        .unzip();
    Scaling { mean, scale }
}

fn unit(mean: f64, scale: f64) -> Unit {
    let largest = mean.abs() + 16.0 * scale;
    // 17 for the two roundings: half of one in the offset, eight in sixteen multipliers.
    let room = f64::from(i32::MAX - 17) / largest;
    let frac = if largest > 0.0 {
        room.log2().floor().clamp(-96.0, 126.0) as i8
    } else {
        0
    };
    let fixed = |value: f64| (value * 2f64.powi(frac.into())).round() as i32;
    Unit {
        offset: fixed(mean),
        multiplier: fixed(scale),
        frac,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let Unit {
                offset,
                multiplier,
                frac,
            } = unit(mean, scale);
            assert!(offset.unsigned_abs() + 16 * multiplier.unsigned_abs() <= i32::MAX as u32);
            let real = |fixed: i32| f64::from(fixed) * 2f64.powi(-i32::from(frac));
            let allowed = 1e-8 * (mean.abs() + 16.0 * scale);
            assert!((real(offset) - mean).abs() <= allowed, "{mean}");
            assert!((real(multiplier) - scale).abs() <= allowed, "{scale}");
        }
    }
}
