//! Physical units on the device: value = (offset + x · multiplier) · 2^−frac in integers, rounded and limited
//! as the column's domain says.

use flowlet::{Model, Unit};

use crate::data::domain::Domain;
use crate::data::scaling::Scaling;
use crate::data::transform::Transform;

/// The units of every column: the most fractional bits for which |offset| + 16·|multiplier| stays
/// within an i32, which is what the runtime asks for. f32 rounding is coarser than theirs.
pub fn units(transform: &Transform) -> Vec<Unit> {
    let scaling = &transform.scaling;
    let columns = scaling.mean.iter().zip(&scaling.scale);
    columns
        .zip(&transform.domains)
        .map(|((&mean, &scale), &domain)| unit(mean, scale, domain))
        .collect()
}

/// The transform that a model was made with, to the precision of its units.
pub fn transform(model: &Model<'_>) -> Transform {
    let units = || (0..model.dim()).filter_map(|column| model.unit(column));
    let real = |fixed: i32, frac: i8| f64::from(fixed) * 2f64.powi(-i32::from(frac));
    Transform {
        scaling: Scaling {
            mean: units().map(|unit| real(unit.offset, unit.frac)).collect(),
            scale: units()
                .map(|unit| real(unit.multiplier, unit.frac))
                .collect(),
        },
        domains: units()
            .map(|unit| Domain {
                whole: unit.whole,
                low: match unit.low {
                    i32::MIN => f64::NEG_INFINITY,
                    low => real(low, unit.frac),
                },
                high: match unit.high {
                    i32::MAX => f64::INFINITY,
                    high => real(high, unit.frac),
                },
            })
            .collect(),
    }
}

fn unit(mean: f64, scale: f64, domain: Domain) -> Unit {
    let largest = mean.abs() + 16.0 * scale;
    // 17 for the two roundings: half of one in the offset, eight in sixteen multipliers.
    let room = f64::from(i32::MAX - 17) / largest;
    let frac = if largest > 0.0 {
        room.log2().floor().clamp(-96.0, 126.0) as i8
    } else {
        0
    };
    // Limits out of reach become the ends of an i32, which are none.
    let fixed = |value: f64| (value * 2f64.powi(frac.into())).round() as i32;
    Unit {
        offset: fixed(mean),
        multiplier: fixed(scale),
        frac,
        low: fixed(domain.low),
        high: fixed(domain.high),
        whole: domain.whole,
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
            let unit = unit(mean, scale, Domain::REAL);
            let Unit {
                offset, multiplier, ..
            } = unit;
            assert!(offset.unsigned_abs() + 16 * multiplier.unsigned_abs() <= i32::MAX as u32);
            let real = |fixed: i32| f64::from(fixed) * 2f64.powi(-i32::from(unit.frac));
            let allowed = 1e-8 * (mean.abs() + 16.0 * scale);
            assert!((real(offset) - mean).abs() <= allowed, "{mean}");
            assert!((real(multiplier) - scale).abs() <= allowed, "{scale}");
            assert_eq!((unit.low, unit.high), (i32::MIN, i32::MAX));
        }
    }

    /// What the device decodes is what the trainer does.
    #[test]
    fn the_device_rounds_and_limits_alike() {
        let domains = [
            (true, -3.0, 12.0),
            (false, 0.0, f64::INFINITY),
            (true, f64::NEG_INFINITY, f64::INFINITY),
            (false, 2.5, 2.5),
        ];
        for (whole, low, high) in domains {
            let domain = Domain { whole, low, high };
            let unit = unit(4.25, 2.5, domain);
            for x in (-1024..=1024).map(|x| x << 20) {
                let real = 4.25 + 2.5 * f64::from(x) / f64::from(1 << 26);
                let decoded = f64::from(unit.decode(x)) * 2f64.powi(-i32::from(unit.frac));
                assert!(
                    (decoded - domain.nearest(real)).abs() < 1e-6,
                    "{domain:?} {x}"
                );
            }
        }
    }
}
