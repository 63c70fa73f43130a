//! Angle of a point by CORDIC: shifts and additions, without a division or a product.

/// Angles of the rotations, atan(2^−i), in 2^−32 turns.
#[rustfmt::skip]
static ROTATIONS: [u32; 16] = [
    536870912, 316933406, 167458907, 85004756, 42667331, 21354465, 10679838, 5340245,
    2670163, 1335087, 667544, 333772, 166886, 83443, 41722, 20861,
];

/// Returns the angle of the point (`x`, `y`) in 2^−16 turns, rounded. It is 0 on the positive x
/// axis and in the origin, and a quarter turn on the positive y axis.
///
/// The error is at most 2^−16 turns if |x| or |y| is at least 2^20.
#[inline(never)]
pub(crate) fn angle(x: i32, y: i32) -> u16 {
    // The rotations stretch by 1.65, and the longest vector by another √2.
    let (mut x, mut y, mut angle) = (x >> 2, y >> 2, 1u32 << 15);
    if x < 0 {
        (x, y, angle) = (-x, -y, angle | 1 << 31);
    }
    for (i, &rotation) in ROTATIONS.iter().enumerate() {
        // In the origin. This exit also keeps compilers from unrolling the loop.
        if x | y == 0 {
            break;
        }
        let (dx, dy) = (y >> (i & 31), x >> (i & 31));
        if y > 0 {
            (x, y, angle) = (x + dx, y - dy, angle.wrapping_add(rotation));
        } else {
            (x, y, angle) = (x - dx, y + dy, angle.wrapping_sub(rotation));
        }
    }
    (angle >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::angle;

    /// Returns the error of the angle of a point, in turns.
    fn error(x: i32, y: i32) -> f64 {
        let exact = libm::atan2(y.into(), x.into()) / core::f64::consts::TAU;
        let error = f64::from(angle(x, y)) / 65_536.0 - exact;
        (error - libm::round(error)).abs()
    }

    #[test]
    fn angles_are_exact_to_a_few_parts_in_a_million() {
        let mut worst = [0f64; 2];
        for (bits, worst) in [31, 18].into_iter().zip(&mut worst) {
            let radius = f64::from(1u32 << bits) - 1.0;
            for i in 0..1_000_003 {
                let turn = f64::from(i) * core::f64::consts::TAU / 1_000_003.0;
                let (x, y) = (radius * libm::cos(turn), radius * libm::sin(turn));
                *worst = worst.max(error(x as i32, y as i32));
            }
        }
        assert!(worst[0] < 1.4e-5 && worst[1] < 1e-4, "{worst:?}");
        for end in [i32::MIN, i32::MAX] {
            for other in [i32::MIN, -1, 0, 1, i32::MAX] {
                assert!(error(end, other) < 1.4e-5 && error(other, end) < 1.4e-5);
            }
        }
    }

    #[test]
    fn the_origin_and_the_axes_have_angles() {
        let quarters = [
            (0, 0),
            (1 << 26, 0),
            (0, 1 << 26),
            (-1 << 26, 0),
            (0, -1 << 26),
        ];
        let angles = quarters.map(|(x, y)| angle(x, y));
        assert_eq!(angles, [0, 0, 1 << 14, 1 << 15, 3 << 14]);
    }
}
