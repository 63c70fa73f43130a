//! One layer to integers: each row's weights by its largest, its scale as multiplier and shift.

use super::folded::FoldedLayer;
use crate::encode::QuantisedLayer;

/// Largest weight, so that the range is symmetric.
const LARGEST: f32 = 127.0;
/// The product of a requantised sum and its multiplier must stay below this, `parse`'s bound.
const PRODUCT: u64 = (1 << 31) - (1 << 14);
/// Largest shift before the multiplier.
const MAX_SHIFT: u8 = 24;

/// The real value of one integer step of a row's weights; 0 for a row of zeros.
fn step(row: &[f32]) -> f32 {
    row.iter().fold(0f32, |largest, w| largest.max(w.abs())) / LARGEST
}

/// A row's integers.
fn integers(row: &[f32]) -> Vec<i8> {
    let step = step(row);
    let integer = |&w: &f32| if step > 0.0 { (w / step).round().clamp(-LARGEST, LARGEST) as i8 } else { 0 };
    row.iter().map(integer).collect()
}

/// Σ|w| of a row's integers.
fn norm(row: &[i8]) -> u32 {
    row.iter().map(|w| u32::from(w.unsigned_abs())).sum()
}

/// Largest Σ|w| among the rows.
pub(super) fn largest_norm(layer: &FoldedLayer) -> u32 {
    let rows = layer.weights.outer_iter();
    rows.map(|row| norm(&integers(&row.to_vec()))).max().unwrap_or(0)
}

/// Quantises a layer whose inputs have `in_frac` fractional bits and magnitude ≤ `in_bound`, and
/// whose sums become Q(15−p).p, p = `pre_frac`. With it the fractional bits of its multipliers:
/// the most, of 15 down to 8, that every row's bound allows. `None` where none do.
pub(super) fn quantise(
    layer: &FoldedLayer,
    in_frac: u8,
    in_bound: u32,
    pre_frac: u8,
) -> Option<(QuantisedLayer, u8)> {
    let rows: Vec<Vec<f32>> = layer.weights.outer_iter().map(|row| row.to_vec()).collect();
    let weights: Vec<Vec<i8>> = rows.iter().map(|row| integers(row)).collect();
    let unit = 2f64.powi(i32::from(pre_frac) - i32::from(in_frac));
    let scales: Vec<f64> = rows.iter().map(|row| f64::from(step(row)) * unit).collect();
    let bounds: Vec<u64> = weights.iter().map(|row| u64::from(norm(row)) * u64::from(in_bound)).collect();
    if bounds.iter().any(|&bound| bound > i32::MAX as u64) {
        return None;
    }
    (8..=15).rev().find_map(|frac| {
        let pairs = scales.iter().zip(&bounds).map(|(&scale, &bound)| split(scale, frac, bound));
        let (multipliers, shifts) = pairs.collect::<Option<Vec<_>>>()?.into_iter().unzip();
        let bias = |b: &f32| (f64::from(*b) * 2f64.powi(pre_frac.into())).round() as i16;
        let quantised = QuantisedLayer {
            weights: weights.concat(),
            multipliers,
            shifts,
            biases: layer.biases.iter().flatten().map(bias).collect(),
            class_biases: layer.class_biases.iter().flatten().map(bias).collect(),
        };
        Some((quantised, frac))
    })
}

/// `scale` = multiplier · 2^−(frac + shift), the multiplier of `frac` bits where the shift allows
/// it, so that the shift before it cuts less than one unit of the result.
fn split(scale: f64, frac: u8, bound: u64) -> Option<(i16, u8)> {
    if scale == 0.0 {
        return Some((1, 0));
    }
    let shift = (-scale.log2()).floor().clamp(0.0, MAX_SHIFT.into()) as u8;
    let multiplier = (scale * 2f64.powi(i32::from(frac) + i32::from(shift))).round().max(1.0);
    if multiplier > f64::from(i16::MAX) {
        return None;
    }
    let multiplier = multiplier as i16;
    let product = ((bound >> shift) + 1) * multiplier as u64;
    (product < PRODUCT).then_some((multiplier, shift))
}
