//! Converts between physical units and the standardised values that a model works with.

use std::ops::RangeInclusive;

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::curve::Curve;

/// Largest magnitude of a standardised training value.
pub(crate) const MAX_STANDARDISED: f64 = 8.0;

/// One offset and one scale per column: `standardised = (physical − mean) / scale`.
///
/// The scale is the standard deviation, but at least an eighth of the largest deviation from the
/// mean, so every training value is within ±8. The device has few integer bits for the state, which
/// rare values far from the mean must not overflow. A constant column has the scale 0. Its values
/// are standardised to 0 and come back as the mean. If values are close together compared with
/// their size, mean and scale are rounded to steps of the device.
///
/// The pixels of an image have one physical unit, so they share one scale. So a pixel that hardly
/// varies counts less. The columns of a series share one only if a schema says so: what is small
/// compared with a common scale would stay noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// Mean of each column, physical units.
    pub mean: Vec<f64>,
    /// Scale of each column, physical units, at least 0.
    pub scale: Vec<f64>,
}

/// Fractional bits that a column of a file may have.
pub(crate) const FRACS: RangeInclusive<f64> = -96.0..=126.0;

/// Returns the fractional bits with which |mean| + 16 · scale fits an i32, whether a file may have
/// them or not.
pub(crate) fn bits(mean: f64, scale: f64) -> f64 {
    let largest = mean.abs() + 16.0 * scale;
    // 17 for the two roundings: half a unit in the offset, eight in sixteen multipliers.
    (f64::from(i32::MAX - 17) / largest).log2().floor()
}

/// Returns the fractional bits of a column of a file.
///
/// The device limits values to an i32. So integers of up to ten digits keep their last bit if only
/// what is beyond all training values exceeds it.
pub(crate) fn frac(mean: f64, scale: f64) -> i8 {
    if mean == 0.0 && scale == 0.0 {
        return 0;
    }
    let largest = f64::from(i32::MAX - 17);
    let trained = mean.abs() + MAX_STANDARDISED * scale;
    match bits(mean, scale) {
        -1.0 if trained <= largest && 16.0 * scale <= largest => 0,
        bits => bits.clamp(*FRACS.start(), *FRACS.end()) as i8,
    }
}

/// Returns the step of a column's values on a device.
pub(crate) fn step(mean: f64, scale: f64) -> f64 {
    2f64.powi(-i32::from(frac(mean, scale)))
}

/// Returns the fractional bits of a column with a curve.
pub(crate) fn curve_frac(curve: &Curve) -> i8 {
    let values = curve.knots().iter().map(|knot| knot.1.abs());
    frac(values.fold(0.0, f64::max), 0.0)
}

/// Returns the step of a device for a column with a curve.
pub(super) fn curve_step(curve: &Curve) -> f64 {
    2f64.powi(-i32::from(curve_frac(curve)))
}

/// Fewest steps of the device in a scale whose values have finer steps of their own.
pub(crate) const MIN_STEPS: f64 = 64.0;

/// Steps in a scale below which the rounding of the scale matters.
const COARSE: f64 = 65_536.0;

/// Rounds a mean and a scale to steps of the device, if the values are close together compared with
/// their size. Otherwise the device would decode with another scale than that of the training.
fn on_device(mean: f64, scale: f64) -> (f64, f64) {
    let step = step(mean, scale);
    if scale == 0.0 || scale >= COARSE * step {
        return (mean, scale);
    }
    let scale = (scale / step).ceil() * step;
    ((mean / step).round() * step, scale)
}

impl Scaling {
    /// Fits the scaling to finite values in physical units, `rows × columns`. Columns with the same
    /// number in `shared` share a scale.
    ///
    /// # Panics
    /// If there is no row, or not one number per column.
    #[must_use]
    pub fn fit(rows: ArrayView2<'_, f64>, shared: &[usize]) -> Self {
        assert!(rows.nrows() > 0, "a scaling is fitted to at least one row");
        let count = rows.nrows() as f64;
        let moments = |column: ArrayView1<'_, f64>| {
            let values = || column.iter().copied();
            // Summed relative to the first value, so that a constant column deviates by exactly 0.
            let first = column[0];
            let mean = first + values().map(|value| value - first).sum::<f64>() / count;
            let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
            let largest = values().map(|value| (value - mean).abs());
            (mean, (variance, largest.fold(0.0, f64::max)))
        };
        let (mean, moments): (_, Vec<_>) = rows.columns().into_iter().map(moments).unzip();
        let scale = |&of: &usize| {
            let members = || {
                moments
                    .iter()
                    .zip(shared)
                    .filter(|&(_, &other)| other == of)
            };
            let variance: f64 = members().map(|(moments, _)| moments.0).sum();
            let largest = members().map(|(moments, _)| moments.1).fold(0.0, f64::max);
            let stddev = (variance / members().count() as f64).sqrt();
            stddev.max(largest / MAX_STANDARDISED)
        };
        assert_eq!(shared.len(), rows.ncols(), "a number for every column");
        let mean: Vec<f64> = mean;
        let scales = shared.iter().map(scale);
        let (mean, scale) = mean
            .into_iter()
            .zip(scales)
            .map(|(mean, scale)| on_device(mean, scale))
            .unzip();
        Self { mean, scale }
    }

    /// Changes a column so that x is decoded as shift + gain · x was.
    pub(super) fn adjust(&mut self, column: usize, shift: f64, gain: f64) {
        let (mean, scale) = (self.mean[column], self.scale[column]);
        (self.mean[column], self.scale[column]) = on_device(mean + shift * scale, gain * scale);
    }

    /// Returns a round number in the middle of a column.
    pub(crate) fn centre(&self, column: usize) -> f64 {
        let digits = (4.0 * self.scale[column]).log10().ceil();
        let unit = 10f64.powf(digits.abs());
        let mean = self.mean[column];
        match digits < 0.0 {
            true => (mean * unit).round() / unit,
            false => (mean / unit).round() * unit,
        }
    }

    /// Standardises physical values, `rows × columns`.
    ///
    /// # Panics
    /// If the number of columns differs from the fitted one.
    #[must_use]
    pub fn standardise(&self, rows: ArrayView2<'_, f64>) -> Array2<f32> {
        self.map(rows, |value, mean, scale| match scale > 0.0 {
            true => ((value - mean) / scale) as f32,
            false => 0.0,
        })
    }

    /// Converts standardised values to physical units, `rows × columns`.
    ///
    /// # Panics
    /// If the number of columns differs from the fitted one.
    #[must_use]
    pub fn to_physical(&self, rows: ArrayView2<'_, f32>) -> Array2<f64> {
        self.map(rows, |value, mean, scale| mean + scale * f64::from(value))
    }

    /// Converts each value, given the mean and the scale of its column.
    fn map<A: Copy, B>(
        &self,
        rows: ArrayView2<'_, A>,
        each: impl Fn(A, f64, f64) -> B,
    ) -> Array2<B> {
        assert_eq!(
            rows.ncols(),
            self.mean.len(),
            "the columns that the scaling was fitted to"
        );
        Array2::from_shape_fn(rows.raw_dim(), |(row, column)| {
            each(rows[[row, column]], self.mean[column], self.scale[column])
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::Scaling;

    #[test]
    fn an_ordinary_column_is_standardised() {
        let rows = array![[1.0], [3.0], [5.0], [7.0]];
        let scaling = Scaling::fit(rows.view(), &[0]);
        assert_eq!(
            scaling,
            Scaling {
                mean: vec![4.0],
                scale: vec![5.0_f64.sqrt()]
            }
        );
        let standardised = scaling.standardise(rows.view());
        assert_eq!(standardised[[3, 0]], (3.0 / 5.0_f64.sqrt()) as f32);
    }

    #[test]
    fn a_spike_lands_at_eight() {
        let mut rows = Array2::zeros((401, 1));
        rows[[200, 0]] = 401.0;
        let scaling = Scaling::fit(rows.view(), &[0]);
        assert_eq!((scaling.mean[0], scaling.scale[0]), (1.0, 50.0));
        assert_eq!(scaling.standardise(rows.view())[[200, 0]], 8.0);
    }

    /// Steps of the device near 1.7e9 are 1, and near 51.5 they are 2^−25.
    #[test]
    fn mean_and_scale_of_close_values_are_steps_of_the_device() {
        let rows = Array2::from_shape_fn((9, 2), |(row, column)| match column {
            0 => 1_709_251_211.0 + row as f64,
            _ => 51.5 + 1e-5 * row as f64,
        });
        let scaling = Scaling::fit(rows.view(), &[0, 1]);
        assert_eq!((scaling.mean[0], scaling.scale[0]), (1_709_251_215.0, 3.0));
        let steps = [scaling.mean[1], scaling.scale[1]].map(|value| value * 2f64.powi(25));
        assert!(steps.iter().all(|steps| steps.fract() == 0.0), "{steps:?}");
        let back = scaling.to_physical(scaling.standardise(rows.view()).view());
        assert!((back - rows).iter().all(|error| error.abs() < 1e-5));
    }

    #[test]
    fn columns_of_one_number_share_a_scale() {
        let rows = array![[1.0, 5.0, 7.0], [3.0, 5.0, 7.5]];
        let scaling = Scaling::fit(rows.view(), &[0, 0, 1]);
        assert_eq!(scaling.mean, [2.0, 5.0, 7.25]);
        assert_eq!(scaling.scale, [0.5_f64.sqrt(), 0.5_f64.sqrt(), 0.25]);
    }

    #[test]
    fn a_constant_column_is_zero_and_comes_back() {
        let rows = Array2::from_elem((1797, 1), 0.1);
        let scaling = Scaling::fit(rows.view(), &[0]);
        assert_eq!(scaling.scale, [0.0]);
        let standardised = scaling.standardise(rows.view());
        assert!(standardised.iter().all(|&value| value == 0.0));
        assert_eq!(scaling.to_physical(standardised.view()), rows);
    }

    #[test]
    fn there_and_back_is_the_same_except_for_rounding() {
        let rows = array![[1.0e6, 1.0e-6], [1.000_01e6, -3.0e-6], [0.9e6, 2.0e-6]];
        let scaling = Scaling::fit(rows.view(), &[0, 1]);
        let back = scaling.to_physical(scaling.standardise(rows.view()).view());
        for ((_, column), (a, b)) in rows
            .indexed_iter()
            .map(|(at, _)| at)
            .zip(rows.iter().zip(&back))
        {
            assert!(
                (a - b).abs() <= 1e-6 * (scaling.scale[column] + a.abs()),
                "{a} {b}"
            );
        }
    }
}
