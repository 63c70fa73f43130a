//! How smooth series are. Noise that is spread over the moments of a series hardly changes the
//! distances between rows, but it shows in the bends and in the power spectrum.
//!
//! Both measures look at the deviations from the mean real row, in physical units. Otherwise a
//! shape that all rows share would hide the noise.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2, ArrayView2, Axis, s};

use crate::data::series::Series;

/// Most frequencies of a spectrum. Those of longer series are evenly spaced.
const MAX_FREQUENCIES: usize = 256;
/// Least power that counts, as a share of the mean power of the real rows.
const FLOOR: f64 = 1e-4;

/// How smooth the series of a set of rows are, compared with those of real rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smoothness {
    /// Mean absolute second difference, over that of the real rows. 1 is best.
    pub roughness: f64,
    /// Mean absolute error of the power spectrum over the frequencies, dB. Less is better.
    pub spectrum_error: f64,
}

/// Compares the series of two sets of rows in physical units, and returns the means over the
/// series. `None` if there is no series, or if its real rows vary in none of its moments.
///
/// ```
/// use flowlet_trainer::data::series::series;
/// use flowlet_trainer::metrics::series::smoothness;
/// use ndarray::Array2;
///
/// let names: Vec<String> = (0..8).map(|moment| format!("t{moment}")).collect();
/// let series = series(&names, &[]);
/// let rows = |noise: f64| {
///     Array2::from_shape_fn((9, 8), |(row, at)| {
///         (row * at) as f64 + noise * f64::from((row * row + at * at) as u8 % 3)
///     })
/// };
/// let found = smoothness(rows(9.0).view(), rows(1.0).view(), &series).expect("a series");
/// assert!(found.roughness > 1.5 && found.spectrum_error > 1.0);
/// ```
///
/// # Panics
/// If a set has no row, or lacks a column of the series.
#[must_use]
pub fn smoothness(
    rows: ArrayView2<'_, f64>,
    real: ArrayView2<'_, f64>,
    series: &[Series],
) -> Option<Smoothness> {
    let found: Option<Vec<Smoothness>> = series.iter().map(|one| of(rows, real, one)).collect();
    let found = found.filter(|found| !found.is_empty())?;
    let mean = |measure: fn(&Smoothness) -> f64| {
        found.iter().map(measure).sum::<f64>() / found.len() as f64
    };
    Some(Smoothness {
        roughness: mean(|of| of.roughness),
        spectrum_error: mean(|of| of.spectrum_error),
    })
}

fn of(rows: ArrayView2<'_, f64>, real: ArrayView2<'_, f64>, series: &Series) -> Option<Smoothness> {
    let mean = real.mean_axis(Axis(0)).expect("real rows");
    let deviations = |set: ArrayView2<'_, f64>| (&set - &mean).select(Axis(1), &series.columns);
    let [rows, real] = [deviations(rows), deviations(real)];
    let bends = mean_bend(&real);
    (bends > 0.0).then(|| Smoothness {
        roughness: mean_bend(&rows) / bends,
        spectrum_error: spectrum_error(&rows, &real),
    })
}

/// Returns the mean absolute second difference.
fn mean_bend(rows: &Array2<f64>) -> f64 {
    let part = |first: usize| {
        let end = rows.ncols() + first - 2;
        rows.slice(s![.., first..end])
    };
    let bends = &part(0) + &part(2) - 2.0 * &part(1);
    bends.mapv(f64::abs).mean().unwrap_or(0.0)
}

/// Returns the mean of |10·log10(power / real power)| over the frequencies.
fn spectrum_error(rows: &Array2<f64>, real: &Array2<f64>) -> f64 {
    let [power, real] = [spectrum(rows), spectrum(real)];
    let floor = FLOOR * real.mean().unwrap_or(0.0);
    let pairs = power.iter().zip(&real);
    let error = |(power, real): (&f64, &f64)| {
        let ratio = power.max(floor) / real.max(floor);
        10.0 * ratio.log10().abs()
    };
    pairs.map(error).sum::<f64>() / real.len() as f64
}

/// Returns the mean power at each frequency, from one period per row to one per two moments.
fn spectrum(rows: &Array2<f64>) -> Array1<f64> {
    let moments = rows.ncols();
    let all = moments / 2;
    let count = all.min(MAX_FREQUENCIES);
    let wave = |of: fn(f64) -> f64| {
        Array2::from_shape_fn((moments, count), |(moment, place)| {
            let periods = (place + 1) * all / count;
            of(TAU * ((moment * periods) % moments) as f64 / moments as f64)
        })
    };
    let amplitude = |of| rows.dot(&wave(of)).mapv(|value| value * value);
    (amplitude(f64::cos) + amplitude(f64::sin))
        .mean_axis(Axis(0))
        .expect("rows")
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use ndarray::{Array2, Axis, concatenate};

    use super::{mean_bend, smoothness, spectrum, spectrum_error};
    use crate::data::series::{Series, series};

    fn named(count: usize) -> Vec<Series> {
        let names: Vec<String> = (0..count).map(|moment| format!("t{moment}")).collect();
        series(&names, &[])
    }

    /// Rows of one wave with `periods`, whose phase depends on the row.
    fn waves(amplitude: f64, periods: f64) -> Array2<f64> {
        Array2::from_shape_fn((16, 32), |(row, moment)| {
            amplitude * (TAU * (periods * moment as f64 / 32.0 + row as f64 / 16.0)).sin()
        })
    }

    #[test]
    fn the_power_of_a_wave_is_at_its_frequency() {
        let power = spectrum(&waves(2.0, 5.0));
        assert_eq!(power.len(), 16);
        for (place, power) in power.iter().enumerate() {
            let expected = if place + 1 == 5 { 1024.0 } else { 0.0 };
            assert!((power - expected).abs() < 1e-9, "{place}: {power}");
        }
    }

    #[test]
    fn errors_count_in_both_directions() {
        let of = |low: f64, high: f64| waves(low, 2.0) + waves(high, 9.0);
        let real = of(1.0, 0.5);
        // Ten times the power at one of 16 frequencies, or a tenth of it.
        let error = |high: f64| spectrum_error(&of(1.0, high), &real);
        for high in [0.5 * 10f64.sqrt(), 0.5 / 10f64.sqrt()] {
            assert!((error(high) - 10.0 / 16.0).abs() < 1e-9, "{}", error(high));
        }
        assert!(error(0.5).abs() < 1e-9);
    }

    #[test]
    fn bends_are_second_differences() {
        let rows = ndarray::array![[0.0, 1.0, 0.0, 3.0], [1.0, 2.0, 3.0, 4.0]];
        assert_eq!(mean_bend(&rows), (2.0 + 4.0) / 4.0);
    }

    #[test]
    fn a_shared_shape_does_not_hide_noise() {
        let shape = 50.0 * waves(1.0, 3.0).row(0).to_owned().insert_axis(Axis(0));
        let real = &waves(1.0, 2.0) + &shape;
        let noisy = &real + &waves(0.2, 15.0);
        let found = smoothness(noisy.view(), real.view(), &named(32)).expect("a series");
        assert!(found.roughness > 3.0, "{found:?}");
        let same = smoothness(real.view(), real.view(), &named(32)).expect("a series");
        assert_eq!((same.roughness, same.spectrum_error), (1.0, 0.0));
    }

    #[test]
    fn other_columns_are_no_part_of_it() {
        let real = waves(1.0, 2.0);
        let other = Array2::from_shape_fn((16, 1), |(row, _)| (row * row) as f64);
        let both = concatenate(Axis(1), &[other.view(), real.view()]).expect("equal rows");
        let mut names: Vec<String> = vec!["temperature".to_owned()];
        names.extend((0..32).map(|moment| format!("t{moment}")));
        let found = smoothness((2.0 * &both).view(), both.view(), &series(&names, &[]));
        let found = found.expect("a series");
        assert!((found.roughness - 2.0).abs() < 1e-9, "{found:?}");
        assert_eq!(smoothness(real.view(), real.view(), &[]), None);
        let constant = Array2::ones((3, 32));
        assert_eq!(smoothness(real.view(), constant.view(), &named(32)), None);
    }
}
