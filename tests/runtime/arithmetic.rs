//! The documented roundings compared with the same in wide integers. If there are not too many
//! inputs, all are tested; otherwise the extreme ones and many random ones.

use flowlet::fixed::{Scale, activation, requantise, saturate, silu};
use flowlet::format::Nodes;
use flowlet::noise::normal;
use flowlet::{Column, ColumnKind, Fixed};

use crate::models::{Draw, random_table};
use crate::oracle::tabulated;

#[test]
fn saturate_is_exact_for_all_sums_of_two_values() {
    for x in -(1 << 18)..1 << 18 {
        assert_eq!(i32::from(saturate(x)), x.clamp(-32_768, 32_767));
    }
    assert_eq!([i32::MIN, i32::MAX].map(saturate), [i16::MIN, i16::MAX]);
}

/// Returns the result in i128, and asserts that it fits an i32 before it is saturated.
fn requantised(sum: i32, scale: Scale, bias: i16) -> i128 {
    let product = (i128::from(sum) >> scale.shift) * i128::from(scale.multiplier);
    let product = product + (i128::from(bias) << 10) + 512;
    assert!(i32::try_from(product).is_ok(), "parse rejects such a row");
    (product >> 10).clamp(-32_768, 32_767)
}

/// Returns the largest multiplier that `parse` accepts for sums of magnitude ≤ `bound`.
fn largest_multiplier(bound: u32, shift: u8) -> i16 {
    let most = ((1i64 << 31) - (1 << 27) - 1) / ((i64::from(bound) >> shift) + 1);
    most.min(32_767) as i16
}

/// Tests every bias with the extreme sums and the largest multiplier of every shift, and every
/// 16-bit sum with multipliers of every size.
#[test]
fn requantise_is_exact_up_to_its_bounds() {
    let mut tried = 0u32;
    let mut same = |sum: i32, scale: Scale, bias: i16| {
        let expected = requantised(sum, scale, bias);
        assert_eq!(
            i128::from(requantise(sum, scale, bias)),
            expected,
            "{sum} {scale:?} {bias}"
        );
        tried += 1;
    };
    for shift in 0..=24 {
        for bound in [32_767u32, 1 << 23, i32::MAX as u32] {
            let multiplier = largest_multiplier(bound, shift);
            if multiplier < 1 {
                continue; // no row has such a large sum and such a small shift
            }
            let scale = Scale { multiplier, shift };
            for bias in i16::MIN..=i16::MAX {
                for sum in [-(bound as i32), bound as i32] {
                    same(sum, scale, bias);
                }
            }
        }
        for power in 0..15 {
            let scale = Scale {
                multiplier: 1 << power | 1,
                shift,
            };
            let reach = i32::from(i16::MAX).min((1i64 << 31 >> power >> 1) as i32);
            for sum in -reach..=reach {
                same(sum, scale, (sum as i16).wrapping_mul(40_503u16 as i16));
            }
        }
    }
    assert!(tried > 25_000_000, "{tried}");
}

/// Tests all pre-activations in all formats, with tables whose neighbours differ as much as `parse`
/// allows.
#[test]
fn tabulated_activations_are_exact_for_all_inputs() {
    let mut draw = Draw::new(8);
    for table in 0..4 {
        let nodes = random_table(&mut draw);
        let mut bytes: Nodes = [[0; 2]; 514];
        for (to, node) in bytes.iter_mut().zip(&nodes) {
            *to = node.to_le_bytes();
        }
        for pre_frac in 11..=13 {
            for act_frac in 1..pre_frac {
                for pre in i16::MIN..=i16::MAX {
                    let expected = tabulated(&nodes, pre.into(), pre_frac, act_frac);
                    let got = activation(&bytes, pre, pre_frac, act_frac);
                    assert_eq!(
                        i128::from(got),
                        expected,
                        "{table}: {pre} {pre_frac} {act_frac}"
                    );
                }
            }
        }
    }
}

/// SiLU is largest at the largest pre-activation. The bound of the next layer relies on this.
#[test]
fn silu_is_largest_at_the_largest_input() {
    for pre_frac in 11..=13 {
        for act_frac in 1..pre_frac {
            let largest = silu(i16::MAX, pre_frac, act_frac).unsigned_abs();
            let all = i16::MIN..=i16::MAX;
            let most = all
                .map(|pre| silu(pre, pre_frac, act_frac).unsigned_abs())
                .max();
            assert_eq!(most, Some(largest), "{pre_frac} {act_frac}");
        }
    }
}

/// Tests all variates, one per octave of p and 2^-17th of it. They increase toward the tail in
/// small steps, stay below 5.42, are symmetric, and do not depend on lower bits.
#[test]
fn noise_is_monotone_over_all_its_values() {
    let (mut before, mut values) = (0, 0u32);
    for octave in 0..24u32 {
        let leading = 1u32 << (30 - octave);
        // 17 bits, or as many as there are below the leading one.
        let bits = (30 - octave).min(17);
        for place in (0..1u32 << bits).rev() {
            let p = leading | place << (30 - octave - bits);
            let z = normal(p << 1);
            assert!(z >= before && z - before < 1 << 22, "p={p}: {before}, {z}");
            assert_eq!(normal(p << 1 | 1), -z, "p={p}");
            let below = (1 << (30 - octave - bits)) - 1;
            assert_eq!(normal((p | below) << 1), z, "p={p}");
            before = z;
            values += 1;
        }
    }
    assert!(before < (5.42 * f64::from(1 << 26)) as i32);
    assert_eq!(values, 1_965_952);
    // Beyond the table all values are equal.
    for p in 0..=1 << 7 {
        assert_eq!(normal(p << 1), normal(0));
    }
}

/// Decodes as the documentation of `Column` says, in i128.
fn decoded(column: &Column, x: i32) -> i128 {
    let scaled = (i128::from(x) * i128::from(column.multiplier) + (1 << 25)) >> 26;
    let raw = i128::from(column.offset) + scaled;
    assert!(i32::try_from(raw).is_ok(), "parse rejects such a column");
    let raw = match (column.kind, column.frac) {
        (ColumnKind::Integer, frac) if frac > 0 => {
            // Limited to the largest multiple of 1 that an i32 holds.
            let half = (raw + (1i128 << (frac - 1))).min(i32::MAX.into());
            (half >> frac) << frac
        }
        _ => raw,
    };
    raw.clamp(column.min.into(), column.max.into())
}

/// Tests columns at the bound of `parse` and random ones, in every format, for extreme and random
/// states.
#[test]
fn columns_decode_exactly_up_to_their_bounds() {
    let mut draw = Draw::new(31);
    let limit = i64::from(i32::MAX);
    for case in 0..200_000 {
        let multiplier = match case % 4 {
            0 => (1 << 27) - 1,
            1 => 1 - (1 << 27),
            _ => draw.within(1 - (1 << 27), (1 << 27) - 1),
        };
        let largest = limit - 16 * multiplier.abs();
        let offset = match case % 3 {
            0 => largest,
            1 => -largest,
            _ => draw.within(-largest, largest),
        };
        let low = draw.within(-limit - 1, limit);
        let column = Column {
            min: if case % 2 == 0 { i32::MIN } else { low as i32 },
            max: if case % 2 == 0 {
                i32::MAX
            } else {
                draw.within(low, limit) as i32
            },
            kind: [ColumnKind::Real, ColumnKind::Integer][case % 5 % 2],
            ..Column::real(
                offset as i32,
                multiplier as i32,
                draw.within(-96, 126) as i8,
            )
        };
        let any = draw.within(-(1 << 30), (1 << 30) - 1) as i32;
        for x in [-(1 << 30), any, 0, (1 << 30) - 1] {
            assert_eq!(
                i128::from(column.decode(x)),
                decoded(&column, x),
                "{x} {column:?}"
            );
        }
    }
}

/// Tests every format with integers of every size.
#[test]
fn fixed_values_convert_to_the_nearest_float() {
    let mut draw = Draw::new(6);
    for frac in -96..=126 {
        for bit in 0..32 {
            let edge = (1i64 << bit) - 1;
            let any = draw.within(-edge, edge);
            for raw in [any, edge, -edge, -edge - 1] {
                let raw = raw as i32; // at least −2^31
                let exact = f64::from(raw) * 2f64.powi(-i32::from(frac));
                let fixed = Fixed { raw, frac };
                assert_eq!(
                    fixed.to_f32().to_bits(),
                    (exact as f32).to_bits(),
                    "{fixed:?}"
                );
            }
        }
    }
}
