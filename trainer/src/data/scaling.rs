//! Maps physical units to the unit range that a model works in, and back.

use ndarray::{Array2, ArrayView1, ArrayView2};

/// How far from 0 a training value may lie in unit range.
const REACH: f64 = 8.0;

/// One shift and one scale per column: `unit = (physical − mean) / scale`.
///
/// The scale is the standard deviation, but never less than an eighth of the largest deviation from the mean, so every
/// training value lies within ±8. The device holds the state in fixed point with few integer bits: a rare spike (a
/// rainfall record in a mostly dry column is 20 standard deviations out) must not decide how many, nor overflow them.
/// A constant column has scale 0: its values are 0 in unit range and come back as the mean.
///
/// Columns of a series (the samples of a waveform, the pixels of an image) share one scale: they have one unit, and
/// what hardly varies in one of them should not count as much as what does.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// Mean of each column, physical units.
    pub mean: Vec<f64>,
    /// Physical units per unit, each ≥ 0.
    pub scale: Vec<f64>,
}

impl Scaling {
    /// Fits the scaling to `rows × columns` of finite values in physical units; columns of the same number
    /// in `series` share a scale.
    ///
    /// # Panics
    /// When there is no row, or not a series for every column.
    #[must_use]
    pub fn fit(rows: ArrayView2<'_, f32>, series: &[usize]) -> Self {
        assert!(rows.nrows() > 0, "a scaling is fitted to at least one row");
        let count = rows.nrows() as f64;
        let moments = |column: ArrayView1<'_, f32>| {
            let values = || column.iter().map(|&value| f64::from(value));
            // Summed from the first value on, so that a constant column deviates by exactly 0.
            let first = f64::from(column[0]);
            let mean = first + values().map(|value| value - first).sum::<f64>() / count;
            let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
            let largest = values().map(|value| (value - mean).abs());
            (mean, (variance, largest.fold(0.0, f64::max)))
        };
        let (mean, spread): (_, Vec<_>) = rows.columns().into_iter().map(moments).unzip();
        let scale = |&of: &usize| {
            let members = || spread.iter().zip(series).filter(|&(_, &other)| other == of);
            let variance: f64 = members().map(|(spread, _)| spread.0).sum();
            let largest = members().map(|(spread, _)| spread.1).fold(0.0, f64::max);
            let deviation = (variance / members().count() as f64).sqrt();
            deviation.max(largest / REACH)
        };
        assert_eq!(series.len(), rows.ncols(), "a series for every column");
        Self {
            mean,
            scale: series.iter().map(scale).collect(),
        }
    }

    /// Physical units to unit range: `rows × columns` to the same shape.
    ///
    /// # Panics
    /// When the number of columns differs from the fitted one.
    #[must_use]
    pub fn to_unit(&self, rows: Array2<f32>) -> Array2<f32> {
        self.map(rows, |value, mean, scale| {
            if scale > 0.0 {
                (value - mean) / scale
            } else {
                0.0
            }
        })
    }

    /// Column range to physical units: `rows × columns` to the same shape.
    ///
    /// # Panics
    /// When the number of columns differs from the fitted one.
    #[must_use]
    pub fn to_physical(&self, rows: Array2<f32>) -> Array2<f32> {
        self.map(rows, |value, mean, scale| mean + scale * value)
    }

    fn map(&self, mut rows: Array2<f32>, each: impl Fn(f64, f64, f64) -> f64) -> Array2<f32> {
        assert_eq!(
            rows.ncols(),
            self.mean.len(),
            "as many columns as the scaling was fitted to"
        );
        for (mut column, (&mean, &scale)) in rows
            .columns_mut()
            .into_iter()
            .zip(self.mean.iter().zip(&self.scale))
        {
            column.mapv_inplace(|value| each(f64::from(value), mean, scale) as f32);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::Scaling;

    #[test]
    fn an_ordinary_column_is_standardised() {
        let rows = array![[1.0_f32], [3.0], [5.0], [7.0]];
        let scaling = Scaling::fit(rows.view(), &[0]);
        assert_eq!(
            scaling,
            Scaling {
                mean: vec![4.0],
                scale: vec![5.0_f64.sqrt()]
            }
        );
        let unit = scaling.to_unit(rows);
        assert_eq!(unit[[3, 0]], (3.0 / 5.0_f64.sqrt()) as f32);
    }

    #[test]
    fn a_spike_lands_at_eight() {
        let mut rows = Array2::<f32>::zeros((401, 1));
        rows[[200, 0]] = 401.0;
        let scaling = Scaling::fit(rows.view(), &[0]);
        assert_eq!((scaling.mean[0], scaling.scale[0]), (1.0, 50.0));
        assert_eq!(scaling.to_unit(rows)[[200, 0]], 8.0);
    }

    #[test]
    fn a_series_has_one_scale() {
        let rows = array![[1.0_f32, 5.0, 7.0], [3.0, 5.0, 7.5]];
        let scaling = Scaling::fit(rows.view(), &[0, 0, 1]);
        assert_eq!(scaling.mean, [2.0, 5.0, 7.25]);
        assert_eq!(scaling.scale, [0.5_f64.sqrt(), 0.5_f64.sqrt(), 0.25]);
    }

    #[test]
    fn a_constant_column_is_zero_and_comes_back() {
        let rows = Array2::from_elem((1797, 1), 0.1_f32);
        let scaling = Scaling::fit(rows.view(), &[0]);
        assert_eq!(scaling.scale, [0.0]);
        let unit = scaling.to_unit(rows.clone());
        assert!(unit.iter().all(|&value| value == 0.0));
        assert_eq!(scaling.to_physical(unit), rows);
    }

    #[test]
    fn there_and_back_is_the_same_but_for_rounding() {
        let rows = array![[1.0e6_f32, 1.0e-6], [1.000_01e6, -3.0e-6], [0.9e6, 2.0e-6]];
        let scaling = Scaling::fit(rows.view(), &[0, 1]);
        let back = scaling.to_physical(scaling.to_unit(rows.clone()));
        for ((_, column), (a, b)) in rows
            .indexed_iter()
            .map(|(at, _)| at)
            .zip(rows.iter().zip(&back))
        {
            assert!(
                (a - b).abs() <= 1e-6 * (scaling.scale[column] as f32 + a.abs()),
                "{a} {b}"
            );
        }
    }
}
