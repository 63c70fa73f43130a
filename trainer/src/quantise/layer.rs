//! Quantises one layer: each row has a scale, as multiplier and shift, from its largest weight.

use flowlet::fixed::{MULTIPLIER_FRAC, Scale};
use multiversion::multiversion;

use super::folded::FoldedLayer;
use flowlet::encode::QuantisedLayer;

/// Largest integer weight. The range is symmetric.
const MAX_WEIGHT: f32 = 127.0;
/// Bound of a scaled sum in the runtime's `parse`.
const MAX_PRODUCT: u64 = (1 << 31) - (1 << 27);
/// Largest shift before the multiplier.
const MAX_SHIFT: f64 = 24.0;

/// Integer weights of a layer, row by row, and the real value of 1 in each row.
pub(super) struct IntegerWeights {
    rows: Vec<Vec<i8>>,
    steps: Vec<f32>,
}

impl IntegerWeights {
    /// Rounds the weights of a layer.
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

    /// Returns Σ|w| of each row.
    pub fn norms(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().map(|row| norm(row))
    }

    /// Returns the largest Σ|w| over a segment of columns of the first row of each pair, which has
    /// the upper bytes of the shared weights.
    pub fn paired_norm(&self, segment: u16) -> u32 {
        let upper = self.rows.iter().step_by(2);
        let parts = upper.flat_map(|row| row.chunks(segment.into()).map(norm));
        parts.max().unwrap_or(0)
    }
}

/// Returns the real value of 1 in a row; 0 for a row of zeros.
fn step(row: &[f32]) -> f32 {
    row.iter().fold(0f32, |largest, w| largest.max(w.abs())) / MAX_WEIGHT
}

/// Rounds the weights of a row to the values of their integers.
pub(crate) fn round_row(row: &mut [f32]) {
    let step = step(row);
    if step > 0.0 {
        round_to(row, step);
    }
}

/// Rounds half to even, because vector units have an instruction for it. Training does this at
/// every step.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn round_to(row: &mut [f32], step: f32) {
    for w in row {
        *w = (*w / step).round_ties_even() * step;
    }
}

/// Returns the integers of a row.
fn integers(row: &[f32], step: f32) -> Vec<i8> {
    let integer = |&w: &f32| {
        if step > 0.0 {
            (w / step).round_ties_even().clamp(-MAX_WEIGHT, MAX_WEIGHT) as i8
        } else {
            0
        }
    };
    row.iter().map(integer).collect()
}

/// Returns Σ|w| of the rounded weights of a row.
pub(super) fn rounded_norm(row: &[f32]) -> f32 {
    let step = step(row);
    norm(&integers(row, step)) as f32 * step
}

/// Returns Σ|w|.
fn norm(row: &[i8]) -> u32 {
    row.iter().map(|w| u32::from(w.unsigned_abs())).sum()
}

/// Quantises a layer whose inputs have `in_frac` fractional bits and magnitudes up to `in_bound`,
/// and whose sums have `pre_frac` fractional bits. `None` if a bound of the runtime is exceeded.
pub(super) fn quantise(
    layer: &FoldedLayer,
    integers: &IntegerWeights,
    in_frac: u8,
    in_bound: u32,
    pre_frac: u8,
) -> Option<QuantisedLayer> {
    if layer.largest_bias() >= f32::from(1u16 << (15 - pre_frac)) {
        return None;
    }
    let input_scale = 2f64.powi(i32::from(pre_frac) - i32::from(in_frac));
    let scale = |(&step, norm): (&f32, u32)| {
        let bound = u64::from(norm) * u64::from(in_bound);
        (bound <= i32::MAX as u64).then(|| scale(f64::from(step) * input_scale, bound))?
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

/// Returns `real` as multiplier · 2^−(10 + shift). The multiplier has 10 bits if the shift allows
/// it, so that the shift loses less than one unit of the result.
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
    (product < MAX_PRODUCT).then_some(Scale { multiplier, shift })
}
