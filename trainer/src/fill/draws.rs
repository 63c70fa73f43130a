//! Draws of the float network, with known coordinates.

use ndarray::{Array2, ArrayView2, Axis};

use super::gain::Directions;
use crate::float_sampler::Integration;
use crate::known::Known;
use crate::quantise::is_within_limits;
use crate::train::FloatModel;

/// Factor on the ridge of a gain that is too large for the device.
const RIDGE_FACTOR: f64 = 4.0;
/// Ridge with which every gain of standardised columns is small.
const MAX_RIDGE: f64 = 1e6;

/// Draws one row from `noise` for each of the states `rows`, of which some coordinates are `known`,
/// with a masked network.
pub(crate) fn masked(
    float: &FloatModel,
    rows: ArrayView2<'_, f32>,
    known: &Known,
    class: Option<&[u16]>,
    integration: &Integration,
    noise: Array2<f32>,
) -> Array2<f32> {
    let mut x = noise;
    known.place(rows, &mut x);
    float.field(class, known).sample(x, integration, |_, _| {})
}

/// Draws as [`masked`] does, with gain matrices: one per step, divided by 1 − t.
pub(crate) fn steered(
    float: &FloatModel,
    rows: ArrayView2<'_, f32>,
    known: &[bool],
    class: Option<&[u16]>,
    (integration, gains): (&Integration, &[Array2<f32>]),
    noise: Array2<f32>,
) -> Array2<f32> {
    let field = float.field(class, &Known::Nothing);
    let of = |wanted: bool| -> Vec<usize> {
        (0..known.len()).filter(|&at| known[at] == wanted).collect()
    };
    let (given, others) = (of(true), of(false));
    let truth = rows.select(Axis(1), &given);
    let mut x = noise;
    for (pair, gain) in integration.times().windows(2).zip(gains) {
        let (t, end) = (pair[0], pair[1]);
        let mut v = field.velocity(&x, t);
        let state = x.select(Axis(1), &given);
        let error = &truth - &state - v.select(Axis(1), &given) * (1.0 - t);
        let change = error.dot(&gain.t());
        for (change, &at) in change.columns().into_iter().zip(&others) {
            v.column_mut(at).scaled_add(1.0, &change);
        }
        let to_truth = (&truth - &state) / (1.0 - t);
        for (to_truth, &at) in to_truth.columns().into_iter().zip(&given) {
            v.column_mut(at).assign(&to_truth);
        }
        x.scaled_add(end - t, &v);
    }
    x
}

/// Returns the gain matrices of the steps of `integration`, divided by 1 − t. If known columns
/// depend on each other almost exactly, a matrix may be too large for the device. It then gets a
/// larger ridge.
pub(crate) fn gains(
    directions: &Directions,
    integration: &Integration,
    known: &[bool],
    ridge: f64,
) -> Vec<Array2<f32>> {
    let times = integration.times();
    let starts = times[..times.len() - 1].iter();
    let gain = |&t: &f32| {
        let mut ridge = ridge;
        loop {
            let gain = directions.gain(t, known, ridge).mapv(|of| of as f32) / (1.0 - t);
            if is_within_limits(&gain) || ridge > MAX_RIDGE {
                return gain;
            }
            ridge *= RIDGE_FACTOR;
        }
    };
    starts.map(gain).collect()
}
