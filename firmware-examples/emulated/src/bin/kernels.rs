//! Compares the board's kernel with the portable one, bit for bit. The cases are dense layers of
//! random shapes with extreme weights and activations, at every alignment, for one to three samples
//! at once. Condition biases and Euler steps follow.
#![no_std]
#![no_main]

use flowlet::fixed::Scale;
use flowlet::format::{MAX_LEVELS, Nodes, SEGMENTS};
use flowlet::kernel::{
    self, Activation, ConditionBias, Dense, DriftCoefficients, EulerStep, portable,
};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use semihosting::{println, process};

const CASES: u32 = 1000;
/// Bytes of weights per distribution. The file has four distributions, then the first one at the
/// offsets 1, 2 and 3 from a word.
const LENGTH: usize = 8192;
/// Bytes from one distribution to the next.
const STRIDE: usize = LENGTH + 4;

#[repr(align(8))]
struct Aligned<T: ?Sized>(T);
static DISTRIBUTIONS: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(
    env!("OUT_DIR"),
    "/distributions.bin"
)));

/// Memory of a case: scales, inputs, outputs. The smallest board has 8 KB of RAM.
type Arena = Aligned<[u8; 6656]>;

/// Nodes of an activation table that leap by almost 4.0, over the range that `parse` accepts. That
/// is ±8 for pre-activations that every format reaches, and ±16 beyond them.
static TABLE: Aligned<[u8; size_of::<Nodes>() + 4]> = Aligned(table());

const fn table() -> [u8; size_of::<Nodes>() + 4] {
    let (mut bytes, mut at) = ([0; _], 0);
    let (mut node, mut seed) = (0i32, 1u32);
    while at < bytes.len() {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let leap = match seed >> 30 {
            0 => 8191,
            1 => -8191,
            _ => (seed >> 17) as i32 % 16_383 - 8191,
        };
        // The inner half, wherever the table begins. Two leaps reach it from the outside.
        let limit = if at > 300 && at < 730 { 16_383 } else { 32_767 };
        let next = node + leap;
        node = if next > limit {
            if node - 8191 > limit {
                node - 8191
            } else {
                limit
            }
        } else if next < -limit {
            if node + 8191 < -limit {
                node + 8191
            } else {
                -limit
            }
        } else {
            next
        };
        [bytes[at], bytes[at + 1]] = (node as i16).to_le_bytes();
        at += 2;
    }
    bytes
}

/// Returns the table at an address with any alignment, as in a file that is not aligned.
fn nodes(draw: &mut Draw) -> &'static Nodes {
    let start = draw.of(&[0, 0, 2, 2, 1, 3]);
    let table = &TABLE.0[start..][..size_of::<Nodes>()];
    table.as_chunks().0.first_chunk().unwrap()
}

/// Sizes at which kernels take other branches.
const EDGES: [usize; 26] = [
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65, 66, 88, 127, 128, 136,
    1023, 1024,
];

/// Draws uniform integers.
struct Draw(Xoshiro128PlusPlus);

impl Draw {
    fn within(&mut self, low: u32, high: u32) -> u32 {
        low + ((u64::from(self.0.next_u32()) * u64::from(high - low + 1)) >> 32) as u32
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.within(0, choices.len() as u32 - 1) as usize]
    }

    fn size(&mut self) -> usize {
        match self.within(0, 2) {
            0 => self.of(&EDGES),
            1 => self.within(1, 80) as usize,
            _ => self.within(1, 1024) as usize,
        }
    }
}

#[harness::entry]
fn main() -> ! {
    let mut draw = Draw(Xoshiro128PlusPlus::seed_from_u64(1));
    layers(&mut draw);
    for _ in 0..CASES {
        fold(&mut draw);
        euler(&mut draw);
    }
    println!("kernel={} cases={CASES} same={CASES}", kernel::NAME);
    process::exit(0)
}

/// Compares layers. A function of its own, so that its memory has left the stack before the other
/// comparisons run.
#[inline(never)]
fn layers(draw: &mut Draw) {
    let mut arena = Aligned([0; _]);
    let mut ran = 0;
    while ran < CASES {
        let samples = draw.within(1, 3);
        let fits = match samples {
            1 => case::<1>(draw, &mut arena),
            2 => case::<2>(draw, &mut arena),
            _ => case::<3>(draw, &mut arena),
        };
        ran += u32::from(fits);
    }
}

/// Compares a random layer for `L` samples. Returns false if it does not fit into memory.
fn case<const L: usize>(draw: &mut Draw, arena: &mut Arena) -> bool {
    let (rows, columns) = (draw.size(), draw.size());
    let bytes = rows.next_multiple_of(4) * columns.next_multiple_of(2);
    let scale_bytes = 4 * rows.next_multiple_of(4);
    if bytes > LENGTH || 4 + scale_bytes + 2 * L * (rows + columns + 8) > arena.0.len() {
        return false;
    }
    let offset = draw.of(&[0, 0, 0, 1, 2, 3]);
    let start = 4 * draw.within(0, ((LENGTH - bytes) / 4) as u32) as usize;
    let place = if offset > 0 {
        3 + offset
    } else {
        draw.within(0, 3) as usize
    };
    let weights = &DISTRIBUTIONS.0[place * STRIDE + offset + start..][..bytes];
    let (largest, segment) = limits(draw, weights, columns);

    let scale_offset = draw.of(&[0, 0, 0, 0, 1, 2]);
    let (scales, mut rest) = arena.0[scale_offset..].split_at_mut(scale_bytes);
    fill_scales(draw, scales, largest.saturating_mul(norm(weights, columns)));
    // Kernels want all inputs and outputs at words. Else any of them may be between two words.
    let offsets = draw.within(0, 63);
    let offsets = draw.of(&[0, 0, offsets]);
    let mut taken = 0;
    let mut take = |count: usize| -> &mut [i16] {
        let words = count / 2 + 2;
        let (part, left) = core::mem::take(&mut rest).split_at_mut(4 * words);
        rest = left;
        // SAFETY: any bytes are i16.
        let halves = unsafe { part.align_to_mut::<i16>().1 };
        let offset = (offsets >> taken) as usize & 1;
        taken += 1;
        &mut halves[offset..][..count]
    };
    let inputs: [&mut [i16]; L] = core::array::from_fn(|_| take(columns));
    let mut outputs: [&mut [i16]; L] = core::array::from_fn(|_| take(rows));
    let inputs = inputs.map(|input| {
        let extreme = draw.within(0, 3);
        for x in input.iter_mut() {
            let (low, high) = (-(largest as i32), largest as i32);
            *x = match extreme {
                0 => high,
                1 => draw.of(&[low, high]),
                _ => low + draw.within(0, 2 * largest) as i32,
            } as i16;
        }
        &*input
    });
    let bias_start = draw.within(0, 15) as usize;
    let biases = &DISTRIBUTIONS.0[bias_start..][..2 * rows];
    let given = draw.within(0, 1) == 0;
    if !given {
        for output in &mut outputs {
            for (out, &bias) in output.iter_mut().zip(biases.as_chunks().0) {
                *out = i16::from_le_bytes(bias);
            }
        }
    }
    let pre_frac = draw.within(11, 13) as u8;
    let act_frac = draw.within(1, u32::from(pre_frac) - 1) as u8;
    let table = nodes(draw);
    let table = draw.of(&[None, Some(table)]);
    let curve = Activation::Curve {
        table,
        pre_frac,
        act_frac,
    };
    let activation = draw.of(&[Activation::Linear, curve]);
    let layer = Dense {
        rows,
        columns,
        weights,
        scales,
        biases: given.then_some(biases),
        segment,
        activation,
    };
    kernel::dense(
        &layer,
        inputs,
        outputs.each_mut().map(|output| &mut **output),
    );
    for (input, output) in inputs.iter().zip(&outputs) {
        compare(
            &Dense {
                biases: Some(biases),
                ..layer
            },
            input,
            output,
        );
    }
    true
}

/// Largest number of rows and coordinates outside the layers.
const MAX_ROWS: usize = 70;

/// Returns constants, at an odd address in one of four cases.
fn values(draw: &mut Draw, count: usize) -> &'static [[u8; 2]] {
    let start = 2 * draw.within(0, 64) as usize + draw.of(&[0, 0, 0, 1]);
    &DISTRIBUTIONS.0[draw.of(&[0, 1, 2, 3]) * STRIDE + start..]
        .as_chunks()
        .0[..count]
}

fn same<T: PartialEq + core::fmt::Debug>(what: &str, got: &[T], expected: &[T]) {
    if got != expected {
        println!("{what}: {got:?}, not {expected:?}");
        process::exit(1);
    }
}

/// Tries random rows of biases over t.
#[inline(never)]
fn fold(draw: &mut Draw) {
    let rows = draw.within(1, MAX_ROWS as u32) as usize;
    let log2 = draw.within(9, 14) as u8;
    let classes = if draw.within(0, 1) == 0 { rows } else { 0 };
    let bias = ConditionBias {
        before: values(draw, rows),
        after: values(draw, rows),
        classes: values(draw, classes),
        fraction: draw.within(0, 1 << log2) as u16,
        log2,
    };
    let start = draw.within(0, 1) as usize;
    let (mut got, mut expected) = (Aligned([0; MAX_ROWS + 1]), Aligned([0; MAX_ROWS + 1]));
    kernel::condition_bias(&bias, &mut got.0[start..][..rows]);
    portable::condition_bias(&bias, &mut expected.0[start..][..rows]);
    same("fold", &got.0, &expected.0);
}

/// Tries Euler's step on random coordinates, the largest included.
#[inline(never)]
fn euler(draw: &mut Draw) {
    let dim = draw.within(1, MAX_ROWS as u32) as usize;
    let time = draw.within(0, 1 << 15) as u16;
    let levels = [0; MAX_LEVELS].map(|_: u8| (draw.within(64, 65_535) as u16).to_le_bytes());
    let coefficients = DriftCoefficients::at(time, &levels);
    let start = draw.within(0, 3) as usize;
    let step = EulerStep {
        coefficients: &coefficients,
        levels: &DISTRIBUTIONS.0[draw.within(0, 200) as usize..][..dim],
        means: values(draw, dim),
        dt: draw.of(&[1, 100, 4096, 32_767, 32_768]),
        input_frac: draw.within(4, 10) as u8,
    };
    let mut state = [0; MAX_ROWS].map(|_: i32| match draw.within(0, 3) {
        0 => draw.of(&[-(1 << 30), (1 << 30) - 1]),
        _ => draw.0.next_u32() as i32 >> 2,
    });
    let mut io = Aligned([0; MAX_ROWS + 3].map(|_: i16| draw.0.next_u32() as i16));
    let (mut expected_state, mut expected_io) = (state, Aligned(io.0));
    kernel::euler(&step, &mut state[..dim], &mut io.0[start..][..dim]);
    let expected = &mut expected_io.0[start..][..dim];
    portable::euler(&step, &mut expected_state[..dim], expected);
    same("state", &state, &expected_state);
    same("input", &io.0, &expected_io.0);
}

/// Compares an output with the portable kernel's, one block of rows at a time.
fn compare(layer: &Dense, input: &[i16], output: &[i16]) {
    let block = 4 * layer.columns.next_multiple_of(2);
    for (index, got) in output.chunks(4).enumerate() {
        let part = Dense {
            rows: got.len(),
            weights: &layer.weights[index * block..][..block],
            scales: &layer.scales[16 * index..][..16],
            biases: layer.biases.map(|biases| &biases[8 * index..]),
            ..*layer
        };
        let mut expected = [0; 4];
        portable::dense(&part, input, &mut expected);
        if got != &expected[..got.len()] {
            println!(
                "rows {} from {}: {got:?}, not {expected:?}",
                layer.rows,
                4 * index
            );
            println!(
                "columns {} segment {} {:?}, weights at {:p}, input at {:p}, output at {:p}",
                layer.columns, layer.segment, layer.activation, layer.weights, input, output
            );
            process::exit(1);
        }
    }
}

/// Returns the largest Σ|w| of the rows of each block that `keep` accepts.
fn largest_norm(weights: &[u8], columns: usize, keep: impl Fn(usize) -> bool) -> u32 {
    let mut largest = 0;
    for block in weights.chunks(4 * columns.next_multiple_of(2)) {
        let mut norms = [0u32; 4];
        for (at, &half) in block.as_chunks::<2>().0.iter().enumerate() {
            let (half, low) = (
                i32::from(i16::from_le_bytes(half)),
                i32::from(half[0] as i8),
            );
            norms[at & 2] += ((half - low) >> 8).unsigned_abs();
            norms[(at & 2) + 1] += low.unsigned_abs();
        }
        for (row, norm) in norms.into_iter().enumerate() {
            if keep(row) {
                largest = norm.max(largest);
            }
        }
    }
    largest
}

fn norm(weights: &[u8], columns: usize) -> u32 {
    largest_norm(weights, columns, |_| true).max(1)
}

/// Returns the largest activation, and a segment that `parse` accepts with it.
fn limits(draw: &mut Draw, weights: &[u8], columns: usize) -> (u32, usize) {
    let segment = usize::from(draw.of(&SEGMENTS));
    let upper = weights
        .chunks(4 * columns.next_multiple_of(2))
        .flat_map(|block| block.chunks(4 * segment))
        .map(|part| largest_norm(part, part.len() / 4, |row| row % 2 == 0))
        .max()
        .unwrap_or(0);
    let paired = ((1 << 23) - 1) / upper.max(1);
    let total = i32::MAX as u32 / norm(weights, columns);
    let wanted = 1 << draw.within(4, 15);
    (paired.min(total).min(wanted).min(i16::MAX as u32), segment)
}

/// Fills in scales that are valid for sums up to `bound`: the largest ones, or any.
fn fill_scales(draw: &mut Draw, scales: &mut [u8], bound: u32) {
    for word in scales.as_chunks_mut().0 {
        // A shifted sum is at most 2^22.
        let shift = draw.within(10u32.saturating_sub(bound.leading_zeros()), 24);
        let limit = ((1 << 31) - (1 << 27) - 1) / ((bound >> shift) + 1);
        let limit = limit.min(i16::MAX as u32);
        let multiplier = if draw.within(0, 3) == 0 {
            limit
        } else {
            draw.within(1, limit.max(1))
        };
        // So large a bound needs the largest shift.
        let (multiplier, shift) = if limit == 0 {
            (1, 24)
        } else {
            (multiplier, shift)
        };
        *word = Scale {
            multiplier: multiplier as i16,
            shift: shift as u8,
        }
        .word()
        .to_le_bytes();
    }
}
