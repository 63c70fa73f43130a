//! One layer to integers: each row's weights by its largest, its scale as multiplier and shift.

use flowlet::fixed::{MULTIPLIER_FRAC, Scale};
use multiversion::multiversion;

use super::folded::FoldedLayer;
use flowlet::encode::QuantisedLayer;

/// Largest weight, so that the range is symmetric.
const LARGEST: f32 = 127.0;
/// A scaled sum must stay below this, `parse`'s bound.
const PRODUCT: u64 = (1 << 31) - (1 << 27);
/// Largest shift before the multiplier.
const MAX_SHIFT: f64 = 24.0;

/// A layer's weights as integers, row by row, and the real value of one step of each row.
pub(super) struct Integers {
    rows: Vec<Vec<i8>>,
    steps: Vec<f32>,
}

impl Integers {
    pub fn of(layer: &FoldedLayer) -> Self {
        let rows: Vec<Vec<f32>> = layer.weights.outer_iter().map(|row| row.to_vec()).collect();
        let steps: Vec<f32> = rows.iter().map(|row| step(row)).collect();
        let rows = rows
            .iter()
            .zip(&steps)
            .map(|(row, &step)| integers(row, step))
            .collect();
        Self { rows, steps }
    }

    /// Σ|w| of each row.
    pub fn norms(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().map(|row| norm(row))
    }

    /// Largest Σ|w| over a segment of columns, of the rows that share their weights' upper bytes:
    /// the first of each two.
    pub fn paired_norm(&self, segment: u16) -> u32 {
        let upper = self.rows.iter().step_by(2);
        let parts = upper.flat_map(|row| row.chunks(segment.into()).map(norm));
        parts.max().unwrap_or(0)
    }
}

/// The real value of one integer step of a row's weights; 0 for a row of zeros.
fn step(row: &[f32]) -> f32 {
    row.iter().fold(0f32, |largest, w| largest.max(w.abs())) / LARGEST
}

/// Rounds a row's weights to what their integers stand for.
pub(crate) fn round_row(row: &mut [f32]) {
    let step = step(row);
    if step > 0.0 {
        round_to(row, step);
    }
}

/// Half to even, which vector units have an instruction for: training does this at every step.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn round_to(row: &mut [f32], step: f32) {
    for w in row {
        *w = (*w / step).round_ties_even() * step;
    }
}

/// A row's integers.
fn integers(row: &[f32], step: f32) -> Vec<i8> {
    let integer = |&w: &f32| {
        if step > 0.0 {
            (w / step).round_ties_even().clamp(-LARGEST, LARGEST) as i8
        } else {
            0
        }
    };
    row.iter().map(integer).collect()
}

/// Σ|w| of integers.
fn norm(row: &[i8]) -> u32 {
    row.iter().map(|w| u32::from(w.unsigned_abs())).sum()
}

/// Quantises a layer whose inputs have `in_frac` fractional bits and magnitude ≤ `in_bound`, and
/// whose sums become Q(15−p).p, p = `pre_frac`. `None` where a bound of the runtime is exceeded.
pub(super) fn quantise(
    layer: &FoldedLayer,
    integers: &Integers,
    in_frac: u8,
    in_bound: u32,
    pre_frac: u8,
) -> Option<QuantisedLayer> {
    if layer.largest_bias() >= f32::from(1u16 << (15 - pre_frac)) {
        return None;
    }
    let unit = 2f64.powi(i32::from(pre_frac) - i32::from(in_frac));
    let scale = |(&step, norm): (&f32, u32)| {
        let bound = u64::from(norm) * u64::from(in_bound);
        (bound <= i32::MAX as u64).then(|| scale(f64::from(step) * unit, bound))?
    };
    let bias = |b: &f32| (f64::from(*b) * 2f64.powi(pre_frac.into())).round() as i16;
    Some(QuantisedLayer {
        scales: integers
            .steps
            .iter()
            .zip(integers.norms())
            .map(scale)
            .collect::<Option<_>>()?,
        weights: integers.rows.concat(),
        biases: layer.biases.iter().flatten().map(bias).collect(),
        class_biases: layer.class_biases.iter().flatten().map(bias).collect(),
    })
}

/// `real` = multiplier · 2^−(10 + shift), the multiplier of 10 bits where the shift allows it, so
/// that the shift before it cuts less than one unit of the result.
fn scale(real: f64, bound: u64) -> Option<Scale> {
    if real == 0.0 {
        return Some(Scale {
            multiplier: 1,
            shift: 0,
        });
    }
    let shift = (-real.log2()).floor().clamp(0.0, MAX_SHIFT);
    let multiplier = (real * 2f64.powf(f64::from(MULTIPLIER_FRAC) + shift))
        .round()
        .max(1.0);
    if multiplier > f64::from(i16::MAX) {
        return None;
    }
    let (multiplier, shift) = (multiplier as i16, shift as u8);
    let product = ((bound >> shift) + 1) * multiplier as u64;
    (product < PRODUCT).then_some(Scale { multiplier, shift })
}
