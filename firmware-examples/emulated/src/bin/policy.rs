//! A policy: a pen that follows a heart. It prints the pen's place after every move.
//!
//! The pen observes the way to where the heart's point will be after one step and after four, and
//! its own velocity. The model draws its next four velocities. The demonstrations are other curves,
//! see `models/policy.py`. The pen starts near the heart.
#![no_std]
#![no_main]

use flowlet::{Fixed, SamplerError};
use semihosting::{println, process};

flowlet::model!(mod policy = "../../../models/policy.flow");

/// Moves per observation.
const CHUNK: usize = 4;
/// Fractional bits of places and velocities.
const FRAC: i8 = 16;

#[harness::entry]
fn main() -> ! {
    process::exit(i32::from(follow().is_err()))
}

fn follow() -> Result<(), SamplerError> {
    let mut filler = policy::filler()?;
    let mut rng = emulated::generator();
    let [x, y] = point(0);
    let (mut pen, mut velocity) = ([x + (4 << FRAC), y - (3 << FRAC)], [0, 0]);
    // Once around the heart, and a little more.
    for start in (0..HEART.len() + 2 * CHUNK).step_by(CHUNK) {
        let [near, far] = [1, CHUNK].map(|ahead| {
            let there = point(start + ahead);
            [there[0] - pen[0], there[1] - pen[1]]
        });
        let observed = [near, far, velocity].into_iter().flatten();
        for (index, raw) in observed.enumerate() {
            filler.know(policy::SIZE.dim + index, Fixed { raw, frac: FRAC })?;
        }
        let moves = filler.sample(&mut rng)?;
        for step in 0..CHUNK {
            for (axis, place) in pen.iter_mut().enumerate() {
                let moved = moves.fixed(CHUNK * axis + step);
                velocity[axis] = moved.map_or(0, |moved| moved.rescale_saturating(FRAC));
                *place += velocity[axis];
            }
            let [x, y] = pen.map(|raw| Fixed { raw, frac: FRAC }.to_decimal(3));
            if let (Some(x), Some(y)) = (x, y) {
                println!("{x},{y}");
            }
        }
    }
    Ok(())
}

/// Returns the heart's point after a number of steps.
fn point(step: usize) -> [i32; 2] {
    let (x, y) = HEART[step % HEART.len()];
    [x, y].map(|raw| raw << (FRAC - 8))
}

/// Points about one unit from each other, with 8 fractional bits.
#[rustfmt::skip]
const HEART: [(i32, i32); 102] = [
    (0, 1280), (45, 1532), (131, 1773), (246, 2003), (387, 2217), (552, 2413), (739, 2589),
    (945, 2740), (1169, 2865), (1407, 2959), (1656, 3021), (1910, 3050), (2167, 3046),
    (2421, 3009), (2667, 2942), (2906, 2844), (3129, 2720), (3337, 2570), (3526, 2397),
    (3693, 2202), (3835, 1989), (3948, 1759), (4031, 1516), (4081, 1265), (4096, 1010),
    (4077, 754), (4027, 503), (3947, 259), (3843, 24), (3718, -200), (3577, -412), (3422, -617),
    (3256, -812), (3081, -1001), (2900, -1182), (2715, -1358), (2524, -1531), (2332, -1700),
    (2138, -1867), (1943, -2033), (1747, -2200), (1553, -2367), (1360, -2537), (1171, -2709),
    (985, -2886), (804, -3068), (630, -3256), (465, -3452), (312, -3657), (176, -3875),
    (65, -4105), (0, -4352), (-65, -4104), (-176, -3874), (-313, -3656), (-466, -3451),
    (-631, -3255), (-805, -3067), (-986, -2885), (-1172, -2708), (-1362, -2536), (-1554, -2366),
    (-1749, -2199), (-1944, -2032), (-2139, -1866), (-2334, -1698), (-2526, -1529), (-2716, -1357),
    (-2902, -1181), (-3082, -1000), (-3258, -811), (-3423, -615), (-3579, -411), (-3719, -198),
    (-3844, 26), (-3948, 260), (-4027, 505), (-4077, 755), (-4096, 1012), (-4080, 1267),
    (-4031, 1518), (-3948, 1760), (-3834, 1990), (-3692, 2203), (-3525, 2398), (-3336, 2571),
    (-3127, 2721), (-2904, 2845), (-2666, 2942), (-2420, 3009), (-2166, 3046), (-1909, 3050),
    (-1654, 3021), (-1406, 2958), (-1168, 2864), (-944, 2740), (-738, 2588), (-551, 2412),
    (-386, 2216), (-246, 2002), (-131, 1773), (-45, 1531),
];
