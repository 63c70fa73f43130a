//! Angle of a point by CORDIC: shifts and additions, without a division or a product (Volder, *The
//! CORDIC Trigonometric Computing Technique*, 1959). And the point of an angle.

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

/// Returns the cosine and the sine of an angle in 2^−32 turns, Q5.26. The error is at most 2^−13.
///
/// The first terms of their series, within an eighth of a turn, in products of 16 bits.
#[inline(never)]
pub(crate) fn point(turns: u32) -> [i32; 2] {
    let quadrant = turns.wrapping_add(1 << 29) >> 30;
    let rest = turns.wrapping_sub(quadrant << 30) as i32; // at most 2^29
    let product = |a: i32, b: i32| a.wrapping_mul(b) >> 15;
    // The angle in radians and its square, Q15: at most 0.79 and 0.62.
    let x = product(rest >> 14, 25_736);
    let xx = product(x, x);
    // 1 − x²·inner / n, for 1/n in Q15.
    let term = |inverse: i32, inner: i32| (1 << 15) - product(product(xx, inverse), inner);
    // 1/42, 1/20, 1/6, then 1/30, 1/12, 1/2.
    let sine = product(x, term(5461, term(1638, term(780, 1 << 15))));
    let cosine = term(1 << 14, term(2731, term(1092, 1 << 15)));
    let (x, y) = (cosine << 11, sine << 11);
    match quadrant & 3 {
        0 => [x, y],
        1 => [-y, x],
        2 => [-x, -y],
        _ => [y, -x],
    }
}

#[cfg(test)]
mod tests {
    use super::{angle, point};

    #[test]
    fn points_are_on_the_circle() {
        for i in 0..1_000_003u64 {
            let turns = ((i << 32) / 1_000_003) as u32;
            let radians = f64::from(turns) / 4_294_967_296.0 * core::f64::consts::TAU;
            let [x, y] = point(turns).map(|part| f64::from(part) / f64::from(1 << 26));
            let error = (x - libm::cos(radians))
                .abs()
                .max((y - libm::sin(radians)).abs());
            assert!(error < 1.0 / 8192.0, "{turns}: {error}");
        }
    }

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
