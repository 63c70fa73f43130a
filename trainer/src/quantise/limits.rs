//! The largest weights and biases that the device's formats hold in any case.
//!
//! Training keeps each unit within them at every step, so a trained network can always be
//! quantised. A unit within them is not changed by a bit.

use ndarray::Array2;

use super::folded::Folded;
use super::layer::rounded_norm;
use crate::network::{Unit, VelocityNet};

/// Largest magnitude of a vector in the coarsest format, Q4.11.
const LARGEST_INPUT: f32 = 16.0;
/// Bound of a sum before it is scaled, in the coarsest format: see `MAX_PRODUCT` in `layer`.
const LARGEST_SUM: f32 = 960.0;
/// Largest Σ|w| of a row of rounded weights. The multiplier is rounded too.
const LARGEST_ROUNDED_NORM: f32 = 0.998 * LARGEST_SUM / LARGEST_INPUT;
/// Largest Σ|w| of a row in training, because rounding may increase it.
const LARGEST_NORM: f32 = 0.95 * LARGEST_SUM / LARGEST_INPUT;
/// Largest magnitude of a bias, below 16.
const LARGEST_BIAS: f32 = 15.99;

/// Rescales the units of `net` that exceed a limit.
pub(crate) fn keep_within_limits(net: &mut VelocityNet) {
    net.for_each_unit(|unit| {
        let Unit {
            weights,
            time,
            classes,
            query,
            bias,
        } = unit;
        shrink(weights, norm(weights), LARGEST_NORM);
        // The file has the mean over the classes, and the difference of each class from it.
        let largest_class = classes.iter().fold(0f32, |largest, w| largest.max(w.abs()));
        let sum = bias.abs() + norm(time) + largest_class + norm(query);
        // Not `max`, which would hide a sum that is no number.
        let largest = match 2.0 * largest_class > sum {
            true => 2.0 * largest_class,
            false => sum,
        };
        for part in [time, classes, query, std::slice::from_mut(bias)] {
            shrink(part, largest, LARGEST_BIAS);
        }
    });
}

/// Rescales rows whose rounded weights exceed the limit. Those of a trained network rarely do.
pub(super) fn fit_rows(folded: &mut Folded) {
    for layer in &mut folded.layers {
        for mut row in layer.weights.outer_iter_mut() {
            let row = row.as_slice_mut().expect("made in standard layout");
            shrink(row, rounded_norm(row), LARGEST_ROUNDED_NORM);
        }
    }
}

/// Returns whether the formats hold a matrix whose inputs are within ±16.
pub(crate) fn is_within_limits(weights: &Array2<f32>) -> bool {
    let mut norms = weights.outer_iter().map(|row| rounded_norm(&row.to_vec()));
    norms.all(|norm| norm <= LARGEST_ROUNDED_NORM)
}

/// Multiplies `values` by `limit` / `size` if `size` is above the limit. Infinite ones become 0.
fn shrink(values: &mut [f32], size: f32, limit: f32) {
    if size <= limit {
        return;
    }
    let factor = limit / size;
    for value in values {
        *value = match value.is_finite() {
            true => factor * *value,
            false => 0.0,
        };
    }
}

/// Returns Σ|w| with several sums, because one sum would wait for each addition.
fn norm(values: &[f32]) -> f32 {
    let mut sums = [0f32; 16];
    let (parts, rest) = values.as_chunks::<16>();
    for part in parts {
        for (sum, value) in sums.iter_mut().zip(part) {
            *sum += value.abs();
        }
    }
    for (sum, value) in sums.iter_mut().zip(rest) {
        *sum += value.abs();
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::network::{Conditioning, NetShape};
    use crate::quantise::folded::FoldedLayer;

    fn net(scale: f32) -> VelocityNet {
        let shape = NetShape {
            dim: 40,
            hidden: vec![8, 9],
            classes: 3,
            query: 2,
            conditioning: Conditioning::All,
        };
        let parameters = (0..)
            .map(|k: i32| scale * ((k * 37 % 101) as f32 / 50.0 - 1.0))
            .take(1000);
        let mut parameters: Vec<f32> = parameters.collect();
        while VelocityNet::from_parameters(shape.clone(), parameters.clone()).is_none() {
            parameters.pop();
        }
        VelocityNet::from_parameters(shape, parameters).expect("just tried")
    }

    #[test]
    fn small_weights_stay_and_large_ones_fit() {
        let small = net(1.0);
        let mut kept = small.clone();
        keep_within_limits(&mut kept);
        assert_eq!(kept, small);
        for scale in [30.0, 1e30, f32::MAX, f32::INFINITY] {
            let mut large = net(scale);
            keep_within_limits(&mut large);
            let folded = Folded::new(&large, 8);
            assert_eq!(folded.check_finite(), Ok(()));
            for layer in &folded.layers {
                assert!(layer.largest_bias() < 16.0, "{scale}");
                let norms = layer.weights.outer_iter().map(|row| norm(&row.to_vec()));
                assert!(norms.into_iter().all(|norm| norm < 60.0), "{scale}");
            }
        }
    }

    /// Rounding moves the small weights of this row away from 0, beyond the limit.
    #[test]
    fn rows_that_rounding_enlarges_are_shrunk() {
        let mut row = Array2::from_elem((1, 1000), 0.05);
        row[[0, 0]] = 10.0;
        let layer = |weights| FoldedLayer {
            weights,
            biases: vec![vec![0.0]],
            class_biases: Vec::new(),
        };
        let mut folded = Folded {
            query: Array2::zeros((1, 0)),
            layers: vec![layer(row.clone()), layer(array![[0.5, -1.0]])],
        };
        assert!(norm(&row.row(0).to_vec()) < 60.1);
        fit_rows(&mut folded);
        let fitted = folded.layers[0].weights.row(0).to_vec();
        assert!(rounded_norm(&fitted) <= 1.001 * LARGEST_ROUNDED_NORM);
        assert_eq!(folded.layers[1].weights, array![[0.5, -1.0]]);
    }
}
