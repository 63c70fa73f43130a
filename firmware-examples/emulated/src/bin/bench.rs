//! The benchmark of a board: executed instructions of layers, networks, noise and samples, and the
//! stack that a sample takes.
//!
//! It prints a line per figure. Figures of layers include bias, requantisation, activation and
//! calls; their names end with the number of samples at once.
#![no_std]
#![no_main]

use core::hint::black_box;

use flowlet::fixed::Scale;
use flowlet::kernel::{self, Activation, Dense};
use flowlet::{Model, Solver, noise};
use harness::counter::Counter;
use harness::models::{DIGITS, DIGITS_SIZE, MOONS, MOONS_SIZE};
use harness::sampling::{self, Run};
use harness::{figure, stack};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use semihosting::{println, process};

const STEPS: u16 = 8;

#[repr(align(16))]
struct Aligned<T: ?Sized>(T);
static WEIGHTS: &Aligned<[u8]> =
    &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/trained.bin")));
/// About 1/40 each, so that pre-activations are a few units in Q3.12.
static SCALES: Aligned<[[u8; 4]; 256]> = Aligned(
    [Scale {
        multiplier: 800,
        shift: 5,
    }
    .word()
    .to_le_bytes(); 256],
);
static BIASES: Aligned<[[u8; 2]; 256]> = Aligned([[7, 1]; 256]);

/// Something at an odd address.
#[repr(C, align(4))]
struct Odd<T>(u8, T);
static ODD_SCALES: Odd<[[u8; 4]; 64]> = Odd(0, [SCALES.0[0]; 64]);
static ODD_BIASES: Odd<[[u8; 2]; 64]> = Odd(0, [BIASES.0[0]; 64]);

/// Activations of a layer.
#[derive(Clone, Copy)]
#[repr(align(4))]
struct Words<const WIDTH: usize>([i16; WIDTH]);

/// Returns a layer of any shape for which there are weights, with at most 256 rows. Activations
/// stay below 1024, and Σ|w| of 128 columns below 8192, so |A| < 2^23 over a segment of 128.
fn layer(columns: usize, rows: usize, activation: Activation<'static>) -> Dense<'static> {
    let blocks = rows.next_multiple_of(4);
    Dense {
        rows,
        columns,
        weights: &WEIGHTS.0[..blocks * columns.next_multiple_of(2)],
        scales: SCALES.0[..blocks].as_flattened(),
        biases: Some(BIASES.0[..rows].as_flattened()),
        segment: if columns > 128 { 128 } else { 1024 },
        activation,
    }
}

const SILU: Activation<'_> = Activation::Curve {
    table: None,
    pre_frac: 12,
    act_frac: 7,
};

/// Returns the number of equal parts in which a layer runs, because the smallest flash holds only a
/// part of the weights of the largest layers. The cost of the additional calls is small.
fn parts(columns: usize, rows: usize) -> usize {
    let fits = |&parts: &usize| {
        let part = rows / parts;
        rows.is_multiple_of(parts) && part <= 256 && columns * part <= WEIGHTS.0.len()
    };
    (1..=rows).find(fits).unwrap_or(1)
}

/// Counts the instructions of the layers between `widths`, at most `WIDTH`, for `L` samples. The
/// last layer is linear if `linear` is set.
fn count<const L: usize, const WIDTH: usize>(
    counter: &mut Counter,
    widths: &[usize],
    linear: bool,
) -> u32 {
    let (mut front, mut back) = ([Words([0; WIDTH]); L], [Words([0; WIDTH]); L]);
    for (seed, words) in front.iter_mut().enumerate() {
        for (i, x) in words.0.iter_mut().enumerate() {
            *x = (i * 611 + seed * 37) as i16 % 1000;
        }
    }
    let mut instructions = 0;
    for pair in widths.windows(2) {
        let last = linear && pair[1] == widths[widths.len() - 1] && pair[0] != pair[1];
        let activation = if last { Activation::Linear } else { SILU };
        let parts = parts(pair[0], pair[1]);
        let layer = black_box(layer(pair[0], pair[1] / parts, activation));
        counter.reset();
        for _ in 0..parts {
            let inputs = front.each_ref().map(|words| &words.0[..pair[0]]);
            let outputs = back.each_mut().map(|words| &mut words.0[..pair[1]]);
            kernel::dense(&layer, inputs, outputs);
        }
        instructions += counter.elapsed();
        core::mem::swap(&mut front, &mut back);
    }
    instructions
}

/// Counts layers and networks, for one sample and for three at once.
fn layers(counter: &mut Counter) {
    figure("16-64/1", count::<1, 256>(counter, &[16, 64], false));
    figure("64-64/1", count::<1, 256>(counter, &[64, 64], false));
    figure("64-64/3", count::<3, 256>(counter, &[64, 64], false));
    figure("128-128/1", count::<1, 256>(counter, &[128, 128], false));
    figure("128-128/3", count::<3, 256>(counter, &[128, 128], false));
    figure("256-256/1", count::<1, 256>(counter, &[256, 256], false));
    figure("256-256/3", count::<3, 256>(counter, &[256, 256], false));
    let small = [16, 64, 64, 64, 2];
    figure("16-64-64-64-2/1", count::<1, 256>(counter, &small, true));
    figure("16-64-64-64-2/3", count::<3, 256>(counter, &small, true));
    let wide = [66, 128, 128, 64];
    figure("66-128-128-64/1", count::<1, 256>(counter, &wide, true));
    figure("66-128-128-64/3", count::<3, 256>(counter, &wide, true));
    // The shape of MLPerf Tiny's anomaly detector.
    let detector = [640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640];
    let name = "640-128-128-128-128-8-128-128-128-128-640/1";
    figure(name, count::<1, 640>(counter, &detector, true));
}

/// Counts a layer at an odd address, which the assembly does not take.
fn unaligned(counter: &mut Counter) {
    let odd = black_box(Dense {
        weights: &WEIGHTS.0[1..=64 * 64],
        scales: ODD_SCALES.1.as_flattened(),
        biases: Some(ODD_BIASES.1.as_flattened()),
        ..layer(64, 64, SILU)
    });
    let (input, mut output) = (Words([500; 64]), Words([0; 64]));
    counter.reset();
    kernel::dense(&odd, [&input.0], [&mut output.0]);
    figure("unaligned 64-64/1", counter.elapsed());
    black_box(output);
}

/// Counts 100 normal variates with the loop around them. The random numbers are drawn before.
#[inline(never)]
fn normals(counter: &mut Counter) {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    let mut values = [0; 100].map(|_: u32| rng.next_u32());
    counter.reset();
    for value in &mut values {
        *value = noise::normal(*value) as u32;
    }
    let instructions = counter.elapsed();
    black_box(values);
    figure("normals-100", instructions);
}

/// Counts a digit, and the part of it that is outside the layers.
fn digit(counter: &mut Counter) {
    let run = Run {
        uniform: Some((STEPS, Solver::ExponentialEuler)),
        ..Run::recommended("digits", Some(3), 1)
    };
    let measured =
        sampling::measure::<{ DIGITS_SIZE.dim }, { DIGITS_SIZE.width }, 1>(DIGITS, run, counter);
    let Ok(model) = Model::parse(DIGITS) else {
        process::exit(1);
    };
    let mut columns = model.dim();
    let mut products = 0;
    for hidden in model.hidden() {
        products += count::<1, 256>(counter, &[columns, hidden.width.into()], false);
        columns = hidden.width.into();
    }
    products += count::<1, 256>(counter, &[columns, model.dim()], true);
    figure("digit", measured.instructions);
    let products = products * u32::from(STEPS);
    figure(
        "digit-outside-layers",
        measured.instructions.saturating_sub(products),
    );
}

/// Counts a point of the moons.
fn point(counter: &mut Counter) {
    let run = Run::recommended("moons", None, 1);
    let measured =
        sampling::measure::<{ MOONS_SIZE.dim }, { MOONS_SIZE.width }, 1>(MOONS, run, counter);
    figure("point", measured.instructions);
}

#[harness::entry]
fn main() -> ! {
    let mut counter = Counter::start();
    println!("kernel={}", kernel::NAME);
    println!("compiler={}", env!("FLOWLET_COMPILER"));
    layers(&mut counter);
    unaligned(&mut counter);
    normals(&mut counter);
    digit(&mut counter);
    point(&mut counter);
    stack::paint();
    let drawn = emulated::sample_once(black_box(DIGITS));
    let depth = stack::depth();
    if drawn.is_none() {
        process::exit(1);
    }
    figure("stack", depth as u32);
    process::exit(0)
}
